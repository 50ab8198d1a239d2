/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a seccomp profile and compares it: one that refuses by default and has one rule for a call
 * is within itself; none that allows anything is within one that allows nothing. Reading on behind mistakes finds some
 * where reading up to the first one does, and packing and writing lose nothing. */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/confine/seccomp_pack.h"
#include "../unit/confine/same_profile.h"

/* Of callers' profiles; what is written is a little longer than what was read. */
#define WRITTEN_MAX ((size_t)256 * 1024)

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

/* Beside rules for calls that an architecture lacks, libseccomp needs one that always decides. */
static bool is_anchor(const struct sd_seccomp_profile *profile,
                      const struct sd_seccomp_rule *rule) {
  const struct sd_seccomp_filter *filters[] = {&rule->includes, &rule->excludes};
  bool filtered = false;
  for (size_t i = 0; i < 2; i++)
    filtered = filtered || filters[i]->arch_bits != 0 || filters[i]->cap_bits != 0 ||
               filters[i]->min_kernel != 0;
  return !filtered && rule->conditions.len == 0 && rule->action != profile->default_action &&
         names(rule, "read");
}

/* Whether every rule allows or refuses, none hands the decision on, and no call has rules of both
 * kinds. */
static bool is_plain(const struct sd_seccomp_profile *profile) {
  bool anchored = false;
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (!grants(rule) && sd_seccomp_allows_action(rule->action))
      return false;
    anchored = anchored || is_anchor(profile, rule);
    for (size_t k = 0; k < profile->rules.len; k++)
      if (k != i && overlap(rule, &profile->rules.items[k]))
        return false;
  }
  return anchored;
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

/* What holds anywhere holds here. */
static void check_places(struct sd_arena *arena, const struct sd_seccomp_profile *profile) {
  const struct sd_strv none = {{NULL, 0, 0}};
  const struct sd_seccomp_place places[] = {{SCMP_ARCH_X86_64, 6 << 16, &none},
                                            {SCMP_ARCH_RISCV64, 0, NULL},
                                            {SCMP_ARCH_S390X, 4 << 16 | 7, &none}};
  struct sd_error err;
  if (!within(arena, profile, profile))
    return;
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    sd_error_init(&err, arena);
    if (!sd_seccomp_is_stricter_at(profile, profile, &places[i], &err))
      abort();
  }
}

static void check_pack(struct sd_arena *arena, const struct sd_seccomp_profile *profile) {
  struct sd_seccomp_words first = {{NULL, 0, 0}};
  struct sd_seccomp_words second = {{NULL, 0, 0}};
  sd_seccomp_pack(arena, profile, &first);
  const struct sd_seccomp_pack pack = {"made", first.v.items, first.v.len};
  sd_seccomp_pack(arena, sd_seccomp_unpack(arena, "made", &pack), &second);
  if (first.v.len != second.v.len ||
      memcmp(first.v.items, second.v.items, first.v.len * sizeof(*first.v.items)) != 0)
    abort();
}

/* Of a text without mistakes: what is handed on reads as what was judged. */
static void check_written(struct sd_arena *arena, const struct sd_seccomp_profile *profile) {
  struct sd_seccomp_profile *again = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  const char *text = sd_seccomp_write(arena, profile);
  if (!sd_seccomp_parse(arena, "written", text, strlen(text), &again, &err) ||
      !same_profile(profile, again) || strcmp(sd_seccomp_write(arena, again), text) != 0)
    abort();
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
  check_places(arena, profile);
  check_pack(arena, profile);
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
  struct sd_seccomp_profile *most = NULL;
  struct sd_seccomp_mistakes mistakes = {.more = false};
  bool good = sd_seccomp_parse(&arena, "input", (const char *)data, size, &profile, &err);
  if (good != (err.message == NULL))
    abort();
  if (sd_seccomp_parse_all(&arena, "input", (const char *)data, size, &most, &mistakes) != good ||
      good != (mistakes.v.len == 0))
    abort();
  if (most != NULL)
    check(&arena, most);
  if (good && size <= WRITTEN_MAX)
    check_written(&arena, profile);
  sd_arena_finish(&arena);
  return 0;
}
