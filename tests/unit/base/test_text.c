/* SPDX-License-Identifier: Apache-2.0 */
/* Texts and the strings built from them. */
#include "safe-docker/base/text.h"

#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"

static void utf8(void **state) {
  (void)state;
  static const char *const good[] = {
      "",
      "a",
      "\x7F",
      "\xC2\x80",
      "\xDF\xBF",
      "\xE0\xA0\x80",
      "\xED\x9F\xBF",
      "\xEE\x80\x80",
      "\xEF\xBF\xBF",
      "\xF0\x90\x80\x80",
      "\xF4\x8F\xBF\xBF",
  };
  static const char *const bad[] = {
      "\x80",
      "\xBF",
      "\xC2",
      "\xC0\x80",
      "\xC1\xBF",
      "\xC2\x41",
      "\xE0\x80\x80",
      "\xE0\x9F\xBF",
      "\xE0\xA0",
      "\xED\xA0\x80",
      "\xED\xBF\xBF",
      "\xF0\x80\x80\x80",
      "\xF0\x8F\xBF\xBF",
      "\xF0\x90\x80",
      "\xF4\x90\x80\x80",
      "\xF5\x80\x80\x80",
      "\xF8\x88\x80\x80\x80",
      "\xFE",
      "\xFF",
      "a\xFFz",
  };
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
    assert_true(sd_text_is_utf8(good[i], strlen(good[i])));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    assert_false(sd_text_is_utf8(bad[i], strlen(bad[i])));
    assert_false(sd_text_is_printable(bad[i]));
  }
  assert_true(sd_text_is_utf8("a\0b", 3));
}

static void printable(void **state) {
  (void)state;
  assert_true(sd_text_is_printable("a b \xC2\xA0 \xF0\x9F\x98\x80"));
  static const char *const bad[] = {"\x01", "\n",       "\t",       "\x1b",
                                    "\x7F", "\xC2\x80", "\xC2\x9B", "\xC2\x9F"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_false(sd_text_is_printable(bad[i]));
}

static void shown_safely(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *shown;
  } rows[] = {
      {"", ""},
      {"a \"b\" \\ c", "a \"b\" \\ c"},
      {"\xC3\xA9\xF0\x9F\x98\x80", "\xC3\xA9\xF0\x9F\x98\x80"},
      {"\x1b[31m\n", "\\x1b[31m\\x0a"},
      {"\x7F\xFF\xC3", "\\x7f\\xff\\xc3"},
      {"\xC2\x9B"
       "2J",
       "\\u{009b}2J"},
      {"a\xE2\x80\xAE"
       "b",
       "a\\u{202e}b"},
      {"\xE2\x80\x8B", "\\u{200b}"},
      {"\xEF\xBB\xBF", "\\u{feff}"},
      {"\xEF\xB8\x8F", "\\u{fe0f}"},
      {"\xE3\x85\xA4", "\\u{3164}"},
      {"\xF3\xA0\x84\x80", "\\u{e0100}"},
      {"\xC2\xAD", "\\u{00ad}"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(sd_text_safe(&arena, rows[i].text), rows[i].shown);
}

static void shown_briefly(void **state) {
  (void)state;
  static const char *const units[] = {"x",    "\xC3\xA9",    "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                      "\xFF", "\xE2\x80\xAE"};
  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
    for (size_t shift = 0; shift < 5; shift++) {
      struct sd_str text;
      sd_str_init(&text, &arena);
      for (size_t j = 0; j < shift; j++)
        sd_str_add_char(&text, '-');
      while (text.len < 1000)
        sd_str_add(&text, units[i]);
      const char *shown = sd_text_safe(&arena, text.data);
      assert_in_range(strlen(shown), 190, 200);
      assert_string_equal(shown + strlen(shown) - 3, "...");
      assert_true(sd_text_is_printable(shown));
      assert_string_equal(sd_text_safe(&arena, shown), shown);
    }
  }
  char exact[202];
  memset(exact, 'x', 201);
  exact[200] = '\0';
  assert_string_equal(sd_text_safe(&arena, exact), exact);
  exact[200] = 'x';
  exact[201] = '\0';
  assert_int_equal(strlen(sd_text_safe(&arena, exact)), 200);
}

static const char *name_at(const void *context, size_t index) {
  return ((const char *const *)context)[index];
}

static void nearest_names(void **state) {
  (void)state;
  static const char *const names[] = {"memory", "memory-swap", "mount", "m", "network", "volume"};
  char longest[5000];
  memset(longest, 'm', sizeof(longest) - 1);
  longest[sizeof(longest) - 1] = '\0';
  const struct {
    const char *word;
    const char *nearest;
  } rows[] = {
      {"memroy", "memory"}, {"memory-swp", "memory-swap"},
      {"mont", "mount"},    {"volumes", "volume"},
      {"n", "m"},           {"xyzzy", NULL},
      {"", NULL},           {longest, NULL},
      {"memory", "memory"}, {"netwrk", "network"},
      {"privileged", NULL},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const char *found =
        sd_text_nearest(rows[i].word, sizeof(names) / sizeof(names[0]), name_at, names);
    assert_int_equal(found == NULL, rows[i].nearest == NULL);
    if (found != NULL)
      assert_string_equal(found, rows[i].nearest);
  }
  assert_null(sd_text_nearest("x", 0, name_at, names));
}

static void prefixes(void **state) {
  (void)state;
  assert_true(sd_text_starts_with("abc", "ab"));
  assert_true(sd_text_starts_with("abc", ""));
  assert_true(sd_text_starts_with("abc", "abc"));
  assert_false(sd_text_starts_with("ab", "abc"));
  assert_false(sd_text_starts_with("", "a"));
}

static const char *json_of(const char *text) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  sd_str_add_json(&out, text);
  return sd_str_text(&out);
}

static void json_strings(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *json;
  } rows[] = {
      {NULL, "null"},
      {"", "\"\""},
      {"a/b", "\"a/b\""},
      {"\"\\", "\"\\\"\\\\\""},
      {"\n\x01\x7F", "\"\\u000a\\u0001\\u007f\""},
      {"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
      {"\xC2\x9B\xE2\x80\xAE", "\"\\u009b\\u202e\""},
      {"\xF3\xA0\x84\x80", "\"\\udb40\\udd00\""},
      {"\xFF\xC3", "\"\\ufffd\\ufffd\""},
      {"\xE2\x82", "\"\\ufffd\\ufffd\""},
      {"\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(json_of(rows[i].text), rows[i].json);
}

/* Each code point that there is comes back as it was. */
static void json_round_trip(void **state) {
  (void)state;
  for (uint32_t block = 0; block <= 0x10F; block++) {
    struct sd_arena own;
    sd_arena_init(&own);
    struct sd_str text;
    struct sd_str json;
    sd_str_init(&text, &own);
    sd_str_init(&json, &own);
    for (uint32_t point = block * 0x1000 + (block == 0); point < (block + 1) * 0x1000; point++) {
      if (point >= 0xD800 && point <= 0xDFFF)
        continue;
      if (point >= 0x10000)
        sd_str_addf(&text, "%c%c%c%c", (int)(0xF0 | point >> 18), (int)(0x80 | (point >> 12 & 63)),
                    (int)(0x80 | (point >> 6 & 63)), (int)(0x80 | (point & 63)));
      else if (point >= 0x800)
        sd_str_addf(&text, "%c%c%c", (int)(0xE0 | point >> 12), (int)(0x80 | (point >> 6 & 63)),
                    (int)(0x80 | (point & 63)));
      else if (point >= 0x80)
        sd_str_addf(&text, "%c%c", (int)(0xC0 | point >> 6), (int)(0x80 | (point & 63)));
      else
        sd_str_add_char(&text, (char)point);
    }
    sd_str_add_json(&json, sd_str_text(&text));
    struct sd_error err;
    sd_error_init(&err, &own);
    struct sd_json *root = NULL;
    assert_true(sd_json_read(&own, "x", json.data, json.len, false, &root, &err));
    assert_string_equal(root->string, sd_str_text(&text));
    sd_arena_finish(&own);
  }
}

/* As Go's encoding/csv reads it. */
static void csv_fields(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *csv;
  } rows[] = {
      {"", ""},
      {"a=b", "a=b"},
      {"a,b", "\"a,b\""},
      {"a\"b", "\"a\"\"b\""},
      {"a\nb", "\"a\nb\""},
      {"a\rb", "\"a\rb\""},
      {" a", "\" a\""},
      {"\ta", "\"\ta\""},
      {"a b", "a b"},
      {"\"", "\"\"\"\""},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_str out;
    sd_str_init(&out, &arena);
    sd_str_add_csv(&out, rows[i].text);
    assert_string_equal(sd_str_text(&out), rows[i].csv);
  }
}

static void builders(void **state) {
  (void)state;
  struct sd_str str;
  sd_str_init(&str, &arena);
  assert_string_equal(sd_str_text(&str), "");
  sd_str_add_bytes(&str, "", 0);
  for (int i = 0; i < 1000; i++)
    sd_str_addf(&str, "%03d", i);
  sd_str_add_bytes(&str, "a\0b", 3);
  assert_int_equal(str.len, 3003);
  assert_memory_equal(str.data + 2997, "999a\0b", 7);
}

static void string_vectors(void **state) {
  (void)state;
  struct sd_strv strv = {0};
  assert_string_equal(sd_strv_join(&strv, &arena, ", "), "");
  assert_null(sd_strv_argv(&strv, &arena)[0]);
  assert_false(sd_strv_contains(&strv, ""));
  sd_strv_add(&strv, &arena, "a");
  sd_strv_add(&strv, &arena, "");
  sd_strv_add(&strv, &arena, "c");
  assert_string_equal(sd_strv_join(&strv, &arena, ", "), "a, , c");
  assert_true(sd_strv_contains(&strv, ""));
  assert_true(sd_strv_contains(&strv, "c"));
  assert_false(sd_strv_contains(&strv, "C"));
  char **argv = sd_strv_argv(&strv, &arena);
  assert_string_equal(argv[0], "a");
  assert_string_equal(argv[2], "c");
  assert_null(argv[3]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(utf8),           cmocka_unit_test(printable),
      cmocka_unit_test(shown_safely),   cmocka_unit_test(shown_briefly),
      cmocka_unit_test(nearest_names),  cmocka_unit_test(prefixes),
      cmocka_unit_test(json_strings),   cmocka_unit_test(json_round_trip),
      cmocka_unit_test(csv_fields),     cmocka_unit_test(builders),
      cmocka_unit_test(string_vectors),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
