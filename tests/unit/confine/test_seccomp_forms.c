/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles as people bring them, every mistake of one, its packed form, and that nothing takes long. */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../../src/confine/seccomp_pack.h"
#include "../../../src/confine/seccomp_table.h"
#include "../support.h"
#include "parsed.h"

#include "safe-docker/confine/seccomp_docker.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Far above what any of this takes, under a sanitiser on a busy machine too, and far below what a bomb would. */
#define SECONDS 2.0

/* -- every mistake ----------------------------------------------------------------------------- */

static const char mistaken[] =
    "{\n"
    "  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
    "  \"comments\": \"\",\n"
    "  \"architectures\": [\"SCMP_ARCH_X86_64\", \"amd64\"],\n"
    "  \"syscalls\": [\n"
    "    {\"names\": [\"read\", \"wrte\", \"close\"], \"action\": \"SCMP_ACT_ALLOW\"},\n"
    "    {\"names\": [\"fork\"], \"action\": \"ALLOW\", \"Comment\": \"\"},\n"
    "    {\"names\": [\"open\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 7}]},\n"
    "    {\"names\": [\"stat\"], \"action\": \"SCMP_ACT_ALLOW\"}\n"
    "  ]\n"
    "}\n";

static void test_every_mistake(void **state) {
  (void)state;
  static const struct {
    unsigned line, column;
    const char *message, *hint;
  } wanted[] = {
      {3, 3, "p.json:3:3: unknown key \"comments\"", ""},
      {4, 41, "p.json:4:41: unknown architecture \"amd64\"", "did you mean SCMP_ARCH_X86_64?"},
      {6, 24, "p.json:6:24: unknown system call \"wrte\"", "did you mean write?"},
      {7, 35, "p.json:7:35: unknown action \"ALLOW\"", "did you mean SCMP_ACT_ALLOW?"},
      {7, 44, "p.json:7:44: unknown key \"Comment\"", "did you mean comment?"},
      {8, 62, "p.json:8:62: the condition lacks \"value\"", ""},
  };
  struct sd_arena arena;
  struct sd_seccomp_mistakes mistakes = {.more = false};
  struct sd_seccomp_profile *profile = NULL;
  sd_arena_init(&arena);
  assert_false(
      sd_seccomp_parse_all(&arena, "p.json", mistaken, strlen(mistaken), &profile, &mistakes));
  for (size_t i = 0; i < mistakes.v.len && i < COUNT(wanted); i++) {
    const struct sd_seccomp_mistake *got = &mistakes.v.items[i];
    assert_string_equal(got->message, wanted[i].message);
    assert_string_equal(got->hint != NULL ? got->hint : "", wanted[i].hint);
    assert_int_equal(got->line, wanted[i].line);
    assert_int_equal(got->column, wanted[i].column);
  }
  assert_int_equal(mistakes.v.len, COUNT(wanted));
  assert_false(mistakes.more);
  /* What was right is there; a rule that would say something else is not. */
  assert_non_null(profile);
  assert_int_equal(profile->rules.len, 2);
  assert_string_equal(sd_strv_join(&profile->rules.items[0].names, &arena, " "), "read close");
  assert_int_equal(profile->rules.items[0].spots[1].column, 32);
  assert_string_equal(profile->rules.items[1].names.v.items[0], "stat");
  sd_arena_finish(&arena);
}

static void test_mistakes_of_the_whole(void **state) {
  (void)state;
  static const struct {
    const char *text;
    unsigned line, column;
    bool usable;
  } rows[] = {
      {"{\n \"defaultAction\": }", 2, 19, false},
      {"[]", 1, 1, false},
      {"{}", 1, 1, false},
      {"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": {}}", 1, 49, true},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_seccomp_mistakes mistakes = {.more = false};
    struct sd_seccomp_profile *profile = NULL;
    assert_false(sd_seccomp_parse_all(&arena, "p.json", rows[i].text, strlen(rows[i].text),
                                      &profile, &mistakes));
    assert_int_equal(mistakes.v.len, 1);
    assert_int_equal(mistakes.v.items[0].line, rows[i].line);
    assert_int_equal(mistakes.v.items[0].column, rows[i].column);
    assert_int_equal(profile != NULL, rows[i].usable);
  }
  struct sd_seccomp_mistakes none = {.more = false};
  struct sd_seccomp_profile *profile = NULL;
  size_t len = 0;
  const char *text = sd_seccomp_builtin("default", &len);
  assert_true(sd_seccomp_parse_all(&arena, "default", text, len, &profile, &none));
  assert_non_null(profile);
  assert_int_equal(none.v.len, 0);
  sd_arena_finish(&arena);
}

/* -- what people bring ------------------------------------------------------------------------- */

static bool is_within(struct sd_arena *arena, const struct sd_seccomp_profile *inner,
                      const struct sd_seccomp_profile *outer, const struct sd_seccomp_place *place,
                      const char **why) {
  struct sd_error err;
  sd_error_init(&err, arena);
  bool answer = sd_seccomp_is_stricter_at(inner, outer, place, &err);
  *why = err.message != NULL ? err.message : "within";
  return answer;
}

static const struct sd_strv nothing = {{NULL, 0, 0}};
static const struct sd_seccomp_place here = {SCMP_ARCH_X86_64, 6 << 16, &nothing};
static const struct sd_seccomp_place anywhere = {0, 0, NULL};

/* A copy of a profile without some calls, for each of the shipped ones and Docker's own. */
static void test_calls_taken_away(void **state) {
  (void)state;
  struct sd_arena arena;
  size_t len = 0;
  sd_arena_init(&arena);
  const char *docker = sd_seccomp_docker(&arena, &len);
  const char *texts[] = {docker, sd_seccomp_builtin("default", &len),
                         sd_seccomp_builtin("strict", &len),
                         sd_seccomp_builtin("no-network", &len)};
  for (size_t i = 0; i < COUNT(texts); i++) {
    struct sd_seccomp_profile *outer = parsed(&arena, texts[i]);
    struct sd_seccomp_profile *inner = parsed(&arena, texts[i]);
    const char *why = NULL;
    if (!is_within(&arena, inner, outer, &anywhere, &why))
      fail_msg("%zu: %s", i, why);
    for (size_t k = 0; k < inner->rules.len; k++)
      if (inner->rules.items[k].action == SCMP_ACT_ALLOW &&
          (k % 10 == 0 || inner->rules.items[k].names.v.len > 2))
        inner->rules.items[k].names.v.len /= 2;
    if (!is_within(&arena, inner, outer, &anywhere, &why))
      fail_msg("%zu without some: %s", i, why);
    assert_false(is_within(&arena, outer, inner, &anywhere, &why));
    assert_non_null(strstr(why, "which the policy's profile refuses"));
  }
  sd_arena_finish(&arena);
}

#define PLAIN(head, names)                                                                         \
  "{\"defaultAction\":\"SCMP_ACT_ERRNO\"," head "\"syscalls\":[{\"names\":[" names                 \
  "],\"action\":\"SCMP_ACT_ALLOW\"}]}"
#define ALL_MAPS                                                                                   \
  "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\","   \
  "\"SCMP_ARCH_X32\"]},{\"architecture\":\"SCMP_ARCH_S390X\",\"subArchitectures\":["               \
  "\"SCMP_ARCH_S390\"]},{\"architecture\":\"SCMP_ARCH_RISCV64\",\"subArchitectures\":null}],"

/* Against the default profile; what is known of the place makes more comparable. */
static void test_forms_against_default(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool here, anywhere;
    const char *why;
  } rows[] = {
      {PLAIN("", "\"read\",\"write\",\"execve\",\"exit_group\""), true, true, ""},
      /* Without a list of architectures there is no socketcall on amd64. */
      {PLAIN("", "\"bind\",\"connect\""), true, false, "opens socketcall"},
      {PLAIN(ALL_MAPS, "\"read\""), true, false, "opens SCMP_ARCH_S390"},
      {PLAIN(ALL_MAPS, "\"bind\""), false, false, "opens socketcall on 32-bit"},
      /* The default profile has a minKernel for it. */
      {PLAIN("", "\"ptrace\""), true, false,
       "the rule allows ptrace, which the policy's profile allows with CAP_SYS_PTRACE only"},
      {PLAIN("", "\"chroot\""), false, false, "with CAP_SYS_CHROOT only"},
      {PLAIN("", "\"socket\""), false, false, "for fewer arguments only"},
      {PLAIN("", "\"read\",\"clone3\""), false, false, "p.json:1:64: the rule allows clone3"},
      {PLAIN("", "\"kexec_load\""), false, false, "which the policy's profile refuses"},
      /* Docker's oldest form. */
      {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\","
       "\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],\"syscalls\":[{\"name\":\"read\",\"action\":"
       "\"SCMP_ACT_ALLOW\",\"args\":[]},{\"name\":\"write\",\"action\":\"SCMP_ACT_ALLOW\",\"args\":"
       "null}]}",
       true, false, "opens SCMP_ARCH_X32 on machines of SCMP_ARCH_X86"},
      /* A capability that no container can have opens nothing. */
      {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"kexec_load\"],\"action\":"
       "\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_BOOT\"]}}]}",
       true, false, "kexec_load"},
      /* Podman's form. */
      {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"defaultErrno\":\"ENOSYS\","
       "\"syscalls\":[{\"names\":[\"bdflush\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[],"
       "\"comment\":"
       "\"\",\"includes\":{},\"excludes\":{},\"errnoRet\":1,\"errno\":\"EPERM\"},{\"names\":["
       "\"read\"],"
       "\"action\":\"SCMP_ACT_ALLOW\"}]}",
       true, true, ""},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  const struct sd_seccomp_profile *outer = parsed_known(&arena, "default");
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *why = NULL;
    const struct sd_seccomp_profile *inner = parsed(&arena, rows[i].text);
    if (is_within(&arena, inner, outer, &here, &why) != rows[i].here)
      fail_msg("row %zu here: %s", i, why);
    if (is_within(&arena, inner, outer, &anywhere, &why) != rows[i].anywhere)
      fail_msg("row %zu anywhere: %s", i, why);
    if (strstr(why, rows[i].why) == NULL)
      fail_msg("row %zu: %s", i, why);
  }
  sd_arena_finish(&arena);
}

/* With a capability that a container may hold, what it opens counts. */
static void test_possible_capabilities(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_strv boot = {{NULL, 0, 0}};
  const char *why = NULL;
  sd_arena_init(&arena);
  sd_strv_add(&boot, &arena, "SYS_BOOT");
  const struct sd_seccomp_profile *inner = parsed(
      &arena, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"kexec_load\"],"
              "\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_BOOT\"]}}]}");
  const struct sd_seccomp_profile *outer = parsed_known(&arena, "default");
  const struct sd_seccomp_place place = {SCMP_ARCH_X86_64, 6 << 16, &boot};
  assert_true(is_within(&arena, inner, outer, &here, &why));
  assert_false(is_within(&arena, inner, outer, &place, &why));
  boot.v.items[0] = "NO_SUCH_ONE";
  assert_false(is_within(&arena, inner, outer, &place, &why));
  sd_arena_finish(&arena);
}

/* Where only conditions are left beside a call that the architecture lacks, libseccomp refuses everything. */
static void test_anchor(void **state) {
  (void)state;
  static const char head[] =
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"ipc\"],\"action\":"
      "\"SCMP_ACT_ALLOW\"},{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":"
      "0,"
      "\"op\":\"SCMP_CMP_EQ\",\"value\":1}]}";
  static const char inner[] =
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"dup\"],\"action\":"
      "\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_EQ\",\"value\":1}]}]}";
#define GETPID(more) ",{\"names\":[\"getpid\"],\"action\":\"SCMP_ACT_ALLOW\"" more "}"
  static const char *const more[] = {"", GETPID(""),
                                     GETPID(",\"includes\":{\"minKernel\":\"7.0\"}")};
  struct sd_arena arena;
  const char *why = NULL;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(more); i++) {
    const char *outer = sd_arena_printf(&arena, "%s%s]}", head, more[i]);
    bool answer = is_within(&arena, parsed(&arena, inner), parsed(&arena, outer), &here, &why);
    assert_int_equal(answer, i == 1);
    if (i != 1)
      assert_non_null(strstr(why, "refuses everything"));
  }
  sd_arena_finish(&arena);
}

/* -- tables and packs -------------------------------------------------------------------------- */

/* Every name that libseccomp gives for a number of any architecture is in the table; the multiplexing architectures
 * are those that have socketcall. */
static void test_table_is_complete(void **state) {
  (void)state;
  const struct sd_seccomp_arch *arch;
  for (size_t i = 0; (arch = sd_seccomp_arch_at(i)) != NULL; i++) {
    if (arch->token == 0)
      continue;
    assert_int_equal(seccomp_syscall_resolve_name_arch(arch->token, "socketcall") >= 0,
                     arch->multiplexes);
    for (int number = -12000; number < 7000; number++) {
      char *name = seccomp_syscall_resolve_num_arch(arch->token, number);
      uint16_t call = 0;
      if (name != NULL && !sd_seccomp_find_call(name, &call))
        fail_msg("%s of %s is not in syscalls.txt", name, arch->name);
      if (name != NULL)
        assert_string_equal(sd_seccomp_name_of_call(call), name);
      free(name);
    }
  }
  for (size_t i = 1; i < sd_seccomp_call_count; i++)
    assert_true(strcmp(sd_seccomp_name_of_call(i - 1), sd_seccomp_name_of_call(i)) < 0);
  uint16_t ignored;
  assert_false(sd_seccomp_find_call("", &ignored));
  assert_false(sd_seccomp_find_call("rea", &ignored));
  assert_false(sd_seccomp_find_call("reads", &ignored));
}

static void test_packs(void **state) {
  (void)state;
  struct sd_arena arena;
  const char *name = NULL;
  sd_arena_init(&arena);
  for (size_t i = 0; (name = sd_seccomp_shipped(i)) != NULL; i++) {
    assert_string_equal(sd_seccomp_packs[i].name, name);
    struct sd_seccomp_words fresh = {{NULL, 0, 0}};
    struct sd_seccomp_words again = {{NULL, 0, 0}};
    sd_seccomp_pack(&arena, parsed_known(&arena, name), &fresh);
    sd_seccomp_pack(&arena, sd_seccomp_unpack(&arena, name, &sd_seccomp_packs[i]), &again);
    assert_int_equal(fresh.v.len, sd_seccomp_packs[i].count);
    assert_int_equal(again.v.len, fresh.v.len);
    assert_memory_equal(fresh.v.items, sd_seccomp_packs[i].words, fresh.v.len * sizeof(uint64_t));
    assert_memory_equal(again.v.items, fresh.v.items, fresh.v.len * sizeof(uint64_t));
  }
  assert_null(sd_seccomp_packs[3].name);
  sd_arena_finish(&arena);
}

/* By text: a shipped one is known, any other is read. */
static void test_stricter_than_text(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_error err;
  size_t len = 0;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *text = sd_seccomp_builtin("default", &len);
  const struct sd_seccomp_profile *strict = parsed_known(&arena, "strict");
  assert_true(sd_seccomp_is_stricter_than(strict, "p", text, &here, &err));
  assert_true(sd_seccomp_is_stricter_than(strict, "p", sd_arena_strdup(&arena, text), &here, &err));
  assert_false(sd_seccomp_is_stricter_than(parsed_known(&arena, "default"), "p",
                                           sd_seccomp_builtin("strict", &len), &here, &err));
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_is_stricter_than(strict, "mine.json", "{", &here, &err));
  assert_non_null(strstr(err.message, "mine.json:1:"));
  sd_arena_finish(&arena);
}

/* -- time -------------------------------------------------------------------------------------- */

static double now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* `count` times `part`, with commas. */
static const char *repeated(struct sd_arena *arena, const char *head, const char *part,
                            const char *tail, size_t count) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, head);
  for (size_t i = 0; i < count; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    sd_str_add(&out, part);
  }
  sd_str_add(&out, tail);
  return sd_str_text(&out);
}

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
#define ONE(rest) "{\"action\":\"SCMP_ACT_ALLOW\"," rest "}"
#define MASKED                                                                                     \
  "{\"index\":0,\"op\":\"SCMP_CMP_MASKED_EQ\",\"value\":18446744073709551584,\"valueTwo\":0}"

/* Texts of 256 KiB, which is what callers may bring, that are made to take long. */
static void test_bombs(void **state) {
  (void)state;
  static const struct {
    const char *part;
    size_t count;
  } rows[] = {
      {ONE("\"names\":[\"read\"]"), 5000},
      {ONE("\"names\":[\"read\"]"), 2000},
      {ONE("\"names\":[\"socket\"]"), 2000},
      {ONE("\"names\":[\"socket\"],\"args\":[" MASKED "]"), 256},
      {ONE("\"names\":[\"bind\",\"connect\",\"socketcall\",\"ipc\"]"), 500},
      {ONE("\"names\":[\"noothercall\"]"), 5000},
      {ONE("\"names\":[\"read\"],\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_BPF\"]}"), 2000},
      {"{\"Names\":[],\"aktion\":1}", 10000},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  const struct sd_seccomp_profile *outer = parsed_known(&arena, "default");
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *text = repeated(&arena, HEAD, rows[i].part, "]}", rows[i].count);
    struct sd_seccomp_mistakes mistakes = {.more = false};
    struct sd_seccomp_profile *profile = NULL;
    const char *why = "";
    assert_true(strlen(text) < (size_t)256 * 1024);
    double start = now();
    if (sd_seccomp_parse_all(&arena, "p.json", text, strlen(text), &profile, &mistakes))
      (void)is_within(&arena, profile, outer, &here, &why);
    else
      assert_true(mistakes.more);
    double taken = now() - start;
    print_message("row %zu: %.2f ms, %.60s\n", i, taken * 1000, why);
    assert_true(taken < SECONDS);
  }
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_mistake),         cmocka_unit_test(test_mistakes_of_the_whole),
      cmocka_unit_test(test_calls_taken_away),      cmocka_unit_test(test_forms_against_default),
      cmocka_unit_test(test_possible_capabilities), cmocka_unit_test(test_anchor),
      cmocka_unit_test(test_table_is_complete),     cmocka_unit_test(test_packs),
      cmocka_unit_test(test_stricter_than_text),    cmocka_unit_test(test_bombs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
