/* SPDX-License-Identifier: Apache-2.0 */
/* --env and --label, and the files of --env-file and --label-file. */
#include "spec_fixture.h"

#define FILE_NAME "the file"

struct file_case {
  const char *text;
  size_t len;
  const char *want; /* "A=b;B" */
  const char *why;
};

#define FILE_HOLDS(text, want)                                                                     \
  { (text), sizeof(text) - 1, (want), NULL }
#define FILE_REFUSED(text, why)                                                                    \
  { (text), sizeof(text) - 1, NULL, (why) }

static const char *join(struct sd_arena *arena, const struct sd_pairs *pairs) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < pairs->v.len; i++) {
    const struct sd_pair *pair = &pairs->v.items[i];
    sd_str_addf(&out, "%s%s%s%s", i > 0 ? ";" : "", pair->name, pair->value != NULL ? "=" : "",
                pair->value != NULL ? pair->value : "");
  }
  return sd_str_text(&out);
}

static void check_file(const struct file_case *row) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_pairs pairs;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  /* A copy of the exact size: nothing behind it may be read. */
  char *exact = test_malloc(row->len + 1);
  memcpy(exact, row->text, row->len);
  char *shorter = test_realloc(exact, row->len > 0 ? row->len : 1);
  bool good = sd_pairs_parse_file(&arena, FILE_NAME, shorter, row->len, &pairs, &err);
  test_free(shorter);
  if (row->want != NULL) {
    if (!good)
      fail_msg("'%s': %s", row->text, err.message);
    assert_string_equal(join(&arena, &pairs), row->want);
  } else {
    assert_false(good);
    assert_string_equal(err.message, sd_arena_printf(&arena, "%s, %s", FILE_NAME, row->why));
  }
  sd_arena_finish(&arena);
}

static void files(void **state) {
  static const struct file_case rows[] = {
      FILE_HOLDS("", ""),
      FILE_HOLDS("A=b\n", "A=b"),
      FILE_HOLDS("A=b", "A=b"),
      FILE_HOLDS("A=b\r\n", "A=b"),
      FILE_HOLDS("A=b\r", "A=b"),
      FILE_HOLDS("A=1\r\rB=2\n", "A=1\r\rB=2"),
      FILE_HOLDS("\xEF\xBB\xBF"
                 "A=b\n",
                 "A=b"),
      FILE_HOLDS("\xEF\xBB\xBF  #c\nA=b\n", "A=b"),
      FILE_HOLDS("A=1\n\xEF\xBB\xBF"
                 "B=2\n",
                 "A=1;\xEF\xBB\xBF"
                 "B=2"),
      FILE_HOLDS("#c\n  B=c \n\tC= d\n\n \nHOME\n", "B=c ;C= d;HOME"),
      FILE_HOLDS("A=a#b=\"c\"\n", "A=a#b=\"c\""),
      FILE_HOLDS("A=\nB=='\n", "A=;B=='"),
      FILE_HOLDS("\vA=1\n\xC2\xA0"
                 "B=1\n\xE2\x80\x83\xE2\x80\xA8"
                 "C=1\n\xE3\x80\x80"
                 "D=1",
                 "A=1;B=1;C=1;D=1"),
      FILE_HOLDS("A\xC2\xA0"
                 "B=1\n",
                 "A\xC2\xA0"
                 "B=1"),
      FILE_HOLDS("\r\n", ""),
      FILE_HOLDS("HOME\r\n", "HOME"),
      FILE_HOLDS("A=\x1b[1m\t\n", "A=\x1b[1m\t"),
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    check_file(&rows[i]);
}

/* The whole message is compared, so that the text of a line cannot be in it. */
static void files_refused(void **state) {
  static const struct file_case rows[] = {
      FILE_REFUSED("A B=secret\n", "line 1: there is a blank in the name"),
      FILE_REFUSED("A=1\n\n#\nroot:x secret\n", "line 4: there is a blank in the name"),
      FILE_REFUSED("A\tB\n", "line 1: there is a blank in the name"),
      FILE_REFUSED("HOME \n", "line 1: there is a blank in the name"),
      FILE_REFUSED("A=1\n=secret\n", "line 2: there is no name before '='"),
      FILE_REFUSED(" =x", "line 1: there is no name before '='"),
      FILE_REFUSED("A\v=1\n", "line 1: there is a control character in the name"),
      FILE_REFUSED("A=1\r\n\x1b[2J=1\n", "line 2: there is a control character in the name"),
      FILE_REFUSED("A=\xFF\n", "line 1: there are bytes that are not UTF-8"),
      FILE_REFUSED("#\xFF\n", "line 1: there are bytes that are not UTF-8"),
      FILE_REFUSED("A=1\nA=\xC3", "line 2: there are bytes that are not UTF-8"),
      FILE_REFUSED("A=1\0\n", "line 1: there is a NUL byte"),
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    check_file(&rows[i]);
}

static void long_lines(void **state) {
  static char text[70000];
  static const size_t longest = 65535;
  (void)state;
  memset(text, 'x', sizeof(text));
  memcpy(text, "A=", 2);
  for (size_t extra = 0; extra < 2; extra++) {
    struct sd_arena arena;
    struct sd_error err;
    struct sd_pairs pairs;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    char *copy = sd_arena_strndup(&arena, text, longest + extra);
    struct sd_pair pair;
    assert_true(sd_pair_parse(&arena, copy, &pair, &err));
    assert_int_equal(sd_pair_fits_file(&pair), extra == 0);
    assert_int_equal(sd_pairs_parse_file(&arena, FILE_NAME, copy, longest + extra, &pairs, &err),
                     extra == 0);
    sd_arena_finish(&arena);
  }
}

static const char *run_pair(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_pair pair;
  if (!sd_pair_parse(arena, text, &pair, err))
    return NULL;
  return pair.value == NULL ? pair.name : sd_arena_printf(arena, "%s=%s", pair.name, pair.value);
}

static void pairs(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("A=b"),
      SPEC_SAME("A"),
      SPEC_SAME("A="),
      SPEC_SAME("A=b=c"),
      SPEC_SAME("A B= c "),
      SPEC_SAME("A=\n\x01"),
      SPEC_SAME("\xC3\xA9=\xC3\xA9"),
      SPEC_REFUSED("", "no name"),
      SPEC_REFUSED("=b", "no name"),
      SPEC_REFUSED("A\n=b", "control characters"),
      SPEC_REFUSED("\xFF=b", "not UTF-8"),
      SPEC_REFUSED("A=\xFF", "value of A is not UTF-8"),
      SPEC_REFUSED("A\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run_pair);
}

struct fit_case {
  const char *name;
  const char *value;
  bool fits;
};

static void fits(void **state) {
  static const struct fit_case rows[] = {
      {"A", "b", true},
      {"A", "", true},
      {"A", " b=#'\"\t ", true},
      {"A", "a\rb", true},
      {"A\xC2\xA0", "b", true},
      {"A", NULL, false},
      {NULL, "b", false},
      {"", "b", false},
      {"A", "b\nc", false},
      {"A", "b\r", false},
      {"A", "\r", false},
      {"A", "\xFF", false},
      {"A\n", "b", false},
      {"A\xFF", "b", false},
      {" A", "b", false},
      {"\xC2\xA0"
       "A",
       "b", false},
      {"A B", "b", false},
      {"A\t", "b", false},
      {"A=", "b", false},
      {"#A", "b", false},
      {"\xEF\xBB\xBF"
       "A",
       "b", false},
      {"A\x7F", "b", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_pair pair = {rows[i].name, rows[i].value};
    if (sd_pair_fits_file(&pair) != rows[i].fits)
      fail_msg("row %zu: %s", i, rows[i].name);
  }
  /* What lies before an empty value in memory does not count. */
  static const char behind[] = "\r";
  assert_true(sd_pair_fits_file(&(struct sd_pair){"A", behind + 1}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files), cmocka_unit_test(files_refused), cmocka_unit_test(long_lines),
      cmocka_unit_test(pairs), cmocka_unit_test(fits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
