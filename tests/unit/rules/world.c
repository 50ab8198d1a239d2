/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <string.h>

#define OWNER(uid) "\"Labels\":{\"io.safe-docker.owner\":\"" uid "\"}"
#define HOST                                                                                       \
  "{\"CapDrop\":[\"ALL\"],\"SecurityOpt\":[\"seccomp={}\",\"no-new-privileges=true\"],\"Memory\":" \
  "1,"                                                                                             \
  "\"MemorySwap\":1,\"PidsLimit\":1,\"NanoCpus\":1,\"IpcMode\":\"private\","                       \
  "\"CgroupnsMode\":\"private\",\"PidMode\":\"\",\"UTSMode\":\"\",\"UsernsMode\":\"\"}"

static const char others[] =
    "{\"Id\":\"2222222222222222222222222222222222222222222222222222222222222222\",\"Name\":\"/"
    "theirs\","
    "\"Config\":{\"User\":\"1001:1001\"," OWNER(
        "1001") "},\"HostConfig\":" HOST "},"
                "{\"Id\":\"3333333333333333333333333333333333333333333333333333333333333333\","
                "\"Name\":\"/plain\","
                "\"Config\":{\"User\":\"\",\"Labels\":{}},\"HostConfig\":{}},"
                "{\"Id\":\"" WORLD_LAN "\",\"Name\":\"lan\",\"IPAM\":{}," OWNER(
                    "1000") "},"
                            "{\"Id\":"
                            "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
                            "\"Name\":\"bobs\","
                            "\"IPAM\":{}," OWNER(
                                "1001") "},"
                                        "{\"Id\":"
                                        "\"cccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
                                        "cccccccc\",\"Name\":\"team\","
                                        "\"IPAM\":{},\"Labels\":{}},"
                                        "{\"Name\":\"data\",\"Mountpoint\":\"/v\"," OWNER(
                                            "1000") "},"
                                                    "{\"Name\":\"secret\",\"Mountpoint\":\"/"
                                                    "v\"," OWNER(
                                                        "1001") "},"
                                                                "{\"Name\":\"old\",\"Mountpoint\":"
                                                                "\"/v\",\"Labels\":null}";

void world_looked_up(struct fixture *fixture, const char *mounts) {
  struct sd_objects *objects = sd_arena_alloc(&fixture->arena, sizeof(*objects));
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  *objects = (struct sd_objects){0};
  const char *text = sd_arena_printf(
      &fixture->arena,
      "[{\"Id\":\"" WORLD_MINE "\",\"Name\":\"/mine\",\"Mounts\":%s,"
      "\"Config\":{\"User\":\"1000:1000\"," OWNER("1000") "},\"HostConfig\":" HOST "},%s]",
      mounts, others);
  if (!sd_objects_read(&fixture->arena, SD_OBJECT_ANY, text, strlen(text), objects, &err))
    fail_msg("%s", err.message);
  assert_int_equal(objects->v.len, 9);
  fixture->in.objects = objects;
}

void world_command(struct fixture *fixture, const char *words) {
  struct sd_strv argv = {0};
  struct sd_command_line line = {0};
  struct sd_invocation *invocation = sd_arena_alloc(&fixture->arena, sizeof(*invocation));
  char *rest = sd_arena_strdup(&fixture->arena, words);
  for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
    sd_strv_add(&argv, &fixture->arena, word);
  fixture->decision =
      (struct sd_decision){.arena = &fixture->arena, .problems = {.arena = &fixture->arena}};
  sd_cli_parse(&fixture->arena, (const char *const *)sd_strv_argv(&argv, &fixture->arena), &line,
               &fixture->decision.problems);
  assert_int_equal(line.verb, SD_VERB_OTHER);
  sd_invocation_build(&fixture->arena, &line, &fixture->host, invocation,
                      &fixture->decision.problems);
  fixture->in.invocation = invocation;
  sd_rules_command(&fixture->in, &fixture->decision);
}

const char *world_executed(struct fixture *fixture) {
  struct sd_emit_paths paths = {0};
  struct sd_emitted out = {0};
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  fixture_assert_allowed(fixture);
  if (!sd_invocation_emit(&fixture->arena, &fixture->decision.invocation, &paths, &out, &err))
    fail_msg("%s", err.message);
  return sd_strv_join(&out.argv, &fixture->arena, " ");
}

const struct sd_problem *world_assert_denied(const struct fixture *fixture, const char *rule) {
  for (size_t i = 0; i < fixture->decision.problems.list.len; i++)
    if (fixture->decision.problems.list.len != 1 ||
        strcmp(fixture->decision.problems.list.items[i].rule, rule) != 0)
      print_message("%s: %s\n", fixture->decision.problems.list.items[i].rule,
                    fixture->decision.problems.list.items[i].message);
  assert_int_equal(fixture->decision.problems.list.len, 1);
  const struct sd_problem *problem = &fixture->decision.problems.list.items[0];
  assert_string_equal(problem->rule, rule);
  assert_string_not_equal(problem->hint, "");
  return problem;
}
