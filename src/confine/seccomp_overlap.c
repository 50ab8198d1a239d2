/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_overlap.h"

#include <string.h>

#define MAX_CANDIDATES 128

/* -- arguments ---------------------------------------------------------------------------------- */

struct candidates {
  uint64_t numbers[MAX_CANDIDATES];
  size_t count;
};

static void add_candidate(struct candidates *list, uint64_t number) {
  if (list->count < MAX_CANDIDATES)
    list->numbers[list->count++] = number;
}

/* The smallest and largest numbers of a condition, and their neighbours. */
static void add_of_condition(struct candidates *list,
                             const struct sd_seccomp_condition *condition) {
  if (condition->op != SCMP_CMP_MASKED_EQ) {
    add_candidate(list, condition->value);
    add_candidate(list, condition->value + 1);
    add_candidate(list, condition->value - 1);
    return;
  }
  uint64_t free_bits = ~condition->value;
  add_candidate(list, condition->value_two);
  add_candidate(list, condition->value_two | (free_bits & -free_bits));
  add_candidate(list, condition->value_two | free_bits);
}

static void add_of_rule(struct candidates *list, const struct sd_seccomp_rule *rule,
                        unsigned index) {
  for (size_t i = 0; i < rule->conditions.len; i++)
    if (rule->conditions.items[i].index == index)
      add_of_condition(list, &rule->conditions.items[i]);
}

/* Two masks want their bits together. */
static void add_of_masks(struct candidates *list, const struct sd_seccomp_rule *a,
                         const struct sd_seccomp_rule *b, unsigned index) {
  uint64_t bits = 0;
  const struct sd_seccomp_rule *const rules[] = {a, b};
  for (size_t r = 0; r < 2; r++)
    for (size_t i = 0; i < rules[r]->conditions.len; i++) {
      const struct sd_seccomp_condition *condition = &rules[r]->conditions.items[i];
      if (condition->index == index && condition->op == SCMP_CMP_MASKED_EQ)
        bits |= condition->value_two;
    }
  add_candidate(list, bits);
}

static bool find_number(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b,
                        unsigned index, uint64_t *out) {
  struct candidates list = {{0}, 0};
  add_candidate(&list, 0);
  add_of_rule(&list, a, index);
  add_of_rule(&list, b, index);
  add_of_masks(&list, a, b, index);
  add_candidate(&list, UINT64_MAX);
  for (size_t i = 0; i < list.count; i++)
    if (sd_seccomp_conditions_take(a, index, list.numbers[i]) &&
        sd_seccomp_conditions_take(b, index, list.numbers[i])) {
      *out = list.numbers[i];
      return true;
    }
  return false;
}

bool sd_seccomp_common_args(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b,
                            uint64_t args[SD_SECCOMP_ARGS]) {
  uint64_t found[SD_SECCOMP_ARGS];
  for (unsigned index = 0; index < SD_SECCOMP_ARGS; index++)
    if (!find_number(a, b, index, &found[index]))
      return false;
  memcpy(args, found, sizeof(found));
  return true;
}

/* -- containers --------------------------------------------------------------------------------- */

static bool is_subset(const struct sd_strv *small, const struct sd_strv *large) {
  for (size_t i = 0; i < small->v.len; i++)
    if (!sd_strv_contains(large, small->v.items[i]))
      return false;
  return true;
}

/* The first of `a` that is in `b`, or NULL. */
static const char *shared(const struct sd_strv *a, const struct sd_strv *b) {
  for (size_t i = 0; i < a->v.len; i++)
    if (sd_strv_contains(b, a->v.items[i]))
      return a->v.items[i];
  return NULL;
}

static bool arches_meet(const struct sd_strv *a, const struct sd_strv *b) {
  return a->v.len == 0 || b->v.len == 0 || shared(a, b) != NULL;
}

static bool kernels_part(const struct sd_seccomp_filter *from, const struct sd_seccomp_filter *up) {
  return up->min_kernel != 0 && from->min_kernel >= up->min_kernel;
}

bool sd_seccomp_may_meet(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b) {
  const struct sd_strv *needs[] = {&a->includes.arches, &b->includes.arches};
  return shared(&a->includes.caps, &b->excludes.caps) == NULL &&
         shared(&b->includes.caps, &a->excludes.caps) == NULL &&
         !kernels_part(&a->includes, &b->excludes) && !kernels_part(&b->includes, &a->excludes) &&
         arches_meet(needs[0], needs[1]) &&
         (needs[0]->v.len == 0 || !is_subset(needs[0], &b->excludes.arches)) &&
         (needs[1]->v.len == 0 || !is_subset(needs[1], &a->excludes.arches));
}

static bool applies_whenever(const struct sd_seccomp_rule *outer,
                             const struct sd_seccomp_rule *inner) {
  const struct sd_seccomp_filter *need = &outer->includes;
  const struct sd_seccomp_filter *never = &outer->excludes;
  bool arches = need->arches.v.len == 0 || (inner->includes.arches.v.len > 0 &&
                                            is_subset(&inner->includes.arches, &need->arches));
  bool kernels = inner->includes.min_kernel >= need->min_kernel &&
                 (never->min_kernel == 0 || (inner->excludes.min_kernel != 0 &&
                                             inner->excludes.min_kernel <= never->min_kernel));
  return arches && kernels && is_subset(&need->caps, &inner->includes.caps) &&
         is_subset(&never->arches, &inner->excludes.arches) &&
         is_subset(&never->caps, &inner->excludes.caps);
}

bool sd_seccomp_covers(const struct sd_seccomp_rule *outer, const struct sd_seccomp_rule *inner) {
  return sd_seccomp_conditions_imply(inner, outer) && applies_whenever(outer, inner);
}

const char *sd_seccomp_never_applies(struct sd_arena *arena, const struct sd_seccomp_rule *rule) {
  const struct sd_strv *arches = &rule->includes.arches;
  const char *cap = shared(&rule->includes.caps, &rule->excludes.caps);
  if (cap != NULL)
    return sd_arena_printf(arena, "it includes and excludes %s", cap);
  if (arches->v.len > 0 && is_subset(arches, &rule->excludes.arches))
    return "it excludes every architecture that it includes";
  /* The engine compares with the architecture of the machine, and none is an x32 machine. */
  if (arches->v.len == 1 && strcmp(arches->v.items[0], "x32") == 0)
    return "it includes only x32, and no machine is one: the engine compares with the machine's "
           "own architecture (amd64)";
  if (kernels_part(&rule->includes, &rule->excludes))
    return "it excludes every kernel that it includes";
  return NULL;
}
