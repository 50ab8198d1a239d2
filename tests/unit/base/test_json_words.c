/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a text that is not JSON: where, and what to write. */
#include <stdlib.h>
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/json.h"

/* clang-format off */
static const struct {
  const char *text, *message;
} rows[] = {
    /* the end */
    {"", "1:1: the text is empty: it should start with {"},
    {" \n\n", "3:1: the text is empty: it should start with {"},
    {"// nothing\n", "2:1: the text is empty: it should start with {"},
    {"{\"a\": 1", "1:8: the text ends here, but the { of line 1, column 1 is not closed"},
    {"{\"a\":\n [1, 2\n", "3:1: the text ends here, but the [ of line 2, column 2 is not closed"},
    {"{\"a\": \"owner", "1:7: a string that does not end: the \" that closes it is missing"},
    {"{\"a\": 1 /* never\n}", "1:9: a comment that does not end: its */ is missing"},
    {"{\"a\": 1}\n/* never", "2:1: a comment that does not end: its */ is missing"},
    /* commas, colons and brackets */
    {"{\"a\": 1,}", "1:8: a comma that nothing follows; take it away"},
    {"{\"a\": [1,\n]}", "1:9: a comma that nothing follows; take it away"},
    {"{\"a\": 1, // here, too\n}", "1:8: a comma that nothing follows; take it away"},
    {"{\"a\": 1, /* here,\ntoo */}", "1:8: a comma that nothing follows; take it away"},
    {"{,}", "1:2: a comma too many"},
    {"{\"a\": 1,, \"b\": 2}", "1:9: a comma too many"},
    {"{\"a\": 1 \"b\": 2}", "1:9: a comma is missing before this"},
    {"{\"a\": [1 2]}", "1:10: a comma is missing before this"},
    {"{\"a\": \"x\" {}}", "1:11: a comma is missing before this"},
    {"{\"a\" 1}", "1:6: the colon between a key and its value is missing here"},
    {"{\"a\" = 1}", "1:6: a colon stands between a key and its value, not ="},
    {"{\"a\": 1; \"b\": 2}", "1:8: a comma stands between two members, not a semicolon"},
    {"{\"a\": }", "1:7: a key without a value"},
    {"{\"a\": 1]", "1:8: ] cannot close the { of line 1, column 1"},
    {"[\n 1}", "2:3: } cannot close the [ of line 1, column 1"},
    {"{\"a\": 1}}", "1:9: a bracket too many"},
    {"{\"a\": 1} {}", "1:10: more text stands behind the end"},
    {"{1: 2}", "1:2: a key in double quotes should stand here"},
    /* quotes */
    {"{'a': 1}", "1:2: texts and keys stand in double quotes, not in single ones"},
    {"{\"a\": 'b'}", "1:7: texts and keys stand in double quotes, not in single ones"},
    {"{\"a\": \xE2\x80\x9C" "b\xE2\x80\x9D}", "1:7: texts and keys stand in plain double quotes (\"), not in typographic ones"},
    {"{a: 1}", "1:2: keys stand in double quotes: \"a\""},
    {"{\"a\": 1, b-c: 1}", "1:10: keys stand in double quotes: \"b-c\""},
    {"{\"a\": owner}", "1:7: texts stand in double quotes: \"owner\""},
    /* words */
    {"{\"a\": True}", "1:7: true, false and null are written in small letters"},
    {"{\"a\": yes}", "1:7: write true or false"},
    {"[Off]", "1:2: write true or false"},
    /* numbers */
    {"{\"a\": 4g}", "1:7: a number has digits alone; a text stands in double quotes: \"4g\""},
    {"{\"a\": 0x1f}", "1:7: a number has digits alone; a text stands in double quotes: \"0x1f\""},
    {"{\"a\": 01}", "1:7: a number does not start with 0"},
    {"{\"a\": .5}", "1:7: a number starts with a digit or -"},
    {"{\"a\": +5}", "1:7: a number starts with a digit or -"},
    /* what stands in strings */
    {"{\"a\": \"b\tc\"}", "1:7: a string holds a control character; write \\t for a tab and \\n for a new line"},
    {"{\"a\": \"b,\n \"c\": 1}", "1:7: a string that does not end on its line: the \" that closes it is missing"},
    {"{\"a\": \"\\x41\"}", "1:7: a backslash in a string stands before one of \" \\ / b f n r t, or before u and four hex digits; for a backslash itself write two"},
    {"{\"a\": \"\\u00g1\"}", "1:7: a backslash in a string stands before one of \" \\ / b f n r t, or before u and four hex digits; for a backslash itself write two"},
    {"{\"a\": \"n\xF6n\"}", "1:7: a string is not valid UTF-8; save the file as UTF-8"},
    /* other formats */
    {"\xEF\xBB\xBF{}", "1:1: a byte order mark stands here; save the file as UTF-8 without it"},
    {"# a comment\n{}", "1:1: a comment starts with //, not with #"},
    {"{ / a comment\n}", "1:3: a comment starts with // or /*"},
    {"version: 1\n", "1:1: this is not JSON, which starts with {; is it YAML?"},
    {"---\nversion: 1\n", "1:1: this is not JSON, which starts with {"},
    {"<policy/>", "1:1: this is not JSON, which starts with {"},
    {"[user]\nmode = caller\n", "1:2: texts stand in double quotes: \"user\""},
    {"{\"a\":\xC2\xA0" "1}", "1:6: a no-break space stands here; write a plain one"},
    {"{\"a\": (1)}", "1:7: lists stand in [ and ], objects in { and }"},
};
/* clang-format on */

static void messages(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_json *tree = NULL;
    struct sd_error err;
    sd_error_init(&err, &arena);
    /* Memory of its own, without a NUL at the end: nothing behind the text is read. */
    size_t len = strlen(rows[i].text);
    char *text = malloc(len > 0 ? len : 1);
    assert_non_null(text);
    memcpy(text, rows[i].text, len);
    bool good = sd_json_read(&arena, "f", text, len, true, &tree, &err);
    free(text);
    if (good)
      fail_msg("accepted: %s", rows[i].text);
    const char *wanted = sd_arena_printf(&arena, "f:%s", rows[i].message);
    if (strcmp(err.message, wanted) != 0)
      fail_msg("%s\n  expected: %s\n  got:      %s", rows[i].text, wanted, err.message);
  }
}

static void comments_elsewhere(void **state) {
  (void)state;
  struct sd_json *tree = NULL;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_json_read(&arena, "f", "{ // x\n}", 8, false, &tree, &err));
  assert_string_equal(err.message, "f:1:3: comments are not allowed here");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages),
      cmocka_unit_test(comments_elsewhere),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
