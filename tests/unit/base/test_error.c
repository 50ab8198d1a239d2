/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and problems: which text wins, and what is told when. */
#include "safe-docker/base/problem.h"

#include <errno.h>
#include <string.h>

#include "../with_arena.h"

static void the_first_error_stays(void **state) {
  (void)state;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_null(err.message);
  assert_null(err.rule);
  assert_null(err.hint);
  assert_int_equal(err.status, 125);
  assert_false(sd_fail_rule(&err, "rule", "hint", "%s %d", "one", 1));
  assert_false(sd_fail_rule(&err, "other", "other", "two"));
  assert_false(sd_fail(&err, "three"));
  assert_false(sd_fail_errno(&err, ENOENT, "four"));
  assert_string_equal(err.message, "one 1");
  assert_string_equal(err.rule, "rule");
  assert_string_equal(err.hint, "hint");
}

/* A rule or hint of a later failure must not be told with the message of an earlier one. */
static void no_mixture(void **state) {
  (void)state;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_fail(&err, "one"));
  assert_false(sd_fail_rule(&err, "rule", "hint", "two"));
  assert_string_equal(err.message, "one");
  assert_null(err.rule);
  assert_null(err.hint);
}

static void words_of_errno(void **state) {
  (void)state;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_fail_errno(&err, ENOENT, "cannot open %s", "x"));
  assert_string_equal(err.message, "cannot open x: No such file or directory");
  sd_error_init(&err, &arena);
  assert_false(sd_fail_errno(&err, 99999, "x"));
  assert_string_equal(err.message, "x: unknown error");
}

static void problems_are_collected(void **state) {
  (void)state;
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "rule", "--a=b", "hint", "%s", "why");
  sd_problem_add(&problems, NULL, NULL, NULL, "x");
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_fail_rule(&err, "own-rule", "own hint", "reason"));
  sd_problem_add_error(&problems, "rule", "--c=d", "-c d", &err);
  sd_error_init(&err, &arena);
  assert_false(sd_fail(&err, "reason"));
  sd_problem_add_error(&problems, "rule", "--c=d", "-c \x1b[2J", &err);
  static const struct sd_problem wanted[] = {
      {"rule", "--a=b", "why", "hint"},
      {"", "", "x", ""},
      {"own-rule", "--c=d", "-c d: reason", "own hint"},
      {"rule", "--c=d", "-c \\x1b[2J: reason", ""},
  };
  assert_int_equal(problems.list.len, sizeof(wanted) / sizeof(wanted[0]));
  for (size_t i = 0; i < problems.list.len; i++) {
    assert_string_equal(problems.list.items[i].rule, wanted[i].rule);
    assert_string_equal(problems.list.items[i].option, wanted[i].option);
    assert_string_equal(problems.list.items[i].message, wanted[i].message);
    assert_string_equal(problems.list.items[i].hint, wanted[i].hint);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_error_stays),
      cmocka_unit_test(no_mixture),
      cmocka_unit_test(words_of_errno),
      cmocka_unit_test(problems_are_collected),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
