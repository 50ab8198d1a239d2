/* SPDX-License-Identifier: Apache-2.0 */
/* What a container that exists has of the host, judged again: the daemon resolves the source of a bind at each start,
 * and the name of a network at the first one, and the policy may give less than it gave.
 *
 * MUST: judge what inspect shows as mounted, which holds also what other containers lent. */
#include <string.h>

#include "command.h"
#include "mounts.h"
#include "network.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"

/* -- reading ------------------------------------------------------------------------------------ */

static const struct sd_json *get(const struct sd_json *object, const char *key) {
  return object != NULL ? sd_json_get(object, key) : NULL;
}

static const char *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "";
}

static size_t count_of(const struct sd_json *list) {
  return list != NULL ? list->items.len : 0;
}

bool sd_container_has_binds(const struct sd_object *container) {
  const struct sd_json *mounts = get(container->json, "Mounts");
  for (size_t i = 0; i < count_of(mounts); i++)
    if (strcmp(text_at(mounts->items.items[i], "Type"), "bind") == 0)
      return true;
  return false;
}

/* -- judging ------------------------------------------------------------------------------------ */

/* The same words as for run, behind the container that they are about. */
static void report(struct sd_decision *decision, const char *operand,
                   const struct sd_problems *problems) {
  for (size_t i = 0; i < problems->list.len; i++)
    sd_operand_deny(decision, problems->list.items[i].rule, operand,
                    "create a new container with docker run or docker create", "%s",
                    problems->list.items[i].message);
}

void sd_command_binds(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_object *container, const char *operand) {
  if (!sd_container_has_binds(container))
    return;
  const struct sd_json *config = get(container->json, "Config");
  const struct sd_json *mounts = get(container->json, "Mounts");
  struct sd_request request = {
      .user = {.set = true, .value = text_at(config, "User")},
      .workdir = {.set = true, .value = text_at(config, "WorkingDir")},
  };
  struct sd_rule_input again = *in;
  struct sd_decision scratch = {.arena = in->arena, .problems = {.arena = in->arena}};
  struct sd_protected_list protected_list = {0};
  struct sd_mount mount = {0};
  again.request = &request;
  sd_protected_collect(in, &protected_list);
  for (size_t i = 0; i < count_of(mounts); i++) {
    if (sd_mounts_read(mounts->items.items[i], &mount))
      *sd_vec_push(in->arena, &request.mounts.v) = mount;
    else
      sd_deny(&scratch, "mount-type", NULL, "", "it has a mount of a type that is not known");
  }
  for (size_t i = 0; i < request.mounts.v.len; i++)
    if (request.mounts.v.items[i].kind == SD_MOUNT_BIND)
      sd_mounts_bind_again(&again, &scratch, &protected_list, &request.mounts.v.items[i]);
  sd_mounts_points(&again, &scratch);
  report(decision, operand, &scratch.problems);
}

/* -- volumes ------------------------------------------------------------------------------------- */

void sd_command_volumes(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_object *container, const char *operand) {
  const struct sd_json *mounts = get(container->json, "Mounts");
  for (size_t i = 0; i < count_of(mounts); i++) {
    const struct sd_json *mount = mounts->items.items[i];
    const char *name = text_at(mount, "Name");
    if (strcmp(text_at(mount, "Type"), "volume") != 0 ||
        sd_volume_is_held_rightly(in, decision, name))
      continue;
    sd_operand_deny(decision, "volume-owner", operand,
                    "create a new container with docker run or docker create",
                    "its volume %s is not yours", sd_text_safe(in->arena, name));
  }
}

/* -- capabilities and devices ------------------------------------------------------------------- */

static bool may_have_capability(const struct sd_rule_input *in, const char *text) {
  const char *name = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_capability_parse(in->arena, text, &name, &err) &&
         (sd_strv_contains(&in->policy->capabilities.allow, name) ||
          sd_strv_contains(&in->policy->capabilities.defaults, name));
}

static bool may_have_device(const struct sd_rule_input *in, const char *path) {
  for (size_t i = 0; i < in->policy->devices.len; i++)
    if (strcmp(in->policy->devices.items[i].path, path) == 0)
      return true;
  return false;
}

void sd_command_grants(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_object *container, const char *operand) {
  static const char hint[] = "create a new container with docker run or docker create";
  const struct sd_json *host = get(container->json, "HostConfig");
  const struct sd_json *added = get(host, "CapAdd");
  const struct sd_json *devices = get(host, "Devices");
  for (size_t i = 0; i < count_of(added); i++) {
    const char *name = added->items.items[i]->string;
    if (name == NULL || !may_have_capability(in, name))
      sd_operand_deny(decision, "capabilities", operand, hint,
                      "it has the capability %s, which the policy does not allow by now",
                      sd_text_safe(in->arena, name != NULL ? name : ""));
  }
  for (size_t i = 0; i < count_of(devices); i++) {
    const char *path = text_at(devices->items.items[i], "PathOnHost");
    if (!may_have_device(in, path))
      sd_operand_deny(decision, "device", operand, hint,
                      "it has the device %s, which the policy does not allow by now",
                      sd_text_safe(in->arena, path));
  }
}

/* -- networks ----------------------------------------------------------------------------------- */

/* The daemon keeps the id of a network only once the container has run; until then it goes by the name, which somebody
 * else may have by now (moby, daemon/container_operations.go, getNetworkID). */
void sd_command_networks(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_object *container, const char *operand) {
  const struct sd_json *networks = get(get(container->json, "NetworkSettings"), "Networks");
  if (networks == NULL || in->policy->isolation == SD_ISOLATION_SHARED)
    return;
  for (size_t i = 0; i < networks->members.len; i++) {
    const char *name = networks->members.items[i].key;
    const char *id = text_at(networks->members.items[i].value, "NetworkID");
    if (sd_network_is_allowed(in, name) ||
        sd_rule_find(in, decision, SD_OBJECT_NETWORK, id[0] != '\0' ? id : name, NULL) ==
            SD_FOUND_OWN)
      continue;
    sd_operand_deny(
        decision, "network", operand, "docker network disconnect it, or create a new container",
        "it is on the network %s, which is not yours by now", sd_text_safe(in->arena, name));
  }
}
