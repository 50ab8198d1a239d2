/* SPDX-License-Identifier: Apache-2.0 */
/* run and create: every option that may go out has a row here, and what its value may be. */
#include <string.h>

#include "oracle_options.h"

#include "safe-docker/base/str.h"

struct row {
  const char *name;
  bool many;
  oracle_option *check;
};

/* -- all of them ---------------------------------------------------------------------------------- */

/* Sorted by name. A row without a check may go out only where the policy's options.allow names it. */
static const struct row rows[] = {
    {"add-host", true, option_word},
    {"annotation", true, option_annotation},
    {"attach", true, option_attach},
    {"blkio-weight", false, option_weight},
    {"blkio-weight-device", true, NULL},
    {"cap-add", true, option_cap_add},
    {"cap-drop", false, option_cap_drop},
    {"cgroup-parent", false, option_parent},
    {"cgroupns", false, option_cgroupns},
    {"cidfile", false, option_cidfile},
    {"cpu-period", false, option_period},
    {"cpu-quota", false, option_quota},
    {"cpu-rt-period", false, NULL},
    {"cpu-rt-runtime", false, NULL},
    {"cpu-shares", false, option_shares},
    {"cpus", false, option_cpus},
    {"cpuset-cpus", false, option_cpuset},
    {"cpuset-mems", false, option_cpuset},
    {"detach", false, option_bool},
    {"detach-keys", false, option_any},
    {"device", true, option_device},
    {"device-read-bps", true, NULL},
    {"device-read-iops", true, NULL},
    {"device-write-bps", true, NULL},
    {"device-write-iops", true, NULL},
    {"disable-content-trust", false, option_trust},
    {"dns", true, option_address},
    {"dns-option", true, option_word},
    {"dns-search", true, option_word},
    {"domainname", false, option_word},
    {"entrypoint", false, option_any},
    {"env", true, option_any},
    {"env-file", false, option_env_file},
    {"expose", true, option_word},
    {"gpus", true, option_gpus},
    {"group-add", true, option_group},
    {"health-cmd", false, option_any},
    {"health-interval", false, option_duration},
    {"health-retries", false, option_number},
    {"health-start-interval", false, option_duration},
    {"health-start-period", false, option_duration},
    {"health-timeout", false, option_duration},
    {"hostname", false, option_word},
    {"init", false, option_bool},
    {"interactive", false, option_bool},
    {"ip", false, NULL},
    {"ip6", false, NULL},
    {"ipc", false, option_ipc},
    {"label", true, option_label},
    {"label-file", false, option_label_file},
    {"link", true, NULL},
    {"link-local-ip", true, NULL},
    {"log-driver", false, option_log_driver},
    {"log-opt", true, option_log_option},
    {"mac-address", false, NULL},
    {"memory", false, option_memory},
    {"memory-reservation", false, option_reservation},
    {"memory-swap", false, option_swap},
    {"memory-swappiness", false, option_swappiness},
    {"mount", true, option_mount},
    {"name", false, option_word},
    {"network", false, option_network},
    {"network-alias", true, option_word},
    {"no-healthcheck", false, option_bool},
    {"oom-score-adj", false, option_oom_score},
    {"pid", false, option_pid},
    {"pids-limit", false, option_pids},
    {"platform", false, option_word},
    {"publish", true, option_publish},
    {"publish-all", false, option_publish_all},
    {"pull", false, option_pull},
    {"quiet", false, option_bool},
    {"read-only", false, option_root},
    {"restart", false, option_restart},
    {"rm", false, option_bool},
    {"runtime", false, option_runtime},
    {"security-opt", true, option_security},
    {"shm-size", false, option_shm},
    {"sig-proxy", false, option_bool},
    {"stop-signal", false, option_word},
    {"stop-timeout", false, option_number},
    {"storage-opt", true, NULL},
    {"sysctl", true, option_sysctl},
    {"tmpfs", true, option_tmpfs},
    {"tty", false, option_bool},
    {"ulimit", true, option_ulimit},
    {"user", false, option_user},
    {"volume", true, option_volume},
    {"volumes-from", true, NULL},
    {"workdir", false, option_any},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static size_t find(const struct oracle *oracle, const char *token) {
  size_t len = strcspn(token, "=");
  oracle_require(oracle, oracle_starts(token, "--") && token[len] == '=', "no --name=value", token);
  for (size_t i = 0; i < ROWS; i++)
    if (strlen(rows[i].name) == len - 2 && strncmp(rows[i].name, token + 2, len - 2) == 0)
      return i;
  oracle_require(oracle, false, "an option that never goes out", token);
  return 0;
}

static void check_limits(const struct oracle *oracle, const struct oracle_seen *seen) {
  const struct sd_policy *policy = oracle->policy;
  int64_t asked = 0;
  oracle_require(oracle, seen->memory > 0 && seen->swap >= seen->memory, "memory without a limit",
                 NULL);
  oracle_require(oracle, seen->swap - seen->memory <= policy->resources.swap_max,
                 "more swap than the policy's", NULL);
  oracle_require(oracle, seen->reservation <= seen->memory, "more reserved than there is", NULL);
  oracle_require(oracle, (seen->cpus > 0) != (seen->quota > 0), "CPUs without a limit", NULL);
  if (seen->quota == 0)
    return;
  int64_t period = seen->period > 0 ? seen->period : 100000;
  oracle_require(oracle,
                 !__builtin_mul_overflow(seen->quota, 1000000000, &asked) &&
                     asked / period <= policy->resources.cpus.max && asked / period >= 10000000,
                 "more or less CPUs than the policy's", NULL);
}

static void check_together(const struct oracle *oracle, const struct oracle_seen *seen,
                           const unsigned *count) {
  static const char *const always[] = {"cap-drop",    "cgroupns", "ipc",      "memory",
                                       "memory-swap", "user",     "shm-size", "pids-limit"};
  const struct sd_policy *policy = oracle->policy;
  uint32_t uid = 0;
  uint32_t gid = 0;
  for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
    for (size_t k = 0; k < ROWS; k++)
      oracle_require(oracle, strcmp(rows[k].name, always[i]) != 0 || count[k] == 1, "is missing",
                     always[i]);
  check_limits(oracle, seen);
  oracle_require(oracle, seen->filters == 1 && oracle->has_profile, "no seccomp profile", NULL);
  oracle_require(oracle, seen->privileges == 1, "no no-new-privileges", NULL);
  oracle_require(oracle, seen->profiles <= 1, "two AppArmor profiles", NULL);
  oracle_require(oracle, policy->apparmor.mode != SD_APPARMOR_REQUIRE || seen->profiles == 1,
                 "no AppArmor profile", NULL);
  oracle_require(oracle, seen->owners == 1 && seen->versions == 1, "no owner", NULL);
  for (size_t i = 0; i < policy->resources.ulimits.len; i++)
    oracle_require(oracle,
                   sd_strv_contains(&seen->ulimits, policy->resources.ulimits.items[i].name),
                   "a ulimit is missing", policy->resources.ulimits.items[i].name);
  for (size_t k = 0; k < ROWS; k++)
    oracle_require(oracle,
                   strcmp(rows[k].name, "read-only") != 0 || count[k] == 1 ||
                       policy->read_only == SD_READ_ONLY_ALLOW,
                   "the root can be written to", NULL);
  oracle_own_ids(oracle, &uid, &gid);
  if (seen->bind != NULL && policy->user.mode != SD_USER_CALLER && oracle->uid != 0)
    oracle_require(oracle,
                   strcmp(seen->user, sd_arena_printf(oracle->arena, "%u:%u", uid, gid)) == 0,
                   "a bind for another user", seen->bind);
}

/* The words of the container are those that were typed, to the last. */
static void check_image(const struct oracle *oracle, size_t at) {
  const struct sd_strv *argv = oracle->argv;
  const struct sd_strv *typed = oracle->typed;
  oracle_require(oracle, at < argv->v.len && argv->v.items[at][0] != '\0', "no image", NULL);
  const char *image = argv->v.items[at];
  oracle_require(oracle, oracle_word(image) && image[0] != '-', "an image", image);
  oracle_require(oracle,
                 !oracle->policy->images.require_digest || strstr(image, "sha256:") != NULL ||
                     (strlen(image) == 64 && image[strspn(image, "0123456789abcdef")] == '\0'),
                 "an image without a digest", image);
  size_t words = argv->v.len - at - 1;
  oracle_require(oracle, words < typed->v.len, "more words than were typed", NULL);
  for (size_t i = 1; i <= words; i++)
    oracle_require(oracle,
                   strcmp(argv->v.items[argv->v.len - i], typed->v.items[typed->v.len - i]) == 0,
                   "other words than were typed", argv->v.items[argv->v.len - i]);
}

void oracle_container(const struct oracle *oracle, size_t at) {
  unsigned count[ROWS] = {0};
  struct oracle_seen seen = {0};
  const struct sd_strv *argv = oracle->argv;
  for (; at < argv->v.len && strcmp(argv->v.items[at], "--") != 0; at++) {
    const char *token = argv->v.items[at];
    size_t row = find(oracle, token);
    oracle_require(oracle, ++count[row] == 1 || rows[row].many, "an option twice", token);
    if (rows[row].check != NULL)
      rows[row].check(oracle, &seen, strchr(token, '=') + 1);
    else
      oracle_require(oracle, oracle_option_allowed(oracle, rows[row].name),
                     "an option that the policy does not name", token);
  }
  oracle_require(oracle, at < argv->v.len, "no end of the options", NULL);
  check_together(oracle, &seen, count);
  check_image(oracle, at + 1);
}
