/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison of two programs, against trying every combination of arguments: exact on made programs that look at
 * small numbers only, and on profiles with the kinds of conditions that are hard. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "dice.h"
#include "parsed.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LENGTH 20
#define PAIRS 4000

/* --- made programs --------------------------------------------------------------------------------- */

/* Programs compare and mask with numbers below SMALL, so a word of SMALL * 2 or more does what some word below it does
 * (the one with the same low bits, and the bit above): words below WORDS are all that there are. */
#define SMALL 16
#define WORDS 32

static struct sock_filter make_jump(struct dice *dice, bool masked, unsigned left) {
  static const uint16_t plain[] = {BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
  static const uint16_t behind_mask[] = {BPF_JEQ, BPF_JEQ, BPF_JSET};
  uint16_t op = masked ? PICK(dice, behind_mask) : PICK(dice, plain);
  return (struct sock_filter)BPF_JUMP(BPF_JMP | op | BPF_K, roll(dice, SMALL),
                                      (uint8_t)roll(dice, left), (uint8_t)roll(dice, left));
}

/* Looks at the two halves of the first argument. */
static struct sock_filter make_load(struct dice *dice) {
  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                      offsetof(struct seccomp_data, args[0]) + 4 * roll(dice, 2));
}

static void make_program(struct dice *dice, struct sock_filter code[LENGTH]) {
  bool masked = false;
  code[0] = make_load(dice);
  for (unsigned at = 1; at < LENGTH - 2; at++) {
    unsigned left = LENGTH - 1 - at < 4 ? LENGTH - 1 - at : 4;
    unsigned kind = roll(dice, 8);
    if (kind < 2) {
      code[at] = make_load(dice);
      masked = false;
    } else if (kind == 2) {
      code[at] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, roll(dice, SMALL));
      masked = true;
    } else if (kind == 3) {
      code[at] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, roll(dice, left));
    } else {
      code[at] = make_jump(dice, masked, left);
    }
  }
  for (unsigned at = LENGTH - 2; at < LENGTH; at++)
    code[at] = (struct sock_filter)BPF_STMT(
        BPF_RET | BPF_K, roll(dice, 2) == 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | 1U);
}

static bool is_wider(const struct sock_filter *inner, const struct sock_filter *outer,
                     uint64_t argument) {
  struct seccomp_data call = {.nr = 1, .arch = AUDIT_ARCH_X86_64, .args = {argument}};
  return bpf_run(inner, LENGTH * sizeof(*inner), &call) == SECCOMP_RET_ALLOW &&
         bpf_run(outer, LENGTH * sizeof(*outer), &call) != SECCOMP_RET_ALLOW;
}

static bool try_all(const struct sock_filter *inner, const struct sock_filter *outer) {
  for (uint64_t low = 0; low < WORDS; low++)
    for (uint64_t high = 0; high < WORDS; high++)
      if (is_wider(inner, outer, high << 32 | low))
        return true;
  return false;
}

static void test_exact_on_made_programs(void **state) {
  (void)state;
  struct dice dice = {.state = 20261122};
  unsigned counts[3] = {0, 0, 0};
  for (unsigned i = 0; i < PAIRS; i++) {
    struct sd_arena arena;
    struct sock_filter inner[LENGTH];
    struct sock_filter outer[LENGTH];
    sd_arena_init(&arena);
    make_program(&dice, inner);
    make_program(&dice, outer);
    struct sd_seccomp_program programs[] = {{inner, sizeof(inner)}, {outer, sizeof(outer)}};
    struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64, .number = 1};
    enum sd_seccomp_relation got = sd_seccomp_relate(&arena, &programs[0], &programs[1], &call);
    counts[got]++;
    if (got == SD_SECCOMP_WIDER)
      assert_true(is_wider(inner, outer, call.args[0]));
    if (got == SD_SECCOMP_WITHIN && try_all(inner, outer))
      fail_msg("pair %u is wider", i);
    sd_arena_finish(&arena);
  }
  print_message("%u within, %u wider, %u uncertain\n", counts[SD_SECCOMP_WITHIN],
                counts[SD_SECCOMP_WIDER], counts[SD_SECCOMP_UNCERTAIN]);
  /* Uncertain are only those that compare a masked word for order, which libseccomp does not do. */
  assert_true(counts[SD_SECCOMP_WITHIN] > PAIRS / 10);
  assert_true(counts[SD_SECCOMP_WIDER] > PAIRS / 10);
}

/* --- many inequalities ----------------------------------------------------------------------------- */

#define MANY 300

/* A program that refuses every word for which one of `rows` holds, and allows the rest. */
struct inequality {
  uint32_t mask, value;
};

static struct sd_seccomp_program refuse(struct sd_arena *arena, const struct inequality *rows,
                                        size_t count, bool inverted) {
  SD_VEC(struct sock_filter) code = {NULL, 0, 0};
  for (size_t i = 0; i < count; i++) {
    *sd_vec_push(arena, &code) = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
    *sd_vec_push(arena, &code) =
        (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rows[i].mask);
    *sd_vec_push(arena, &code) =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, rows[i].value, 0, 1);
    *sd_vec_push(arena, &code) = (struct sock_filter)BPF_STMT(
        BPF_RET | BPF_K, inverted ? SECCOMP_RET_ALLOW : SECCOMP_RET_KILL_PROCESS);
  }
  *sd_vec_push(arena, &code) = (struct sock_filter)BPF_STMT(
      BPF_RET | BPF_K, inverted ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ALLOW);
  return (struct sd_seccomp_program){code.items, code.len * sizeof(*code.items)};
}

static const struct inequality nothing[] = {{0, 0}};

/* Whether some word is left that none of `rows` refuses. */
static enum sd_seccomp_relation is_left(const struct inequality *rows, size_t count,
                                        uint64_t *word) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_seccomp_program inner = refuse(&arena, rows, count, false);
  struct sd_seccomp_program outer = refuse(&arena, nothing, 1, false);
  struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64};
  enum sd_seccomp_relation got = sd_seccomp_relate(&arena, &inner, &outer, &call);
  *word = call.args[0];
  sd_arena_finish(&arena);
  return got;
}

static void test_masks_that_leave_nothing(void **state) {
  (void)state;
  struct inequality rows[MANY];
  uint64_t word;
  /* Every kind of file but one: (mode & 0170000) == kind. */
  for (uint32_t i = 0; i < 16; i++)
    rows[i] = (struct inequality){0170000, i << 12};
  assert_int_equal(is_left(rows, 16, &word), SD_SECCOMP_WITHIN);
  rows[5].value = 0;
  assert_int_equal(is_left(rows, 16, &word), SD_SECCOMP_WIDER);
  assert_int_equal(word & 0170000, 5 << 12);
  /* The same bits in the highest place, where stepping through the words would not come to an end. */
  for (uint32_t i = 0; i < 256; i++)
    rows[i] = (struct inequality){0xff000000, i << 24};
  assert_int_equal(is_left(rows, 256, &word), SD_SECCOMP_WITHIN);
  assert_int_equal(is_left(rows, 255, &word), SD_SECCOMP_WIDER);
  assert_int_equal(word >> 24, 255);
  /* Masks that overlap: of bits 0 to 7 any two neighbours differ, and the ends are equal. */
  for (uint32_t i = 0; i < 7; i++) {
    rows[2 * i] = (struct inequality){3U << i, 0};
    rows[2 * i + 1] = (struct inequality){3U << i, 3U << i};
  }
  rows[14] = (struct inequality){0x81, 0x80};
  rows[15] = (struct inequality){0x81, 0x01};
  assert_int_equal(is_left(rows, 16, &word), SD_SECCOMP_WITHIN);
  assert_int_equal(is_left(rows, 14, &word), SD_SECCOMP_WIDER);
}

/* All words but those of a set of single words, in both directions. */
static void test_many_words(void **state) {
  (void)state;
  struct sd_arena arena;
  struct inequality rows[MANY];
  sd_arena_init(&arena);
  for (uint32_t i = 0; i < MANY; i++)
    rows[i] = (struct inequality){UINT32_MAX, i * 7 % MANY};
  struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64};
  struct sd_seccomp_program all = refuse(&arena, rows, MANY, true);
  struct sd_seccomp_program fewer = refuse(&arena, rows, MANY - 1, true);
  struct sd_seccomp_program others = refuse(&arena, rows, MANY, false);
  assert_int_equal(sd_seccomp_relate(&arena, &fewer, &all, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &all, &fewer, &call), SD_SECCOMP_WIDER);
  assert_int_equal(call.args[0], rows[MANY - 1].value);
  assert_int_equal(sd_seccomp_relate(&arena, &others, &others, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &others, &all, &call), SD_SECCOMP_WIDER);
  assert_true(call.args[0] >= MANY);
  sd_arena_finish(&arena);
}

/* Three bits of sixteen each, in a number for which it is open whether a word is left. */
static void make_inequalities(struct dice *dice, struct inequality *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t mask = 0;
    while (__builtin_popcount(mask) < 3)
      mask |= UINT32_C(1) << roll(dice, 16);
    rows[i] = (struct inequality){mask, mask & roll(dice, 1U << 16)};
  }
}

static bool is_refused(const struct inequality *rows, size_t count, uint64_t word) {
  for (size_t i = 0; i < count; i++)
    if ((word & rows[i].mask) == rows[i].value)
      return true;
  return false;
}

static void test_random_masks(void **state) {
  (void)state;
  struct dice dice = {.state = 77};
  struct inequality rows[75];
  unsigned left = 0;
  for (unsigned i = 0; i < 60; i++) {
    uint64_t word;
    make_inequalities(&dice, rows, COUNT(rows));
    enum sd_seccomp_relation got = is_left(rows, COUNT(rows), &word);
    assert_int_not_equal(got, SD_SECCOMP_UNCERTAIN);
    if (got == SD_SECCOMP_WIDER) {
      assert_false(is_refused(rows, COUNT(rows), word));
      left++;
      continue;
    }
    for (word = 0; word < 1U << 16; word++)
      assert_true(is_refused(rows, COUNT(rows), word));
  }
  print_message("words left in %u of 60\n", left);
  assert_true(left > 5 && left < 55);
}

/* A program with more ways through it than can be followed: every bit is looked at, and every way goes on. */
static void test_too_hard(void **state) {
  (void)state;
  struct sd_arena arena;
  SD_VEC(struct sock_filter) code = {NULL, 0, 0};
  sd_arena_init(&arena);
  for (uint32_t i = 0; i < 96; i++) {
    *sd_vec_push(&arena, &code) = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]) + 4 * (i / 32));
    *sd_vec_push(&arena, &code) =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, UINT32_C(1) << i % 32, 0, 1);
    *sd_vec_push(&arena, &code) = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0);
  }
  *sd_vec_push(&arena, &code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sd_seccomp_program program = {code.items, code.len * sizeof(*code.items)};
  struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64};
  assert_int_equal(sd_seccomp_relate(&arena, &program, &program, &call), SD_SECCOMP_UNCERTAIN);
  sd_arena_finish(&arena);
}

/* What is no program of libseccomp is never taken for one that refuses. */
static void test_not_understood(void **state) {
  (void)state;
  static const struct sock_filter rows[][2] = {
      {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, sizeof(struct seccomp_data)),
       BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_ST, 0), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_JMP | BPF_JA, UINT32_MAX), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 5, 0, 0), BPF_STMT(BPF_RET | BPF_K, 0)},
      {BPF_STMT(BPF_JMP | BPF_JA, 0), BPF_STMT(BPF_JMP | BPF_JA, 0)},
      {BPF_STMT(BPF_JMP | BPF_JA, 0), BPF_STMT(BPF_RET | BPF_A, 0)},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_seccomp_program all = refuse(&arena, nothing, 1, true);
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_seccomp_program program = {rows[i], sizeof(rows[i])};
    struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64};
    uint32_t action;
    if (sd_seccomp_answer(&program, &call, &action))
      fail_msg("program %zu has an answer", i);
    if (sd_seccomp_relate(&arena, &program, &program, &call) != SD_SECCOMP_UNCERTAIN ||
        sd_seccomp_relate(&arena, &all, &program, &call) != SD_SECCOMP_UNCERTAIN)
      fail_msg("program %zu is compared", i);
  }
  struct sd_seccomp_program cut = {rows[0], sizeof(rows[0]) - 1};
  struct sd_seccomp_program empty = {rows[0], 0};
  struct sd_seccomp_call call = {.arch = AUDIT_ARCH_X86_64};
  assert_int_equal(sd_seccomp_relate(&arena, &cut, &all, &call), SD_SECCOMP_UNCERTAIN);
  assert_int_equal(sd_seccomp_relate(&arena, &empty, &all, &call), SD_SECCOMP_UNCERTAIN);
  sd_arena_finish(&arena);
}

/* --- profiles -------------------------------------------------------------------------------------- */

static struct sd_seccomp_program compile(struct sd_arena *arena, const char *rules) {
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_seccomp_target target = {SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none};
  const char *text = sd_arena_printf(
      arena,
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
      "\"subArchitectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]}],\"syscalls\":[%s]}",
      rules);
  return compiled_for(arena, parsed(arena, text), &target);
}

static const char *allow(struct sd_arena *arena, const char *name, const char *op,
                         unsigned long long value, unsigned long long value_two) {
  return sd_arena_printf(arena,
                         "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,"
                         "\"op\":\"SCMP_CMP_%s\",\"value\":%llu,\"valueTwo\":%llu}]}",
                         name, op, value, value_two);
}

#define X64 SCMP_ARCH_X86_64

/* One condition each, on the first argument of socket(2); the number of the call by x86-64 is 41. */
static void test_conditions(void **state) {
  (void)state;
  static const struct {
    const char *op;
    unsigned long long value, value_two;
    const char *outer_op;
    unsigned long long outer_value, outer_value_two;
    enum sd_seccomp_relation wanted;
  } rows[] = {
      {"EQ", 5, 0, "LT", 6, 0, SD_SECCOMP_WITHIN},
      {"EQ", 5, 0, "LT", 5, 0, SD_SECCOMP_WIDER},
      {"EQ", 0x500000000, 0, "GE", 0x4ffffffff, 0, SD_SECCOMP_WITHIN},
      {"EQ", 0x500000000, 0, "GT", 0x500000000, 0, SD_SECCOMP_WIDER},
      {"LT", 0x500000000, 0, "LE", 0x4ffffffff, 0, SD_SECCOMP_WITHIN},
      {"LE", 0x500000000, 0, "LT", 0x500000000, 0, SD_SECCOMP_WIDER},
      {"LT", 0x500000000, 0, "NE", 0x500000000, 0, SD_SECCOMP_WITHIN},
      {"LE", 0x500000000, 0, "NE", 0x500000000, 0, SD_SECCOMP_WIDER},
      {"GT", 0xffffffff, 0, "GE", 0x100000000, 0, SD_SECCOMP_WITHIN},
      {"GE", 0xffffffff, 0, "GE", 0x100000000, 0, SD_SECCOMP_WIDER},
      {"NE", 0, 0, "GE", 1, 0, SD_SECCOMP_WITHIN},
      {"NE", 0, 0, "GE", 2, 0, SD_SECCOMP_WIDER},
      {"GE", 1, 0, "NE", 0, 0, SD_SECCOMP_WITHIN},
      {"NE", 0x100000000, 0, "NE", 0x100000000, 0, SD_SECCOMP_WITHIN},
      {"NE", 0x100000000, 0, "NE", 0x200000000, 0, SD_SECCOMP_WIDER},
      {"GT", 0x7ffffffffffffffe, 0, "GE", 0x7fffffffffffffff, 0, SD_SECCOMP_WITHIN},
      {"GT", 0x7ffffffffffffffd, 0, "GE", 0x7fffffffffffffff, 0, SD_SECCOMP_WIDER},
      {"MASKED_EQ", 0xff000000ff, 0x1000000002, "MASKED_EQ", 0xf0000000ff, 0x1000000002,
       SD_SECCOMP_WITHIN},
      {"MASKED_EQ", 0xf0000000ff, 0x1000000002, "MASKED_EQ", 0xff000000ff, 0x1000000002,
       SD_SECCOMP_WIDER},
      {"MASKED_EQ", 0xf000000000, 0x1000000000, "GE", 0x1000000000, 0, SD_SECCOMP_WITHIN},
      {"MASKED_EQ", 0xf000000000, 0x1000000000, "GT", 0x1000000000, 0, SD_SECCOMP_WIDER},
      {"MASKED_EQ", 0xf000000000, 0x1000000000, "NE", 0x2000000000, 0, SD_SECCOMP_WITHIN},
      {"MASKED_EQ", 0xf000000000, 0x1000000000, "NE", 0x21000000005, 0, SD_SECCOMP_WIDER},
      {"LT", 8, 0, "MASKED_EQ", 0x7ffffffffffffff8, 0, SD_SECCOMP_WITHIN},
      {"LT", 9, 0, "MASKED_EQ", 0x7ffffffffffffff8, 0, SD_SECCOMP_WIDER},
      {"EQ", 0x100000002, 0, "EQ", 2, 0, SD_SECCOMP_WIDER},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_seccomp_program inner =
        compile(&arena, allow(&arena, "socket", rows[i].op, rows[i].value, rows[i].value_two));
    struct sd_seccomp_program outer =
        compile(&arena, allow(&arena, "socket", rows[i].outer_op, rows[i].outer_value,
                              rows[i].outer_value_two));
    struct sd_seccomp_call call = {.arch = X64, .number = 41};
    if (sd_seccomp_relate(&arena, &inner, &outer, &call) != rows[i].wanted)
      fail_msg("row %zu is not %d", i, (int)rows[i].wanted);
    sd_arena_finish(&arena);
  }
}

#define FAMILIES 45

static const char *families(struct sd_arena *arena, unsigned step) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (unsigned i = 0; i < FAMILIES; i += step)
    sd_str_addf(&out, "%s%s", i > 0 ? "," : "", allow(arena, "socket", "EQ", i, 0));
  return sd_str_text(&out);
}

static void test_many_families(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_seccomp_program all = compile(&arena, families(&arena, 1));
  struct sd_seccomp_program even = compile(&arena, families(&arena, 2));
  struct sd_seccomp_program below = compile(&arena, allow(&arena, "socket", "LT", FAMILIES, 0));
  struct sd_seccomp_call call = {.arch = X64, .number = 41};
  assert_int_equal(sd_seccomp_relate(&arena, &even, &all, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &all, &below, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &below, &all, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &all, &even, &call), SD_SECCOMP_WIDER);
  assert_int_equal(call.args[0] % 2, 1);
  assert_true(call.args[0] < FAMILIES);
  sd_arena_finish(&arena);
}

/* On 32-bit x86 a rule for socket(2) opens socketcall(2), whatever its condition on the family. */
static void test_multiplexer(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_seccomp_program socket = compile(&arena, allow(&arena, "socket", "EQ", 2, 0));
  struct sd_seccomp_program close = compile(
      &arena, "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\"},{\"names\":[\"socketcall\"],"
              "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}");
  struct sd_seccomp_call direct = {.arch = SCMP_ARCH_X86, .number = 359};
  struct sd_seccomp_call multiplexed = {.arch = SCMP_ARCH_X86, .number = 102};
  assert_int_equal(sd_seccomp_relate(&arena, &socket, &close, &direct), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate(&arena, &socket, &close, &multiplexed), SD_SECCOMP_WIDER);
  assert_int_equal(multiplexed.args[0], 1); /* SYS_SOCKET */
  sd_arena_finish(&arena);
}

/* --- every call at once ---------------------------------------------------------------------------- */

static void test_all_calls(void **state) {
  (void)state;
  static const struct {
    const char *inner, *outer;
    enum sd_seccomp_relation wanted;
    uint32_t arch;
    int number;
  } rows[] = {
      {"\"read\"", "\"read\",\"write\"", SD_SECCOMP_WITHIN, X64, 0},
      {"\"write\",\"read\"", "\"write\"", SD_SECCOMP_WIDER, X64, 0},
      {"\"waitpid\"", "\"wait4\"", SD_SECCOMP_WITHIN, X64, 0},
      {"\"waitpid\"", "\"wait4\"", SD_SECCOMP_WIDER, SCMP_ARCH_X86, 7},
      {"\"read\",\"mount\"", "\"read\"", SD_SECCOMP_WIDER, SCMP_ARCH_X32, 0x400000a5},
      {"\"read\"", "\"read\"", SD_SECCOMP_WITHIN, SCMP_ARCH_X32, 0},
      /* An architecture that is not open. */
      {"\"read\",\"mount\"", "\"read\"", SD_SECCOMP_WITHIN, SCMP_ARCH_ARM, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_seccomp_program inner =
        compile(&arena, sd_arena_printf(&arena, "{\"names\":[%s],\"action\":\"SCMP_ACT_ALLOW\"}",
                                        rows[i].inner));
    struct sd_seccomp_program outer =
        compile(&arena, sd_arena_printf(&arena, "{\"names\":[%s],\"action\":\"SCMP_ACT_ALLOW\"}",
                                        rows[i].outer));
    struct sd_seccomp_call call = {.arch = rows[i].arch};
    assert_int_equal(sd_seccomp_relate_arch(&arena, &inner, &outer, &call), rows[i].wanted);
    assert_int_equal(call.number, rows[i].number);
    sd_arena_finish(&arena);
  }
}

/* A number that no table has yet. */
static void test_unknown_numbers(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_seccomp_program all = refuse(&arena, nothing, 1, true);
  struct sd_seccomp_program read =
      compile(&arena, "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}");
  struct sd_seccomp_call call = {.arch = X64};
  assert_int_equal(sd_seccomp_relate_arch(&arena, &read, &all, &call), SD_SECCOMP_WITHIN);
  assert_int_equal(sd_seccomp_relate_arch(&arena, &all, &read, &call), SD_SECCOMP_WIDER);
  assert_int_not_equal(call.number, 0);
  sd_arena_finish(&arena);
}

/* Profiles as they are shipped: each is within itself, and the whole comparison is quick. */
static void test_shipped(void **state) {
  (void)state;
  static const uint32_t arches[] = {X64, SCMP_ARCH_X86, SCMP_ARCH_X32};
  struct sd_arena arena;
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_seccomp_target target = {X64, SD_SECCOMP_NEWEST, &none};
  for (size_t i = 0; sd_seccomp_shipped(i) != NULL; i++) {
    sd_arena_init(&arena);
    struct sd_seccomp_program program =
        compiled_for(&arena, parsed_known(&arena, sd_seccomp_shipped(i)), &target);
    for (size_t a = 0; a < COUNT(arches); a++) {
      struct sd_seccomp_call call = {.arch = arches[a]};
      assert_int_equal(sd_seccomp_relate_arch(&arena, &program, &program, &call),
                       SD_SECCOMP_WITHIN);
    }
    sd_arena_finish(&arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_exact_on_made_programs),
      cmocka_unit_test(test_masks_that_leave_nothing),
      cmocka_unit_test(test_many_words),
      cmocka_unit_test(test_random_masks),
      cmocka_unit_test(test_too_hard),
      cmocka_unit_test(test_not_understood),
      cmocka_unit_test(test_conditions),
      cmocka_unit_test(test_many_families),
      cmocka_unit_test(test_multiplexer),
      cmocka_unit_test(test_all_calls),
      cmocka_unit_test(test_unknown_numbers),
      cmocka_unit_test(test_shipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
