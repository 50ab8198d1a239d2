/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles and traces as hardly anybody writes them, and calls that only 32-bit architectures have. */
#include <seccomp.h>
#include <string.h>

#include "parsed.h"

#include "../with_arena.h"

#include "safe-docker/base/json.h"
#include "safe-docker/confine/seccomp_check.h"
#include "safe-docker/confine/seccomp_learn.h"
#include "safe-docker/confine/seccomp_strace.h"
#include "safe-docker/confine/seccomp_survey.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DENY "\"defaultAction\": \"SCMP_ACT_ERRNO\""
#define RULE(members) "{" DENY ", \"syscalls\": [{" members "}]}"
#define ALLOW "\"action\": \"SCMP_ACT_ALLOW\""

static struct sd_strv none;
static const struct sd_seccomp_target amd64 = {SCMP_ARCH_X86_64, 6U << 16 | 1, &none};

/* -- reading ------------------------------------------------------------------------------------- */

static const struct {
  const char *text;
  const char *wrong, *hint; /* parts of them; NULL: whatever it is */
} profiles[] = {
    {"null", "expected an object", NULL},
    {"true", "expected an object", NULL},
    {"1", "expected an object", NULL},
    {"{" DENY ", \"flags\": true}", "\"flags\" is not supported", "leave it out"},
    {"{" DENY ", \"flags\": 1}", "\"flags\" is not supported", "leave it out"},
    {"{" DENY ", \"flags\": {}}", "\"flags\" is not supported", "leave it out"},
    {"{" DENY ", \"architectures\": [1]}", "an architecture", NULL},
    {"{" DENY ", \"archMap\": [1]}", "an entry of archMap", NULL},
    {"{" DENY ", \"archMap\": [{\"architecture\": 1}]}", "an architecture", NULL},
    {RULE("\"names\": \"read\", " ALLOW), "names", NULL},
    {RULE("\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errno\": 1"),
     "the name of an errno", NULL},
    {RULE("\"names\": [\"read\"], " ALLOW ", \"args\": [{\"index\": 0, \"value\": 1, \"op\": 1}]"),
     "op", NULL},
    {RULE("\"names\": [\"read\"], " ALLOW ", \"includes\": {\"arches\": [\"amd65\"]}"), "amd65",
     "amd64"},
};

static void mistakes(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(profiles); i++) {
    struct sd_seccomp_profile *profile = NULL;
    struct sd_error err;
    sd_error_init(&err, &arena);
    const char *text = profiles[i].text;
    if (sd_seccomp_parse(&arena, "p.json", text, strlen(text), &profile, &err))
      fail_msg("%s was taken", text);
    if (strstr(err.message, profiles[i].wrong) == NULL ||
        (profiles[i].hint != NULL &&
         (err.hint == NULL || strstr(err.hint, profiles[i].hint) == NULL)))
      fail_msg("%s: %s (%s)", text, err.message, err.hint != NULL ? err.hint : "");
  }
}

static void too_large(void **state) {
  struct sd_seccomp_profile *profile = NULL;
  struct sd_error err;
  size_t len = SD_JSON_MAX_BYTES + 1;
  char *text = sd_arena_alloc(&arena, len + 1);
  (void)state;
  memset(text, ' ', len);
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_parse(&arena, "p.json", text, len, &profile, &err));
  assert_non_null(strstr(err.message, "larger than"));
}

/* -- compiling ----------------------------------------------------------------------------------- */

static void too_many_names(void **state) {
  struct sd_str text;
  struct sd_seccomp_program program;
  struct sd_error err;
  (void)state;
  sd_str_init(&text, &arena);
  sd_str_add(&text, "{" DENY ", \"syscalls\": [");
  for (int rule = 0; rule < 400; rule++) {
    sd_str_addf(&text, "%s{" ALLOW ", \"names\": [", rule > 0 ? "," : "");
    for (int name = 0; name < 100; name++)
      sd_str_addf(&text, "%s\"read\"", name > 0 ? "," : "");
    sd_str_add(&text, "]}");
  }
  sd_str_add(&text, "]}");
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_compile_bounded(&arena, parsed(&arena, sd_str_text(&text)), &amd64,
                                          &program, &err));
  assert_non_null(strstr(err.message, "names of calls"));
}

static void another_byte_order(void **state) {
  const struct sd_seccomp_target s390x = {SCMP_ARCH_S390X, 6U << 16 | 1, &none};
  struct sd_seccomp_program program;
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_compile_bounded(
      &arena, parsed(&arena, RULE("\"names\": [\"read\"], " ALLOW)), &s390x, &program, &err));
  assert_non_null(strstr(err.message, "same byte order"));
}

/* -- one call that stands for others ------------------------------------------------------------- */

static const char with_x86[] =
    "{" DENY ", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\"], \"syscalls\": "
    "[{\"names\": [\"accept4\", \"mount\"], " ALLOW "}]}";

static struct sd_seccomp_made made_of(const char *text) {
  struct sd_seccomp_made made;
  struct sd_error err;
  sd_error_init(&err, &arena);
  if (!sd_seccomp_make(&arena, "p.json", text, strlen(text), &amd64, &made, &err))
    fail_msg("%s", err.message);
  return made;
}

static void a_survey_of_x86(void **state) {
  const struct sd_seccomp_made made = made_of(with_x86);
  struct sd_seccomp_survey survey = {0};
  bool seen = false;
  (void)state;
  sd_seccomp_look(&arena, &made, SCMP_ARCH_X86, NULL, &survey);
  for (size_t i = 0; i < survey.calls.len; i++) {
    const struct sd_seccomp_survey_call *call = &survey.calls.items[i];
    if (strcmp(call->name, "socketcall") != 0)
      continue;
    seen = true;
    assert_int_equal(call->extent, SD_SECCOMP_SOMETIMES);
    assert_string_equal(sd_strv_join(&call->when, &arena, "; "), "arg0 == 18 (accept4)");
  }
  assert_true(seen);
}

/* What was seen as socketcall is kept as the call that opens it. */
static void a_lesson_of_x86(void **state) {
  const struct sd_seccomp_call seen = {
      .arch = SCMP_ARCH_X86,
      .number = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, "socketcall"),
      .args = {18}};
  struct sd_seccomp_lesson *lesson = NULL;
  struct sd_seccomp_learned learned;
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  assert_true(sd_seccomp_lesson_create(&arena, parsed(&arena, with_x86), &amd64, &lesson, &err));
  sd_seccomp_lesson_note(lesson, &seen, SD_SECCOMP_ALL_ARGS);
  memset(&learned, 0, sizeof(learned));
  if (!sd_seccomp_lesson_write(lesson, "", &learned, &err))
    fail_msg("%s", err.message);
  assert_non_null(strstr(learned.text, "\"accept4\""));
  assert_null(strstr(learned.text, "\"mount\""));
}

static void calls_newer_than_libseccomp(void **state) {
  static const uint64_t args[6] = {0};
  const struct sd_seccomp_made made = made_of(with_x86);
  struct sd_seccomp_verdicts verdicts = {{NULL, 0, 0}};
  (void)state;
  sd_seccomp_judge(&arena, &made, "no_such_call_yet", args, &verdicts);
  assert_int_equal(verdicts.v.len, 1);
  assert_true(verdicts.v.items[0].newer);
  assert_false(sd_seccomp_allows_action(verdicts.v.items[0].action));
}

/* -- checking ------------------------------------------------------------------------------------ */

#define OF(names, rest) "{\"names\": [" names "], " ALLOW rest "}"
#define FILTERED(key, kernel)                                                                      \
  ", \"" key "\": {\"arches\": [\"amd64\"], \"minKernel\": \"" kernel "\"}"
#define SEVEN "\"read\", \"write\", \"open\", \"close\", \"stat\", \"fstat\", \"lstat\""

/* Many names are told by the first of them, rules that come to the same by both, and all in the order of the text. */
static void findings(void **state) {
  static const char *const rules[] = {
      OF(SEVEN, ""),
      OF(SEVEN, ""),
      OF("\"chdir\"", FILTERED("includes", "4.8")),
      OF("\"chdir\"", FILTERED("includes", "5.0")),
      OF("\"fchdir\"", ", \"excludes\": {\"minKernel\": \"4.8\"}"),
      OF("\"fchdir\"", ", \"excludes\": {\"minKernel\": \"5.0\"}"),
      OF("\"mseal\", \"unshare\"", ""),
  };
  struct sd_str out;
  sd_str_init(&out, &arena);
  for (size_t i = 0; i < COUNT(rules); i++)
    sd_str_addf(&out, "%s%s", i > 0 ? ",\n" : "{" DENY ",\n\"syscalls\": [\n", rules[i]);
  sd_str_add(&out, "\n]}");
  const char *text = sd_str_text(&out);
  struct sd_seccomp_findings found = {0};
  bool others = false;
  (void)state;
  sd_seccomp_check(&arena, "p.json", text, strlen(text), &amd64, &found);
  assert_int_equal(found.errors, 0);
  assert_true(found.v.len > 2);
  for (size_t i = 0; i < found.v.len; i++) {
    others = others || strstr(found.v.items[i].message, " and 2 others") != NULL;
    assert_true(i == 0 || found.v.items[i - 1].line <= found.v.items[i].line);
  }
  assert_true(others);
}

/* No program says which of two rules holds for a call that has no number yet. */
static void a_conflict_without_a_number(void **state) {
  static const char text[] = "{" DENY ", \"syscalls\": [{\"names\": [\"mseal\"], " ALLOW
                             "}, {\"names\": [\"mseal\"], \"action\": \"SCMP_ACT_LOG\"}]}";
  struct sd_seccomp_findings found = {0};
  bool told = false;
  (void)state;
  sd_seccomp_check(&arena, "p.json", text, strlen(text), &amd64, &found);
  for (size_t i = 0; i < found.v.len; i++)
    told = told || strstr(found.v.items[i].message, "libseccomp's affair") != NULL;
  assert_true(told);
}

static void rules_of_other_calls(void **state) {
  static const uint64_t args[6] = {0};
  const struct sd_seccomp_made made =
      made_of("{" DENY ", \"syscalls\": [" OF("\"read\"", "") ", " OF(
          "\"mount\"", ", \"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}") ", " OF("\"mount\"",
                                                                                  "") "]}");
  struct sd_seccomp_verdicts verdicts = {{NULL, 0, 0}};
  (void)state;
  sd_seccomp_judge(&arena, &made, "mount", args, &verdicts);
  assert_int_equal(verdicts.v.len, 1);
  assert_int_equal(verdicts.v.items[0].rulings.v.len, 1);
}

static void a_newer_call_is_not_within(void **state) {
  const struct sd_seccomp_profile *outer = parsed(&arena, RULE("\"names\": [\"read\"], " ALLOW));
  const struct sd_seccomp_profile *inner =
      parsed(&arena, RULE("\"names\": [\"read\", \"mseal\"], " ALLOW));
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_is_stricter(inner, outer, &err));
  assert_non_null(strstr(err.message, "mseal"));
}

/* -- traces -------------------------------------------------------------------------------------- */

static void count_calls(void *context, const struct sd_seccomp_call *call, unsigned known) {
  (void)call;
  (void)known;
  ++*(unsigned *)context;
}

static unsigned calls_by(uint32_t arch, const char *text) {
  struct sd_seccomp_strace found;
  unsigned calls = 0;
  sd_seccomp_strace_read(&arena, arch, text, strlen(text), count_calls, &calls, &found);
  return calls;
}

static unsigned calls_in(const char *text) {
  return calls_by(SCMP_ARCH_X86_64, text);
}

#define TEN "aaaaaaaaaa"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void traces(void **state) {
  static const struct {
    const char *text;
    unsigned calls;
  } rows[] = {
      {"1 syscall_nonsense(0) = 0\n", 0},
      {"1 syscall_457(0) = 0\n", 1},
      {"1 " LONG "(0) = 0\n", 0},
      {"1 read(0, 1, 2) = 0 attached\n1 read(0, 1, 2) = 0\n", 2},
      {"[ Process PID=x runs in 32 bit mode. ]\n1 read(0, 1, 2) = 0\n", 1},
      {"[ Process PID=1 walks in 32 bit mode. ]\n1 read(0, 1, 2) = 0\n", 1},
      {"1 read(0, /* and no end\n", 1},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    if (calls_in(rows[i].text) != rows[i].calls)
      fail_msg("%s: %u", rows[i].text, calls_in(rows[i].text));
  assert_int_equal(calls_by(SCMP_ARCH_RISCV64, "[ Process PID=1 runs in 32 bit mode. ]\n"
                                               "1 read(0, 1, 2) = 0\n"),
                   1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes),
      cmocka_unit_test(too_large),
      cmocka_unit_test(too_many_names),
      cmocka_unit_test(another_byte_order),
      cmocka_unit_test(a_survey_of_x86),
      cmocka_unit_test(a_lesson_of_x86),
      cmocka_unit_test(calls_newer_than_libseccomp),
      cmocka_unit_test(findings),
      cmocka_unit_test(a_conflict_without_a_number),
      cmocka_unit_test(rules_of_other_calls),
      cmocka_unit_test(a_newer_call_is_not_within),
      cmocka_unit_test(traces),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
