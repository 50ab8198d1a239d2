/* SPDX-License-Identifier: Apache-2.0 */
/* Single conditions, tried on all numbers where they may change their mind. */
#include "../with_arena.h"

#include "../../../src/confine/seccomp_condition.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HIGH 0x100000000ULL

static const enum scmp_compare operators[] = {SCMP_CMP_NE,       SCMP_CMP_LT, SCMP_CMP_LE,
                                              SCMP_CMP_EQ,       SCMP_CMP_GE, SCMP_CMP_GT,
                                              SCMP_CMP_MASKED_EQ};
static const uint64_t values[] = {0,          1,          2,         5,        6,
                                  UINT32_MAX, HIGH,       HIGH + 1,  HIGH + 6, ~(uint64_t)1,
                                  ~HIGH,      1ULL << 63, UINT64_MAX};
/* The values and their neighbours. */
static uint64_t probe(size_t index) {
  return values[index / 3] + index % 3 - 1;
}

static struct sd_seccomp_condition condition_at(size_t index) {
  size_t op = index % COUNT(operators);
  size_t value = index / COUNT(operators) % COUNT(values);
  size_t two = index / COUNT(operators) / COUNT(values) % COUNT(values);
  struct sd_seccomp_condition made = {.op = operators[op], .value = values[value]};
  if (made.op == SCMP_CMP_MASKED_EQ)
    made.value_two = values[two] & values[value];
  return made;
}

/* The first number that `in` lets through and `out` does not. */
static bool find_hole(const struct sd_seccomp_condition *in, const struct sd_seccomp_condition *out,
                      uint64_t *number) {
  struct sd_seccomp_condition in_low = sd_seccomp_low_half(in);
  struct sd_seccomp_condition out_low = sd_seccomp_low_half(out);
  for (size_t i = 0; i < 3 * COUNT(values); i++) {
    uint64_t low = probe(i) & UINT32_MAX;
    *number = probe(i);
    if ((sd_seccomp_condition_holds(in, *number) && !sd_seccomp_condition_holds(out, *number)) ||
        (sd_seccomp_condition_holds(&in_low, low) && !sd_seccomp_condition_holds(&out_low, low)))
      return true;
  }
  return false;
}

static void test_what_follows(void **state) {
  (void)state;
  size_t all = COUNT(operators) * COUNT(values) * COUNT(values);
  size_t implied = 0;
  for (size_t i = 0; i < all; i++)
    for (size_t k = 0; k < all; k++) {
      struct sd_seccomp_condition in = condition_at(i);
      struct sd_seccomp_condition out = condition_at(k);
      uint64_t number;
      if (!sd_seccomp_condition_implies(&in, &out))
        continue;
      implied++;
      if (find_hole(&in, &out, &number))
        fail_msg("%d %#llx %#llx does not imply %d %#llx %#llx: %#llx", (int)in.op,
                 (unsigned long long)in.value, (unsigned long long)in.value_two, (int)out.op,
                 (unsigned long long)out.value, (unsigned long long)out.value_two,
                 (unsigned long long)number);
    }
  assert_in_range(implied, all, all * all / 2);
}

static void test_numbers(void **state) {
  (void)state;
  static const struct {
    enum scmp_compare op;
    uint64_t value, value_two;
    size_t count;
    uint64_t last;
  } rows[] = {
      {SCMP_CMP_EQ, 7, 0, 1, 7},
      {SCMP_CMP_LT, 3, 0, 3, 2},
      {SCMP_CMP_LT, 0, 0, 0, 0},
      {SCMP_CMP_LE, 31, 0, 32, 31},
      {SCMP_CMP_LE, 32, 0, 0, 0},
      {SCMP_CMP_GT, UINT64_MAX, 0, 0, 0},
      {SCMP_CMP_GT, UINT64_MAX - 2, 0, 2, UINT64_MAX},
      {SCMP_CMP_NE, 7, 0, 0, 0},
      {SCMP_CMP_MASKED_EQ, UINT64_MAX, 5, 1, 5},
      {SCMP_CMP_MASKED_EQ, ~(uint64_t)0x81, 2, 4, 0x83},
      {SCMP_CMP_MASKED_EQ, ~(uint64_t)0x1f, 0, 32, 0x1f},
      {SCMP_CMP_MASKED_EQ, ~(uint64_t)0x3f, 0, 0, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    const struct sd_seccomp_condition condition = {
        .op = rows[i].op, .value = rows[i].value, .value_two = rows[i].value_two};
    uint64_t numbers[SD_SECCOMP_FEW_NUMBERS];
    size_t count = sd_seccomp_condition_numbers(&condition, numbers);
    assert_int_equal(count, rows[i].count);
    for (size_t k = 0; k < count; k++)
      assert_true(sd_seccomp_condition_holds(&condition, numbers[k]));
    if (count > 0)
      assert_int_equal(numbers[count - 1], rows[i].last);
  }
}

static void test_words(void **state) {
  (void)state;
  static const struct {
    struct sd_seccomp_condition condition;
    const char *words;
  } rows[] = {
      {{0, SCMP_CMP_EQ, 4095, 0}, "arg0 == 4095"},
      {{5, SCMP_CMP_NE, 4096, 0}, "arg5 != 0x1000"},
      {{2, SCMP_CMP_GE, 1, 0}, "arg2 >= 1"},
      {{1, SCMP_CMP_MASKED_EQ, 0xff, 3}, "(arg1 & 0xff) == 0x3"},
  };
  struct sd_seccomp_condition both[2];
  struct sd_seccomp_rule rule = {.conditions = {both, 0, 2}};
  assert_string_equal(sd_seccomp_conditions_text(&arena, &rule), "");
  for (size_t i = 0; i < COUNT(rows); i++) {
    both[0] = rows[i].condition;
    both[1] = rows[0].condition;
    rule.conditions.len = 1;
    assert_string_equal(sd_seccomp_conditions_text(&arena, &rule), rows[i].words);
    rule.conditions.len = 2;
    assert_string_equal(sd_seccomp_conditions_text(&arena, &rule),
                        sd_arena_printf(&arena, "%s && arg0 == 4095", rows[i].words));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_follows),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
