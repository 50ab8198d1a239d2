/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that never act, repeat each other or contradict each other. The order of rules means nothing to libseccomp. */
#include <stdlib.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_constants.h"
#include "seccomp_check_job.h"
#include "seccomp_overlap.h"

/* A call is compared in so many of its rules: comparing takes time in the square of it. */
#define MAX_RULES_OF_CALL 64

enum kind { TWICE, SAME, COVERED, CONFLICT };

/* A name of a rule. */
struct entry {
  const char *name;
  size_t rule, name_index;
};
struct entries {
  SD_VEC(struct entry) v;
};
/* The rule of `at` has something to do with `other` (of the same call). */
struct relation {
  enum kind kind;
  size_t other;
  struct entry at;
};
struct relations {
  SD_VEC(struct relation) v;
};

static const struct sd_seccomp_rule *rule_of(const struct sd_seccomp_job *job, size_t index) {
  return &job->profile->rules.items[index];
}

static struct sd_seccomp_spot spot_of(const struct sd_seccomp_job *job, const struct entry *entry) {
  return rule_of(job, entry->rule)->spots[entry->name_index];
}

/* -- each rule ---------------------------------------------------------------------------------- */

static bool repeats_default(const struct sd_seccomp_job *job, const struct sd_seccomp_rule *rule) {
  return rule->action == job->profile->default_action;
}

static void check_alone(const struct sd_seccomp_job *job, const struct sd_seccomp_rule *rule) {
  const struct sd_seccomp_spot spot = {rule->line, rule->column};
  const char *why = sd_seccomp_never_applies(job->arena, rule);
  uint64_t args[SD_SECCOMP_ARGS];
  if (why != NULL)
    sd_seccomp_find(job, spot, "never-applies", "no container gets the rule: %s", why);
  else if (!sd_seccomp_common_args(rule, rule, args))
    sd_seccomp_find(job, spot, "never-applies", "the conditions of the rule never hold");
  if (repeats_default(job, rule))
    sd_seccomp_find(job, spot, "repeats-default",
                    "the action of the rule is the default action (%s), so the runtime leaves the "
                    "rule out: it has no effect, also not on other rules for the same calls",
                    sd_seccomp_action_text(job->arena, rule->action));
}

/* -- pairs -------------------------------------------------------------------------------------- */

/* What the second has to do with the first; false: nothing. *earlier: it is the first that is to blame. */
static bool relate(const struct sd_seccomp_job *job, const struct entry *first,
                   const struct entry *second, enum kind *kind, bool *earlier) {
  const struct sd_seccomp_rule *a = rule_of(job, first->rule);
  const struct sd_seccomp_rule *b = rule_of(job, second->rule);
  uint64_t args[SD_SECCOMP_ARGS];
  *earlier = false;
  if (first->rule == second->rule) {
    *kind = TWICE;
    return true;
  }
  if (a->action != b->action) {
    *kind = CONFLICT;
    return sd_seccomp_may_meet(a, b) && sd_seccomp_common_args(a, b, args);
  }
  bool forward = sd_seccomp_covers(a, b);
  bool backward = sd_seccomp_covers(b, a);
  *kind = forward && backward ? SAME : COVERED;
  *earlier = backward && !forward;
  return (forward || backward) && !repeats_default(job, a); /* else both are left out anyway */
}

static void compare_group(const struct sd_seccomp_job *job, const struct entry *entries,
                          size_t count, struct relations *out) {
  size_t looked = count < MAX_RULES_OF_CALL ? count : MAX_RULES_OF_CALL;
  for (size_t i = 1; i < looked; i++) {
    unsigned told = 0; /* one relation of a kind is enough */
    for (size_t k = 0; k < i; k++) {
      enum kind kind;
      bool earlier;
      if (!relate(job, &entries[k], &entries[i], &kind, &earlier) || (told & 1U << kind) != 0)
        continue;
      told |= 1U << kind;
      *sd_vec_push(job->arena, &out->v) =
          (struct relation){.kind = kind,
                            .other = earlier ? entries[i].rule : entries[k].rule,
                            .at = earlier ? entries[k] : entries[i]};
    }
  }
  if (looked < count)
    sd_seccomp_find(job, spot_of(job, &entries[looked]), "many-rules",
                    "%s stands in %zu places; only the first %zu are compared with each other",
                    entries[0].name, count, looked);
}

static int order_entries(const void *a, const void *b) {
  const struct entry *left = a;
  const struct entry *right = b;
  int names = strcmp(left->name, right->name);
  if (names != 0)
    return names;
  if (left->rule != right->rule)
    return left->rule < right->rule ? -1 : 1;
  return left->name_index < right->name_index ? -1 : left->name_index > right->name_index;
}

static int order_relations(const void *a, const void *b) {
  const struct relation *left = a;
  const struct relation *right = b;
  const size_t keys[][2] = {{left->at.rule, right->at.rule},
                            {left->kind, right->kind},
                            {left->other, right->other},
                            {left->at.name_index, right->at.name_index}};
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (keys[i][0] != keys[i][1])
      return keys[i][0] < keys[i][1] ? -1 : 1;
  return 0;
}

/* -- words -------------------------------------------------------------------------------------- */

/* What the program says of a call for which both rules hold: "for read(0, 1) ... errno 1 (EPERM)". */
static const char *outcome(const struct sd_seccomp_job *job, const char *name,
                           const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b) {
  struct sd_seccomp_call call = {.arch = job->target->arch};
  uint32_t action;
  if (job->program == NULL || !sd_seccomp_number_of(call.arch, name, &call.number) ||
      !sd_seccomp_common_args(a, b, call.args) || !sd_seccomp_answer(job->program, &call, &action))
    return "which of them wins is libseccomp's affair";
  return sd_arena_printf(job->arena, "for %s libseccomp makes of it: %s",
                         sd_seccomp_spell_call(job->arena, name, call.args, 0),
                         sd_seccomp_action_text(job->arena, action));
}

static void tell_conflict(const struct sd_seccomp_job *job, const struct relation *relation,
                          const char *names) {
  const struct sd_seccomp_rule *own = rule_of(job, relation->at.rule);
  const struct sd_seccomp_rule *other = rule_of(job, relation->other);
  const char *actions[] = {sd_seccomp_action_text(job->arena, own->action),
                           sd_seccomp_action_text(job->arena, other->action)};
  const char *where = sd_seccomp_line_text(job, other);
  if (repeats_default(job, own) || repeats_default(job, other))
    sd_seccomp_find(job, spot_of(job, &relation->at), "conflict",
                    "%s: this rule says %s, the one of %s %s; the one with the default action is "
                    "left out, so it takes nothing from the other",
                    names, actions[0], where, actions[1]);
  else
    sd_seccomp_find(job, spot_of(job, &relation->at), "conflict",
                    "%s: this rule says %s, the one of %s %s, and both can hold; %s", names,
                    actions[0], where, actions[1], outcome(job, relation->at.name, own, other));
}

static void tell(const struct sd_seccomp_job *job, const struct relation *relation,
                 const char *names) {
  const char *where = sd_seccomp_line_text(job, rule_of(job, relation->other));
  struct sd_seccomp_spot spot = spot_of(job, &relation->at);
  switch (relation->kind) {
  case TWICE:
    sd_seccomp_find(job, spot, "duplicate", "%s: named twice in the rule", names);
    break;
  case SAME:
    sd_seccomp_find(job, spot, "duplicate", "%s: the rule of %s says the same", names, where);
    break;
  case COVERED:
    sd_seccomp_find(job, spot, "covered",
                    "%s: the rule of %s does the same in all cases of this one, and in others",
                    names, where);
    break;
  case CONFLICT:
    tell_conflict(job, relation, names);
    break;
  }
}

/* One finding for all names that two rules share. */
static void tell_all(const struct sd_seccomp_job *job, const struct relations *relations) {
  for (size_t i = 0; i < relations->v.len;) {
    const struct relation *first = &relations->v.items[i];
    struct sd_strv names = {{NULL, 0, 0}};
    for (; i < relations->v.len && relations->v.items[i].at.rule == first->at.rule &&
           relations->v.items[i].kind == first->kind && relations->v.items[i].other == first->other;
         i++) {
      const char *name = relations->v.items[i].at.name;
      if (names.v.len == 0 || strcmp(names.v.items[names.v.len - 1], name) != 0)
        sd_strv_add(&names, job->arena, name);
    }
    tell(job, first, sd_seccomp_some_names(job->arena, &names));
  }
}

static void add_entries(const struct sd_seccomp_job *job, size_t index, struct entries *out) {
  const struct sd_seccomp_rule *rule = rule_of(job, index);
  if (sd_seccomp_never_applies(job->arena, rule) != NULL)
    return;
  for (size_t i = 0; i < rule->names.v.len; i++)
    *sd_vec_push(job->arena, &out->v) = (struct entry){rule->names.v.items[i], index, i};
}

void sd_seccomp_check_rules(const struct sd_seccomp_job *job) {
  struct entries entries = {{NULL, 0, 0}};
  struct relations relations = {{NULL, 0, 0}};
  for (size_t i = 0; i < job->profile->rules.len; i++) {
    check_alone(job, rule_of(job, i));
    add_entries(job, i, &entries);
  }
  if (entries.v.len > 0)
    qsort(entries.v.items, entries.v.len, sizeof(entries.v.items[0]), order_entries);
  for (size_t i = 0, end = 0; i < entries.v.len; i = end) {
    while (end < entries.v.len && strcmp(entries.v.items[end].name, entries.v.items[i].name) == 0)
      end++;
    compare_group(job, &entries.v.items[i], end - i, &relations);
  }
  if (relations.v.len > 0)
    qsort(relations.v.items, relations.v.len, sizeof(relations.v.items[0]), order_relations);
  tell_all(job, &relations);
}
