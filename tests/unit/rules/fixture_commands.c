/* SPDX-License-Identifier: Apache-2.0 */
/* Commands other than run and create, on a made daemon. */
#include "fixture.h"

#include <string.h>

#include "safe-docker/docker/cli.h"
#include "said.h"

/* A launch as the daemon shows it: everything that src/rules/ownership.c looks for. */
static const char launch[] =
    "{\"Id\": \"%s\", \"Name\": \"/%s\", \"Config\": {\"User\": \"%u:%u\", \"WorkingDir\": \"\", "
    "\"Labels\": {\"io.safe-docker.owner\": \"%u\", \"io.safe-docker.version\": \"1\"}}, "
    "\"HostConfig\": {\"Privileged\": false, \"CapDrop\": [\"ALL\"], \"CapAdd\": null, "
    "\"SecurityOpt\": [\"seccomp={}\", \"no-new-privileges=true\"], \"Memory\": 536870912, "
    "\"MemorySwap\": 536870912, \"NanoCpus\": 1000000000, \"PidsLimit\": 256, "
    "\"IpcMode\": \"private\", \"CgroupnsMode\": \"private\", \"PidMode\": \"\", "
    "\"UTSMode\": \"\", \"UsernsMode\": \"\"}%s}";

static void begin(struct fixture *fixture, const struct sd_command *command) {
  struct sd_objects objects = fixture->objects;
  fixture->invocation = (struct sd_invocation){.command = command};
  fixture->objects = objects;
  fixture->in.request = NULL;
  fixture->in.invocation = &fixture->invocation;
  fixture->in.objects = NULL;
  fixture->decision =
      (struct sd_decision){.arena = &fixture->arena, .problems = {.arena = &fixture->arena}};
}

void fixture_command(struct fixture *fixture, const char *name) {
  const struct sd_command *command = sd_command_find(name);
  assert_non_null(command);
  begin(fixture, command);
}

void fixture_option(struct fixture *fixture, const char *name, const char *value) {
  const struct sd_option *row = sd_command_option(fixture->invocation.command, name);
  struct sd_given *given = sd_arena_alloc(&fixture->arena, sizeof(*given));
  struct sd_problems problems = {.arena = &fixture->arena};
  struct sd_invocation one = {0};
  *given = (struct sd_given){
      .row = row,
      .value = value,
      .option = sd_arena_printf(&fixture->arena, "--%s=%s", name, value),
      .typed = sd_arena_printf(&fixture->arena, "--%s %s", name, value),
  };
  struct sd_command_line line = {.known = fixture->invocation.command};
  *sd_vec_push(&fixture->arena, &line.options) = *given;
  for (unsigned i = 0; i < line.known->min; i++)
    sd_strv_add(&line.words, &fixture->arena, "x");
  sd_invocation_build(&fixture->arena, &line, &fixture->host, &one, &problems);
  assert_int_equal(problems.list.len, 0);
  for (size_t i = 0; i < one.settings.len; i++)
    *sd_vec_push(&fixture->arena, &fixture->invocation.settings) = one.settings.items[i];
  for (size_t i = 0; i < one.env.v.len; i++)
    *sd_vec_push(&fixture->arena, &fixture->invocation.env.v) = one.env.v.items[i];
}

void fixture_operand(struct fixture *fixture, const char *word) {
  sd_strv_add(&fixture->invocation.operands, &fixture->arena, word);
}

void fixture_line(struct fixture *fixture, const char *words) {
  struct sd_strv argv = {0};
  struct sd_command_line line;
  char *text = sd_arena_strdup(&fixture->arena, words);
  for (char *word = strtok_r(text, " ", &text); word != NULL; word = strtok_r(NULL, " ", &text))
    sd_strv_add(&argv, &fixture->arena, word);
  begin(fixture, NULL);
  sd_cli_parse(&fixture->arena, (const char *const *)sd_strv_argv(&argv, &fixture->arena), &line,
               &fixture->decision.problems);
  assert_int_equal(fixture->decision.problems.list.len, 0);
  sd_invocation_build(&fixture->arena, &line, &fixture->host, &fixture->invocation,
                      &fixture->decision.problems);
  if (fixture->decision.problems.list.len > 0)
    print_message("%s: %s\n", words, fixture->decision.problems.list.items[0].message);
  assert_int_equal(fixture->decision.problems.list.len, 0);
}

void fixture_object(struct fixture *fixture, enum sd_object_kind kind, const char *json) {
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  const char *list = sd_arena_printf(&fixture->arena, "[%s]", json);
  size_t before = fixture->objects.v.len;
  if (!sd_objects_read(&fixture->arena, kind, list, strlen(list), &fixture->objects, &err))
    fail_msg("%s", err.message);
  assert_int_equal(fixture->objects.v.len, before + 1);
}

void fixture_container(struct fixture *fixture, const char *name, char digit, unsigned uid,
                       const char *more) {
  char id[65];
  memset(id, digit, 64);
  id[64] = '\0';
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 sd_arena_printf(&fixture->arena, launch, sd_arena_strdup(&fixture->arena, id),
                                 name, uid, uid, uid, more));
}

static void decide(struct fixture *fixture) {
  sd_rules_command(&fixture->in, &fixture->decision);
  bool wanting =
      fixture->decision.wants.v.len > 0 || fixture->decision.wants.list != SD_OWN_LIST_NONE;
  if (fixture->decision.problems.list.len > 0 || !wanting)
    return;
  fixture->decision =
      (struct sd_decision){.arena = &fixture->arena, .problems = {.arena = &fixture->arena}};
  fixture->objects.complete = true;
  fixture->in.objects = &fixture->objects;
  sd_rules_command(&fixture->in, &fixture->decision);
}

void fixture_decide(struct fixture *fixture) {
  decide(fixture);
  said(fixture);
}

const char *fixture_emitted(struct fixture *fixture) {
  struct sd_emit_paths paths = {.env_file = "/env", .label_file = "/labels"};
  struct sd_emitted emitted;
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  if (!sd_invocation_emit(&fixture->arena, &fixture->decision.invocation, &paths, &emitted, &err))
    fail_msg("%s", err.message);
  return sd_strv_join(&emitted.argv, &fixture->arena, " ");
}

const struct sd_problem *fixture_assert_refused(const struct fixture *fixture, const char *rule) {
  const struct sd_problems *problems = &fixture->decision.problems;
  if (problems->list.len != 1)
    fixture_assert_allowed(fixture);
  assert_int_equal(problems->list.len, 1);
  assert_string_equal(problems->list.items[0].rule, rule);
  assert_string_not_equal(problems->list.items[0].message, "");
  assert_string_not_equal(problems->list.items[0].hint, "");
  return &problems->list.items[0];
}

void fixture_assert_emitted(struct fixture *fixture, const char *words) {
  fixture_assert_allowed(fixture);
  assert_string_equal(fixture_emitted(fixture), words);
}

void fixture_assert_absent(struct fixture *fixture, const char *words) {
  assert_string_equal(sd_strv_join(&fixture->decision.absent, &fixture->arena, "\n"), words);
}
