/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: what each matches, and that none takes long. */
#include <string.h>
#include <time.h>

#include "../support.h"

#include "safe-docker/policy/policy.h"

/* clang-format off */
static const struct {
  const char *pattern, *text;
  bool matches;
} rows[] = {
    /* plain text */
    {"", "", true},
    {"", "a", false},
    {"a", "", false},
    {"abc", "abc", true},
    {"abc", "abcd", false},
    {"abcd", "abc", false},
    {"ABC", "abc", false},
    /* one star: not a slash */
    {"*", "", true},
    {"*", "abc", true},
    {"*", "a/b", false},
    {"*", "/", false},
    {"*", ".hidden", true},
    {"a*c", "ac", true},
    {"a*c", "abbbc", true},
    {"a*c", "ab/c", false},
    {"*/*", "a/b", true},
    {"*/*", "a/b/c", false},
    {"*a*b", "xaxxbxab", true},
    {"*ab", "aab", true},
    {"a*", "a/", false},
    {"docker.io/library/*", "docker.io/library/alpine", true},
    {"docker.io/library/*", "docker.io/library/x/alpine", false},
    {"docker.io/library/*", "docker.io/library/", true},
    {"docker.io/library/*", "evil.io/docker.io/library/alpine", false},
    /* two stars: anything */
    {"**", "", true},
    {"**", "a/b/c", true},
    {"***", "a/b/c", true},
    {"a/**", "a", false},
    {"a/**", "a/", true},
    {"a/**", "a/b/c", true},
    {"a/**/d", "a/b/c/d", true},
    {"a/**/d", "a/d", false},
    {"**/d", "a/b/c/d", true},
    {"**d", "a/b/c/d", true},
    {"**/b/*", "a/b/c/b/d", true},
    {"**/b/*", "a/b/c/b/d/e", false},
    {"**a*b", "xa/ab", true},
    {"**a*b", "xa/acb", true},
    {"**a*b", "xa/b", false},
    {"*a**b", "a/x/b", true},
    {"*a**b", "x/a/b", false},
    {"**x*y/*z", "ax/xby/cz", true},
    /* one character */
    {"?", "a", true},
    {"?", "", false},
    {"?", "/", false},
    {"a?c", "a/c", false},
    {"?", "\xc3\xa4", true},
    {"??", "\xc3\xa4", false},
    {"*\xc3\xa4", "x\xc3\xa4", true},
    /* sets */
    {"[abc]", "b", true},
    {"[abc]", "d", false},
    {"[a-c]x", "bx", true},
    {"[!a-c]", "d", true},
    {"[^a-c]", "b", false},
    {"[!a]", "/", false},
    {"[/]", "/", false},
    {"[.-0]", "/", false},
    {"[!a]", "", false},
    {"[]a]", "]", true},
    {"[!]a]", "]", false},
    {"[!]a]", "b", true},
    {"[a-]", "-", true},
    {"[\\]]", "]", true},
    {"[\\a-c]", "b", true},
    {"[[:digit:]]", "7", true},
    {"[[:digit:]]", "a", false},
    {"[[:nothing:]]", "a", false},
    {"[![:alpha:]]", "7", true},
    {"[!a]", "\xc3\xa4", true},
    {"[a", "[a", true},
    {"[a", "a", false},
    {"*[a", "x[a", true},
    /* escapes */
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"\\?", "?", true},
    {"\\[a]", "[a]", true},
    {"\\\\", "\\", true},
    {"\\a", "a", true},
    {"a\\", "a", false},
    {"a\\", "a\\", false},
};
/* clang-format on */

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (sd_policy_matches(rows[i].pattern, rows[i].text) != rows[i].matches)
      fail_msg("pattern \"%s\", text \"%s\": expected %d", rows[i].pattern, rows[i].text,
               rows[i].matches);
}

static double run(const char *pattern, const char *text, bool expected) {
  struct timespec start, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  assert_int_equal(sd_policy_matches(pattern, text), expected);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

/* A matcher that tries every way of sharing out the text would need longer than the universe
 * has. */
static void test_time(void **state) {
  (void)state;
  static char text[20001];
  memset(text, 'a', sizeof(text) - 1);
  double seconds = run("*a*a*a*a*a*b", text, false) + run("**a**a**a**a**a**b", text, false) +
                   run("**a*a*a*a*a*b", text, false) + run("*a*a*a*a*a*a", text, true);
  assert_true(seconds < 5);
}

static void test_any(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv patterns = {0};
  assert_false(sd_policy_matches_any(&patterns, "a"));
  sd_strv_add(&patterns, &arena, "x*");
  sd_strv_add(&patterns, &arena, "a*");
  assert_true(sd_policy_matches_any(&patterns, "abc"));
  assert_false(sd_policy_matches_any(&patterns, "bc"));
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_time),
                                     cmocka_unit_test(test_any)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
