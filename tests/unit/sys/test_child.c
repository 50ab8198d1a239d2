/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that do not stop talking, or never say anything. */
#include "safe-docker/sys/child.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "../with_arena.h"

#define SOON 2000 /* milliseconds */

static bool ask(const char *script, int64_t seconds, size_t max, struct sd_answer *out,
                struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  const char *const words[] = {"sh", "-c", script};
  for (size_t i = 0; i < 3; i++)
    sd_strv_add(&argv, &arena, words[i]);
  sd_strv_add(&variables, &arena, "PATH=/usr/bin:/bin");
  const struct sd_child child = {
      .path = "/bin/sh", .argv = &argv, .environ = &variables, .seconds = seconds};
  sd_error_init(err, &arena);
  return sd_child_ask(&arena, &child, max, out, err);
}

static void expect_failure(const char *script, const char *why) {
  struct sd_answer answer = {0};
  struct sd_error err;
  int64_t begin = sd_clock_ms();
  assert_false(ask(script, 1, 1000, &answer, &err));
  assert_true(sd_clock_ms() - begin < SOON);
  assert_non_null(strstr(err.message, why));
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it is not left behind */
  assert_int_equal(errno, ECHILD);
}

static void test_what_is_said(void **state) {
  (void)state;
  struct sd_answer answer = {0};
  struct sd_error err;
  assert_true(ask("echo out; echo err >&2; exit 3", 0, 4, &answer, &err));
  assert_int_equal(answer.status, 3);
  assert_string_equal(answer.out, "out\n");
  assert_string_equal(answer.err, "err\n");
  assert_true(ask("head -c 200000 /dev/zero | tr '\\0' x >&2; echo out", 0, 4, &answer, &err));
  assert_int_equal(strlen(answer.err), 65536);
  assert_string_equal(answer.out, "out\n");
}

static void test_endless(void **state) {
  (void)state;
  expect_failure("while :; do echo y; done", "printed more than 1000 bytes");
  expect_failure("trap '' PIPE; while :; do echo y; done 2>/dev/null",
                 "printed more than 1000 bytes");
  expect_failure("exec cat /dev/zero >&2", "printed more than 16777216 bytes");
}

static void test_one_too_many(void **state) {
  (void)state;
  struct sd_answer answer = {0};
  struct sd_error err;
  assert_true(ask("printf 12345", 0, 5, &answer, &err));
  assert_false(ask("printf 123456", 0, 5, &answer, &err));
}

static void test_silent(void **state) {
  (void)state;
  expect_failure("exec sleep 100", "no answer within 1 seconds");
  expect_failure("trap '' TERM INT; while :; do :; done", "no answer within 1 seconds");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_said),
      cmocka_unit_test(test_endless),
      cmocka_unit_test(test_one_too_many),
      cmocka_unit_test(test_silent),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
