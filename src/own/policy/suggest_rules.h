/* SPDX-License-Identifier: Apache-2.0 */
/* Which key of the policy may lift a refusal, by the name of the rule. */
#ifndef SAFE_DOCKER_SRC_SUGGEST_RULES_H
#define SAFE_DOCKER_SRC_SUGGEST_RULES_H

#include "suggest_additions.h"

/* A refusal, in parts. */
struct suggest_refusal {
  struct sd_arena *arena;
  const char *rule;
  const char *option; /* its long name without dashes, or the whole text where it is no option */
  const char *value;  /* behind the =; "" where there is none */
  const struct sd_policy *policy; /* of whoever is refused */
  const struct whatif *question;
};

/* What may be tried, the narrowest first. Nothing where no key can lift it. */
void suggest_candidates(const struct suggest_refusal *refusal, struct suggest_additions *out);

/* The rule's name at `index` of those that a key may lift, of those that none does; NULL behind the last. */
const char *suggest_liftable(size_t index);
const char *suggest_final(size_t index);

#endif
