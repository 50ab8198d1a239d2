/* SPDX-License-Identifier: Apache-2.0 */
/* From words to a request and back to the words of the real CLI. */
#include <string.h>

#include "../../fake_host.h"
#include "../support.h"

#include "safe-docker/docker/emit.h"

/* -- a host with two files and two variables --------------------------------------------------- */

static const struct fake_text files[] = {
    {"vars", "# comment\nFROM_FILE=secret 1\nHOST_VAR\nUNSET_VAR\n"},
    {"labels", "team=blue\n"},
    {NULL, NULL},
};
static const struct fake_text variables[] = {
    {"HOST_VAR", "from host"},
    {"TWO_LINES", "a\nb"},
    {NULL, NULL},
};
static struct fake_host fake = {
    .node = SD_NODE_DIRECTORY, .creatable = true, .files = files, .variables = variables};

/* -- words in, words out ----------------------------------------------------------------------- */

static const struct sd_emit_paths paths = {"/proc/self/fd/4", "/proc/self/fd/5", NULL};

static void build(struct sd_arena *arena, const char *const *argv, struct sd_request *request,
                  struct sd_problems *problems) {
  struct sd_command_line line;
  struct sd_host host = fake_host_of(&fake);
  sd_cli_parse(arena, argv, &line, problems);
  assert_int_equal(problems->list.len, 0);
  sd_request_build(arena, &line, &host, request, problems);
}

static const char *emitted(struct sd_arena *arena, const struct sd_request *request,
                           struct sd_emitted *out) {
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!sd_emit(arena, request, &paths, out, &err))
    return sd_arena_printf(arena, "! %s", err.rule);
  return sd_strv_join(&out->argv, arena, " ");
}

struct row {
  const char *argv[14];
  const char *expected;
  const char *env_file;   /* NULL: none */
  const char *label_file; /* NULL: none */
};

static const struct row rows[] = {
    {{"run", "alpine"}, "run -- alpine", NULL, NULL},
    {{"create", "-it", "alpine", "sh", "-c", "x y"},
     "create --interactive=true --tty=true -- alpine sh -c x y",
     NULL,
     NULL},
    {{"run", "--rm", "--rm=0", "alpine"}, "run --rm=false -- alpine", NULL, NULL},
    {{"run", "-m", "1.5g", "--memory=2G", "alpine"},
     "run --memory=2147483648 -- alpine",
     NULL,
     NULL},
    {{"run", "--cpus=.50", "alpine"}, "run --cpus=0.5 -- alpine", NULL, NULL},
    {{"run", "--cpus=+01.", "alpine"}, "run --cpus=1 -- alpine", NULL, NULL},
    /* an empty address takes back the one before it; an empty name is one */
    {{"run", "--ip=", "--ip6=", "--mac-address=", "alpine"}, "run -- alpine", NULL, NULL},
    {{"run", "--ip=10.0.0.2", "--ip", "", "alpine"}, "run -- alpine", NULL, NULL},
    {{"run", "--ip=", "--ip=10.0.0.2", "alpine"}, "run --ip=10.0.0.2 -- alpine", NULL, NULL},
    {{"run", "--hostname=", "alpine"}, "run --hostname= -- alpine", NULL, NULL},
    {{"run", "--pids-limit=0x10", "alpine"}, "run --pids-limit=16 -- alpine", NULL, NULL},
    {{"run", "--health-interval=1m30s", "alpine"},
     "run --health-interval=90000000000ns -- alpine",
     NULL,
     NULL},
    {{"run", "--net=none", "alpine"}, "run --network=none -- alpine", NULL, NULL},
    {{"run", "--dns-opt=a", "--dns-option=b", "alpine"},
     "run --dns-option=a --dns-option=b -- alpine",
     NULL,
     NULL},
    {{"run", "--net-alias=a", "alpine"}, "run --network-alias=a -- alpine", NULL, NULL},
    {{"run", "-p", "127.0.0.1:8080:80", "alpine"},
     "run --publish=127.0.0.1:8080:80/tcp -- alpine",
     NULL,
     NULL},
    {{"run", "-v", "data:/d:ro", "alpine"}, "run --volume=data:/d:ro -- alpine", NULL, NULL},
    {{"run", "--security-opt=no-new-privileges", "alpine"},
     "run --security-opt=no-new-privileges -- alpine",
     NULL,
     NULL},
    {{"run", "--help", "--privileged", "x", "y"}, "run --help", NULL, NULL},
    {{"run", "--", "alpine", "--", "--rm"}, "run -- alpine -- --rm", NULL, NULL},
    /* environment: what was typed stays typed, what was not goes into the file */
    {{"run", "-e", "A=1", "--env=B=", "alpine"}, "run --env=A=1 --env=B= -- alpine", NULL, NULL},
    {{"run", "-e", "NOT_SET", "alpine"}, "run --env=NOT_SET -- alpine", NULL, NULL},
    {{"run", "-e", "HOST_VAR", "alpine"},
     "run --env-file=/proc/self/fd/4 -- alpine",
     "HOST_VAR=from host\n",
     NULL},
    {{"run", "-e", "A=1", "--env-file=vars", "-e", "B=2", "alpine"},
     "run --env=A=1 --env=B=2 --env-file=/proc/self/fd/4 -- alpine",
     "FROM_FILE=secret 1\nHOST_VAR=from host\n",
     NULL},
    {{"run", "-e", "HOST_VAR=typed", "-e", "HOST_VAR", "-e", "C=3", "alpine"},
     "run --env=C=3 --env-file=/proc/self/fd/4 -- alpine",
     "HOST_VAR=typed\nHOST_VAR=from host\n",
     NULL},
    {{"run", "-e", "L=1\n2", "-e", "HOST_VAR", "alpine"},
     "run --env=L=1\n2 --env-file=/proc/self/fd/4 -- alpine",
     "HOST_VAR=from host\n",
     NULL},
    {{"run", "-e", "HOST_VAR=1\n2", "-e", "HOST_VAR", "alpine"},
     "run --env-file=/proc/self/fd/4 -- alpine",
     "HOST_VAR=from host\n",
     NULL},
    {{"run", "-e", "TWO_LINES", "alpine"}, "! hidden-value", NULL, NULL},
    {{"run", "--label-file=labels", "-l", "a=b", "alpine"},
     "run --label=a=b --label-file=/proc/self/fd/5 -- alpine",
     NULL,
     "team=blue\n"},
};

static void check_text(const char *got, const char *expected) {
  if (expected == NULL)
    assert_null(got);
  else
    assert_string_equal(got, expected);
}

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_problems problems = {.arena = &arena};
    struct sd_request request;
    struct sd_emitted out;
    build(&arena, rows[i].argv, &request, &problems);
    assert_int_equal(problems.list.len, 0);
    const char *got = emitted(&arena, &request, &out);
    assert_string_equal(got, rows[i].expected);
    if (got[0] != '!') {
      check_text(out.env_file, rows[i].env_file);
      check_text(out.label_file, rows[i].label_file);
    }
    sd_arena_finish(&arena);
  }
}

/* What was emitted, read again, is emitted the same. */
static void test_idempotent(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_problems problems = {.arena = &arena};
    struct sd_request request;
    struct sd_emitted first;
    struct sd_emitted second;
    build(&arena, rows[i].argv, &request, &problems);
    const char *once = emitted(&arena, &request, &first);
    if (once[0] != '!' && first.env_file == NULL && first.label_file == NULL) {
      build(&arena, (const char *const *)sd_strv_argv(&first.argv, &arena), &request, &problems);
      assert_int_equal(problems.list.len, 0);
      assert_string_equal(emitted(&arena, &request, &second), once);
    }
    sd_arena_finish(&arena);
  }
}

struct bad {
  const char *argv[10];
  const char *rules; /* of the problems, in order */
};

static void test_problems_are_collected(void **state) {
  (void)state;
  static const struct bad bad[] = {
      {{"run"}, "missing-image"},
      {{"run", "--rm=maybe", "-m", "lots", "alpine"}, "invalid-value invalid-value"},
      {{"run", "-e", "=x", "UPPER"}, "invalid-value invalid-image"},
      {{"run", "-w", "/\xff", "alpine"}, "invalid-value"},
      {{"run", "alpine", "\xff"}, "invalid-value"},
      {{"run", "--env-file=/etc/shadow", "alpine"}, "invalid-value"},
      {{"run", "-e", "PATH", "alpine"}, "invalid-value"},
      {{"run", "-e", "HOME", "alpine"}, "invalid-value"},
      {{"run", "-e", "DOCKER_CONFIG", "alpine"}, "invalid-value"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_problems problems = {.arena = &arena};
    struct sd_request request;
    build(&arena, bad[i].argv, &request, &problems);
    struct sd_strv rules = {0};
    for (size_t j = 0; j < problems.list.len; j++)
      sd_strv_add(&rules, &arena, problems.list.items[j].rule);
    assert_string_equal(sd_strv_join(&rules, &arena, " "), bad[i].rules);
    sd_arena_finish(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_idempotent),
      cmocka_unit_test(test_problems_are_collected),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
