/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as they are shown: whatever others wrote is safe on a terminal, and a command is the same line in a shell. */
#include "../with_arena.h"

#include <string.h>

#include "own/doctor/doctor.h"

/* The areas without their collectors. */
const struct doctor_area doctor_areas[] = {
    {"containers", "containers", NULL, NULL},
    {"daemon", "daemon.json", NULL, NULL},
    {"exposure", "the network", NULL, NULL},
    {"socket", "sockets", NULL, NULL},
};
const size_t doctor_areas_count = sizeof(doctor_areas) / sizeof(doctor_areas[0]);

#define EVIL "a\x1b[31m\xe2\x80\xae\r\nz\xff"
#define SHOWN "a\\u{1b}[31m\\u{202e}\\u{d}\\u{a}z\\xff"

/* The first check of an area and severity; fails where there is none. */
static enum check_id check_of(enum check_severity severity) {
  for (size_t k = doctor_areas_count; k-- > 0;)
    for (size_t i = 0; i < CHECK_COUNT; i++)
      if (checks[i].severity == severity && strcmp(checks[i].area, doctor_areas[k].name) == 0)
        return (enum check_id)i;
  fail_msg("no such check");
  return CHECK_COUNT;
}

static const char *text_of(struct findings *findings, bool all, size_t width) {
  struct doctor_view view = {.all = all, .colour = false, .width = width};
  return doctor_text(&arena, findings, &view);
}

static void has(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    fail_msg("expected to hold: %s\n got: %s", part, text);
}

static void lacks(const char *text, const char *part) {
  if (strstr(text, part) != NULL)
    fail_msg("expected without: %s\n got: %s", part, text);
}

static void texts_of_others_are_safe(void **state) {
  struct findings findings = {.arena = &arena};
  (void)state;
  struct finding *finding = finding_bad(&findings, check_of(CHECK_FAIL), EVIL, "what %s", EVIL);
  finding_remedy(&findings, finding, "remedy %s", EVIL);
  finding_command(&findings, finding, "rm %s", EVIL);
  assert_string_equal(finding->subject, SHOWN);
  assert_string_equal(finding->what, "what " SHOWN);
  assert_string_equal(finding->remedy, "remedy " SHOWN);
  /* No line to copy is better than another line. */
  assert_int_equal(finding->commands.v.len, 0);
  const char *const answers[] = {text_of(&findings, true, 80), doctor_json(&arena, &findings)};
  for (size_t i = 0; i < 2; i++) {
    lacks(answers[i], "\x1b");
    lacks(answers[i], "\r");
    lacks(answers[i], "\xff");
    lacks(answers[i], "\xe2\x80\xae");
  }
}

static void severity_decides_the_status(void **state) {
  struct findings findings = {.arena = &arena};
  (void)state;
  assert_int_equal(finding_bad(&findings, check_of(CHECK_FAIL), "", "x")->status, FINDING_FAIL);
  assert_int_equal(finding_bad(&findings, check_of(CHECK_WARN), "", "x")->status, FINDING_WARN);
  assert_int_equal(finding_unknown(&findings, check_of(CHECK_FAIL), "", "x")->status,
                   FINDING_UNKNOWN);
}

static const char *in_shell(const char *word) {
  struct sd_strv argv = {0};
  struct sd_strv none = {0};
  struct sd_child child = {.path = "/bin/sh", .argv = &argv, .environ = &none};
  struct sd_answer answer = {0};
  struct sd_error err;
  sd_error_init(&err, &arena);
  sd_strv_add(&argv, &arena, "sh");
  sd_strv_add(&argv, &arena, "-c");
  sd_strv_add(&argv, &arena, sd_arena_printf(&arena, "printf '%%s' %s", word));
  if (!sd_child_ask(&arena, &child, 1024, &answer, &err))
    fail_msg("%s", err.message);
  assert_int_equal(answer.status, 0);
  return answer.out;
}

/* What a POSIX shell makes of it is the text again. */
static void a_word_is_the_same_in_a_shell(void **state) {
  static const char *const words[] = {
      "plain", "",   "a b",  "it's",  "$(id)",  "`id`",         "\\", "\"",       "*",   "~",
      "#x",    "-n", "a\nb", "-x\ny", "%s\x01", "\\n\x01'\"$x", EVIL, "\xc3\xa4", "a\tb"};
  struct findings findings = {.arena = &arena};
  (void)state;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    const char *word = finding_word(&findings, words[i]);
    for (const char *at = word; *at != '\0'; at++)
      assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
    assert_string_equal(in_shell(word), words[i]);
  }
}

/* A newline at the end is what a shell takes away: it must not become another name. */
static void a_word_that_no_shell_keeps_is_no_other_name(void **state) {
  struct findings findings = {.arena = &arena};
  (void)state;
  assert_string_not_equal(in_shell(finding_word(&findings, "/etc/passwd\n")), "/etc/passwd");
}

static void bad_ones_come_first_and_passes_are_asked_for(void **state) {
  struct findings findings = {.arena = &arena};
  enum check_id fails = check_of(CHECK_FAIL);
  (void)state;
  finding_pass(&findings, fails, "one", "It is well.");
  (void)finding_unknown(&findings, fails, "two", "It is not known.");
  (void)finding_bad(&findings, fails, "three", "It is bad.");
  (void)finding_bad(&findings, fails, "four", "It is bad, too.");
  const char *some = text_of(&findings, false, 80);
  const char *all = text_of(&findings, true, 80);
  lacks(some, "It is well.");
  has(all, "It is well.");
  assert_true(strstr(all, "It is bad.") < strstr(all, "It is not known."));
  assert_true(strstr(all, "It is not known.") < strstr(all, "It is well."));
  has(some, sd_arena_printf(&arena, "\nfail: %s  three\nfail: %s  four\n2 failures,",
                            checks[fails].id, checks[fails].id));
  has(some, "\n2 failures, 0 warnings, 1 passed, 1 unknown\n");
  /* Why is said once. */
  const char *why = strstr(some, "why: ");
  assert_non_null(why);
  assert_null(strstr(why + 1, "why: "));
}

static void lines_fit_and_commands_stay_whole(void **state) {
  struct findings findings = {.arena = &arena};
  struct finding *finding =
      finding_bad(&findings, check_of(CHECK_FAIL), "", "%0200d %s", 1,
                  "one two three four five six seven eight nine ten eleven twelve");
  const char *command =
      "chmod 0600 /a/very/long/path/that/is/wider/than/forty/columns /and/another/one/behind/it";
  (void)state;
  finding_remedy(&findings, finding, "\xc3\xa4\xc3\xa4\xc3\xa4 \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 %s",
                 "and words and words and words and words");
  finding_command(&findings, finding, "%s", command);
  const char *text = text_of(&findings, false, 40);
  has(text, sd_arena_printf(&arena, "\n              %s\n", command));
  has(text, "one two three four");
  for (const char *line = text; *line != '\0';) {
    size_t len = strcspn(line, "\n");
    const char *start = line + strspn(line, " ");
    size_t blanks = strspn(line, " ");
    bool single = memchr(start, ' ', len - blanks) == NULL;
    if (len > 47 && blanks == 10 && !single)
      fail_msg("too long: %.*s", (int)len, line);
    line += len + (line[len] == '\n' ? 1 : 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_of_others_are_safe),
      cmocka_unit_test(severity_decides_the_status),
      cmocka_unit_test(a_word_is_the_same_in_a_shell),
      cmocka_unit_test(a_word_that_no_shell_keeps_is_no_other_name),
      cmocka_unit_test(bad_ones_come_first_and_passes_are_asked_for),
      cmocka_unit_test(lines_fit_and_commands_stay_whole),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
