/* SPDX-License-Identifier: Apache-2.0 */
/* Additions to a policy, and the drop-in that makes them. */
#ifndef SAFE_DOCKER_SRC_SUGGEST_ADDITIONS_H
#define SAFE_DOCKER_SRC_SUGGEST_ADDITIONS_H

#include "suggest.h"

struct suggest_addition {
  const char *rule, *key, *risk;
  const char *value; /* JSON: of the key, or of one item where it is a list */
  bool list;
};

struct suggest_additions {
  SD_VEC(struct suggest_addition) v;
};

/* What additions are written on top of: lists replace when policies merge, so that the whole list is written. */
struct suggest_base {
  struct sd_policy_texts texts;
  const struct sd_json *policy;    /* for the target alone: without overrides for anybody else */
  const struct sd_json *overrides; /* that are there; NULL: none */
  const struct suggest_target *target;
};

/* The policy of a target is that of its one user; of groups, that of somebody in them whom no override names; else
 * that without any override. */
bool suggest_base_read(struct session *session, const struct sd_policy_text *texts, size_t count,
                       const struct suggest_target *target, struct suggest_base *out,
                       struct sd_error *err) SD_WARN_UNUSED;

/* A drop-in with all of them but number `without` (SIZE_MAX: with all), pretty-printed; of two for one key that is no list,
 * and of two for one source or path, the later one counts. */
const char *suggest_drop_in(struct sd_arena *arena, const struct suggest_base *base,
                            const struct suggest_additions *additions, size_t without);

#endif
