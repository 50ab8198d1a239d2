/* SPDX-License-Identifier: Apache-2.0 */
/* What the text of a profile says, for one container. The choice of rules and architectures is the engine's:
 * "includes" and "excludes" as moby's profiles/seccomp reads them. */
#include <string.h>

#include "seccomp_condition.h"
#include "seccomp_target.h"

static bool has_cap(const struct sd_seccomp_target *target, const char *cap) {
  return sd_strv_contains(target->capabilities, cap + strlen("CAP_"));
}

static bool is_excluded(const struct sd_seccomp_filter *excludes, const char *arch,
                        const struct sd_seccomp_target *target) {
  for (size_t i = 0; i < excludes->caps.v.len; i++)
    if (has_cap(target, excludes->caps.v.items[i]))
      return true;
  return sd_strv_contains(&excludes->arches, arch) ||
         (excludes->min_kernel != 0 && excludes->min_kernel <= target->kernel);
}

static bool is_included(const struct sd_seccomp_filter *includes, const char *arch,
                        const struct sd_seccomp_target *target) {
  for (size_t i = 0; i < includes->caps.v.len; i++)
    if (!has_cap(target, includes->caps.v.items[i]))
      return false;
  return (includes->arches.v.len == 0 || sd_strv_contains(&includes->arches, arch)) &&
         includes->min_kernel <= target->kernel;
}

bool sd_seccomp_applies(const struct sd_seccomp_rule *rule,
                        const struct sd_seccomp_target *target) {
  const struct sd_seccomp_arch *arch = sd_seccomp_find_token(target->arch);
  const char *name = arch != NULL ? arch->engine : "";
  return !is_excluded(&rule->excludes, name, target) && is_included(&rule->includes, name, target);
}

static void add_arch(struct sd_arena *arena, const struct sd_seccomp_arch *arch,
                     struct sd_seccomp_arch_rows *out) {
  for (size_t i = 0; i < out->v.len; i++)
    if (out->v.items[i] == arch)
      return;
  *sd_vec_push(arena, &out->v) = arch;
}

void sd_seccomp_list_arches(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                            const struct sd_seccomp_arch *arch, struct sd_seccomp_arch_rows *out) {
  add_arch(arena, arch, out);
  for (size_t i = 0; i < profile->architectures.len; i++)
    add_arch(arena, profile->architectures.items[i], out);
  for (size_t i = 0; i < profile->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &profile->arch_map.items[i];
    for (size_t k = 0; entry->arch == arch && k < entry->sub.len; k++)
      add_arch(arena, entry->sub.items[k], out);
  }
}

void sd_seccomp_open_arches(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                            uint32_t arch, struct sd_seccomp_arches *out) {
  const struct sd_seccomp_arch *own = sd_seccomp_find_token(arch);
  struct sd_seccomp_arch_rows rows = {{NULL, 0, 0}};
  if (own == NULL)
    return;
  sd_seccomp_list_arches(arena, profile, own, &rows);
  for (size_t i = 0; i < rows.v.len; i++)
    if (rows.v.items[i]->token != 0)
      *sd_vec_push(arena, &out->v) = rows.v.items[i]->token;
}

uint32_t sd_seccomp_default_action(const struct sd_seccomp_profile *profile) {
  return profile->default_action;
}

void sd_seccomp_rule_on(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                        const struct sd_seccomp_target *target, const char *name,
                        struct sd_seccomp_rulings *out) {
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (sd_strv_contains(&rule->names, name) && sd_seccomp_applies(rule, target))
      *sd_vec_push(arena, &out->v) =
          (struct sd_seccomp_ruling){.action = rule->action,
                                     .line = rule->line,
                                     .when = sd_seccomp_conditions_text(arena, rule),
                                     .left_out = rule->action == profile->default_action};
  }
}
