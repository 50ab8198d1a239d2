/* SPDX-License-Identifier: Apache-2.0 */
/* Texts: what passes, privileges, namespaces, networks, mounts, devices, and the rest of what the policy names. */
#include <arpa/inet.h>
#include <string.h>

#include "oracle_options.h"

#include "safe-docker/base/str.h"
#include "safe-docker/sys/launch.h"

/* -- what passes ---------------------------------------------------------------------------------- */

void option_any(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)oracle;
  (void)seen;
  (void)value;
}

void option_bool(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char *const known[] = {"true", "false", NULL};
  (void)seen;
  oracle_require(oracle, oracle_one_of(value, known), "no boolean", value);
}

void option_number(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  (void)oracle_number_of(oracle, value);
}

void option_word(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, oracle_word(value), "no word", value);
}

void option_duration(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  size_t len = strlen(value);
  (void)seen;
  oracle_require(oracle, len > 2 && strcmp(value + len - 2, "ns") == 0, "no duration", value);
  (void)oracle_number_of(oracle, sd_arena_strndup(oracle->arena, value, len - 2));
}

void option_address(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  unsigned char out[16];
  (void)seen;
  oracle_require(oracle,
                 inet_pton(AF_INET, value, out) == 1 || inet_pton(AF_INET6, value, out) == 1,
                 "no address", value);
}

/* -- privileges ----------------------------------------------------------------------------------- */

void option_cap_add(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle,
                 strcmp(value, "ALL") != 0 &&
                     (sd_strv_contains(&oracle->policy->capabilities.allow, value) ||
                      sd_strv_contains(&oracle->policy->capabilities.defaults, value)),
                 "a capability that the policy does not name", value);
}

void option_cap_drop(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, strcmp(value, "ALL") == 0, "not all capabilities are dropped", value);
}

void option_user(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  seen->user = value;
  oracle_check_user(oracle, value);
}

void option_group(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  int64_t gid = oracle_number_of(oracle, value);
  (void)seen;
  oracle_require(oracle,
                 gid >= 0 && gid <= UINT32_MAX && oracle_caller_has_group(oracle, (gid_t)gid) &&
                     (gid_t)gid != oracle->socket_group && (gid != 0 || oracle->uid == 0),
                 "a group that nobody gets", value);
}

void option_security(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  if (oracle_starts(value, "seccomp=")) {
    seen->filters++;
    oracle_require(oracle, strcmp(value + 8, sd_handed_path(SD_HANDED_SECCOMP)) == 0,
                   "another seccomp profile", value);
  } else if (oracle_starts(value, "apparmor=")) {
    const char *profile = value + 9;
    seen->profiles++;
    oracle_require(oracle,
                   strcmp(profile, "unconfined") != 0 && profile[0] != '\0' &&
                       (strcmp(profile, oracle->policy->apparmor.profile) == 0 ||
                        sd_strv_contains(&oracle->policy->apparmor.allow, profile)),
                   "another AppArmor profile", value);
  } else {
    seen->privileges++;
    oracle_require(oracle, strcmp(value, "no-new-privileges=true") == 0, "a security option",
                   value);
  }
}

/* -- namespaces and networks ---------------------------------------------------------------------- */

void option_ipc(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char *const known[] = {"private", "none", NULL};
  (void)seen;
  oracle_require(oracle,
                 oracle_one_of(value, known) ||
                     (oracle_starts(value, "container:") && oracle_option_allowed(oracle, "ipc")),
                 "an IPC namespace", value);
}

void option_pid(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, oracle_starts(value, "container:") && oracle_option_allowed(oracle, "pid"),
                 "a PID namespace", value);
}

void option_cgroupns(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, strcmp(value, "private") == 0, "a cgroup namespace", value);
}

/* Of nobody's own: what is not named here is taken for a network of the caller's, by its id. */
void option_network(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  const struct sd_strv *allow = &oracle->policy->network.allow;
  (void)seen;
  if (strcmp(value, "host") == 0)
    oracle_require(oracle, sd_strv_contains(allow, "host"), "the host's network", value);
  else if (oracle_starts(value, "container:"))
    oracle_require(oracle, sd_strv_contains(allow, "container:*") && oracle_word(value),
                   "the network of a container", value);
  else if (strcmp(value, "default") == 0 || strcmp(value, "bridge") == 0)
    oracle_require(oracle,
                   sd_strv_contains(allow, "default") || sd_strv_contains(allow, "bridge") ||
                       sd_policy_matches_any(allow, value),
                   "a network that the policy does not name", value);
  else
    oracle_require(oracle, oracle_word(value) && strpbrk(value, ":,=/") == NULL, "a network",
                   value);
}

void option_publish(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_publish(oracle, value);
}

void option_publish_all(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, strcmp(value, "false") == 0 || oracle->policy->network.publish_all,
                 "every port", value);
}

/* -- mounts and devices --------------------------------------------------------------------------- */

void option_mount(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  oracle_mount(oracle, value, &seen->targets);
  if (oracle_starts(value, "type=bind"))
    seen->bind = value;
}

void option_volume(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  oracle_volume(oracle, value, &seen->targets);
}

void option_tmpfs(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  oracle_tmpfs(oracle, value, &seen->targets);
}

/* A device of the policy's, with no more access than it gives, in the container's own /dev. */
void option_device(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  for (size_t i = 0; i < oracle->policy->devices.len; i++) {
    const struct sd_device_policy *row = &oracle->policy->devices.items[i];
    const char *rest = value + strlen(row->path);
    if (!oracle_starts(value, row->path))
      continue;
    if (row->path[0] != '/' && *rest == '\0')
      return;
    const char *access = strrchr(value, ':');
    if (row->path[0] != '/' || *rest != ':')
      continue;
    const char *target =
        access == rest ? row->path
                       : sd_arena_strndup(oracle->arena, rest + 1, (size_t)(access - rest) - 1);
    if (access[1] != '\0' && access[1 + strspn(access + 1, row->access)] == '\0' &&
        oracle_clean(target) && oracle_within(target, "/dev") && !oracle_within(target, "/dev/shm"))
      return;
  }
  oracle_require(oracle, false, "a device that the policy does not name", value);
}

void option_gpus(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  bool some = oracle_option_allowed(oracle, "gpus");
  (void)seen;
  for (size_t i = 0; i < oracle->policy->devices.len; i++)
    some = some || oracle_starts(oracle->policy->devices.items[i].path, "nvidia.com/gpu=");
  oracle_require(oracle, some, "a GPU", value);
}

/* -- the rest of what the policy names ------------------------------------------------------------ */

void option_annotation(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  const char *own =
      sd_arena_printf(oracle->arena, "io.safe-docker.owner=%u", (unsigned)oracle->uid);
  (void)seen;
  if (strcmp(value, own) == 0)
    oracle_require(oracle, oracle->policy->docker.annotations, "an annotation", value);
  else
    oracle_require(oracle,
                   oracle_option_allowed(oracle, "annotation") && !oracle_label_is_reserved(value),
                   "an annotation", value);
}

void option_label(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char owner[] = "io.safe-docker.owner=";
  if (!oracle_label_is_reserved(value))
    return;
  if (oracle_starts(value, owner)) {
    const char *uid = sd_arena_printf(oracle->arena, "%u", (unsigned)oracle->uid);
    oracle_require(oracle, strcmp(value + strlen(owner), uid) == 0, "another owner", value);
    seen->owners++;
    return;
  }
  oracle_require(oracle, oracle_starts(value, "io.safe-docker.version="), "a reserved label",
                 value);
  seen->versions++;
}

void option_env_file(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle,
                 oracle->env_file != NULL && strcmp(value, sd_handed_path(SD_HANDED_ENV)) == 0,
                 "a file with variables", value);
}

void option_label_file(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  oracle_require(oracle,
                 oracle->label_file != NULL && strcmp(value, sd_handed_path(SD_HANDED_LABELS)) == 0,
                 "a file with labels", value);
  for (const char *line = oracle->label_file; *line != '\0';) {
    size_t len = strcspn(line, "\n");
    option_label(oracle, seen, sd_arena_strndup(oracle->arena, line, len));
    line += len + (line[len] == '\n' ? 1 : 0);
  }
}

void option_attach(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char *const known[] = {"stdin", "stdout", "stderr", NULL};
  (void)seen;
  oracle_require(oracle, oracle_one_of(value, known), "a stream", value);
}

void option_cidfile(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, oracle_clean(value), "a file for the id", value);
}

void option_log_driver(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, sd_strv_contains(&oracle->policy->log_drivers, value), "a log driver",
                 value);
}

void option_log_option(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char *const keys[] = {
      "compress=",        "env=",      "env-regex=", "labels=", "labels-regex=",
      "max-buffer-size=", "max-file=", "max-size=",  "mode=",   "tag=",
  };
  (void)seen;
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (oracle_starts(value, keys[i]))
      return;
  oracle_require(oracle, false, "a log option", value);
}

void option_pull(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  static const char *const known[] = {"always", "missing", "never", NULL};
  (void)seen;
  oracle_require(oracle, oracle_one_of(value, known), "a way of pulling", value);
}

void option_restart(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  const struct sd_strv *allow = &oracle->policy->restart.allow;
  const char *colon = strchr(value, ':');
  (void)seen;
  if (colon == NULL) {
    oracle_require(oracle, sd_strv_contains(allow, value) || strcmp(value, "no") == 0,
                   "a restart policy", value);
    return;
  }
  oracle_require(oracle,
                 oracle_starts(value, "on-failure:") && sd_strv_contains(allow, "on-failure"),
                 "a restart policy", value);
  (void)oracle_number_within(oracle, colon + 1, oracle->policy->restart.max_retries);
}

void option_root(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle,
                 strcmp(value, "true") == 0 || oracle->policy->read_only != SD_READ_ONLY_REQUIRE,
                 "a root that can be written to", value);
}

void option_runtime(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle,
                 sd_strv_contains(&oracle->policy->runtimes, value) ||
                     (oracle_option_allowed(oracle, "runtime") && strchr(value, '/') == NULL),
                 "a runtime", value);
}

void option_sysctl(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  const char *equals = strchr(value, '=');
  (void)seen;
  oracle_require(oracle,
                 equals != NULL && sd_strv_contains(&oracle->policy->sysctls,
                                                    sd_arena_strndup(oracle->arena, value,
                                                                     (size_t)(equals - value))),
                 "a sysctl", value);
}

void option_trust(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, oracle->policy->images.content_trust && strcmp(value, "false") == 0,
                 "content trust", value);
}
