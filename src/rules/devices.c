/* SPDX-License-Identifier: Apache-2.0 */
/* Devices, OCI runtimes and sysctls: only what the policy names, in exactly its spelling. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "checks.h"
#include "internal.h"

/* -- devices ----------------------------------------------------------------------------------- */
static const struct sd_device_policy *device_policy(const struct sd_policy *policy,
                                                    const char *path) {
  for (size_t i = 0; i < policy->devices.len; i++)
    if (strcmp(policy->devices.items[i].path, path) == 0)
      return &policy->devices.items[i];
  return NULL;
}

static const char *device_hint(const struct sd_rule_input *in) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < in->policy->devices.len; i++)
    sd_strv_add(&names, in->arena,
                sd_arena_printf(in->arena, "%s (%s)", in->policy->devices.items[i].path,
                                in->policy->devices.items[i].access));
  if (names.v.len == 0)
    return "leave it out; the administrator can name devices in devices.allow";
  return sd_arena_printf(in->arena, "leave it out, or choose from what is allowed here: %s",
                         sd_rule_list(in->arena, &names, ""));
}

/* Where the device appears in the container: in the runtime's own /dev. Elsewhere it could be made
 * in a folder of the host. */
static bool is_target(const struct sd_rule_input *in, const char *target) {
  const char *clean = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_path_clean(in->arena, target, &clean, &err) && strcmp(clean, target) == 0 &&
         strcmp(target, "/dev") != 0 && sd_path_within(target, "/dev") &&
         !sd_path_within(target, "/dev/shm");
}

static const char *refuse_device(const struct sd_rule_input *in, const struct sd_device_policy *row,
                                 const struct sd_device *asked) {
  if (row == NULL)
    return "the policy does not allow this device of the host";
  if (asked->cdi)
    return NULL;
  if (sd_rule_is_remote(in))
    return "the daemon is on another machine, where that path may be any device";
  if (asked->permissions != NULL &&
      (asked->permissions[0] == '\0' ||
       asked->permissions[strspn(asked->permissions, row->access)] != '\0'))
    return "the policy does not allow this access to the device";
  if (!is_target(in, asked->target))
    return "its path in the container must be below /dev, and not below /dev/shm";
  return NULL;
}

static void judge_device(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_device *asked) {
  const struct sd_device_policy *row = device_policy(in->policy, asked->path);
  const char *reason = refuse_device(in, row, asked);
  if (reason != NULL) {
    sd_deny(decision, "device", asked->given, device_hint(in), "%s", reason);
    return;
  }
  struct sd_device device = *asked;
  if (!asked->cdi && asked->permissions == NULL) {
    device.permissions = row->access;
    sd_changed(decision, "device", "the access that the policy gives", "--device=%s:%s:%s",
               asked->path, asked->target, row->access);
  }
  *sd_vec_push(decision->arena, &decision->out.devices.v) = device;
}

/* -- runtime ----------------------------------------------------------------------------------- */
static bool may_use_runtime(const struct sd_rule_input *in, const char *name) {
  if (sd_strv_contains(&in->policy->runtimes, name))
    return true;
  /* A path would name a program for the daemon to run as root. */
  return sd_rule_option_allowed(in, "runtime") && sd_check_name(name, "_.-");
}

static void judge_runtime(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *asked = &in->request->runtime;
  sd_claim(decision, SD_OPT_RUNTIME);
  if (!asked->set || asked->value[0] == '\0')
    return;
  if (may_use_runtime(in, asked->value)) {
    sd_rule_pass(in, decision, SD_OPT_RUNTIME);
    return;
  }
  const struct sd_strv *allow = &in->policy->runtimes;
  const char *hint = allow->v.len == 0
                         ? "leave it out to use the daemon's default"
                         : sd_arena_printf(in->arena, "leave it out, or choose from: %s",
                                           sd_rule_list(in->arena, allow, ""));
  sd_deny(
      decision, "runtime", asked->given, hint,
      "the runtime is a program that runs as root on the host, and the policy does not name it");
}

/* -- sysctls ----------------------------------------------------------------------------------- */
/* Printable ASCII words with single blanks between them ("0 1000" is a range of groups). */
static bool is_sysctl_value(const char *value) {
  char before = ' ';
  for (; *value != '\0'; value++) {
    if (*value < ' ' || *value > '~' || (*value == ' ' && before == ' '))
      return false;
    before = *value;
  }
  return before != ' ';
}

static bool given_before(const struct sd_texts *sysctls, size_t index, const char *key) {
  for (size_t i = 0; i < index; i++) {
    const char *other = sysctls->v.items[i].value;
    size_t len = strcspn(other, "=");
    if (strlen(key) == len && strncmp(other, key, len) == 0)
      return true;
  }
  return false;
}

static void judge_sysctl(const struct sd_rule_input *in, struct sd_decision *decision,
                         size_t index) {
  const struct sd_text *asked = &in->request->sysctls.v.items[index];
  size_t len = strcspn(asked->value, "=");
  const char *key = sd_arena_strndup(in->arena, asked->value, len);
  const struct sd_strv *allow = &in->policy->sysctls;
  const char *hint = allow->v.len == 0
                         ? "leave it out: none may be set here"
                         : sd_arena_printf(in->arena, "leave it out; these may be set here: %s",
                                           sd_rule_list(in->arena, allow, ""));
  if (asked->value[len] != '=')
    sd_deny(decision, "sysctl", asked->given,
            "write it like net.ipv4.ip_unprivileged_port_start=80", "it has no value");
  else if (!sd_strv_contains(allow, key))
    sd_deny(decision, "sysctl", asked->given, hint,
            "the policy does not name this kernel parameter in exactly this spelling");
  else if (!is_sysctl_value(asked->value + len + 1))
    sd_deny(decision, "sysctl", asked->given, "write plain words with single blanks between them",
            "its value is empty or holds other than printable ASCII");
  else if (given_before(&in->request->sysctls, index, key))
    sd_deny(decision, "sysctl", asked->given, "give each parameter once",
            "this parameter was already set");
  else
    *sd_vec_push(decision->arena, &decision->out.sysctls.v) = *asked;
}

void sd_rules_devices(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_DEVICE);
  for (size_t i = 0; i < in->request->devices.v.len; i++)
    judge_device(in, decision, &in->request->devices.v.items[i]);
  sd_rules_gpus(in, decision);
  judge_runtime(in, decision);
  sd_claim(decision, SD_OPT_SYSCTL);
  for (size_t i = 0; i < in->request->sysctls.v.len; i++)
    judge_sysctl(in, decision, i);
}
