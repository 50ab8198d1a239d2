/* SPDX-License-Identifier: Apache-2.0 */
/* resources: limits that are none. */
#include "safe-docker/base/number.h"

#include <string.h>

#include "lint.h"

#define NOFILE_MANY 1048576 /* fs.nr_open: what a process may have at most by default */

static const char *count_text(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%jd", (intmax_t)value);
}

static const struct lint_words beyond = {SD_POLICY_WARNING, "limit-beyond-host",
                                         "takes all of it with one container, so that the kernel "
                                         "ends processes of others, or nobody can "
                                         "start one",
                                         "write a maximum well below what the host has"};

/* A maximum that the host cannot reach limits nothing. */
static void judge_maxima(const struct lint *lint) {
  const struct sd_policy *policy = &lint->view->policy;
  const struct {
    const char *key;
    int64_t max, has;
    const char *(*format)(struct sd_arena *arena, int64_t value);
  } limits[] = {
      {"resources.memory.max", policy->resources.memory.max, lint->facts->memory,
       sd_number_format_size},
      {"resources.pids.max", policy->resources.pids.max, lint->facts->pids, count_text},
      {"resources.shm_size.max", policy->resources.shm_size.max, lint->facts->memory,
       sd_number_format_size},
      {"resources.tmpfs_size.max", policy->resources.tmpfs_size.max, lint->facts->memory,
       sd_number_format_size},
  };
  for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
    if (limits[i].has > 0 && limits[i].max >= limits[i].has)
      lint_add(lint, lint_at(lint, limits[i].key), limits[i].key, &beyond,
               "%s: %s is no limit on a host that has %s", limits[i].key,
               limits[i].format(lint->arena, limits[i].max),
               limits[i].format(lint->arena, limits[i].has));
}

static const struct lint_words all_cpus = {
    SD_POLICY_NOTE, "limit-all-cpus",
    "takes all the processors with one container for as long as nobody else wants them",
    "write a maximum below what the host has"};

static void judge_cpus(const struct lint *lint) {
  static const char key[] = "resources.cpus.max";
  int64_t max = lint->view->policy.resources.cpus.max;
  int64_t has = lint->facts->nano_cpus;
  if (has > 0 && max >= has)
    lint_add(lint, lint_at(lint, key), key, &all_cpus, "%s: %s is no limit on a host that has %s",
             key, sd_number_format_cpus(lint->arena, max), sd_number_format_cpus(lint->arena, has));
}

static void judge_ulimits(const struct lint *lint) {
  static const struct lint_words words = {SD_POLICY_WARNING, "ulimit-high",
                                          "opens files until the kernel has none left for others",
                                          "write a maximum of 65536 or less"};
  static const struct lint_words priority = {
      SD_POLICY_WARNING, "ulimit-priority",
      "takes the processors from everybody else by the priority that this ulimit gives",
      "leave it out"};
  const struct sd_policy *policy = &lint->view->policy;
  for (size_t i = 0; i < policy->resources.ulimits.len; i++) {
    const struct sd_ulimit_policy *ulimit = &policy->resources.ulimits.items[i];
    const char *key = sd_arena_printf(lint->arena, "resources.ulimits.%s", ulimit->name);
    if (strcmp(ulimit->name, "nofile") == 0 && ulimit->max >= NOFILE_MANY)
      lint_add(lint, lint_at(lint, key), key, &words, "%s: %jd open files are no limit", key,
               (intmax_t)ulimit->max);
    if ((strcmp(ulimit->name, "rtprio") == 0 || strcmp(ulimit->name, "nice") == 0) &&
        ulimit->max > 0)
      lint_add(lint, lint_at(lint, key), key, &priority, "%s: callers may raise their priority",
               key);
  }
}

/* All limits are one container's. */
void lint_limits(const struct lint *lint) {
  static const struct lint_words count = {
      SD_POLICY_NOTE, "limit-each",
      "starts as many containers as it likes, each with the whole of the limits, until the host "
      "has no "
      "memory left",
      "write a slice for each caller, such as \"safedocker-u{uid}.slice\", with limits of its own"};
  static const struct lint_words shared = {
      SD_POLICY_NOTE, "limit-shared",
      "takes the whole budget of the slice, so that others' containers are ended",
      "write {uid} in its name: \"safedocker-u{uid}.slice\""};
  static const struct lint_words swap = {
      SD_POLICY_WARNING, "limit-swap", "has the host swap until it answers nobody", "write \"0\""};
  const struct sd_policy *policy = &lint->view->policy;
  const struct sd_json *parent = lint_at(lint, "resources.cgroup_parent");
  judge_maxima(lint);
  judge_cpus(lint);
  judge_ulimits(lint);
  if (policy->resources.cgroup_parent[0] == '\0')
    lint_add(lint, parent, "resources.cgroup_parent", &count,
             "resources.cgroup_parent: the limits are for each container, and their number is not "
             "limited");
  else if (strchr(parent->string, '{') == NULL)
    lint_add(lint, parent, "resources.cgroup_parent", &shared,
             "resources.cgroup_parent: one budget is all callers' together");
  if (policy->resources.swap_max > policy->resources.memory.max)
    lint_add(lint, lint_at(lint, "resources.swap.max"), "resources.swap.max", &swap,
             "resources.swap.max: a container may have more swap than memory");
}
