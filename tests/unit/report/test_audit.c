/* SPDX-License-Identifier: Apache-2.0 */
/* Audit records and --explain=json: valid JSON with what POLICY and callers rely on, whatever was typed. */
#include <string.h>
#include <time.h>

#include "../with_arena.h"

#include "safe-docker/base/json.h"
#include "safe-docker/report/report.h"

static const struct sd_identity alice = {.door = SD_DOOR_SUDO,
                                         .uid = 1000,
                                         .gid = 1001,
                                         .user = "al\"ice",
                                         .home = "/home/alice",
                                         .login_uid = (uid_t)-1,
                                         .folder = "/tmp/a\nb"};

static struct sd_json *parse(const char *text) {
  struct sd_error err;
  struct sd_json *json = NULL;
  sd_error_init(&err, &arena);
  if (!sd_json_read(&arena, "text", text, strlen(text), false, &json, &err))
    fail_msg("%s in %s", err.message, text);
  return json;
}

static const char *text_at(const struct sd_json *json, const char *key) {
  assert_non_null(sd_json_get(json, key));
  return sd_json_get(json, key)->string;
}

static void test_time(void **state) {
  (void)state;
  static const long long seconds[] = {0,          1,          86399,      86400,     68169599,
                                      68169600,   951782399,  951782400,  951868800, 1709164800,
                                      1709251200, 1735689599, 4107542399, 4107542400};
  static const char *const typed[] = {"docker", NULL};
  struct sd_problems problems = {.arena = &arena};
  struct sd_outcome outcome = {.who = &alice, .command = "", .problems = &problems};
  for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
    struct sd_audit_facts facts = {.typed = typed,
                                   .policy_hash = "",
                                   .policy_sources = "",
                                   .seconds = seconds[i],
                                   .milliseconds = 7};
    time_t when = (time_t)seconds[i];
    struct tm utc;
    char expected[64];
    assert_non_null(gmtime_r(&when, &utc));
    assert_true(strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.007Z", &utc) > 0);
    const struct sd_json *record = parse(sd_report_audit(&arena, &outcome, &facts));
    assert_string_equal(text_at(record, "time"), expected);
  }
}

static void test_denied(void **state) {
  (void)state;
  static const char *const typed[] = {"docker", "run", "\033]0;x\a", "\xc2\x9b\xff", "a\nb", NULL};
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "privileged", "--privileged=true", "hint", "message \"quoted\"");
  struct sd_outcome outcome = {.who = &alice, .command = "run", .problems = &problems};
  struct sd_audit_facts facts = {.typed = typed,
                                 .policy_hash = "ab",
                                 .policy_sources = "built-in",
                                 .policy_variable_ignored = true};
  const char *text = sd_report_audit(&arena, &outcome, &facts);
  for (const char *at = text; *at != '\0'; at++)
    assert_true((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7F);
  const struct sd_json *record = parse(text);
  assert_string_equal(text_at(record, "decision"), "deny");
  assert_string_equal(sd_json_get(record, "rules")->items.items[0]->string, "privileged");
  assert_int_equal(sd_json_get(record, "argv")->type, SD_JSON_NULL);
  assert_int_equal(sd_json_get(record, "login_uid")->type, SD_JSON_NULL);
  assert_int_equal(sd_json_get(record, "typed")->items.len, 5);
  assert_string_equal(sd_json_get(record, "typed")->items.items[4]->string, "a\nb");
  assert_string_equal(text_at(record, "cwd"), "/tmp/a\nb");
  assert_string_equal(text_at(record, "policy_variable"), "ignored");
  assert_string_equal(text_at(sd_json_get(record, "caller"), "via"), "sudo");
  assert_null(sd_json_get(record, "error"));
}

/* Logs cut long lines: what the caller can make long must not push the rest out. */
static void test_long(void **state) {
  (void)state;
  char *word = sd_arena_alloc(&arena, 300001);
  memset(word, 'x', 300000);
  const char *const typed[] = {"docker", "run", word, NULL};
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "privileged", "", "", "first");
  struct sd_outcome outcome = {.who = &alice, .command = "run", .problems = &problems};
  struct sd_audit_facts facts = {.typed = typed, .policy_hash = "ab", .policy_sources = "built-in"};
  const char *text = sd_report_audit(&arena, &outcome, &facts);
  static const char *const first[] = {"\"caller\"",   "\"login_uid\"", "\"command\"",
                                      "\"decision\"", "\"policy\"",    "\"policy_sha256\"",
                                      "\"rules\""};
  for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
    assert_true(strstr(text, first[i]) - text < 1000);
  facts.brief = true;
  text = sd_report_audit(&arena, &outcome, &facts);
  assert_true(strlen(text) < 1000);
  const struct sd_json *record = parse(text);
  assert_string_equal(text_at(record, "decision"), "deny");
  assert_true(sd_json_get(record, "brief")->boolean);
  assert_null(sd_json_get(record, "typed"));
}

static void test_explain(void **state) {
  (void)state;
  struct sd_problems problems = {.arena = &arena};
  struct sd_change change = {"capabilities", "--cap-drop=ALL", "because"};
  struct sd_strv argv = {0};
  struct sd_strv environ_words = {0};
  sd_strv_add(&argv, &arena, "/usr/bin/docker");
  sd_strv_add(&environ_words, &arena, "TERM=a=b");
  struct sd_outcome outcome = {.who = &alice,
                               .command = "run",
                               .problems = &problems,
                               .changes = &change,
                               .change_count = 1,
                               .argv = &argv,
                               .environ = &environ_words};
  const struct sd_json *json = parse(sd_report_explain_json(&arena, &outcome));
  assert_string_equal(text_at(json, "decision"), "allow");
  assert_string_equal(text_at(json, "command"), "run");
  assert_int_equal(sd_json_get(sd_json_get(json, "caller"), "gid")->number, 1001);
  assert_int_equal(sd_json_get(json, "violations")->items.len, 0);
  assert_string_equal(text_at(sd_json_get(json, "changes")->items.items[0], "reason"), "because");
  assert_string_equal(sd_json_get(json, "argv")->items.items[0]->string, "/usr/bin/docker");
  assert_string_equal(text_at(sd_json_get(json, "env"), "TERM"), "a=b");
  outcome.argv = NULL;
  outcome.environ = NULL;
  json = parse(sd_report_explain_json(&arena, &outcome));
  assert_string_equal(text_at(json, "decision"), "deny");
  assert_int_equal(sd_json_get(json, "argv")->type, SD_JSON_NULL);
}

/* In the record and in --explain=json alike; nothing where no container is made. */
static void test_confinement(void **state) {
  (void)state;
  static const char *const typed[] = {"docker", "run", NULL};
  struct sd_problems problems = {.arena = &arena};
  struct sd_confinement confinement = {
      .seccomp = "default", .apparmor = "pro\"file", .apparmor_state = "enforce"};
  struct sd_outcome outcome = {
      .who = &alice, .command = "run", .problems = &problems, .confinement = &confinement};
  struct sd_audit_facts facts = {.typed = typed, .policy_hash = "", .policy_sources = ""};
  for (int round = 0; round < 2; round++) {
    const char *texts[] = {sd_report_audit(&arena, &outcome, &facts),
                           sd_report_explain_json(&arena, &outcome)};
    for (size_t i = 0; i < 2; i++) {
      const struct sd_json *got = sd_json_get(parse(texts[i]), "confinement");
      assert_non_null(got);
      assert_string_equal(text_at(got, "seccomp"), round == 0 ? "default" : "caller's");
      if (round == 0)
        assert_string_equal(text_at(got, "apparmor"), "pro\"file");
      else
        assert_int_equal(sd_json_get(got, "apparmor")->type, SD_JSON_NULL);
      assert_string_equal(text_at(got, "apparmor_state"), round == 0 ? "enforce" : "absent");
    }
    confinement = (struct sd_confinement){.apparmor_state = "absent"};
  }
  outcome.confinement = NULL;
  assert_null(sd_json_get(parse(sd_report_audit(&arena, &outcome, &facts)), "confinement"));
}

/* Whole, and such that a shell reads the same word again. */
static void test_shell_words(void **state) {
  (void)state;
  char *blank = sd_arena_alloc(&arena, 1001);
  memset(blank, ' ', 1000);
  const struct {
    const char *word, *shown;
  } rows[] = {
      {"plain=1:2", " plain=1:2\n"},
      {"", " ''\n"},
      {"a b", " 'a b'\n"},
      {"it's", " 'it'\\''s'\n"},
      {"a\\b $x", " 'a\\b $x'\n"},
      {"\xc3\xa9", " '\xc3\xa9'\n"},
      {"a\033[31m'\\\n", " $'a\\x1b[31m\\'\\\\\\x0a'\n"},
      {"\xff\xe2\x80\xae", " $'\\xff\\xe2\\x80\\xae'\n"},
      {blank, sd_arena_printf(&arena, " '%s'\n", blank)},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_problems problems = {.arena = &arena};
    struct sd_strv argv = {0};
    struct sd_strv none = {0};
    sd_strv_add(&argv, &arena, "docker");
    sd_strv_add(&argv, &arena, rows[i].word);
    struct sd_outcome outcome = {
        .who = &alice, .command = "run", .problems = &problems, .argv = &argv, .environ = &none};
    const char *text = sd_report_explain_text(&arena, &outcome, false);
    assert_non_null(strstr(text, rows[i].shown));
  }
}

/* Words that are no command line of docker are no matter of a policy; one problem that is makes all of it one. */
static void test_words_not_understood(void **state) {
  (void)state;
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "operands", "", "", "first");
  assert_string_equal(sd_report_denial(&arena, &problems, false),
                      "safe-docker: not understood: 1 problem\n"
                      "  operands   first\n");
  sd_problem_add(&problems, "memory", "", "", "second");
  assert_non_null(
      strstr(sd_report_denial(&arena, &problems, false), "denied by policy: 2 problems"));
}

static void test_words(void **state) {
  (void)state;
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "privileged", "", "ask", "first");
  sd_problem_add(&problems, "pid", "", "", "second");
  assert_string_equal(sd_report_denial(&arena, &problems, false),
                      "safe-docker: denied by policy: 2 problems\n"
                      "  privileged   first\n"
                      "               hint: ask\n"
                      "  pid          second\n");
  sd_problem_add(&problems, "privileged", "", "ask", "third");
  const char *text = sd_report_denial(&arena, &problems, true);
  assert_non_null(strstr(text, "\033[1;31mdenied"));
  assert_non_null(
      strstr(text, "  \033[2mmore: safe-docker policy explain privileged pid\033[0m\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_time),        cmocka_unit_test(test_denied),
      cmocka_unit_test(test_long),        cmocka_unit_test(test_explain),
      cmocka_unit_test(test_words),       cmocka_unit_test(test_words_not_understood),
      cmocka_unit_test(test_shell_words), cmocka_unit_test(test_confinement),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
