/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls and which containers rules are about, read from their conditions. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_OVERLAP_H
#define SAFE_DOCKER_CONFINE_SECCOMP_OVERLAP_H

#include "seccomp_condition.h"

/* Writes arguments for which the conditions of both rules hold. False where none were found; for two conditions on
 * each argument that means that there are none. */
bool sd_seccomp_common_args(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b,
                            uint64_t args[SD_SECCOMP_ARGS]);
/* False only where no container gets both rules. */
bool sd_seccomp_may_meet(const struct sd_seccomp_rule *a, const struct sd_seccomp_rule *b);
/* True only where `outer` is in force wherever `inner` is, and for all of its arguments. */
bool sd_seccomp_covers(const struct sd_seccomp_rule *outer, const struct sd_seccomp_rule *inner);
/* Why no container ever gets the rule ("..., which excludes leave out"), or NULL. */
const char *sd_seccomp_never_applies(struct sd_arena *arena, const struct sd_seccomp_rule *rule);

#endif
