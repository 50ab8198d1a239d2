/* SPDX-License-Identifier: Apache-2.0 */
/* Paths in the container: cleaned as Docker does it, and which is within which. */
#include "spec_fixture.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  const char *clean = NULL;
  return sd_path_clean(arena, text, &clean, err) ? clean : NULL;
}

static void cleaned(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("/"),
      SPEC_SAME("/a"),
      SPEC_SAME("/a/b"),
      {"//", "/", NULL},
      {"/.", "/", NULL},
      {"/..", "/", NULL},
      {"/../../a", "/a", NULL},
      {"/a/", "/a", NULL},
      {"//a///b//", "/a/b", NULL},
      {"/a/./b/.", "/a/b", NULL},
      {"/a/../b", "/b", NULL},
      {"/a/b/../..", "/", NULL},
      {"/a/b/../../..", "/", NULL},
      {"/a/b/../c/..", "/a", NULL},
      SPEC_SAME("/..."),
      SPEC_SAME("/..a/.b"),
      SPEC_SAME("/a b/\xC3\xA9"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("a", "not absolute"),
      SPEC_REFUSED("./a", "not absolute"),
      SPEC_REFUSED("/a\n", "control characters"),
      SPEC_REFUSED("/\xFF", "not UTF-8"),
      SPEC_REFUSED("/\xC2\x85", "control characters"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void within(void **state) {
  (void)state;
  assert_true(sd_path_within("/a", "/a"));
  assert_true(sd_path_within("/a/b", "/a"));
  assert_true(sd_path_within("/a", "/"));
  assert_true(sd_path_within("/", "/"));
  assert_false(sd_path_within("/ab", "/a"));
  assert_false(sd_path_within("/a", "/a/b"));
  assert_false(sd_path_within("/", "/a"));
  assert_false(sd_path_within("/b/a", "/a"));
  assert_false(sd_path_within("/a", ""));
  assert_false(sd_path_within("a", "/"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cleaned),
      cmocka_unit_test(within),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
