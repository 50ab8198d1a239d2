/* SPDX-License-Identifier: Apache-2.0 */
/* Do the conditions of one rule hold only where those of others do? The answer MUST be sound and need not be complete. */
#include "seccomp_view.h"

/* A condition with this many numbers or fewer is looked at number by number. */
#define MAX_NUMBERS 32
#define ARGUMENTS 6

static bool number_holds(const struct sd_seccomp_condition *condition, uint64_t number) {
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

/* Whether every number that `in` lets through, `out` lets through too. */
static bool number_implies(const struct sd_seccomp_condition *in,
                           const struct sd_seccomp_condition *out) {
  if (in->op == out->op && in->value == out->value && in->value_two == out->value_two)
    return true;
  if (in->op == SCMP_CMP_EQ)
    return number_holds(out, in->value);
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

static struct sd_seccomp_condition low_half(const struct sd_seccomp_condition *condition) {
  struct sd_seccomp_condition low = *condition;
  low.value &= UINT32_MAX;
  low.value_two &= UINT32_MAX;
  return low;
}

/* Filters of 32-bit architectures compare the low half only, so it must hold there as well. */
static bool condition_implies(const struct sd_seccomp_condition *in,
                              const struct sd_seccomp_condition *out) {
  struct sd_seccomp_condition in_low = low_half(in);
  struct sd_seccomp_condition out_low = low_half(out);
  return number_implies(in, out) && number_implies(&in_low, &out_low);
}

static bool conditions_imply(const struct sd_seccomp_rule *in, const struct sd_seccomp_rule *out) {
  for (size_t i = 0; i < out->conditions.len; i++) {
    const struct sd_seccomp_condition *wanted = &out->conditions.items[i];
    bool found = false;
    for (size_t k = 0; k < in->conditions.len && !found; k++)
      found = in->conditions.items[k].index == wanted->index &&
              condition_implies(&in->conditions.items[k], wanted);
    if (!found)
      return false;
  }
  return true;
}

bool sd_seccomp_grants(const struct sd_seccomp_rule *rule) {
  return rule->action == SCMP_ACT_ALLOW || rule->action == SCMP_ACT_LOG;
}

static bool within_one(const struct sd_seccomp_rule *in,
                       const struct sd_seccomp_rule_span *granting,
                       const struct sd_seccomp_scene *scene) {
  for (size_t i = 0; i < granting->count; i++) {
    const struct sd_seccomp_rule *out = granting->rules[i];
    if (sd_seccomp_grants(out) && sd_seccomp_applies_whenever(out, in, scene) &&
        conditions_imply(in, out))
      return true;
  }
  return false;
}

/* The numbers under a mask that leaves few bits open. */
static size_t masked_numbers(const struct sd_seccomp_condition *condition,
                             uint64_t numbers[MAX_NUMBERS]) {
  uint64_t open = ~condition->value;
  uint64_t part = 0;
  size_t count = 0;
  if (__builtin_popcountll(open) > __builtin_ctz(MAX_NUMBERS))
    return 0;
  /* Every subset of the open bits: the next one is (part - open) & open. */
  do {
    numbers[count++] = condition->value_two | part;
    part = (part - open) & open;
  } while (part != 0);
  return count;
}

/* All numbers for which the condition holds, where they are few; 0: they are not, or there are none. */
static size_t list_numbers(const struct sd_seccomp_condition *condition,
                           uint64_t numbers[MAX_NUMBERS]) {
  uint64_t first;
  uint64_t last;
  if (condition->op == SCMP_CMP_MASKED_EQ)
    return masked_numbers(condition, numbers);
  if (!range_of(condition, &first, &last) || last - first >= MAX_NUMBERS)
    return 0;
  size_t count = (size_t)(last - first) + 1;
  for (size_t i = 0; i < count; i++)
    numbers[i] = first + i;
  return count;
}

/* Whether each number of the condition at `index` is granted by a rule of its own. The low halves of these numbers are
 * all that the condition lets through where only low halves are compared. */
static bool within_by_number(const struct sd_seccomp_rule *in, size_t index,
                             const struct sd_seccomp_rule_span *granting,
                             const struct sd_seccomp_scene *scene) {
  uint64_t numbers[MAX_NUMBERS];
  struct sd_seccomp_condition conditions[ARGUMENTS];
  struct sd_seccomp_rule one = *in;
  size_t count = list_numbers(&in->conditions.items[index], numbers);
  if (count < 2 || in->conditions.len > ARGUMENTS)
    return false;
  for (size_t i = 0; i < in->conditions.len; i++)
    conditions[i] = in->conditions.items[i];
  one.conditions.items = conditions;
  for (size_t i = 0; i < count; i++) {
    conditions[index] = (struct sd_seccomp_condition){
        .index = in->conditions.items[index].index, .op = SCMP_CMP_EQ, .value = numbers[i]};
    if (!within_one(&one, granting, scene))
      return false;
  }
  return true;
}

bool sd_seccomp_within_any(const struct sd_seccomp_rule *in,
                           const struct sd_seccomp_rule_span *granting,
                           const struct sd_seccomp_scene *scene) {
  if (within_one(in, granting, scene))
    return true;
  for (size_t i = 0; i < in->conditions.len; i++)
    if (within_by_number(in, i, granting, scene))
      return true;
  return false;
}
