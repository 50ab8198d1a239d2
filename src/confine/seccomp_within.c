/* SPDX-License-Identifier: Apache-2.0 */
/* Do the conditions of one rule hold only where those of others do? The answer MUST be sound and need not be complete. */
#include "seccomp_condition.h"
#include "seccomp_view.h"

static bool conditions_imply(const struct sd_seccomp_rule *in, const struct sd_seccomp_rule *out) {
  for (size_t i = 0; i < out->conditions.len; i++) {
    const struct sd_seccomp_condition *wanted = &out->conditions.items[i];
    bool found = false;
    for (size_t k = 0; k < in->conditions.len && !found; k++)
      found = in->conditions.items[k].index == wanted->index &&
              sd_seccomp_condition_implies(&in->conditions.items[k], wanted);
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

/* Whether each number of the condition at `index` is granted by a rule of its own. */
static bool within_by_number(const struct sd_seccomp_rule *in, size_t index,
                             const struct sd_seccomp_rule_span *granting,
                             const struct sd_seccomp_scene *scene) {
  uint64_t numbers[SD_SECCOMP_FEW_NUMBERS];
  struct sd_seccomp_condition conditions[SD_SECCOMP_ARGS];
  struct sd_seccomp_rule one = *in;
  size_t count = sd_seccomp_condition_numbers(&in->conditions.items[index], numbers);
  if (count < 2 || in->conditions.len > SD_SECCOMP_ARGS)
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
