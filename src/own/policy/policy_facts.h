/* SPDX-License-Identifier: Apache-2.0 */
/* What the lint of a policy is told of this machine. */
#ifndef SAFE_DOCKER_SRC_POLICY_FACTS_H
#define SAFE_DOCKER_SRC_POLICY_FACTS_H

#include "safe-docker/policy/lint.h"

/* `docker_host` is the policy's: of a daemon elsewhere nothing but accounts is known. Never fails: what cannot be seen is
 * left out. */
void policy_facts_find(struct sd_arena *arena, const char *docker_host,
                       struct sd_policy_facts *out);

#endif
