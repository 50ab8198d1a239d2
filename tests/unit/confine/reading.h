/* SPDX-License-Identifier: Apache-2.0 */
/* What a person reads in a profile, for one call: the rules as sd_seccomp_rule_on words them, without a program. */
#ifndef SAFE_DOCKER_TESTS_READING_H
#define SAFE_DOCKER_TESTS_READING_H

#include "../support.h"

#include "safe-docker/confine/seccomp_program.h"

enum reading {
  READING_DEFAULT, /* no rule holds */
  READING_RULE,    /* one holds, and all rules about the call have its action */
  READING_MIXED /* rules about the call have several actions, or conditions that a multiplexer cannot see */
};

/* *action: of the rule, or the default one; for READING_MIXED of some rule that holds, or 0. */
enum reading read_profile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                          const struct sd_seccomp_target *target,
                          const struct sd_seccomp_call *call, uint32_t *action);

#endif
