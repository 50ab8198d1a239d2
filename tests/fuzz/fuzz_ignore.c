/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the .dockerignore of a folder that is built from. What is accepted becomes patterns for tar(1), none of which
 * leaves the folder; what is not is refused in words. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fake_host.h"
#include "../known_groups.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const gid_t group_ids[] = {1000, 27};
static struct sd_gids groups = {.items = group_ids, .len = 2};
static const struct sd_policy_caller caller = {.uid = 1000,
                                               .gid = 1000,
                                               .user = "al",
                                               .home = "/home/al",
                                               .groups = known_groups,
                                               .context = &groups};
static const char policy_text[] =
    "{\"version\":1,\"commands\":{\"allow\":[\"build\"]},\"images\":{\"own\":[\"**\"]}}";

static void require(bool holds) {
  if (!holds)
    abort();
}

static void check_patterns(const struct sd_strv *patterns) {
  for (size_t i = 0; i < patterns->v.len; i++) {
    const char *pattern = patterns->v.items[i];
    require(pattern[0] != '/' && pattern[0] != '\0');
    require(strchr(pattern, '\n') == NULL && strstr(pattern, "/../") == NULL);
    require(strcmp(pattern, "..") != 0 && !sd_text_starts_with(pattern, "../"));
  }
}

static void check(struct sd_arena *arena, const char *text) {
  static const char *const words[] = {"build", "-t", "al/x", "/w", NULL};
  const struct fake_text files[] = {{"/w/.dockerignore", text}, {NULL, NULL}};
  struct fake_host fake = {.node = SD_NODE_DIRECTORY, .files = files};
  const struct sd_host host = fake_host_of(&fake);
  const struct sd_policy_text texts[] = {{"/p.json", policy_text, sizeof(policy_text) - 1}};
  struct sd_policy policy;
  struct sd_command_line line;
  struct sd_invocation invocation;
  struct sd_decision decision = {.arena = arena, .problems = {.arena = arena}};
  struct sd_error err;
  sd_error_init(&err, arena);
  require(sd_policy_load(arena, texts, 1, &caller, &policy, &err));
  sd_cli_parse(arena, words, &line, &decision.problems);
  sd_invocation_build(arena, &line, &host, &invocation, &decision.problems);
  const struct sd_rule_input in = {.arena = arena,
                                   .policy = &policy,
                                   .caller = &caller,
                                   .invocation = &invocation,
                                   .host = &host,
                                   .endpoint = &policy.docker.endpoint,
                                   .version = "1"};
  sd_rules_command(&in, &decision);
  for (size_t i = 0; i < decision.problems.list.len; i++)
    require(strcmp(decision.problems.list.items[i].rule, "build-context") == 0 &&
            decision.problems.list.items[i].hint[0] != '\0' &&
            sd_text_is_printable(decision.problems.list.items[i].message));
  check_patterns(&decision.context.excludes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  check(&arena, sd_arena_strndup(&arena, (const char *)data, size));
  sd_arena_finish(&arena);
  return 0;
}
