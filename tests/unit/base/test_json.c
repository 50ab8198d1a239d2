/* SPDX-License-Identifier: Apache-2.0 */
/* JSON is read whole or refused, with the place, and nothing that two readers could take
 * differently is accepted. */
#include "safe-docker/base/json.h"

#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

static bool read_bytes(const char *text, size_t len, bool comments, struct sd_json **out,
                       const char **message) {
  struct sd_error err;
  sd_error_init(&err, &arena);
  bool good = sd_json_read(&arena, "file", text, len, comments, out, &err);
  assert_int_equal(good, err.message == NULL);
  *message = err.message;
  return good;
}

static struct sd_json *read_good(const char *text) {
  struct sd_json *root = NULL;
  const char *message = NULL;
  if (!read_bytes(text, strlen(text), true, &root, &message))
    fail_msg("%s: %s", text, message);
  return root;
}

static void values(void **state) {
  (void)state;
  const struct sd_json *root =
      read_good("{\"n\": null, \"t\": true, \"f\": false, \"i\": -12,\n"
                " \"s\": \"a\\u00e9\\n\\ud83d\\ude00\", \"a\": [1, [], {}], \"\": 0}");
  assert_int_equal(root->type, SD_JSON_OBJECT);
  assert_int_equal(root->members.len, 7);
  assert_int_equal(sd_json_get(root, "n")->type, SD_JSON_NULL);
  assert_int_equal(sd_json_get(root, "t")->type, SD_JSON_BOOL);
  assert_true(sd_json_get(root, "t")->boolean);
  assert_int_equal(sd_json_get(root, "f")->type, SD_JSON_BOOL);
  assert_false(sd_json_get(root, "f")->boolean);
  assert_int_equal(sd_json_get(root, "i")->type, SD_JSON_NUMBER);
  assert_int_equal(sd_json_get(root, "i")->number, -12);
  assert_string_equal(sd_json_get(root, "s")->string, "a\xC3\xA9\n\xF0\x9F\x98\x80");
  const struct sd_json *array = sd_json_get(root, "a");
  assert_int_equal(array->type, SD_JSON_ARRAY);
  assert_int_equal(array->items.len, 3);
  assert_int_equal(array->items.items[0]->number, 1);
  assert_int_equal(array->items.items[1]->type, SD_JSON_ARRAY);
  assert_int_equal(array->items.items[2]->type, SD_JSON_OBJECT);
  assert_int_equal(sd_json_get(root, "")->number, 0);
  assert_null(sd_json_get(root, "none"));
  assert_null(sd_json_get(root, "N"));
  assert_string_equal(root->source, "file");
}

static void whole_numbers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t value;
  } rows[] = {
      {"0", 0},
      {"-0", 0},
      {"7", 7},
      {"-1", -1},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_true(read_good(rows[i].text)->number == rows[i].value);
}

/* Only where they are asked for, and then as what was written. */
static void fractions(void **state) {
  static const char text[] = "[0.5, 1e3, 7, 99999999999999999999, -0.25]";
  static const char *const read[] = {"0.5", "1e3", NULL, "99999999999999999999", "-0.25"};
  struct sd_json *root = NULL;
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  assert_false(sd_json_read_large(&arena, "file", text, strlen(text), &root, &err));
  sd_error_init(&err, &arena);
  assert_true(sd_json_read_fractions(&arena, "file", text, strlen(text), &root, &err));
  for (size_t i = 0; i < root->items.len; i++) {
    const struct sd_json *item = root->items.items[i];
    assert_int_equal(item->type, read[i] != NULL ? SD_JSON_STRING : SD_JSON_NUMBER);
    if (read[i] != NULL)
      assert_string_equal(item->string, read[i]);
  }
}

static void check_place(const struct sd_json *value, unsigned line, unsigned column) {
  assert_int_equal(value->line, line);
  assert_int_equal(value->column, column);
}

static void places(void **state) {
  (void)state;
  const struct sd_json *root = read_good("// a, b: c\n"
                                         "  {\"one\" /* , \"x\": */ : 1,\r\n"
                                         "\t\"two\": [ \"\\\"\\u0041\" ,true\n"
                                         ",/**/null,-5 /* * // */, {\n"
                                         "} ] }\n// end");
  check_place(root, 2, 3);
  assert_int_equal(root->members.items[0].line, 2);
  assert_int_equal(root->members.items[0].column, 4);
  check_place(root->members.items[0].value, 2, 25);
  assert_int_equal(root->members.items[1].line, 3);
  assert_int_equal(root->members.items[1].column, 2);
  const struct sd_json *array = root->members.items[1].value;
  check_place(array, 3, 9);
  check_place(array->items.items[0], 3, 11);
  check_place(array->items.items[1], 3, 23);
  check_place(array->items.items[2], 4, 6);
  check_place(array->items.items[3], 4, 11);
  check_place(array->items.items[4], 4, 26);
  check_place(read_good("\n\n  42"), 3, 3);
}

struct bad {
  const char *text;
  const char *message; /* how the message begins */
};

static void check_bad(const struct bad *row, bool comments) {
  struct sd_json marker;
  struct sd_json *root = &marker;
  const char *message = NULL;
  if (read_bytes(row->text, strlen(row->text), comments, &root, &message))
    fail_msg("accepted: %s", row->text);
  if (strncmp(message, row->message, strlen(row->message)) != 0)
    fail_msg("%s: %s, not %s", row->text, message, row->message);
  assert_true(sd_text_is_printable(message));
  assert_ptr_equal(root, &marker);
}

static void not_json(void **state) {
  (void)state;
  static const struct bad rows[] = {
      {"", "file:1:1: "},
      {" \n ", "file:2:2: "},
      {"// only\n", "file:2:1: "},
      {"{", "file:1:2: "},
      {"[1,", "file:1:4: "},
      {"\"abc", "file:1:1: "},
      {"tru", "file:1:1: "},
      {"{\n  \"a\": 1,\n  \"b\" 2\n}", "file:3:7: "},
      {"{\"a\": 1,, \"b\": 2}", "file:1:9: "},
      {"{\"a\": 1,}", "file:1:8: "},
      {"[1,]", "file:1:3: "},
      {"[1 2]", "file:1:4: "},
      {"{a: 1}", "file:1:2: "},
      {"{'a': 1}", "file:1:2: "},
      {"{1: 1}", "file:1:2: "},
      {"1 2", "file:1:3: "},
      {"{} x", "file:1:4: "},
      {"{}\n{}", "file:2:1: "},
      {"[}", "file:1:2: "},
      {"01", "file:1:2: "},
      {"+1", "file:1:1: "},
      {".5", "file:1:1: "},
      {"0x10", "file:1:1: "},
      {"NaN", "file:1:1: "},
      {"nul", "file:1:1: "},
      {"True", "file:1:1: "},
      {"\xEF\xBB\xBF{}", "file:1:1: "},
      {"[\"\n\"]", "file:1:2: "},
      {"[\"\t\"]", "file:1:2: "},
      {"[\"\\x\"]", "file:1:2: "},
      {"[\"\\u12g4\"]", "file:1:2: "},
      {"[\"\xFF\"]", "file:1:2: "},
      {"{} /", "file:1:4: "},
      {"/* never ends", "file:1:1: "},
      {"[1, /* never ends", "file:1:5: "},
      {"[1, /*/ 2]", "file:1:5: "},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    check_bad(&rows[i], true);
}

static void ambiguous(void **state) {
  (void)state;
  static const struct bad rows[] = {
      {"{\"a\": 1, \"b\": 2,\n \"a\": 3}", "file:2:2: the key \"a\" stands here a second time"},
      {"{\"a\": 1, \"\\u0061\": 2}", "file:1:10: the key \"a\""},
      {"[{\"x\": {\"k\\u001b\": 1, \"l\": 1, \"k\\u001b\": 1}}]", "file:1:31: the key \"k\\x1b\""},
      {"[1.5]", "file:1:2: [0]: 1.5 is not a whole number"},
      {"[1.0]", "file:1:2: [0]: 1.0 is not a whole number"},
      {"[1e3]", "file:1:2: [0]: 1e3 is not a whole number"},
      {"{\"pids\": 1.5}", "file:1:10: pids: 1.5 is not a whole number of at most 64 bits; a "
                          "fraction, where there may be one, stands in double quotes"},
      {"{\"a\": {}, \"b\": [2, 1.5]}", "file:1:20: b[1]: 1.5 is not a whole number"},
      {"[1E0]", "file:1:2: [0]: 1E0 is not a whole number"},
      {"9223372036854775808", "file:1:1: 9223372036854775808 is not a whole number"},
      {"-9223372036854775809", "file:1:1: -9223372036854775809 is not a whole number"},
      {"[99999999999999999999999999999999999999]",
       "file:1:2: [0]: 99999999999999999999999999999999999999 is not a whole number"},
      {"[\"a\\u0000b\"]", "file:1:2: a string holds the character NUL"},
      {"{\"a\\u0000\": 1}", "file:1:2: a string holds the character NUL"},
      {"[\"\\ud800\"]", "file:1:2: a string is not valid Unicode"},
      {"[\"\\udc00\"]", "file:1:2: a string is not valid Unicode"},
      {"[\"\\uDC00\\uD800\"]", "file:1:2: a string is not valid Unicode"},
      {"[\"\\ud83d\\u0041\"]", "file:1:2: a string is not valid Unicode"},
      {"[\"\\ud83dx\"]", "file:1:2: a string is not valid Unicode"},
      {"[\"\\ud83d\\n\"]", "file:1:2: a string is not valid Unicode"},
      {"{\"\\ud83d\\ud83d\": 1}", "file:1:2: a string is not valid Unicode"},
      {"[\"\xC0\x80\"]", "file:1:2: "},
      {"[\"\xED\xA0\x80\"]", "file:1:2: "},
      {"[\"\xF4\x90\x80\x80\"]", "file:1:2: "},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    check_bad(&rows[i], true);
}

/* An escaped backslash before "u" starts no escape. */
static void escaped_backslashes(void **state) {
  (void)state;
  assert_string_equal(read_good("\"\\\\ud800\"")->string, "\\ud800");
  assert_string_equal(read_good("\"\\\\\\ud83d\\ude00\"")->string, "\\\xF0\x9F\x98\x80");
}

static void comments_only_where_wanted(void **state) {
  (void)state;
  static const struct bad rows[] = {
      {"// x\n1", "file:1:1: "},
      {"[1, /* x */ 2]", "file:1:5: "},
      {"1 // x", "file:1:3: "},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    check_bad(&rows[i], false);
    (void)read_good(rows[i].text);
  }
  const struct bad open = {"{} // x\n /* never ends", "file:2:2: a comment that does not end"};
  check_bad(&open, true);
}

static void nul_bytes(void **state) {
  (void)state;
  static const char *const texts[] = {"{}\0", "\0{}", "[\"a\0b\"]", "[1\0]", "// \0\n1 \0"};
  static const size_t lens[] = {3, 3, 7, 4, 8};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    struct sd_json *root = NULL;
    const char *message = NULL;
    assert_false(read_bytes(texts[i], lens[i], true, &root, &message));
  }
}

static const char *nested(size_t depth) {
  char *text = sd_arena_alloc(&arena, 2 * depth + 1);
  memset(text, '[', depth);
  memset(text + depth, ']', depth);
  return text;
}

static void depth(void **state) {
  (void)state;
  (void)read_good(nested(SD_JSON_MAX_DEPTH));
  const struct bad deep = {nested(SD_JSON_MAX_DEPTH + 1), "file:1:17: nested too deeply"};
  check_bad(&deep, true);
  const struct bad deeper = {nested(100000), "file:1:17: nested too deeply"};
  check_bad(&deeper, true);
}

static void size(void **state) {
  (void)state;
  struct sd_json *root = NULL;
  const char *message = NULL;
  char *text = sd_arena_alloc(&arena, SD_JSON_MAX_BYTES + 1);
  memset(text, ' ', SD_JSON_MAX_BYTES + 1);
  text[0] = '1';
  assert_true(read_bytes(text, SD_JSON_MAX_BYTES, false, &root, &message));
  assert_false(read_bytes(text, SD_JSON_MAX_BYTES + 1, false, &root, &message));
  assert_string_equal(message, "file:1:1: larger than 1048576 bytes");
}

/* As many keys as fit, all different but the last: found without comparing each with each. */
static void very_many_keys(void **state) {
  (void)state;
  struct sd_str text;
  sd_str_init(&text, &arena);
  sd_str_add_char(&text, '{');
  for (unsigned i = 0; text.len < SD_JSON_MAX_BYTES - 32; i++)
    sd_str_addf(&text, "\"%x\":0,", i);
  size_t last = text.len;
  sd_str_add(&text, "\"0\":1}");
  struct sd_json *root = NULL;
  const char *message = NULL;
  assert_false(read_bytes(text.data, text.len, false, &root, &message));
  assert_string_equal(
      message,
      sd_arena_printf(&arena, "file:1:%zu: the key \"0\" stands here a second time", last + 1));
}

/* A text cut short anywhere is no JSON, and is not read beyond its end (seen by ASan). */
static void every_cut(void **state) {
  (void)state;
  static const char whole[] =
      "{\"a\":[1,-2,\"\\u00e9\\ud83d\\ude00\xC3\xA9\",{\"b\":null}],/*c*/\"d\":true}";
  for (size_t len = 0; len < sizeof(whole) - 1; len++) {
    struct sd_arena own;
    sd_arena_init(&own);
    char *exact = test_malloc(len + 1);
    memcpy(exact + 1, whole, len);
    struct sd_json *root = NULL;
    const char *message = NULL;
    assert_false(read_bytes(exact + 1, len, true, &root, &message));
    test_free(exact);
    sd_arena_finish(&own);
  }
}

static void source_is_shown_safely(void **state) {
  (void)state;
  struct sd_error err;
  sd_error_init(&err, &arena);
  struct sd_json *root = NULL;
  assert_false(sd_json_read(&arena, "/tmp/\x1b[2J", "x", 1, false, &root, &err));
  assert_non_null(strstr(err.message, "/tmp/\\x1b[2J:1:1: "));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values),
      cmocka_unit_test(whole_numbers),
      cmocka_unit_test(fractions),
      cmocka_unit_test(places),
      cmocka_unit_test(not_json),
      cmocka_unit_test(ambiguous),
      cmocka_unit_test(escaped_backslashes),
      cmocka_unit_test(comments_only_where_wanted),
      cmocka_unit_test(nul_bytes),
      cmocka_unit_test(depth),
      cmocka_unit_test(size),
      cmocka_unit_test(very_many_keys),
      cmocka_unit_test(every_cut),
      cmocka_unit_test(source_is_shown_safely),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
