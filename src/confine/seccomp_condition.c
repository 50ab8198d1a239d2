/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_condition.h"

#include <inttypes.h>

bool sd_seccomp_condition_holds(const struct sd_seccomp_condition *condition, uint64_t number) {
  switch (condition->op) {
  case SCMP_CMP_NE:
    return number != condition->value;
  case SCMP_CMP_LT:
    return number < condition->value;
  case SCMP_CMP_LE:
    return number <= condition->value;
  case SCMP_CMP_EQ:
    return number == condition->value;
  case SCMP_CMP_GE:
    return number >= condition->value;
  case SCMP_CMP_GT:
    return number > condition->value;
  case SCMP_CMP_MASKED_EQ:
    return (number & condition->value) == condition->value_two;
  case _SCMP_CMP_MIN:
  case _SCMP_CMP_MAX:
    break;
  }
  return false;
}

struct sd_seccomp_condition sd_seccomp_low_half(const struct sd_seccomp_condition *condition) {
  struct sd_seccomp_condition low = *condition;
  low.value &= UINT32_MAX;
  low.value_two &= UINT32_MAX;
  return low;
}

/* -- what follows ------------------------------------------------------------------------------- */

/* The numbers of `condition` as first..last, where they are such a range and not empty. */
static bool range_of(const struct sd_seccomp_condition *condition, uint64_t *first,
                     uint64_t *last) {
  uint64_t value = condition->value;
  *first = 0;
  *last = UINT64_MAX;
  switch (condition->op) {
  case SCMP_CMP_LT:
    *last = value - 1;
    return value > 0;
  case SCMP_CMP_LE:
    *last = value;
    return true;
  case SCMP_CMP_EQ:
    *first = *last = value;
    return true;
  case SCMP_CMP_GE:
    *first = value;
    return true;
  case SCMP_CMP_GT:
    *first = value + 1;
    return value < UINT64_MAX;
  case SCMP_CMP_NE:
  case SCMP_CMP_MASKED_EQ:
  case _SCMP_CMP_MIN:
  case _SCMP_CMP_MAX:
    break;
  }
  return false;
}

static bool masked_implies(const struct sd_seccomp_condition *in,
                           const struct sd_seccomp_condition *out) {
  if (out->op == SCMP_CMP_MASKED_EQ)
    return (out->value & ~in->value) == 0 && (in->value_two & out->value) == out->value_two;
  return out->op == SCMP_CMP_NE && (out->value & in->value) != in->value_two;
}

static bool number_implies(const struct sd_seccomp_condition *in,
                           const struct sd_seccomp_condition *out) {
  if (in->op == out->op && in->value == out->value && in->value_two == out->value_two)
    return true;
  if (in->op == SCMP_CMP_EQ)
    return sd_seccomp_condition_holds(out, in->value);
  if (in->op == SCMP_CMP_MASKED_EQ)
    return masked_implies(in, out);
  uint64_t first;
  uint64_t last;
  uint64_t from;
  uint64_t to;
  if (!range_of(in, &first, &last))
    return false;
  if (out->op == SCMP_CMP_NE)
    return out->value < first || out->value > last;
  return range_of(out, &from, &to) && from <= first && last <= to;
}

bool sd_seccomp_condition_implies(const struct sd_seccomp_condition *in,
                                  const struct sd_seccomp_condition *out) {
  struct sd_seccomp_condition in_low = sd_seccomp_low_half(in);
  struct sd_seccomp_condition out_low = sd_seccomp_low_half(out);
  return number_implies(in, out) && number_implies(&in_low, &out_low);
}

/* -- numbers ------------------------------------------------------------------------------------ */

/* The numbers under a mask that leaves few bits open. */
static size_t masked_numbers(const struct sd_seccomp_condition *condition,
                             uint64_t numbers[SD_SECCOMP_FEW_NUMBERS]) {
  uint64_t open = ~condition->value;
  uint64_t part = 0;
  size_t count = 0;
  if (__builtin_popcountll(open) > __builtin_ctz(SD_SECCOMP_FEW_NUMBERS))
    return 0;
  /* Every subset of the open bits: the next one is (part - open) & open. */
  do {
    numbers[count++] = condition->value_two | part;
    part = (part - open) & open;
  } while (part != 0);
  return count;
}

size_t sd_seccomp_condition_numbers(const struct sd_seccomp_condition *condition,
                                    uint64_t numbers[SD_SECCOMP_FEW_NUMBERS]) {
  uint64_t first;
  uint64_t last;
  if (condition->op == SCMP_CMP_MASKED_EQ)
    return masked_numbers(condition, numbers);
  if (!range_of(condition, &first, &last) || last - first >= SD_SECCOMP_FEW_NUMBERS)
    return 0;
  size_t count = (size_t)(last - first) + 1;
  for (size_t i = 0; i < count; i++)
    numbers[i] = first + i;
  return count;
}

/* -- the conditions of a rule ------------------------------------------------------------------- */

bool sd_seccomp_conditions_take(const struct sd_seccomp_rule *rule, unsigned index,
                                uint64_t number) {
  for (size_t i = 0; i < rule->conditions.len; i++)
    if (rule->conditions.items[i].index == index &&
        !sd_seccomp_condition_holds(&rule->conditions.items[i], number))
      return false;
  return true;
}

bool sd_seccomp_conditions_hold(const struct sd_seccomp_rule *rule,
                                const uint64_t args[SD_SECCOMP_ARGS]) {
  for (unsigned index = 0; index < SD_SECCOMP_ARGS; index++)
    if (!sd_seccomp_conditions_take(rule, index, args[index]))
      return false;
  return true;
}

/* Whether one of the conditions of `rule` makes sure that `wanted` holds. */
static bool makes_sure(const struct sd_seccomp_rule *rule,
                       const struct sd_seccomp_condition *wanted) {
  for (size_t i = 0; i < rule->conditions.len; i++)
    if (rule->conditions.items[i].index == wanted->index &&
        sd_seccomp_condition_implies(&rule->conditions.items[i], wanted))
      return true;
  return false;
}

bool sd_seccomp_conditions_imply(const struct sd_seccomp_rule *in,
                                 const struct sd_seccomp_rule *out) {
  for (size_t i = 0; i < out->conditions.len; i++)
    if (!makes_sure(in, &out->conditions.items[i]))
      return false;
  return true;
}

/* -- in words ----------------------------------------------------------------------------------- */

const char *sd_seccomp_number_text(struct sd_arena *arena, uint64_t number) {
  return number < 0x1000 ? sd_arena_printf(arena, "%" PRIu64, number)
                         : sd_arena_printf(arena, "0x%" PRIx64, number);
}

static void add_condition(struct sd_str *out, const struct sd_seccomp_condition *condition) {
  if (condition->op == SCMP_CMP_MASKED_EQ)
    sd_str_addf(out, "(arg%u & 0x%" PRIx64 ") == 0x%" PRIx64, condition->index, condition->value,
                condition->value_two);
  else
    sd_str_addf(out, "arg%u %s %s", condition->index, sd_seccomp_sign_of_operator(condition->op),
                sd_seccomp_number_text(out->arena, condition->value));
}

const char *sd_seccomp_conditions_text(struct sd_arena *arena, const struct sd_seccomp_rule *rule) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < rule->conditions.len; i++) {
    sd_str_add(&out, i > 0 ? " && " : "");
    add_condition(&out, &rule->conditions.items[i]);
  }
  return sd_str_text(&out);
}
