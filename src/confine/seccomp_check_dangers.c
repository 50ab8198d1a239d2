/* SPDX-License-Identifier: Apache-2.0 */
/* Dangerous calls that containers of the target really get: the compiled program is asked, with arguments for which the
 * profile's own rules hold. */
#include <inttypes.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_constants.h"
#include "seccomp_check_job.h"
#include "seccomp_overlap.h"
#include "seccomp_target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ANY 6
#define WHOLE UINT32_MAX
/* A bit that the kernel drops from arguments that are int, and a filter of a 64-bit architecture sees. */
#define DROPPED ((uint64_t)1 << 32)

static const struct danger {
  uint32_t mask, value;
  uint8_t argument;
  char call[19], what[19];
  char reason[140];
} dangers[] = {
#define SD_DANGER(call, argument, mask, value, what, reason)                                       \
  {mask, value, argument, call, what, reason},
#include "seccomp_dangers.def"
#undef SD_DANGER
};

/* A dangerous call that passes. */
struct hole {
  struct sd_seccomp_spot spot; /* of the name that opens it, or of the default action */
  uint64_t args[SD_SECCOMP_ARGS];
};

static bool passes(const struct sd_seccomp_job *job, uint32_t arch, const struct danger *danger,
                   const uint64_t args[SD_SECCOMP_ARGS]) {
  struct sd_seccomp_call call = {.arch = arch};
  uint32_t action;
  memcpy(call.args, args, sizeof(call.args));
  return sd_seccomp_number_of(arch, danger->call, &call.number) &&
         sd_seccomp_answer(job->program, &call, &action) && sd_seccomp_allows_action(action);
}

/* All bits are no set of flags: personality(2) takes them for a question. */
static bool is_dangerous(const struct danger *danger, uint64_t value) {
  return (value & danger->mask) == danger->value &&
         (danger->mask == WHOLE || (uint32_t)value != UINT32_MAX);
}

/* Tries `hole->args` as they are, if they are dangerous, and made dangerous; those for which `rule` (NULL: any) holds. */
static bool try_args(const struct sd_seccomp_job *job, uint32_t arch, const struct danger *danger,
                     const struct sd_seccomp_rule *rule, struct hole *hole) {
  if (danger->argument == ANY)
    return passes(job, arch, danger, hole->args);
  uint64_t own = hole->args[danger->argument];
  uint64_t tries[] = {own, danger->value, (own & ~(uint64_t)danger->mask) | danger->value,
                      danger->value | DROPPED};
  for (size_t i = 0; i < COUNT(tries); i++) {
    hole->args[danger->argument] = tries[i];
    if (is_dangerous(danger, tries[i]) &&
        (rule == NULL || sd_seccomp_conditions_hold(rule, hole->args)) &&
        passes(job, arch, danger, hole->args))
      return true;
  }
  return false;
}

/* By one of the rules that name the call. `strict`: for arguments of this rule, not by others. */
static bool opened_by_rule(const struct sd_seccomp_job *job, uint32_t arch,
                           const struct danger *danger, const struct sd_seccomp_rule *rule,
                           bool strict, struct hole *hole) {
  if (!sd_seccomp_allows_action(rule->action) || !sd_seccomp_applies(rule, job->target))
    return false;
  for (size_t i = 0; i < rule->names.v.len; i++)
    if (strcmp(rule->names.v.items[i], danger->call) == 0) {
      hole->spot = rule->spots[i];
      return sd_seccomp_common_args(rule, rule, hole->args) &&
             try_args(job, arch, danger, strict ? rule : NULL, hole);
    }
  return false;
}

static bool opened_by_rules(const struct sd_seccomp_job *job, uint32_t arch,
                            const struct danger *danger, bool strict, struct hole *hole) {
  for (size_t i = 0; i < job->profile->rules.len; i++)
    if (opened_by_rule(job, arch, danger, &job->profile->rules.items[i], strict, hole))
      return true;
  return false;
}

static bool find_hole(const struct sd_seccomp_job *job, uint32_t arch, const struct danger *danger,
                      struct hole *hole) {
  if (opened_by_rules(job, arch, danger, true, hole) ||
      opened_by_rules(job, arch, danger, false, hole))
    return true;
  *hole = (struct hole){.spot = job->action};
  return sd_seccomp_allows_action(job->profile->default_action) &&
         try_args(job, arch, danger, NULL, hole);
}

static void tell(const struct sd_seccomp_job *job, const struct danger *danger,
                 const struct hole *hole, const struct sd_strv *arches) {
  const char *by = sd_strv_join(arches, job->arena, ", ");
  const char *trick = "";
  if (danger->argument != ANY && (hole->args[danger->argument] & DROPPED) != 0 &&
      danger->mask == WHOLE)
    trick =
        sd_arena_printf(job->arena, " as 0x%" PRIx64 ", of which the kernel drops the upper half",
                        hole->args[danger->argument]);
  sd_seccomp_find(job, hole->spot, "dangerous-call", "%s%s%s is allowed%s (%s): %s", danger->call,
                  danger->what[0] != '\0' ? " with " : "", danger->what, trick, by, danger->reason);
}

void sd_seccomp_check_dangers(const struct sd_seccomp_job *job) {
  for (size_t i = 0; job->program != NULL && i < COUNT(dangers); i++) {
    struct sd_strv arches = {{NULL, 0, 0}};
    struct hole first = {.spot = {0, 0}};
    for (size_t k = 0; k < job->arches.v.len; k++) {
      struct hole hole = {.spot = {0, 0}};
      if (!find_hole(job, job->arches.v.items[k], &dangers[i], &hole))
        continue;
      if (arches.v.len == 0)
        first = hole;
      sd_strv_add(&arches, job->arena, sd_seccomp_arch_name(job->arches.v.items[k]));
    }
    if (arches.v.len > 0)
      tell(job, &dangers[i], &first, &arches);
  }
}
