/* SPDX-License-Identifier: Apache-2.0 */
/* Two policies beside each other, and where values came from. */
#ifndef SAFE_DOCKER_POLICY_DIFF_H
#define SAFE_DOCKER_POLICY_DIFF_H

#include "safe-docker/policy/policy.h"

enum sd_policy_change {
  SD_POLICY_DIFFERS, /* neither is certain */
  SD_POLICY_LOOSENS, /* the second allows all that the first does, and more */
  SD_POLICY_TIGHTENS,
};

struct sd_policy_difference {
  const char *
      who; /* "group ml": it is so with their override; NULL: for everybody, or the one who was asked for */
  const char *key; /* "resources.memory.max" */
  enum sd_policy_change change;
  const char *old_text, *new_text; /* as JSON; NULL: not there. Of lists NULL both: see below */
  const struct sd_json *old_node, *new_node; /* where it was written; NULL: not there */
  bool list;
  struct sd_strv added, removed; /* of lists */
};
struct sd_policy_differences {
  SD_VEC(struct sd_policy_difference) v; /* everybody's first; in the order of the keys */
};

/* "loosens", ... */
const char *sd_policy_change_word(enum sd_policy_change change);

/* One of the two. */
struct sd_policy_side {
  const struct sd_policy_text *texts;
  size_t count;
};

/* From the first to the second. With `caller` what holds for them; else what holds for everybody, and what holds with the
 * overrides that are for the same accounts and groups. False: one of them is not well made. */
bool sd_policy_diff(struct sd_arena *arena, const struct sd_policy_side sides[2],
                    const struct sd_policy_caller *caller, struct sd_policy_differences *out,
                    struct sd_error *err) SD_WARN_UNUSED;

/* The merged tree with its overrides: for sd_policy_override_of. */
bool sd_policy_tree(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    struct sd_json **out, struct sd_error *err) SD_WARN_UNUSED;
/* Whose override a value of a policy came from: "user alice, group ml"; NULL: from none. The policy was loaded from `tree`
 * (sd_policy_load_tree). */
const char *sd_policy_override_of(struct sd_arena *arena, const struct sd_json *tree,
                                  const struct sd_json *value);
/* What sd_policy_load does behind reading texts; hash and sources are left NULL. */
bool sd_policy_load_tree(struct sd_arena *arena, const struct sd_json *tree,
                         const struct sd_policy_caller *caller, struct sd_policy *out,
                         struct sd_error *err) SD_WARN_UNUSED;
/* The value at "resources.memory.max"; NULL: it is not there. */
const struct sd_json *sd_policy_at(struct sd_arena *arena, const struct sd_json *tree,
                                   const char *key);

#endif
