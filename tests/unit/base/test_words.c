/* SPDX-License-Identifier: Apache-2.0 */
/* Words as a shell splits them: by examples, and against sh itself. */
#include "safe-docker/base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../with_arena.h"

static const char *joined(const char *text) {
  struct sd_strv words = {0};
  struct sd_error err;
  size_t where = 0;
  sd_error_init(&err, &arena);
  if (!sd_words_split(&arena, text, &words, &where, &err))
    return sd_arena_printf(&arena, "%zu: %s", where, err.message);
  return sd_strv_join(&words, &arena, "|");
}

static void examples(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
  } rows[] = {
      {"", ""},
      {"  \t", ""},
      {"a b\tc", "a|b|c"},
      {"'a b' \"c d\" e\\ f", "a b|c d|e f"},
      {"a'b'\"c\"d", "abcd"},
      {"'' x \"\"", "|x|"},
      {"\"a\\$b\\`c\\\"d\\\\e\\f\"", "a$b`c\"d\\e\\f"},
      {"'$HOME `id` \\'", "$HOME `id` \\"},
      {"a # b", "a"},
      {"a#b '#c' \\#d", "a#b|#c|#d"},
      {"# all of it $x", ""},
      {"* ? [a] {b} ! = % a~ ~", "21: a shell would take ~ for something else, and nothing is "
                                 "expanded here"},
      {"a~ '~' \\~", "a~|~|~"},
      {"a $x", "2: a shell would take $ for something else, and nothing is expanded here"},
      {"a \"$x\"", "3: a shell would take $ for something else, and nothing is expanded here"},
      {"a;b", "1: a shell would take ; for something else, and nothing is expanded here"},
      {"a 'b", "2: a single quote is not closed"},
      {"a \"b\\\"", "2: a double quote is not closed"},
      {"a \\", "2: nothing follows the backslash"},
      {"a\\\nb \\\n c", "ab|c"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(joined(rows[i].text), rows[i].words);
}

/* What sh makes of it, each word in brackets; NULL where it does not take it. */
static const char *by_shell(const char *text) {
  char *out = sd_arena_alloc(&arena, 4096);
  const char *script = sd_arena_printf(&arena,
                                       "set -f; f() { for w; do printf '[%%s]' \"$w\"; done; "
                                       "}; f %s\n",
                                       text);
  int ends[2];
  int status = 0;
  assert_int_equal(pipe(ends), 0);
  pid_t pid = fork();
  if (pid == 0) {
    (void)dup2(ends[1], 1);
    (void)close(2);
    (void)execl("/bin/sh", "sh", "-c", script, (char *)NULL);
    _exit(127);
  }
  (void)close(ends[1]);
  size_t len = 0;
  for (ssize_t got; (got = read(ends[0], out + len, 4095 - len)) > 0;)
    len += (size_t)got;
  (void)close(ends[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? out : NULL;
}

/* Whatever is taken is what sh takes it for; texts of what sh expands are refused, and so not among them. */
static void as_sh(void **state) {
  (void)state;
  static const char *const parts[] = {
      "a",  "b c",   " ",    "  ",    "'",       "'", "\"", "\"", "\\", "#",        " #", "$", "=",
      "-v", "/x:/y", "\\\\", "'q r'", "\"s t\"", "~", "\t", "*",  "%s", "\xC3\xA4", "`",  "!"};
  unsigned seed = 7;
  unsigned taken = 0;
  for (int i = 0; i < 3000; i++) {
    struct sd_str text;
    struct sd_str mine;
    struct sd_strv words = {0};
    struct sd_error err;
    size_t where = 0;
    sd_str_init(&text, &arena);
    sd_str_init(&mine, &arena);
    sd_error_init(&err, &arena);
    for (unsigned n = 1 + (unsigned)rand_r(&seed) % 8; n > 0; n--)
      sd_str_add(&text, parts[(unsigned)rand_r(&seed) % (sizeof(parts) / sizeof(parts[0]))]);
    if (!sd_words_split(&arena, sd_str_text(&text), &words, &where, &err)) {
      assert_in_range(where, 0, text.len);
      continue;
    }
    for (size_t w = 0; w < words.v.len; w++)
      sd_str_addf(&mine, "[%s]", words.v.items[w]);
    const char *sh = by_shell(sd_str_text(&text));
    if (sh == NULL || strcmp(sh, sd_str_text(&mine)) != 0)
      fail_msg("of <%s>: %s, and sh: %s", sd_str_text(&text), sd_str_text(&mine),
               sh != NULL ? sh : "a mistake");
    taken++;
  }
  assert_in_range(taken, 500, 3000); /* the loop compared something */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(examples),
      cmocka_unit_test(as_sh),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
