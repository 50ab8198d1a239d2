/* SPDX-License-Identifier: Apache-2.0 */
/* Is one profile within another? The answer MUST be sound and need not be complete: where a reading
 * of `inner` could allow more, or a reading of `outer` less, it is no. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"
#include "seccomp_condition.h"
#include "seccomp_pack.h"
#include "seccomp_view.h"

/* There are some 500 calls. */
#define MAX_NAMES 2000
/* libseccomp 2.5 takes time in the fourth power of the rules with conditions: a second for 200 of one
 * call, minutes for some thousands of any. Docker's profile compares 20 times. */
#define MAX_CONDITIONS 256

static const char HINT[] = "start from the profile of the policy and only take calls away";

struct comparison {
  struct sd_seccomp_view inner, outer;
  struct sd_error *err;
};

/* -- one rule within others -------------------------------------------------------------------- */

/* Allowed, whatever the runtime: not by the word of another process. */
static bool grants(const struct sd_seccomp_rule *rule) {
  return rule->action == SCMP_ACT_ALLOW || rule->action == SCMP_ACT_LOG;
}

static bool within_one(const struct sd_seccomp_rule *in,
                       const struct sd_seccomp_rule_span *granting,
                       const struct sd_seccomp_scene *scene) {
  for (size_t i = 0; i < granting->count; i++) {
    const struct sd_seccomp_rule *out = granting->rules[i];
    if (grants(out) && sd_seccomp_applies_whenever(out, in, scene) &&
        sd_seccomp_conditions_imply(in, out))
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

/* Whether for all arguments for which the conditions of `in` hold, those of one of these rules hold that apply whenever
 * `in` does and grant. Also for filters of 32-bit architectures, which compare the low halves only. */
static bool within_any(const struct sd_seccomp_rule *in,
                       const struct sd_seccomp_rule_span *granting,
                       const struct sd_seccomp_scene *scene) {
  if (within_one(in, granting, scene))
    return true;
  for (size_t i = 0; i < in->conditions.len; i++)
    if (within_by_number(in, i, granting, scene))
      return true;
  return false;
}

/* -- words ------------------------------------------------------------------------------------- */

/* A name of a rule of the inner profile. */
struct named {
  const struct sd_seccomp_rule *rule;
  size_t index;
  uint16_t call;
  const char *name;
};

static const char *place_of(const struct comparison *job, const struct named *named) {
  const struct sd_seccomp_spot *spot = &named->rule->spots[named->index];
  return sd_arena_printf(job->err->arena, "%s:%u:%u",
                         sd_text_safe(job->err->arena, job->inner.profile->source), spot->line,
                         spot->column);
}

static const char *take_away(const struct comparison *job, const char *name) {
  return sd_arena_printf(job->err->arena,
                         "take %s out of the rule, or start from the profile of the policy and "
                         "only take calls away",
                         sd_text_safe(job->err->arena, name));
}

static const char *lacking_cap(const struct comparison *job, const struct sd_seccomp_rule *out,
                               const struct sd_seccomp_rule *in) {
  uint64_t lacking = out->includes.cap_bits & ~in->includes.cap_bits;
  return lacking != 0 ? sd_capability_name(job->err->arena, __builtin_ctzll(lacking)) : NULL;
}

/* The last of the policy's rules that grant the call says most: the others are for all, or for fewer. */
static const char *limits(const struct comparison *job, const struct named *named) {
  struct sd_seccomp_rule_span out = sd_seccomp_rules_naming(&job->outer, named->call);
  const char *words = NULL;
  for (size_t i = 0; i < out.count; i++) {
    const struct sd_seccomp_rule *rule = out.rules[i];
    if (!grants(rule))
      continue;
    const char *cap = lacking_cap(job, rule, named->rule);
    if (sd_seccomp_applies_whenever(rule, named->rule, job->outer.scene))
      return "allows for fewer arguments only";
    if (cap != NULL)
      words = sd_arena_printf(job->err->arena, "allows with %s only", cap);
    else if (rule->includes.min_kernel > named->rule->includes.min_kernel)
      words = sd_arena_printf(job->err->arena, "allows from Linux %u.%u on only",
                              (unsigned)(rule->includes.min_kernel >> 16),
                              (unsigned)(rule->includes.min_kernel & UINT16_MAX));
    else
      words = "allows under narrower conditions only";
  }
  return words;
}

static bool fail_wider(const struct comparison *job, const struct named *named, bool refused) {
  const char *words = limits(job, named);
  const char *also = refused && words != NULL ? "refuses in another rule" : words;
  return sd_fail_rule(job->err, NULL, take_away(job, named->name),
                      "%s: the rule allows %s, which the policy's profile %s", place_of(job, named),
                      named->name, also != NULL ? also : "refuses");
}

/* -- one name ---------------------------------------------------------------------------------- */

/* False only where the engine never takes both over. */
static bool may_meet(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b) {
  return (a->includes.cap_bits & b->excludes.cap_bits) == 0 &&
         (b->includes.cap_bits & a->excludes.cap_bits) == 0;
}

/* Whether the policy's profile may refuse the call where `rule` applies. Which of two rules with different
 * actions wins depends on the order and on the runtime. */
static bool may_refuse(const struct sd_seccomp_view *outer, size_t call,
                       const struct sd_seccomp_rule *rule) {
  struct sd_seccomp_rule_span about = sd_seccomp_rules_about(outer, call);
  for (size_t i = 0; i < about.count; i++)
    if (!grants(about.rules[i]) && may_meet(about.rules[i], rule))
      return true;
  return false;
}

static bool check_regular(const struct comparison *job, struct sd_seccomp_view *view,
                          const struct named *named) {
  if (sd_seccomp_is_regular(view, named->call))
    return true;
  return sd_fail_rule(
      job->err, NULL, HINT,
      "%s: the rules for %s in %s compare several arguments, mix actions, compare for order with "
      "numbers both below and above 32 bits, or are more than %d, so what they allow together is "
      "not certain",
      place_of(job, named), named->name,
      view == &job->inner ? "this profile" : "the policy's profile", SD_SECCOMP_MAX_COMPARING);
}

static bool check_granted(struct comparison *job, const struct named *named) {
  struct sd_seccomp_rule_span out = sd_seccomp_rules_naming(&job->outer, named->call);
  bool refused = may_refuse(&job->outer, named->call, named->rule);
  if (refused || !within_any(named->rule, &out, job->outer.scene))
    return fail_wider(job, named, refused);
  size_t multiplexer;
  if (sd_seccomp_view_through(&job->inner, named->call, &multiplexer) &&
      may_refuse(&job->outer, multiplexer, named->rule) &&
      !sd_seccomp_closes(&job->inner, multiplexer)) {
    const char *through = sd_seccomp_name_of_call(multiplexer);
    return sd_fail_rule(
        job->err, NULL,
        sd_arena_printf(job->err->arena,
                        "copy the refusing rule for %s from the policy's profile, or leave the "
                        "32-bit architectures out",
                        through),
        "%s: allowing %s opens %s on 32-bit x86, which the policy's profile refuses; the profile "
        "needs the same refusing rule for %s",
        place_of(job, named), named->name, through, through);
  }
  return check_regular(job, &job->outer, named);
}

/* Refusing rules are looked at as well: libseccomp 2.5 does not come to an end with some that are
 * not regular, and the runtime that compiles them is root's. */
static bool check_name(struct comparison *job, const struct named *named) {
  bool allows = sd_seccomp_allows_action(named->rule->action);
  if (named->call == SD_SECCOMP_NO_CALL)
    return !allows || sd_fail_rule(job->err, NULL, take_away(job, named->name),
                                   "%s: the rule allows %s, which is newer than this program",
                                   place_of(job, named), named->name);
  return (!allows || check_granted(job, named)) && check_regular(job, &job->inner, named);
}

static bool check_rule(struct comparison *job, const struct sd_seccomp_rule *rule) {
  for (size_t i = 0; i < rule->names.v.len; i++) {
    const struct named named = {rule, i, rule->calls[i], rule->names.v.items[i]};
    if (!check_name(job, &named))
      return false;
  }
  return true;
}

/* -- one machine ------------------------------------------------------------------------------- */

static bool check_arches(const struct sd_seccomp_profile *inner,
                         const struct sd_seccomp_profile *outer,
                         const struct sd_seccomp_arch *machine, struct sd_error *err) {
  uint32_t more = sd_seccomp_open_bits(inner, machine) & ~sd_seccomp_open_bits(outer, machine);
  if (more == 0)
    return true;
  const char *name = sd_seccomp_arch_at((size_t)__builtin_ctz(more))->name;
  return sd_fail_rule(
      err, NULL, sd_arena_printf(err->arena, "take %s out of archMap or architectures", name),
      "%s: the profile opens %s%s%s, which the policy's profile does not",
      sd_text_safe(err->arena, inner->source), name, machine != NULL ? " on machines of " : "",
      machine != NULL ? machine->name : "");
}

/* Whether calls can come by an architecture with multiplexers; one without a name may have them. */
static bool multiplexes(const struct sd_seccomp_profile *profile,
                        const struct sd_seccomp_arch *machine) {
  uint32_t open = sd_seccomp_open_bits(profile, machine);
  const struct sd_seccomp_arch *arch;
  for (size_t i = 0; (arch = sd_seccomp_arch_at(i)) != NULL; i++)
    if ((open & sd_seccomp_arch_bit(arch)) != 0 && arch->multiplexes)
      return true;
  return machine == NULL;
}

static bool grants_any(const struct sd_seccomp_view *view) {
  for (size_t i = 0; i < view->profile->rules.len; i++)
    if (sd_seccomp_allows_action(view->profile->rules.items[i].action) &&
        sd_seccomp_rule_may_apply(&view->profile->rules.items[i], view->scene))
      return true;
  return false;
}

static bool check_anchored(const struct comparison *job, const struct sd_seccomp_arch *machine) {
  return !grants_any(&job->inner) ||
         sd_seccomp_is_anchored(&job->outer, sd_seccomp_open_bits(job->inner.profile, machine)) ||
         sd_fail_rule(
             job->err, NULL, "ask the administrator for a profile that allows \"read\"",
             "%s: the policy's profile has rules for calls that an architecture lacks, and "
             "none for such as all have, which libseccomp may compile to a filter that "
             "refuses everything",
             sd_text_safe(job->err->arena, job->inner.profile->source));
}

static bool check_machine(const struct sd_seccomp_profile *inner,
                          const struct sd_seccomp_profile *outer,
                          const struct sd_seccomp_scene *scene, struct sd_error *err) {
  struct comparison job = {.err = err};
  if (!check_arches(inner, outer, scene->machine, err))
    return false;
  sd_seccomp_view_init(err->arena, inner, scene, &job.inner);
  sd_seccomp_view_init(err->arena, outer, scene, &job.outer);
  for (size_t i = 0; i < inner->rules.len; i++)
    if (sd_seccomp_rule_may_apply(&inner->rules.items[i], scene) &&
        !check_rule(&job, &inner->rules.items[i]))
      return false;
  return check_anchored(&job, scene->machine);
}

/* An engine that is older than its machine has no name for it, takes no entry of archMap, and finds it in no list. */
static bool check_nameless(const struct sd_seccomp_profile *inner,
                           const struct sd_seccomp_profile *outer, struct sd_seccomp_scene scene,
                           struct sd_error *err) {
  scene.machine = NULL;
  scene.multiplexes = true;
  return check_machine(inner, outer, &scene, err);
}

static bool check_machines(const struct sd_seccomp_profile *inner,
                           const struct sd_seccomp_profile *outer, uint32_t token,
                           struct sd_seccomp_scene scene, struct sd_error *err) {
  const struct sd_seccomp_arch *only = token != 0 ? sd_seccomp_find_token(token) : NULL;
  for (size_t i = 0; (scene.machine = sd_seccomp_arch_at(i)) != NULL; i++) {
    /* No engine is made for x32. */
    if ((token != 0 && scene.machine != only) || scene.machine->token == SCMP_ARCH_X32)
      continue;
    scene.multiplexes = multiplexes(inner, scene.machine);
    if (!check_machine(inner, outer, &scene, err))
      return false;
  }
  return (only != NULL && only->old) || check_nameless(inner, outer, scene, err);
}

/* -- all of it --------------------------------------------------------------------------------- */

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

static bool check_defaults(const struct sd_seccomp_profile *inner,
                           const struct sd_seccomp_profile *outer, struct sd_error *err) {
  const char *source = sd_text_safe(err->arena, inner->source);
  if (sd_seccomp_allows_action(inner->default_action))
    return sd_fail_rule(err, NULL, "\"defaultAction\": \"SCMP_ACT_ERRNO\" refuses it",
                        "%s: the default action allows every call that no rule names", source);
  if (sd_seccomp_allows_action(outer->default_action))
    return sd_fail(err,
                   "%s: the policy's profile allows every call that it does not name, so no other "
                   "can be compared with it",
                   source);
  return true;
}

static uint64_t bits_of(struct sd_arena *arena, const struct sd_strv *capabilities) {
  uint64_t bits = 0;
  for (size_t i = 0; i < capabilities->v.len; i++) {
    int number = sd_capability_number(sd_arena_printf(arena, "CAP_%s", capabilities->v.items[i]));
    if (number < 0)
      return UINT64_MAX;
    bits |= UINT64_C(1) << number;
  }
  return bits;
}

bool sd_seccomp_is_stricter_at(const struct sd_seccomp_profile *inner,
                               const struct sd_seccomp_profile *outer,
                               const struct sd_seccomp_place *place, struct sd_error *err) {
  const struct sd_seccomp_scene scene = {
      .kernel = place->kernel,
      .capabilities =
          place->capabilities != NULL ? bits_of(err->arena, place->capabilities) : UINT64_MAX};
  return check_defaults(inner, outer, err) && check_size(inner, err) &&
         check_machines(inner, outer, place->arch, scene, err);
}

bool sd_seccomp_is_stricter(const struct sd_seccomp_profile *inner,
                            const struct sd_seccomp_profile *outer, struct sd_error *err) {
  const struct sd_seccomp_place anywhere = {.arch = 0};
  return sd_seccomp_is_stricter_at(inner, outer, &anywhere, err);
}

/* The packed form of a shipped profile, or NULL. */
static const struct sd_seccomp_pack *find_pack(const char *text) {
  for (const struct sd_seccomp_pack *pack = sd_seccomp_packs; pack->name != NULL; pack++) {
    size_t len = 0;
    if (sd_seccomp_builtin(pack->name, &len) == text)
      return pack;
  }
  return NULL;
}

bool sd_seccomp_is_stricter_than(const struct sd_seccomp_profile *inner, const char *source,
                                 const char *text, const struct sd_seccomp_place *place,
                                 struct sd_error *err) {
  const struct sd_seccomp_pack *pack = find_pack(text);
  struct sd_seccomp_profile *outer = NULL;
  if (pack != NULL)
    outer = sd_seccomp_unpack(err->arena, source, pack);
  else if (!sd_seccomp_parse(err->arena, source, text, strlen(text), &outer, err))
    return false;
  return sd_seccomp_is_stricter_at(inner, outer, place, err);
}
