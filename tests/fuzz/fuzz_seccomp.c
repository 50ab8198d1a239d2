/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a seccomp profile and compares it: one that refuses by default and has one rule for a call
 * is within itself; none that allows anything is within one that allows nothing. */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/confine/seccomp_profile.h"

static bool grants(const struct sd_seccomp_rule *rule) {
  return rule->action == SCMP_ACT_ALLOW || rule->action == SCMP_ACT_LOG;
}

static bool names(const struct sd_seccomp_rule *rule, const char *name) {
  return name != NULL && sd_strv_contains(&rule->names, name);
}

static bool overlap(const struct sd_seccomp_rule *granting, const struct sd_seccomp_rule *other) {
  for (size_t i = 0; i < granting->names.v.len; i++) {
    const char *name = granting->names.v.items[i];
    if (names(other, name) || names(other, sd_seccomp_multiplexer(name)))
      return true;
    for (size_t k = 0; sd_seccomp_multiplexer(name) != NULL && k < other->names.v.len; k++)
      if (sd_seccomp_multiplexer(other->names.v.items[k]) == sd_seccomp_multiplexer(name))
        return true;
  }
  return false;
}

/* Whether every rule allows or refuses, none hands the decision on, and no call has rules of both
 * kinds. */
static bool is_plain(const struct sd_seccomp_profile *profile) {
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (!grants(rule) && sd_seccomp_allows_action(rule->action))
      return false;
    for (size_t k = 0; k < profile->rules.len; k++)
      if (k != i && overlap(rule, &profile->rules.items[k]))
        return false;
  }
  return true;
}

static bool allows_any(const struct sd_seccomp_profile *profile) {
  bool found = sd_seccomp_allows_action(profile->default_action);
  for (size_t i = 0; i < profile->rules.len && !found; i++)
    found = sd_seccomp_allows_action(profile->rules.items[i].action);
  return found;
}

static bool within(struct sd_arena *arena, const struct sd_seccomp_profile *inner,
                   const struct sd_seccomp_profile *outer) {
  struct sd_error err;
  sd_error_init(&err, arena);
  bool answer = sd_seccomp_is_stricter(inner, outer, &err);
  if (answer != (err.message == NULL))
    abort();
  return answer;
}

static void check(struct sd_arena *arena, const struct sd_seccomp_profile *profile) {
  const struct sd_seccomp_profile nothing = {.source = "nothing",
                                             .default_action = SCMP_ACT_ERRNO(1)};
  bool itself = within(arena, profile, profile);
  bool refuses = !sd_seccomp_allows_action(profile->default_action);
  if (itself && !refuses)
    abort();
  if (!itself && refuses && is_plain(profile))
    abort();
  if (within(arena, profile, &nothing) && allows_any(profile))
    abort();
  if (refuses && !within(arena, &nothing, profile))
    abort();
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_error err;
  const struct sd_seccomp_target target = {SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none};
  struct sd_seccomp_program program;
  sd_error_init(&err, arena);
  if (!sd_seccomp_compile(arena, profile, &target, &program, &err) && err.message == NULL)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_seccomp_profile *profile;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  if (sd_seccomp_parse(&arena, "input", (const char *)data, size, &profile, &err))
    check(&arena, profile);
  else if (err.message == NULL)
    abort();
  sd_arena_finish(&arena);
  return 0;
}
