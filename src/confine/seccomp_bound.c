/* SPDX-License-Identifier: Apache-2.0 */
/* Which profiles libseccomp makes a program of within a second or so. Measured with libseccomp 2.5.4: without conditions
 * it takes time in the square of the names, 0.3 seconds for 10000; rules of one call that compare several arguments
 * otherwise than for equality multiply with each other, 0.4 seconds for 50 that compare two, minutes for 24 that
 * compare three. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_check.h"
#include "seccomp_bpf.h"
#include "seccomp_target.h"

#define MAX_NAMES 10000
/* Docker's profile compares 30 times. */
#define MAX_COMPARISONS 256
#define MAX_PATHS 2500

/* A rule with conditions, under one of its names. */
struct comparing {
  const char *name;
  const struct sd_seccomp_rule *rule;
};
struct load {
  size_t names, comparisons;
  SD_VEC(struct comparing) comparing;
};

static void weigh(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                  const struct sd_seccomp_target *target, struct load *load) {
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (rule->action == profile->default_action || !sd_seccomp_applies(rule, target))
      continue;
    load->names += rule->names.v.len;
    load->comparisons += rule->names.v.len * rule->conditions.len;
    for (size_t k = 0;
         rule->conditions.len > 0 && load->comparisons <= MAX_COMPARISONS && k < rule->names.v.len;
         k++)
      *sd_vec_push(arena, &load->comparing) = (struct comparing){rule->names.v.items[k], rule};
  }
}

/* Ways through the rules of one call: their number, once for each argument that they compare. */
static size_t count_paths(const struct load *load, const char *name) {
  bool compared[SD_SECCOMP_ARGS] = {false};
  bool ranges = false;
  size_t rules = 0;
  for (size_t i = 0; i < load->comparing.len; i++) {
    const struct sd_seccomp_rule *rule = load->comparing.items[i].rule;
    if (strcmp(load->comparing.items[i].name, name) != 0)
      continue;
    rules++;
    for (size_t k = 0; k < rule->conditions.len; k++) {
      compared[rule->conditions.items[k].index] = true;
      ranges = ranges || rule->conditions.items[k].op != SCMP_CMP_EQ;
    }
  }
  size_t paths = 1;
  bool several = false;
  for (size_t i = 0; i < SD_SECCOMP_ARGS && paths <= MAX_PATHS; i++) {
    paths *= compared[i] ? rules : 1;
    several = several || (compared[i] && paths > rules);
  }
  return ranges && several ? paths : rules;
}

/* The calls together. */
static size_t count_all_paths(const struct load *load) {
  size_t paths = 0;
  for (size_t i = 0; i < load->comparing.len; i++) {
    bool first = true;
    for (size_t k = 0; k < i && first; k++)
      first = strcmp(load->comparing.items[k].name, load->comparing.items[i].name) != 0;
    paths += first ? count_paths(load, load->comparing.items[i].name) : 0;
  }
  return paths;
}

static bool check_load(const struct sd_seccomp_profile *profile, const struct load *load,
                       struct sd_error *err) {
  static const char HINT[] = "write fewer rules, by ranges and masks, that compare one argument";
  const char *source = sd_text_safe(err->arena, profile->source);
  if (load->names > MAX_NAMES)
    return sd_fail_rule(err, NULL, "name each call once",
                        "%s: %zu names of calls, of which libseccomp would take too long to make a "
                        "program; at most %d are compiled",
                        source, load->names, MAX_NAMES);
  if (load->comparisons > MAX_COMPARISONS)
    return sd_fail_rule(err, NULL, HINT,
                        "%s: %zu comparisons of arguments, of which libseccomp would take too long "
                        "to make a program; at most %d are compiled",
                        source, load->comparisons, MAX_COMPARISONS);
  if (count_all_paths(load) > MAX_PATHS)
    return sd_fail_rule(err, NULL, HINT,
                        "%s: several rules for one call compare several arguments, of which "
                        "libseccomp would take too long to make a program",
                        source);
  return true;
}

bool sd_seccomp_compile_bounded(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                                const struct sd_seccomp_target *target,
                                struct sd_seccomp_program *out, struct sd_error *err) {
  struct load load = {.names = 0};
  /* Where a jump would be too long libseccomp (2.5) puts a return in between, with its value in the byte order of this
   * machine: small programs for the other order are right, large ones end processes for calls that they allow. */
  if (sd_seccomp_high_first(target->arch) != sd_seccomp_high_first(sd_seccomp_native_arch()))
    return sd_fail_rule(err, NULL, "ask on such a machine",
                        "programs for %s can only be made on a machine of the same byte order",
                        sd_seccomp_arch_name(target->arch));
  weigh(arena, profile, target, &load);
  return check_load(profile, &load, err) && sd_seccomp_compile(arena, profile, target, out, err);
}
