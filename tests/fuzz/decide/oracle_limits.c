/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers: what passes, and limits. */
#include <string.h>

#include "oracle_options.h"

#include "safe-docker/base/str.h"

int64_t oracle_number_of(const struct oracle *oracle, const char *value) {
  int64_t out = 0;
  oracle_require(oracle, oracle_number(value, &out), "a number", value);
  return out;
}

static void in_range(const struct oracle *oracle, const char *value, int64_t min, int64_t max,
                     int64_t besides) {
  int64_t asked = oracle_number_of(oracle, value);
  oracle_require(oracle, asked == besides || (asked >= min && asked <= max), "out of range", value);
}

/* -- limits --------------------------------------------------------------------------------------- */

int64_t oracle_number_within(const struct oracle *oracle, const char *value, int64_t max) {
  int64_t asked = oracle_number_of(oracle, value);
  oracle_require(oracle, asked > 0 && asked <= max, "a limit above the policy's", value);
  return asked;
}

void option_memory(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  seen->memory = oracle_number_within(oracle, value, oracle->policy->resources.memory.max);
}

void option_swap(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  seen->swap = oracle_number_within(oracle, value, INT64_MAX);
}

void option_reservation(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  seen->reservation = oracle_number_within(oracle, value, INT64_MAX);
}

void option_pids(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  (void)oracle_number_within(oracle, value, oracle->policy->resources.pids.max);
}

void option_shm(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  (void)oracle_number_within(oracle, value, oracle->policy->resources.shm_size.max);
}

void option_cpus(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  oracle_require(oracle, oracle_cpus(value, &seen->cpus), "CPUs", value);
  oracle_require(oracle, seen->cpus >= 10000000 && seen->cpus <= oracle->policy->resources.cpus.max,
                 "more or less CPUs than the policy's", value);
}

void option_quota(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  seen->quota = oracle_number_within(oracle, value, INT64_MAX);
}

void option_period(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  in_range(oracle, value, 1000, 1000000, 1000);
  seen->period = oracle_number_of(oracle, value);
}

void option_shares(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  in_range(oracle, value, 2, 1024, 0);
}

void option_weight(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  in_range(oracle, value, 10, 500, 0);
}

void option_swappiness(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  in_range(oracle, value, 0, 100, -1);
}

void option_oom_score(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  in_range(oracle, value, 0, 1000, 0);
}

void option_cpuset(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, value[strspn(value, "0123456789,-")] == '\0', "a CPU set", value);
}

/* NAME=SOFT[:HARD] */
void option_ulimit(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  const char *equals = strchr(value, '=');
  oracle_require(oracle, equals != NULL, "a ulimit", value);
  const char *name = sd_arena_strndup(oracle->arena, value, (size_t)(equals - value));
  size_t len = strcspn(equals + 1, ":");
  int64_t soft = oracle_number_of(oracle, sd_arena_strndup(oracle->arena, equals + 1, len));
  int64_t hard = equals[1 + len] == ':' ? oracle_number_of(oracle, equals + 2 + len) : soft;
  oracle_require(oracle, !sd_strv_contains(&seen->ulimits, name), "a ulimit twice", value);
  sd_strv_add(&seen->ulimits, oracle->arena, name);
  for (size_t i = 0; i < oracle->policy->resources.ulimits.len; i++) {
    const struct sd_ulimit_policy *row = &oracle->policy->resources.ulimits.items[i];
    if (strcmp(row->name, name) != 0)
      continue;
    oracle_require(oracle, soft >= 0 && soft <= hard && hard <= row->max,
                   "a ulimit above the policy's", value);
    return;
  }
  oracle_require(oracle, false, "a ulimit that the policy does not name", value);
}

void option_parent(const struct oracle *oracle, struct oracle_seen *seen, const char *value) {
  (void)seen;
  oracle_require(oracle, strcmp(value, oracle->policy->resources.cgroup_parent) == 0,
                 "another cgroup", value);
}
