/* SPDX-License-Identifier: Apache-2.0 */
/* Versions as engines and packages write them, and every row of the table of published holes: open just below each of its
 * releases, mended at it. */
#include "../support.h"

#include <stdio.h>
#include <string.h>

#include "engine_holes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_MAX 64

static struct engine_version version(const char *text) {
  struct engine_version out = {0};
  if (!engine_version_read(text, &out))
    fail_msg("%s is read as no version", text);
  return out;
}

static int compare(const char *left, const char *right) {
  struct engine_version a = version(left);
  struct engine_version b = version(right);
  return engine_version_compare(&a, &b);
}

static void test_order(void **state) {
  /* Each is older than the next. */
  static const char *const rising[] = {
      "0.9.1",       "1.0.0-rc1",      "1.0.0-rc9",   "1.0.0~rc10+dfsg1",
      "1.0.0-rc93",  "1.0.0~rc95+ds1", "1.0.0",       "1.0.3+ds1",
      "1.1.4",       "1.1.5+ds1",      "1.1.12",      "1.2.0-alpha.1",
      "1.2.0-beta2", "1.2.0-rc.1",     "1.2.0-rc.3",  "1.2.0",
      "1.6.20~ds1",  "1.6.38",         "1.10.0",      "v2.0.0-rc.1",
      "v2.0.0",      "18.06.1-ce",     "18.09.1",     "20.10.24+dfsg1",
      "27.5.1",      "28.2.0-dev",     "28.2.0-rc.1", "28.2.2",
      "28.10.0",     "999999999.1"};
  (void)state;
  for (size_t i = 0; i + 1 < COUNT(rising); i++) {
    if (compare(rising[i], rising[i + 1]) >= 0 || compare(rising[i + 1], rising[i]) <= 0)
      fail_msg("%s must be older than %s", rising[i], rising[i + 1]);
    assert_int_equal(compare(rising[i], rising[i]), 0);
  }
}

static void test_same(void **state) {
  static const char *const same[][2] = {
      {"1.1.5", "1.1.5+ds1"},
      {"1.6.20", "1.6.20~ds1-1+deb12u3"},
      {"v2.1.5", "2.1.5"},
      {"28.2.2", "28.2.2-0ubuntu1~24.04.1"},
      {"1.4.0-rc.3", "1.4.0-rc3"},
      {"1.4.0-rc.3", "1.4.0~rc3+ds1"},
      {"20.10.24+dfsg1", "20.10.24-ce"},
      {"1.2", "1.2.0.0"},
      {"1.3.0", "1.3.0+dev"},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(same); i++)
    if (compare(same[i][0], same[i][1]) != 0)
      fail_msg("%s is %s", same[i][0], same[i][1]);
}

static void test_none(void **state) {
  static const char *const none[] = {"",
                                     "unknown",
                                     "dev",
                                     "library-import",
                                     "v",
                                     "1",
                                     "0.0.0-20240101000000-abcdef",
                                     "0.0",
                                     "1.",
                                     "1..2",
                                     ".1.2",
                                     "1.2.",
                                     "1.2.3.4.5",
                                     "1.2 3",
                                     "1.2rc1",
                                     "1.2\n3",
                                     "-1.2",
                                     "99999999999999999999.1",
                                     "1.99999999999999999999",
                                     "1.0-rc99999999999",
                                     "\x1b[31m1.2",
                                     "vv1.2",
                                     "1.2_3"};
  struct engine_version out;
  (void)state;
  memset(&out, 0x5a, sizeof(out));
  const struct engine_version before = out;
  assert_false(engine_version_read(NULL, &out));
  for (size_t i = 0; i < COUNT(none); i++)
    if (engine_version_read(none[i], &out))
      fail_msg("\"%s\" is read as a version", none[i]);
  assert_memory_equal(&out, &before, sizeof(out));
}

/* What nobody knows the meaning of stands before the release: a hole is rather told than kept quiet. */
static void test_strange_words_are_older(void **state) {
  (void)state;
  assert_true(compare("1.1.12-mine", "1.1.12") < 0);
  assert_true(compare("1.1.12-rcx", "1.1.12") < 0);
  assert_true(compare("1.1.12-cesium", "1.1.12") < 0);
  assert_true(compare("1.1.12-", "1.1.12") < 0);
}

static void test_packages(void **state) {
  static const struct {
    const char *package, *reported;
    bool same;
  } rows[] = {
      {"20.10.24+dfsg1-1+deb12u1+b6", "20.10.24+dfsg1", true},
      {"1.1.5+ds1-1+deb12u1", "1.1.5+ds1", true},
      {"1.6.20~ds1-1+deb12u3", "1.6.20~ds1", true},
      {"5:28.2.2-1~debian.12~bookworm", "28.2.2", true},
      {"2.1.5-1~debian.12~bookworm", "v2.1.5", true},
      {"1.3.3-0ubuntu1~24.04.2", "1.3.3-0ubuntu1~24.04.2", true},
      {"20.10.24+dfsg1-1+deb12u1", "28.2.2", false},
      {"1.1.5+ds1-1+deb12u1", "1.1.5", false},
      {"1.1.5+ds1-1+deb12u1", "1.1.5+ds1x", false},
      {"1.1.12-1", "1.1.1", false},
      {"1.1.1-1", "1.1.12", false},
      {"5:18.09.1~3-0~debian-stretch", "18.09.1", true},
      {"1.6.20~ds1-1+deb12u3", "1.6.20", false},
      {"1.1.5-rc1-1", "1.1.5", false},
      {"1.1.5", "1.1.5", true},
      {"x:1.1.5-1", "1.1.5", false},
      {"", "", false},
      {"-1", "", false},
      {"1.2-1", "", false},
      {"1:", "", false},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    if (engine_version_is_package(rows[i].package, rows[i].reported) != rows[i].same)
      fail_msg("%s and %s", rows[i].package, rows[i].reported);
}

/* -- the table ------------------------------------------------------------------------------------- */

#define DIGITS "0123456789"

static bool is_cve(const char *text) {
  size_t number = strncmp(text, "CVE-20", 6) == 0 && strspn(text + 4, DIGITS) == 4 && text[8] == '-'
                      ? strspn(text + 9, DIGITS)
                      : 0;
  return number >= 4 && number <= 7 && text[9 + number] == '\0';
}

static void test_rows(void **state) {
  static const char *const components[] = {"engine", "cli",    "containerd",
                                           "runc",   "buildx", "compose"};
  (void)state;
  assert_true(holes_count >= 35);
  for (size_t i = 0; i < holes_count; i++) {
    const struct hole *hole = &holes[i];
    bool known = false;
    for (size_t k = 0; k < COUNT(components); k++)
      known = known || strcmp(hole->component, components[k]) == 0;
    size_t len = strlen(hole->what);
    if (!known || !is_cve(hole->cve) || len < 20 || len > 110 || hole->what[len - 1] == '.' ||
        strchr(hole->what, '(') != NULL)
      fail_msg("%s %s: \"%s\"", hole->component, hole->cve, hole->what);
    for (size_t k = 0; k < i; k++)
      if (strcmp(holes[k].component, hole->component) == 0 && strcmp(holes[k].cve, hole->cve) == 0)
        fail_msg("%s %s stands there twice", hole->component, hole->cve);
  }
}

/* The newest version that is older than `text`, as far as releases go. */
static void just_below(const char *text, char *out) {
  struct engine_version of = version(text);
  if (of.stage == STAGE_RC)
    (void)snprintf(out, TEXT_MAX, "%u.%u.%u-rc.%u", of.part[0], of.part[1], of.part[2],
                   of.stage_number - 1);
  else if (of.part[2] > 0)
    (void)snprintf(out, TEXT_MAX, "%u.%u.%u", of.part[0], of.part[1], of.part[2] - 1);
  else
    (void)snprintf(out, TEXT_MAX, "%u.%u.0-rc.99", of.part[0], of.part[1]);
}

static void expect(const struct hole *hole, const char *text, bool open) {
  struct engine_version at = version(text);
  if (hole_is_open(hole, &at) != open)
    fail_msg("%s %s: %s must be %s", hole->component, hole->cve, text, open ? "open" : "mended");
}

static void test_each_fix(void **state) {
  (void)state;
  for (size_t i = 0; i < holes_count; i++) {
    char list[256];
    char below[TEXT_MAX];
    const char *before = NULL;
    char *rest = NULL;
    size_t count = 0;
    assert_true(strlen(holes[i].fixed) < sizeof(list));
    (void)snprintf(list, sizeof(list), "%s", holes[i].fixed);
    for (char *fix = strtok_r(list, " ", &rest); fix != NULL; fix = strtok_r(NULL, " ", &rest)) {
      struct engine_version now = version(fix);
      if (before != NULL) {
        struct engine_version last = version(before);
        if (compare(before, fix) >= 0 || engine_version_is_branch(&last, &now))
          fail_msg("%s %s: %s before %s", holes[i].component, holes[i].cve, before, fix);
      }
      expect(&holes[i], fix, false);
      just_below(fix, below);
      expect(&holes[i], below, true);
      before = fix;
      count++;
    }
    assert_in_range(count, 1, HOLE_FIXED_MAX);
    assert_null(strstr(holes[i].fixed, "  "));
    expect(&holes[i], "9999.0.0", false);
  }
}

static void test_since(void **state) {
  (void)state;
  for (size_t i = 0; i < holes_count; i++) {
    char below[TEXT_MAX];
    if (holes[i].since[0] == '\0') {
      expect(&holes[i], "0.0.1", true);
      continue;
    }
    expect(&holes[i], holes[i].since, true);
    just_below(holes[i].since, below);
    expect(&holes[i], below, false);
  }
}

/* A branch between two that were mended has it; one above them has not. */
static void test_branches(void **state) {
  static const struct hole row = {"engine",    "CVE-2024-0000", "", "23.0.15 25.0.6 26.1.5 27.1.1",
                                  HOLE_ESCAPE, HOLE_EVERYWHERE, ""};
  static const struct {
    const char *version;
    bool open;
  } rows[] = {{"20.10.27", true},    {"23.0.14", true},  {"23.0.15", false}, {"24.0.9", true},
              {"25.0.5", true},      {"25.0.13", false}, {"26.0.3", true},   {"26.1.5", false},
              {"27.0.3", true},      {"27.1.0", true},   {"27.1.1", false},  {"27.2.0", false},
              {"27.1.1-rc.1", true}, {"28.0.0", false}};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    expect(&row, rows[i].version, rows[i].open);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order),    cmocka_unit_test(test_same),
      cmocka_unit_test(test_none),     cmocka_unit_test(test_strange_words_are_older),
      cmocka_unit_test(test_packages), cmocka_unit_test(test_rows),
      cmocka_unit_test(test_each_fix), cmocka_unit_test(test_since),
      cmocka_unit_test(test_branches),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
