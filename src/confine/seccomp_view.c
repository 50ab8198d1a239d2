/* SPDX-License-Identifier: Apache-2.0 */
/* Rules by call, and whether libseccomp can be trusted to add them up. The answers MUST be sound and need not be
 * complete. Each is found once, so that the time for all of them grows with the size of the profile. */
#include "seccomp_view.h"

#include <errno.h>

#include "seccomp_table.h"

enum { UNKNOWN, YES, NO };

/* -- when rules apply -------------------------------------------------------------------------- */

bool sd_seccomp_rule_may_apply(const struct sd_seccomp_rule *rule,
                               const struct sd_seccomp_scene *scene) {
  const struct sd_seccomp_filter *includes = &rule->includes;
  const struct sd_seccomp_filter *excludes = &rule->excludes;
  uint32_t here = scene->machine != NULL ? sd_seccomp_arch_bit(scene->machine) : 0;
  if ((includes->arch_bits != 0 && (includes->arch_bits & here) == 0) ||
      (excludes->arch_bits & here) != 0 || (includes->cap_bits & ~scene->capabilities) != 0 ||
      (includes->cap_bits & excludes->cap_bits) != 0)
    return false;
  return scene->kernel == 0 ||
         (includes->min_kernel <= scene->kernel &&
          (excludes->min_kernel == 0 || excludes->min_kernel > scene->kernel));
}

/* Both may apply here, so only what is not known is left. */
bool sd_seccomp_applies_whenever(const struct sd_seccomp_rule *out,
                                 const struct sd_seccomp_rule *in,
                                 const struct sd_seccomp_scene *scene) {
  if ((out->includes.cap_bits & ~in->includes.cap_bits) != 0 ||
      (out->excludes.cap_bits & scene->capabilities & ~in->excludes.cap_bits) != 0)
    return false;
  if (scene->kernel != 0)
    return true;
  if (in->includes.min_kernel < out->includes.min_kernel)
    return false;
  /* Left out from some kernel on: then `in` must be left out from the same or an older one on. */
  return out->excludes.min_kernel == 0 ||
         (in->excludes.min_kernel != 0 && in->excludes.min_kernel <= out->excludes.min_kernel);
}

static bool adds_arch(const struct sd_seccomp_arch_entry *entry,
                      const struct sd_seccomp_arch *machine) {
  return machine != NULL && entry->arch == machine;
}

uint32_t sd_seccomp_open_bits(const struct sd_seccomp_profile *profile,
                              const struct sd_seccomp_arch *machine) {
  uint32_t open = machine != NULL ? sd_seccomp_arch_bit(machine) : 0;
  uint32_t family = machine != NULL ? sd_seccomp_arch_family(machine) : UINT32_MAX;
  for (size_t i = 0; i < profile->architectures.len; i++)
    open |= sd_seccomp_arch_bit(profile->architectures.items[i]);
  for (size_t i = 0; i < profile->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &profile->arch_map.items[i];
    for (size_t k = 0; adds_arch(entry, machine) && k < entry->sub.len; k++)
      open |= sd_seccomp_arch_bit(entry->sub.items[k]);
  }
  return open & family;
}

/* -- rules by call ----------------------------------------------------------------------------- */

struct naming {
  const struct sd_seccomp_rule *rule;
  uint16_t call;
};
struct namings {
  struct naming *items;
  size_t len;
};

static size_t count_names(const struct sd_seccomp_profile *profile) {
  size_t count = 0;
  for (size_t i = 0; i < profile->rules.len; i++)
    count += profile->rules.items[i].names.v.len;
  return count;
}

/* Each rule once. */
static void note_through(struct sd_arena *arena, struct sd_seccomp_view *view,
                         const struct naming *naming) {
  enum sd_seccomp_multiplexer multiplexer = sd_seccomp_call_through(naming->call);
  if (multiplexer == SD_SECCOMP_DIRECT)
    multiplexer = sd_seccomp_is_multiplexer(naming->call);
  struct sd_seccomp_rule_list *list = &view->through[multiplexer];
  if (multiplexer != SD_SECCOMP_DIRECT &&
      (list->v.len == 0 || list->v.items[list->v.len - 1] != naming->rule))
    *sd_vec_push(arena, &list->v) = naming->rule;
}

/* What may apply there, in the order of the text; a call that a rule names twice stands once. */
static void gather(struct sd_arena *arena, struct sd_seccomp_view *view, struct namings *out) {
  const struct sd_seccomp_profile *profile = view->profile;
  uint32_t *seen = sd_arena_alloc(arena, sd_seccomp_call_count * sizeof(*seen));
  out->items = sd_arena_alloc(arena, count_names(profile) * sizeof(*out->items));
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    size_t count = sd_seccomp_rule_may_apply(rule, view->scene) ? rule->names.v.len : 0;
    for (size_t k = 0; k < count; k++) {
      const struct naming naming = {rule, rule->calls[k]};
      if (naming.call == SD_SECCOMP_NO_CALL || seen[naming.call] == i + 1)
        continue;
      seen[naming.call] = (uint32_t)i + 1;
      out->items[out->len++] = naming;
      if (view->scene->multiplexes)
        note_through(arena, view, &naming);
    }
  }
}

void sd_seccomp_view_init(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                          const struct sd_seccomp_scene *scene, struct sd_seccomp_view *out) {
  size_t calls = sd_seccomp_call_count;
  struct namings all = {NULL, 0};
  *out = (struct sd_seccomp_view){.profile = profile, .scene = scene};
  gather(arena, out, &all);
  out->regular = sd_arena_alloc(arena, calls);
  out->first = sd_arena_alloc(arena, (calls + 1) * sizeof(*out->first));
  out->rules = sd_arena_alloc(arena, all.len * sizeof(const struct sd_seccomp_rule *));
  /* Sorted by counting: first the number of rules of each call, then where its rules end. */
  for (size_t i = 0; i < all.len; i++)
    out->first[all.items[i].call]++;
  for (size_t i = 0, sum = 0; i <= calls; i++)
    out->first[i] = (uint32_t)(sum += out->first[i]);
  for (size_t i = all.len; i > 0; i--)
    out->rules[--out->first[all.items[i - 1].call]] = all.items[i - 1].rule;
}

struct sd_seccomp_rule_span sd_seccomp_rules_naming(const struct sd_seccomp_view *view,
                                                    size_t call) {
  return (struct sd_seccomp_rule_span){view->rules + view->first[call],
                                       view->first[call + 1] - view->first[call]};
}

struct sd_seccomp_rule_span sd_seccomp_rules_about(const struct sd_seccomp_view *view,
                                                   size_t call) {
  enum sd_seccomp_multiplexer multiplexer = sd_seccomp_is_multiplexer(call);
  if (multiplexer == SD_SECCOMP_DIRECT || !view->scene->multiplexes)
    return sd_seccomp_rules_naming(view, call);
  const struct sd_seccomp_rule_list *list = &view->through[multiplexer];
  return (struct sd_seccomp_rule_span){list->v.items, list->v.len};
}

bool sd_seccomp_view_through(const struct sd_seccomp_view *view, size_t call, size_t *out) {
  const char *name = sd_seccomp_multiplexer_name(sd_seccomp_call_through(call));
  uint16_t found;
  if (!view->scene->multiplexes || name == NULL || !sd_seccomp_find_call(name, &found))
    return false;
  *out = found;
  return true;
}

/* -- what libseccomp makes of them ------------------------------------------------------------- */

static bool compares_order(const struct sd_seccomp_condition *condition) {
  return condition->op == SCMP_CMP_LT || condition->op == SCMP_CMP_LE ||
         condition->op == SCMP_CMP_GE || condition->op == SCMP_CMP_GT;
}

struct sum {
  size_t comparing;
  unsigned index;                             /* of the argument; UINT32_MAX: any */
  const struct sd_seccomp_condition *ordered; /* the last one that compares for order */
  const struct sd_seccomp_rule *grants;
  bool mixed;
};

static void add_rule(struct sum *sum, const struct sd_seccomp_rule *rule) {
  const struct sd_seccomp_condition *condition = rule->conditions.items;
  if (rule->conditions.len > 0) {
    sum->index = sum->index == UINT32_MAX ? condition->index : sum->index;
    sum->mixed = sum->mixed || rule->conditions.len > 1 || condition->index != sum->index;
    sum->comparing++;
  }
  if (rule->conditions.len > 0 && compares_order(condition)) {
    sum->mixed =
        sum->mixed || (sum->ordered != NULL && sum->ordered->value >> 32 != condition->value >> 32);
    sum->ordered = condition;
  }
  if (sd_seccomp_allows_action(rule->action)) {
    sum->mixed = sum->mixed || (sum->grants != NULL && sum->grants->action != rule->action);
    sum->grants = rule;
  }
}

/* One rule, or rules that compare at most one argument, the same one (`only`, where it is one), and grant by one
 * action. libseccomp 2.5 is known to make wrong programs where chains over several arguments meet, and where an
 * argument is compared for order with numbers of different high halves. */
static bool adds_up(const struct sd_seccomp_rule_span *about, unsigned only) {
  struct sum sum = {.index = only};
  for (size_t i = 0; i < about->count; i++)
    add_rule(&sum, about->rules[i]);
  return sum.comparing <= SD_SECCOMP_MAX_COMPARING && (about->count < 2 || !sum.mixed);
}

/* For a multiplexer only the first argument is compared, which is the number of the call. */
static bool is_multiplexed_regular(struct sd_seccomp_view *view, size_t multiplexer) {
  unsigned char *known = &view->multiplexed_regular[sd_seccomp_is_multiplexer(multiplexer)];
  const struct sd_seccomp_rule_span about = sd_seccomp_rules_about(view, multiplexer);
  if (*known == UNKNOWN)
    *known = adds_up(&about, 0) ? YES : NO;
  return *known == YES;
}

bool sd_seccomp_is_regular(struct sd_seccomp_view *view, size_t call) {
  size_t multiplexer;
  unsigned char *known = &view->regular[call];
  const struct sd_seccomp_rule_span about = sd_seccomp_rules_about(view, call);
  if (*known == UNKNOWN)
    *known = adds_up(&about, UINT32_MAX) && (!sd_seccomp_view_through(view, call, &multiplexer) ||
                                             sd_seccomp_closes(view, multiplexer) ||
                                             is_multiplexed_regular(view, multiplexer))
                 ? YES
                 : NO;
  return *known == YES;
}

/* Whether the rule is in the filter whenever it applies: runtimes drop one that is like the default action. Engines
 * before 23 do not read "defaultErrnoRet" and hand on EPERM, whatever the profile says. */
static bool stands(const struct sd_seccomp_view *view, const struct sd_seccomp_rule *rule) {
  uint32_t otherwise = view->profile->default_action;
  bool refuses = (otherwise & SECCOMP_RET_ACTION_FULL) == SCMP_ACT_ERRNO(0);
  return rule->action != otherwise && !(refuses && rule->action == SCMP_ACT_ERRNO(EPERM));
}

/* Where the rule that refuses it is dropped, the multiplexer stays open. */
static bool is_closed(const struct sd_seccomp_view *view, size_t multiplexer) {
  const struct sd_seccomp_rule_span named = sd_seccomp_rules_naming(view, multiplexer);
  const struct sd_seccomp_rule always = {.line = 0};
  for (size_t i = 0; i < named.count; i++) {
    const struct sd_seccomp_rule *rule = named.rules[i];
    if (!sd_seccomp_allows_action(rule->action) && stands(view, rule) &&
        rule->conditions.len == 0 && sd_seccomp_applies_whenever(rule, &always, view->scene))
      return true;
  }
  return false;
}

bool sd_seccomp_closes(struct sd_seccomp_view *view, size_t multiplexer) {
  unsigned char *known = &view->closed[sd_seccomp_is_multiplexer(multiplexer)];
  if (*known == UNKNOWN)
    *known = is_closed(view, multiplexer) ? YES : NO;
  return *known == YES;
}

/* -- a flaw of libseccomp ---------------------------------------------------------------------- */

static bool always_decides(const struct sd_seccomp_view *view, size_t call) {
  const struct sd_seccomp_rule_span named = sd_seccomp_rules_naming(view, call);
  const struct sd_seccomp_rule always = {.line = 0};
  for (size_t i = 0; i < named.count; i++)
    if (named.rules[i]->conditions.len == 0 && stands(view, named.rules[i]) &&
        sd_seccomp_applies_whenever(named.rules[i], &always, view->scene))
      return true;
  return false;
}

/* What libseccomp gives the architecture for a name: a rule for a number, rules for socketcall or ipc, or a rule for a
 * number that never comes. */
enum kind { NUMBER, THROUGH, NEVER };

static enum kind kind_on(const struct sd_seccomp_arch *arch, size_t call) {
  /* One that is newer than this libseccomp has the calls that all of the newer ones have. */
  uint32_t token = arch->token != 0 ? arch->token : SCMP_ARCH_RISCV64;
  if (seccomp_syscall_resolve_name_arch(token, sd_seccomp_name_of_call(call)) >= 0)
    return NUMBER;
  return arch->multiplexes && sd_seccomp_call_through(call) != SD_SECCOMP_DIRECT ? THROUGH : NEVER;
}

static bool is_anchored_on(const struct sd_seccomp_view *view, const struct sd_seccomp_arch *arch) {
  bool never = false;
  for (size_t i = 0; i < sd_seccomp_call_count; i++) {
    if (sd_seccomp_rules_naming(view, i).count == 0)
      continue;
    enum kind kind = kind_on(arch, i);
    if (kind == NUMBER && always_decides(view, i))
      return true;
    never = never || kind == NEVER;
  }
  return !never;
}

bool sd_seccomp_is_anchored(const struct sd_seccomp_view *view, uint32_t open) {
  /* Every architecture has these. */
  static const char *const everywhere[] = {"read", "write", "close", "exit_group"};
  const struct sd_seccomp_arch *arch;
  uint16_t call;
  for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++)
    if (sd_seccomp_find_call(everywhere[i], &call) && always_decides(view, call))
      return true;
  for (size_t i = 0; (arch = sd_seccomp_arch_at(i)) != NULL; i++)
    if ((open & sd_seccomp_arch_bit(arch)) != 0 && !is_anchored_on(view, arch))
      return false;
  return true;
}
