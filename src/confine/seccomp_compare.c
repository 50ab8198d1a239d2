/* SPDX-License-Identifier: Apache-2.0 */
/* Is one profile within another? The answer MUST be sound and need not be complete: where a reading
 * of `inner` could allow more, or a reading of `outer` less, it is no. It holds for containers with
 * any capabilities, also for those that the contract does not ask for. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "seccomp_profile.h"

/* Comparing takes time in the square of it; there are fewer than 500 calls. */
#define MAX_NAMES 2000
/* libseccomp 2.5 takes time in the fourth power of the rules with conditions: a second for 200 of one
 * call, minutes for some thousands of any. Docker's profile compares 20 times. */
#define MAX_CONDITIONS 256
#define MAX_COMPARING 32

static const char HINT[] = "start from the profile of the policy and only take calls away";

static bool is_subset(const struct sd_strv *small, const struct sd_strv *large) {
  for (size_t i = 0; i < small->v.len; i++)
    if (!sd_strv_contains(large, small->v.items[i]))
      return false;
  return true;
}

static bool intersects(const struct sd_strv *a, const struct sd_strv *b) {
  for (size_t i = 0; i < a->v.len; i++)
    if (sd_strv_contains(b, a->v.items[i]))
      return true;
  return false;
}

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

/* Whether the engine takes `out` over wherever it takes `in` over. */
static bool applies_whenever(const struct sd_seccomp_rule *out, const struct sd_seccomp_rule *in) {
  const struct sd_seccomp_filter *need = &out->includes;
  const struct sd_seccomp_filter *never = &out->excludes;
  if (need->arches.v.len > 0 &&
      (in->includes.arches.v.len == 0 || !is_subset(&in->includes.arches, &need->arches)))
    return false;
  if (!is_subset(&need->caps, &in->includes.caps) || in->includes.min_kernel < need->min_kernel)
    return false;
  if (!is_subset(&never->arches, &in->excludes.arches) ||
      !is_subset(&never->caps, &in->excludes.caps))
    return false;
  /* Left out from some kernel on: then `in` must be left out from the same or an older one on. */
  return never->min_kernel == 0 ||
         (in->excludes.min_kernel != 0 && in->excludes.min_kernel <= never->min_kernel);
}

/* False only where the engine never takes both over. */
static bool may_meet(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b) {
  return !intersects(&a->includes.caps, &b->excludes.caps) &&
         !intersects(&b->includes.caps, &a->excludes.caps);
}

/* Whether a rule that names these calls decides about `name` too: libseccomp gives a rule for a
 * call to its multiplexer as well. */
static bool touches(const struct sd_seccomp_rule *rule, const char *name) {
  for (size_t i = 0; i < rule->names.v.len; i++) {
    const char *named = rule->names.v.items[i];
    const char *multiplexer = sd_seccomp_multiplexer(named);
    if (strcmp(named, name) == 0 || (multiplexer != NULL && strcmp(multiplexer, name) == 0))
      return true;
  }
  return false;
}

/* Whether `profile` may refuse `name` where `rule` applies. Which of two rules with different
 * actions wins depends on the order and on the runtime. */
static bool may_refuse(const struct sd_seccomp_profile *profile, const char *name,
                       const struct sd_seccomp_rule *rule) {
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *other = &profile->rules.items[i];
    bool grants = other->action == SCMP_ACT_ALLOW || other->action == SCMP_ACT_LOG;
    if (!grants && touches(other, name) && may_meet(other, rule))
      return true;
  }
  return false;
}

static bool certainly_allows(const struct sd_seccomp_profile *outer, const char *name,
                             const struct sd_seccomp_rule *rule) {
  if (may_refuse(outer, name, rule))
    return false;
  for (size_t i = 0; i < outer->rules.len; i++) {
    const struct sd_seccomp_rule *other = &outer->rules.items[i];
    if ((other->action == SCMP_ACT_ALLOW || other->action == SCMP_ACT_LOG) &&
        sd_strv_contains(&other->names, name) && applies_whenever(other, rule) &&
        conditions_imply(rule, other))
      return true;
  }
  return false;
}

/* A refusal without conditions; one like the default action is dropped by runtimes, and then the
 * multiplexer stays open. */
static bool closes(const struct sd_seccomp_profile *profile, const char *name) {
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    const struct sd_seccomp_rule plain = {.line = 0};
    if (!sd_seccomp_allows_action(rule->action) && rule->action != profile->default_action &&
        rule->conditions.len == 0 && applies_whenever(rule, &plain) &&
        sd_strv_contains(&rule->names, name))
      return true;
  }
  return false;
}

/* Whether the rules about `name` are of a kind that libseccomp surely adds up to their sum: one
 * rule, or rules that compare at most one argument, the same one, and grant by one action. It is
 * known to lose some where chains over several arguments meet. For a multiplexer only the first
 * argument is compared. And whether they are few enough for it to come to an end soon. */
static bool is_regular(const struct sd_seccomp_profile *profile, const char *name,
                       bool multiplexer) {
  const struct sd_seccomp_rule *compares = NULL;
  const struct sd_seccomp_rule *grants = NULL;
  size_t count = 0;
  size_t comparing = 0;
  bool mixed = false;
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (!touches(rule, name))
      continue;
    count++;
    if (rule->conditions.len > 0) {
      unsigned wanted =
          compares != NULL ? compares->conditions.items[0].index : rule->conditions.items[0].index;
      mixed = mixed || rule->conditions.len > 1 || rule->conditions.items[0].index != wanted ||
              (multiplexer && wanted != 0);
      compares = rule;
      comparing++;
    }
    if (sd_seccomp_allows_action(rule->action)) {
      mixed = mixed || (grants != NULL && grants->action != rule->action);
      grants = rule;
    }
  }
  return comparing <= MAX_COMPARING && (count < 2 || !mixed);
}

static bool check_regular(const struct sd_seccomp_profile *profile, const char *name,
                          struct sd_error *err) {
  const char *multiplexer = sd_seccomp_multiplexer(name);
  if (is_regular(profile, name, false) && (multiplexer == NULL || closes(profile, multiplexer) ||
                                           is_regular(profile, multiplexer, true)))
    return true;
  return sd_fail_rule(err, NULL, HINT,
                      "%s: the rules for %s compare several arguments, mix actions, or are more "
                      "than %d, so what they allow together is not certain",
                      sd_text_safe(err->arena, profile->source), name, MAX_COMPARING);
}

static bool check_name(const struct sd_seccomp_profile *inner, const struct sd_seccomp_rule *rule,
                       const char *name, const struct sd_seccomp_profile *outer,
                       struct sd_error *err) {
  const char *source = sd_text_safe(err->arena, inner->source);
  if (!certainly_allows(outer, name, rule))
    return sd_fail_rule(err, NULL, HINT,
                        "%s:%u: the rule allows %s, which the policy's profile refuses, or allows "
                        "under narrower conditions only",
                        source, rule->line, name);
  const char *multiplexer = sd_seccomp_multiplexer(name);
  if (multiplexer != NULL && may_refuse(outer, multiplexer, rule) && !closes(inner, multiplexer))
    return sd_fail_rule(err, NULL, HINT,
                        "%s:%u: allowing %s opens %s on 32-bit x86, which the policy's profile "
                        "refuses; the profile needs the same refusing rule for %s",
                        source, rule->line, name, multiplexer, multiplexer);
  return check_regular(outer, name, err);
}

/* Refusing rules are looked at as well: libseccomp 2.5 does not come to an end with some that are
 * not regular, and the runtime that compiles them is root's. */
static bool check_rule(const struct sd_seccomp_profile *inner, const struct sd_seccomp_rule *rule,
                       const struct sd_seccomp_profile *outer, struct sd_error *err) {
  bool allows = sd_seccomp_allows_action(rule->action);
  for (size_t i = 0; i < rule->names.v.len; i++) {
    const char *name = rule->names.v.items[i];
    if ((allows && !check_name(inner, rule, name, outer, err)) || !check_regular(inner, name, err))
      return false;
  }
  return true;
}

static bool check_size(const struct sd_seccomp_profile *inner, struct sd_error *err) {
  const char *source = sd_text_safe(err->arena, inner->source);
  size_t names = 0;
  size_t conditions = 0;
  for (size_t i = 0; i < inner->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &inner->rules.items[i];
    names += rule->names.v.len;
    conditions += rule->names.v.len * rule->conditions.len;
  }
  if (names > MAX_NAMES)
    return sd_fail_rule(err, NULL, HINT, "%s: more than %d names of calls", source, MAX_NAMES);
  if (conditions > MAX_CONDITIONS)
    return sd_fail_rule(err, NULL, HINT,
                        "%s: more than %d comparisons of arguments, which the runtime would take "
                        "too long to compile",
                        source, MAX_CONDITIONS);
  return true;
}

static bool in_entry(const struct sd_seccomp_arch_entry *entry,
                     const struct sd_seccomp_arch *arch) {
  bool found = entry->arch == arch;
  for (size_t i = 0; i < entry->sub.len && !found; i++)
    found = entry->sub.items[i] == arch;
  return found;
}

/* `native`: the entry that the engine takes on such a machine; NULL: on any machine. */
static bool has_arch(const struct sd_seccomp_profile *outer, const struct sd_seccomp_arch *native,
                     const struct sd_seccomp_arch *arch) {
  for (size_t i = 0; i < outer->architectures.len; i++)
    if (outer->architectures.items[i] == arch)
      return true;
  for (size_t i = 0; i < outer->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &outer->arch_map.items[i];
    if ((native == NULL || entry->arch == native) && in_entry(entry, arch))
      return true;
  }
  return false;
}

static bool fail_arch(const struct sd_seccomp_profile *inner, const struct sd_seccomp_arch *arch,
                      struct sd_error *err) {
  return sd_fail_rule(err, NULL, HINT,
                      "%s: the profile has rules for %s, which the policy's profile does not list",
                      sd_text_safe(err->arena, inner->source), arch->name);
}

static bool check_arches(const struct sd_seccomp_profile *inner,
                         const struct sd_seccomp_profile *outer, struct sd_error *err) {
  for (size_t i = 0; i < inner->architectures.len; i++)
    if (!has_arch(outer, NULL, inner->architectures.items[i]))
      return fail_arch(inner, inner->architectures.items[i], err);
  for (size_t i = 0; i < inner->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &inner->arch_map.items[i];
    if (!has_arch(outer, entry->arch, entry->arch))
      return fail_arch(inner, entry->arch, err);
    for (size_t k = 0; k < entry->sub.len; k++)
      if (!has_arch(outer, entry->arch, entry->sub.items[k]))
        return fail_arch(inner, entry->sub.items[k], err);
  }
  return true;
}

bool sd_seccomp_is_stricter(const struct sd_seccomp_profile *inner,
                            const struct sd_seccomp_profile *outer, struct sd_error *err) {
  const char *source = sd_text_safe(err->arena, inner->source);
  if (sd_seccomp_allows_action(inner->default_action))
    return sd_fail_rule(err, NULL, HINT,
                        "%s: the default action allows every call that no rule names", source);
  if (sd_seccomp_allows_action(outer->default_action))
    return sd_fail(err,
                   "%s: the policy's profile allows every call that it does not name, so no other "
                   "can be compared with it",
                   source);
  if (!check_size(inner, err) || !check_arches(inner, outer, err))
    return false;
  for (size_t i = 0; i < inner->rules.len; i++)
    if (!check_rule(inner, &inner->rules.items[i], outer, err))
      return false;
  return true;
}

bool sd_seccomp_is_stricter_at(const struct sd_seccomp_profile *inner,
                               const struct sd_seccomp_profile *outer,
                               const struct sd_seccomp_place *place, struct sd_error *err) {
  (void)place;
  return sd_seccomp_is_stricter(inner, outer, err);
}
