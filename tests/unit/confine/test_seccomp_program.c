/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled profiles, asked call by call: the answers are those that a person reads in the rules, and where libseccomp
 * makes something else of them, that is written down here. */
#include <errno.h>
#include <inttypes.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "made.h"
#include "parsed.h"
#include "reading.h"
#include "safe-docker/confine/seccomp_calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PROFILES 300
#define ASKED 60

struct subject {
  struct sd_arena arena;
  struct dice dice;
  struct made_numbers numbers;
  const char *text;
  const struct sd_seccomp_profile *profile;
  struct sd_strv caps;
  struct sd_seccomp_target target;
  struct sd_seccomp_program program;
  unsigned asked, mixed;
};

static void init(struct subject *subject) {
  *subject = (struct subject){.dice = {.state = 0}};
  sd_arena_init(&subject->arena);
}

static void finish(struct subject *subject) {
  sd_arena_finish(&subject->arena);
}

/* False where libseccomp makes no program of it. */
static bool compile(struct subject *subject, const char *text, uint32_t arch, uint32_t kernel) {
  struct sd_error err;
  sd_error_init(&err, &subject->arena);
  subject->text = text;
  subject->profile = parsed(&subject->arena, text);
  subject->target = (struct sd_seccomp_target){arch, kernel, &subject->caps};
  return sd_seccomp_compile(&subject->arena, subject->profile, &subject->target, &subject->program,
                            &err);
}

/* By two interpreters. */
static uint32_t answer(const struct subject *subject, const struct sd_seccomp_call *call) {
  uint32_t action = 0;
  struct seccomp_data data = {.nr = call->number,
                              .arch = call->arch == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64 : call->arch};
  memcpy(data.args, call->args, sizeof(data.args));
  assert_true(sd_seccomp_answer(&subject->program, call, &action));
  assert_int_equal(action, bpf_run(subject->program.code, subject->program.len, &data));
  return action;
}

/* --- the program is what the rules say -------------------------------------------------------------- */

static void check_call(struct subject *subject, const struct sd_seccomp_call *call) {
  uint32_t wanted;
  uint32_t got = answer(subject, call);
  subject->asked++;
  if (read_profile(&subject->arena, subject->profile, &subject->target, call, &wanted) ==
      READING_MIXED) {
    subject->mixed++;
    return;
  }
  if (got == wanted)
    return;
  (void)fprintf(stderr, "%s\n", subject->text);
  fail_msg("call %#x by %#x (%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 "): %s, but the rules say %s",
           (unsigned)call->number, call->arch, call->args[0], call->args[1], call->args[2],
           sd_seccomp_action_text(&subject->arena, got),
           sd_seccomp_action_text(&subject->arena, wanted));
}

static void check_arguments(struct subject *subject, uint32_t arch, int number, unsigned count) {
  struct sd_seccomp_call call = {.arch = arch, .number = number};
  check_call(subject, &call);
  for (unsigned i = 0; i < count; i++) {
    for (size_t k = 0; k < COUNT(call.args); k++)
      call.args[k] = made_argument(&subject->dice, &subject->numbers);
    check_call(subject, &call);
  }
}

static const uint32_t machines[] = {SCMP_ARCH_X86_64, SCMP_ARCH_AARCH64};
static const char *const cap_sets[][3] = {{NULL}, {"BPF", NULL}, {"BPF", "SYS_ADMIN", NULL}};

static void check_made(struct subject *subject) {
  static const uint32_t kernels[] = {4 << 16 | 7, 4 << 16 | 8, SD_SECCOMP_NEWEST};
  struct sd_seccomp_arches arches = {{NULL, 0, 0}};
  struct dice *dice = &subject->dice;
  size_t set = roll(dice, COUNT(cap_sets));
  for (size_t i = 0; cap_sets[set][i] != NULL; i++)
    sd_strv_add(&subject->caps, &subject->arena, cap_sets[set][i]);
  const char *text = made_regular(dice, &subject->arena, &subject->numbers);
  assert_true(compile(subject, text, PICK(dice, machines), PICK(dice, kernels)));
  sd_seccomp_open_arches(&subject->arena, subject->profile, subject->target.arch, &arches);
  for (size_t a = 0; a < arches.v.len; a++)
    for (size_t i = 0; made_call(i) != NULL; i++) {
      int number;
      if (sd_seccomp_number_of(arches.v.items[a], made_call(i), &number))
        check_arguments(subject, arches.v.items[a], number, ASKED);
    }
}

static void test_made_profiles(void **state) {
  (void)state;
  unsigned asked = 0;
  unsigned mixed = 0;
  for (unsigned i = 0; i < PROFILES; i++) {
    struct subject subject;
    init(&subject);
    subject.dice.state = 31 * i;
    check_made(&subject);
    asked += subject.asked;
    mixed += subject.mixed;
    finish(&subject);
  }
  print_message("%u answers, %u of them about rules with several actions\n", asked, mixed);
  assert_true(mixed < asked / 4);
}

/* What the shipped profiles compare with. */
static const uint64_t shipped_numbers[] = {
    0,          1,          2,          3,      8,          10,         16,         17,
    20,         38,         40,         41,     0x1000,     0x2000,     0x4000,     0x6000,
    0x8000,     0xc000,     0xf000,     020644, 060644,     0x8000,     0x20000,    0x20008,
    0x02000000, 0x04000000, 0x10000000, 0x80,   0x7e020000, 0x40000000, 0x80000000, 0x0c000000,
    0xffffffff, 0x5401,     0x5412,     0x541c};

static void check_shipped(const char *name, const char *const *caps, uint32_t arch) {
  struct subject subject;
  struct sd_seccomp_arches arches = {{NULL, 0, 0}};
  size_t len;
  init(&subject);
  const char *text = sd_seccomp_builtin(name, &len);
  for (size_t i = 0; i < COUNT(shipped_numbers); i++)
    *sd_vec_push(&subject.arena, &subject.numbers.v) = shipped_numbers[i];
  for (size_t i = 0; caps[i] != NULL; i++)
    sd_strv_add(&subject.caps, &subject.arena, caps[i]);
  assert_true(
      compile(&subject, sd_arena_strndup(&subject.arena, text, len), arch, SD_SECCOMP_NEWEST));
  sd_seccomp_open_arches(&subject.arena, subject.profile, arch, &arches);
  for (size_t a = 0; a < arches.v.len; a++) {
    struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
    sd_seccomp_list_calls(&subject.arena, arches.v.items[a], &numbers);
    assert_true(numbers.v.len > 250);
    for (size_t i = 0; i < numbers.v.len; i++)
      check_arguments(&subject, arches.v.items[a], numbers.v.items[i].number, 20);
  }
  print_message("%s: %u answers, %u of them about rules with several actions\n", name,
                subject.asked, subject.mixed);
  assert_true(subject.mixed < subject.asked / 50);
  finish(&subject);
}

static void test_shipped_profiles(void **state) {
  (void)state;
  for (size_t i = 0; sd_seccomp_shipped(i) != NULL; i++)
    for (size_t set = 0; set < COUNT(cap_sets); set++)
      for (size_t a = 0; a < COUNT(machines); a++)
        check_shipped(sd_seccomp_shipped(i), cap_sets[set], machines[a]);
}

/* --- where libseccomp 2.5 makes something else of the rules ------------------------------------------ */

/* Newer ones may do better, so what is tested is that such profiles are not compared. */
static void test_known_flaws(void **state) {
  (void)state;
  static const struct {
    const char *what, *text;
    uint32_t arch;
    const char *name;
    uint64_t first; /* argument */
  } rows[] = {
      {"order comparisons with different high halves allow more",
       "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":"
       "\"SCMP_ACT_ALLOW\"},{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":"
       "[{\"index\":0,\"op\":\"SCMP_CMP_LE\",\"value\":2}]},{\"names\":[\"clone\"],\"action\":"
       "\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_GT\",\"value\":4294967296}]}]}",
       SCMP_ARCH_X86_64, "clone", 0xef},
      {"order comparisons with different high halves allow less",
       "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":"
       "\"SCMP_ACT_ALLOW\"},{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":"
       "[{\"index\":0,\"op\":\"SCMP_CMP_LT\",\"value\":4294967296}]},{\"names\":[\"clone\"],"
       "\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_LE\",\"value\":"
       "2147483647}]}]}",
       SCMP_ARCH_X86_64, "clone", 0xffffffff},
      {"a call that the architecture lacks comes first, and the number is never looked at",
       "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"set_tls\"],\"action\":"
       "\"SCMP_ACT_ALLOW\"},{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":"
       "[{\"index\":0,\"op\":\"SCMP_CMP_LT\",\"value\":8}]}]}",
       SCMP_ARCH_AARCH64, "personality", 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct subject subject;
    struct sd_error err;
    uint32_t wanted;
    struct sd_seccomp_call call = {.arch = rows[i].arch, .args = {rows[i].first}};
    init(&subject);
    sd_error_init(&err, &subject.arena);
    assert_true(compile(&subject, rows[i].text, rows[i].arch, SD_SECCOMP_NEWEST));
    assert_true(sd_seccomp_number_of(rows[i].arch, rows[i].name, &call.number));
    (void)read_profile(&subject.arena, subject.profile, &subject.target, &call, &wanted);
    print_message("%s: %s\n", rows[i].what,
                  answer(&subject, &call) == wanted ? "not with this libseccomp" : "it does");
    assert_false(sd_seccomp_is_stricter(subject.profile, subject.profile, &err));
    finish(&subject);
  }
}

/* --- names, numbers, words --------------------------------------------------------------------------- */

static void test_numbers(void **state) {
  (void)state;
  static const uint32_t arches[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86,     SCMP_ARCH_X32,
                                    SCMP_ARCH_ARM,    SCMP_ARCH_AARCH64, SCMP_ARCH_S390X,
                                    SCMP_ARCH_MIPS,   SCMP_ARCH_MIPS64,  SCMP_ARCH_RISCV64};
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t a = 0; a < COUNT(arches); a++) {
    struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
    sd_seccomp_list_calls(&arena, arches[a], &numbers);
    assert_true(numbers.v.len > 250);
    for (size_t i = 0; i < numbers.v.len; i++) {
      int number = -1;
      const struct sd_seccomp_number *row = &numbers.v.items[i];
      if (!sd_seccomp_number_of(arches[a], row->name, &number) || number != row->number)
        fail_msg("%s by %#x is %d, not %d", row->name, arches[a], row->number, number);
      assert_string_equal(sd_seccomp_call_name(&arena, arches[a], number), row->name);
    }
  }
  sd_arena_finish(&arena);
}

static void test_some_numbers(void **state) {
  (void)state;
  static const struct {
    uint32_t arch;
    const char *name;
    bool found;
    int number;
  } rows[] = {
      {SCMP_ARCH_X86_64, "socket", true, 41},
      {SCMP_ARCH_X86, "socket", true, 359},
      {SCMP_ARCH_X32, "socket", true, 0x40000029},
      {SCMP_ARCH_ARM, "set_tls", true, 0xf0005},
      {SCMP_ARCH_X86_64, "set_tls", false, 0},
      {SCMP_ARCH_X86_64, "socketcall", false, 0},
      {SCMP_ARCH_X86, "socketcall", true, 102},
      {SCMP_ARCH_X86, "accept", false, 0},
      {SCMP_ARCH_AARCH64, "mknod", false, 0},
      {SCMP_ARCH_X86_64, "no_such_call", false, 0},
      {SCMP_ARCH_X86_64, "", false, 0},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    int number = 0;
    assert_int_equal(sd_seccomp_number_of(rows[i].arch, rows[i].name, &number), rows[i].found);
    assert_int_equal(number, rows[i].number);
  }
  assert_null(sd_seccomp_call_name(&arena, SCMP_ARCH_X86, -101));
  assert_null(sd_seccomp_call_name(&arena, SCMP_ARCH_X32, 41));
  assert_null(sd_seccomp_call_name(&arena, SCMP_ARCH_X86_64, 0x40000029));
  assert_string_equal(sd_seccomp_nearest_call(&arena, "sockt"), "socket");
  assert_null(sd_seccomp_nearest_call(&arena, "completely_else"));
  sd_arena_finish(&arena);
}

static void test_architectures(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t arch;
  } rows[] = {
      {"amd64", SCMP_ARCH_X86_64},
      {"x86_64", SCMP_ARCH_X86_64},
      {"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64},
      {"arm64", SCMP_ARCH_AARCH64},
      {"aarch64", SCMP_ARCH_AARCH64},
      {"x32", SCMP_ARCH_X32},
      {"i686", SCMP_ARCH_X86},
      {"mips64le", SCMP_ARCH_MIPSEL64},
      {"amd46", 0},
      {"", 0},
      {"AMD64", 0},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_error err;
    uint32_t arch = 0;
    sd_error_init(&err, &arena);
    assert_int_equal(sd_seccomp_parse_arch(&arena, rows[i].text, &arch, &err), rows[i].arch != 0);
    assert_int_equal(arch, rows[i].arch);
    if (arch != 0)
      assert_non_null(sd_seccomp_arch_name(arch));
    else
      assert_non_null(err.hint);
  }
  assert_string_equal(sd_seccomp_arch_name(SCMP_ARCH_X32), "x32");
  assert_null(sd_seccomp_arch_name(12345));
  assert_non_null(sd_seccomp_arch_name(sd_seccomp_native_arch()));
  sd_arena_finish(&arena);
}

static void test_action_text(void **state) {
  (void)state;
  static const struct {
    uint32_t action;
    const char *text;
  } rows[] = {
      {SECCOMP_RET_ALLOW, "allow"},
      {SECCOMP_RET_LOG, "log and allow"},
      {SECCOMP_RET_ERRNO | EPERM, "errno 1 (EPERM)"},
      {SECCOMP_RET_ERRNO | 4000, "errno 4000"},
      {SECCOMP_RET_TRACE | 7, "ask the tracer (7)"},
      {SECCOMP_RET_USER_NOTIF, "ask the supervisor"},
      {SECCOMP_RET_TRAP, "signal SIGSYS"},
      {SECCOMP_RET_KILL_THREAD, "kill the thread"},
      {SECCOMP_RET_KILL_PROCESS, "kill the process"},
      {0x12340000, "kill the process"},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++)
    assert_string_equal(sd_seccomp_action_text(&arena, rows[i].action), rows[i].text);
  sd_arena_finish(&arena);
}

/* A program for the other byte order is read as on such a machine. */
static void test_other_byte_order(void **state) {
  (void)state;
  struct subject subject;
  struct sd_seccomp_call call = {.arch = SCMP_ARCH_S390X};
  uint32_t action = 0;
  init(&subject);
  assert_true(compile(&subject,
                      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"clone\"],"
                      "\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":1,\"op\":\"SCMP_CMP_EQ\","
                      "\"value\":4294967298}]}]}",
                      SCMP_ARCH_S390X, SD_SECCOMP_NEWEST));
  assert_true(sd_seccomp_number_of(SCMP_ARCH_S390X, "clone", &call.number));
  assert_true(sd_seccomp_answer(&subject.program, &call, &action));
  assert_int_equal(action, SECCOMP_RET_ERRNO | EPERM);
  call.args[1] = 4294967298;
  assert_true(sd_seccomp_answer(&subject.program, &call, &action));
  assert_int_equal(action, SECCOMP_RET_ALLOW);
  finish(&subject);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_made_profiles), cmocka_unit_test(test_shipped_profiles),
      cmocka_unit_test(test_known_flaws),   cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_some_numbers),  cmocka_unit_test(test_architectures),
      cmocka_unit_test(test_action_text),   cmocka_unit_test(test_other_byte_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
