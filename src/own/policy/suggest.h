/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest additions to a policy that would allow what it refuses.
 *
 * MUST: show no addition that was not tried by deciding anew with it; give its risk; say which refusals no addition
 * can lift. */
#ifndef SAFE_DOCKER_SRC_SUGGEST_H
#define SAFE_DOCKER_SRC_SUGGEST_H

#include "whatif.h"

/* For whom: an override for users or groups, or for everybody where both are empty. */
struct suggest_target {
  struct sd_strv users, groups;
};

struct suggestion {
  const char *rule;  /* that it satisfies */
  const char *key;   /* "mounts.bind" */
  const char *value; /* JSON of what is added or set: {"source": "/srv/data", "access": "ro"} */
  const char *risk;  /* what somebody could do with it, in a sentence */
};

struct suggestions {
  SD_VEC(struct suggestion) list;
  struct sd_strv never;    /* "RULE: why no policy can allow it" */
  struct sd_strv warnings; /* "danger: KEY: what `policy check` says about them" */
  const char *
      policy; /* a whole drop-in for policy.d with all of `list`, pretty-printed; NULL: nothing to add */
  bool enough; /* with it everything asked for is allowed */
};

/* For all of the questions together; those that are allowed already add nothing. */
bool suggest_make(struct session *session, const struct whatif *questions, size_t count,
                  const struct suggest_target *target, struct suggestions *out,
                  struct sd_error *err) SD_WARN_UNUSED;

/* As text and as JSON, with a final newline. */
const char *suggest_text(struct sd_arena *arena, const struct suggestions *suggestions);
/* The drop-in alone, its additions and their risks as comments before it; what no policy allows is told on standard
 * error. "" where there is no drop-in. */
const char *suggest_policy(struct sd_arena *arena, const struct suggestions *suggestions);
const char *suggest_json(struct sd_arena *arena, const struct suggestions *suggestions);

#endif
