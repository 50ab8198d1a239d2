/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two parsed profiles say the same, in all that an engine or a runtime reads. For tests and fuzzers. */
#ifndef SAFE_DOCKER_TESTS_SAME_PROFILE_H
#define SAFE_DOCKER_TESTS_SAME_PROFILE_H

#include <string.h>

#include "../../../src/confine/seccomp_profile.h"

static inline bool same_strings(const struct sd_strv *a, const struct sd_strv *b) {
  bool same = a->v.len == b->v.len;
  for (size_t i = 0; same && i < a->v.len; i++)
    same = strcmp(a->v.items[i], b->v.items[i]) == 0;
  return same;
}

static inline bool same_filter(const struct sd_seccomp_filter *a,
                               const struct sd_seccomp_filter *b) {
  return same_strings(&a->arches, &b->arches) && same_strings(&a->caps, &b->caps) &&
         a->arch_bits == b->arch_bits && a->cap_bits == b->cap_bits &&
         a->min_kernel == b->min_kernel;
}

static inline bool same_rule(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b) {
  bool same = a->action == b->action && same_strings(&a->names, &b->names) &&
              a->conditions.len == b->conditions.len && same_filter(&a->includes, &b->includes) &&
              same_filter(&a->excludes, &b->excludes);
  for (size_t i = 0; same && i < a->names.v.len; i++)
    same = a->calls[i] == b->calls[i];
  for (size_t i = 0; same && i < a->conditions.len; i++) {
    const struct sd_seccomp_condition *one = &a->conditions.items[i];
    const struct sd_seccomp_condition *two = &b->conditions.items[i];
    same = one->index == two->index && one->op == two->op && one->value == two->value &&
           one->value_two == two->value_two;
  }
  return same;
}

static inline bool same_arches(const struct sd_seccomp_arch *const *a,
                               const struct sd_seccomp_arch *const *b, size_t count) {
  bool same = true;
  for (size_t i = 0; same && i < count; i++)
    same = a[i] == b[i];
  return same;
}

static inline bool same_profile(const struct sd_seccomp_profile *a,
                                const struct sd_seccomp_profile *b) {
  bool same = a->default_action == b->default_action && a->rules.len == b->rules.len &&
              a->architectures.len == b->architectures.len && a->arch_map.len == b->arch_map.len &&
              same_arches(a->architectures.items, b->architectures.items, a->architectures.len);
  for (size_t i = 0; same && i < a->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *one = &a->arch_map.items[i];
    const struct sd_seccomp_arch_entry *two = &b->arch_map.items[i];
    same = one->arch == two->arch && one->sub.len == two->sub.len &&
           same_arches(one->sub.items, two->sub.items, one->sub.len);
  }
  for (size_t i = 0; same && i < a->rules.len; i++)
    same = same_rule(&a->rules.items[i], &b->rules.items[i]);
  return same;
}

#endif
