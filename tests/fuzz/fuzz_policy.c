/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a policy file. A policy that loads keeps its promises, and what is shown of it is a
 * policy that shows the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../known_groups.h"
#include "safe-docker/base/text.h"
#include "safe-docker/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME "/etc/safe-docker/policy.json"

static const gid_t group_ids[] = {1000, 27};
static struct sd_gids groups = {group_ids, 2};

static const struct sd_policy_caller caller = {.uid = 1000,
                                               .gid = 1000,
                                               .user = "a*l",
                                               .home = "/home/a",
                                               .groups = known_groups,
                                               .context = &groups};

static void require(bool holds) {
  if (!holds)
    abort();
}

static bool load(struct sd_arena *arena, const char *text, size_t len, struct sd_policy *policy) {
  const struct sd_policy_text texts[] = {{NAME, text, len}};
  struct sd_error err;
  sd_error_init(&err, arena);
  bool good = sd_policy_load(arena, texts, 1, &caller, policy, &err);
  require(good == (err.message == NULL));
  require(good || sd_text_starts_with(err.message, NAME ":") ||
          sd_text_starts_with(err.message, "built-in:"));
  return good;
}

static void check_limit(const struct sd_limit *limit) {
  require(limit->value > 0 && limit->value <= limit->max);
}

static void check_promises(const struct sd_policy *policy) {
  check_limit(&policy->resources.memory);
  check_limit(&policy->resources.cpus);
  check_limit(&policy->resources.pids);
  check_limit(&policy->resources.shm_size);
  check_limit(&policy->resources.tmpfs_size);
  require(policy->resources.swap_max >= 0);
  for (size_t i = 0; i < policy->resources.ulimits.len; i++) {
    const struct sd_ulimit_policy *ulimit = &policy->resources.ulimits.items[i];
    require(ulimit->soft >= 0 && ulimit->soft <= ulimit->hard && ulimit->hard <= ulimit->max);
  }
  require(policy->user.fallback_uid != 0 && policy->user.fallback_gid != 0);
  require(policy->docker.path[0] == '/' && policy->docker.config_dir[0] == '/');
  require(policy->network.port_first > 0 &&
          policy->network.port_first <= policy->network.port_last);
  require(!sd_strv_contains(&policy->capabilities.allow, "ALL"));
  for (size_t i = 0; i < policy->mounts.bind.len; i++)
    require(policy->mounts.bind.items[i].source[0] == '/');
}

/* Where the text of the effective policy ends in what is shown. */
static size_t policy_len(const char *shown, size_t head) {
  const char *end = strstr(shown, ",\n  \"origin\": {\n");
  require(end != NULL);
  return (size_t)(end - shown) - head;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char head[] = "{\n  \"policy\": ";
  struct sd_arena arena;
  struct sd_policy policy;
  struct sd_policy again;
  sd_arena_init(&arena);
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  if (load(&arena, text, size, &policy)) {
    check_promises(&policy);
    const char *shown = sd_policy_show(&arena, &policy, &caller);
    size_t len = policy_len(shown, sizeof(head) - 1);
    require(load(&arena, shown + sizeof(head) - 1, len, &again));
    require(strncmp(sd_policy_show(&arena, &again, &caller), shown, len + sizeof(head) - 1) == 0);
  }
  sd_arena_finish(&arena);
  return 0;
}
