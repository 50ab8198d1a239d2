/* SPDX-License-Identifier: Apache-2.0 */
/* On which calls two profiles differ, and what decides one call. */
#include <linux/audit.h>
#include <string.h>

#include "safe-docker/confine/seccomp_constants.h"
#include "seccomp_multiplex.h"
#include "seccomp_overlap.h"
#include "seccomp_survey_job.h"
#include "seccomp_target.h"

/* Far behind every number that there is. */
#define UNUSED_NUMBERS 200000

/* -- two profiles ------------------------------------------------------------------------------- */

struct pair {
  const struct sd_seccomp_made *made[2];
  struct sd_seccomp_extremes extremes;
};

static bool opens(const struct sd_seccomp_made *made, uint32_t arch) {
  for (size_t i = 0; i < made->arches.v.len; i++)
    if (made->arches.v.items[i] == arch)
      return true;
  return false;
}

static uint32_t answer(const struct sd_seccomp_made *made, const struct sd_seccomp_call *call) {
  uint32_t action;
  return sd_seccomp_answer(&made->program, call, &action) ? action : SCMP_ACT_KILL_PROCESS;
}

static enum sd_seccomp_extent extent_of(struct sd_arena *arena, const struct pair *pair,
                                        size_t which, const struct sd_seccomp_call *call) {
  struct sd_seccomp_call refused = *call;
  return sd_seccomp_extent_of(arena, &pair->made[which]->program, &pair->extremes, &refused);
}

/* How many arguments of the call the rules look at. */
static unsigned compared_args(const struct pair *pair, const char *name) {
  unsigned count = 0;
  for (size_t which = 0; which < 2; which++) {
    const struct sd_seccomp_profile *profile = pair->made[which]->profile;
    for (size_t i = 0; i < profile->rules.len; i++)
      for (size_t k = 0; k < profile->rules.items[i].conditions.len; k++)
        if (profile->rules.items[i].conditions.items[k].index >= count &&
            sd_strv_contains(&profile->rules.items[i].names, name))
          count = profile->rules.items[i].conditions.items[k].index + 1;
  }
  return count;
}

/* False where they agree on the call. */
static bool differ_on(struct sd_arena *arena, const struct pair *pair,
                      const struct sd_seccomp_call *call, struct sd_seccomp_difference *out) {
  struct sd_seccomp_call second_only = *call;
  struct sd_seccomp_call first_only = *call;
  out->second = sd_seccomp_beside(arena, &pair->made[1]->program, &pair->made[0]->program,
                                  &second_only, &first_only);
  for (size_t i = 0; i < 2; i++)
    out->actions[i] = answer(pair->made[i], call);
  if (out->second == SD_SECCOMP_SAME)
    return out->actions[0] != out->actions[1];
  if (out->second == SD_SECCOMP_UNKNOWN)
    return true;
  enum sd_seccomp_extent extents[] = {extent_of(arena, pair, 0, call),
                                      extent_of(arena, pair, 1, call)};
  out->whole = extents[0] != SD_SECCOMP_SOMETIMES && extents[1] != SD_SECCOMP_SOMETIMES;
  unsigned compared = compared_args(pair, out->name);
  if (out->second != SD_SECCOMP_MORE)
    out->only_first = sd_seccomp_spell_call(arena, out->name, first_only.args, compared);
  if (out->second != SD_SECCOMP_LESS)
    out->only_second = sd_seccomp_spell_call(arena, out->name, second_only.args, compared);
  return true;
}

static void differ_by(struct sd_arena *arena, struct pair *pair, uint32_t arch,
                      struct sd_seccomp_differences *out) {
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  sd_seccomp_sorted_calls(arena, arch, &numbers);
  sd_seccomp_extremes(arena, &pair->extremes);
  out->arch = arch;
  out->open[0] = opens(pair->made[0], arch);
  out->open[1] = opens(pair->made[1], arch);
  for (size_t i = 0; i <= numbers.v.len && numbers.v.len > 0; i++) {
    bool last = i == numbers.v.len;
    const struct sd_seccomp_call call = {.arch = arch,
                                         .number = last ? numbers.v.items[0].number + UNUSED_NUMBERS
                                                        : numbers.v.items[i].number};
    struct sd_seccomp_difference found = {.name =
                                              last ? "any other call" : numbers.v.items[i].name};
    if (differ_on(arena, pair, &call, &found))
      *sd_vec_push(arena, &out->v) = found;
  }
}

void sd_seccomp_differ(struct sd_arena *arena, const struct sd_seccomp_made *first,
                       const struct sd_seccomp_made *second, struct sd_seccomp_comparisons *out) {
  struct pair pair = {.made = {first, second}};
  for (size_t which = 0; which < 2; which++)
    for (size_t i = 0; i < pair.made[which]->arches.v.len; i++) {
      uint32_t arch = pair.made[which]->arches.v.items[i];
      struct sd_seccomp_differences found = {.arch = arch};
      if (which == 1 && opens(first, arch))
        continue;
      differ_by(arena, &pair, arch, &found);
      if (found.v.len > 0 || found.open[0] != found.open[1])
        *sd_vec_push(arena, &out->v) = found;
    }
}

/* -- one call ----------------------------------------------------------------------------------- */

/* Those of the rules for `name` whose conditions hold. */
static void find_rulings(struct sd_arena *arena, const struct sd_seccomp_made *made,
                         const char *name, const uint64_t args[SD_SECCOMP_ARGS],
                         struct sd_seccomp_rulings *out) {
  struct sd_seccomp_rulings all = {{NULL, 0, 0}};
  size_t next = 0;
  sd_seccomp_rule_on(arena, made->profile, made->target, name, &all);
  for (size_t i = 0; i < made->profile->rules.len && next < all.v.len; i++) {
    const struct sd_seccomp_rule *rule = &made->profile->rules.items[i];
    if (!sd_strv_contains(&rule->names, name) || !sd_seccomp_applies(rule, made->target))
      continue;
    struct sd_seccomp_ruling ruling = all.v.items[next++];
    if (!sd_seccomp_conditions_hold(rule, args))
      continue;
    ruling.when = sd_seccomp_annotate(arena, name, ruling.when);
    *sd_vec_push(arena, &out->v) = ruling;
  }
}

/* Registers of 32-bit architectures have no upper half; of x32 libseccomp does not look at it. */
static uint64_t in_register(uint32_t arch, uint64_t value) {
  return (arch & __AUDIT_ARCH_64BIT) != 0 ? value : value & UINT32_MAX;
}

static void judge_by(struct sd_arena *arena, const struct sd_seccomp_made *made, uint32_t arch,
                     const char *name, const uint64_t args[SD_SECCOMP_ARGS],
                     struct sd_seccomp_verdicts *out) {
  struct sd_seccomp_call call = {.arch = arch};
  if (!sd_seccomp_number_of(arch, name, &call.number))
    return;
  for (size_t i = 0; i < SD_SECCOMP_ARGS; i++)
    call.args[i] = in_register(arch, args[i]);
  struct sd_seccomp_verdict verdict = {.arch = arch, .action = answer(made, &call)};
  find_rulings(arena, made, name, call.args, &verdict.rulings);
  *sd_vec_push(arena, &out->v) = verdict;
}

static void judge_through(struct sd_arena *arena, const struct sd_seccomp_made *made, uint32_t arch,
                          const struct sd_seccomp_sub_call *row, struct sd_seccomp_verdicts *out) {
  struct sd_seccomp_call call = {.arch = arch, .args = {row->number}};
  if (!sd_seccomp_number_of(arch, row->through, &call.number))
    return;
  struct sd_seccomp_verdict verdict = {
      .arch = arch, .through = row->through, .action = answer(made, &call)};
  find_rulings(arena, made, row->through, call.args, &verdict.rulings);
  *sd_vec_push(arena, &out->v) = verdict;
}

bool sd_seccomp_has_call(const char *name) {
  return sd_seccomp_is_syscall(name);
}

/* Without a number there is no rule for it in any program. */
static void judge_newer(struct sd_arena *arena, const struct sd_seccomp_made *made,
                        struct sd_seccomp_verdicts *out) {
  *sd_vec_push(arena, &out->v) =
      (struct sd_seccomp_verdict){.arch = made->target->arch,
                                  .action = sd_seccomp_default_action(made->profile),
                                  .newer = true};
}

void sd_seccomp_judge(struct sd_arena *arena, const struct sd_seccomp_made *made, const char *name,
                      const uint64_t args[SD_SECCOMP_ARGS], struct sd_seccomp_verdicts *out) {
  const struct sd_seccomp_sub_call *row = sd_seccomp_find_sub_call(name);
  for (size_t i = 0; i < made->arches.v.len; i++) {
    judge_by(arena, made, made->arches.v.items[i], name, args, out);
    if (row != NULL)
      judge_through(arena, made, made->arches.v.items[i], row, out);
  }
  if (seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
    judge_newer(arena, made, out);
}
