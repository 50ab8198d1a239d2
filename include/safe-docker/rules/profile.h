/* SPDX-License-Identifier: Apache-2.0 */
/* A system call filter that was not asked for just now, such as that of a container that exists, against the policy's. */
#ifndef SAFE_DOCKER_RULES_PROFILE_H
#define SAFE_DOCKER_RULES_PROFILE_H

#include "safe-docker/rules/rules.h"

struct sd_seccomp_profile;

/* As the profile that a caller brings is judged: true where it allows nothing that the policy's refuses, to containers
 * that the policy allows. `err` says what it allows besides. */
bool sd_rules_profile_fits(const struct sd_rule_input *in, const struct sd_seccomp_profile *profile,
                           struct sd_error *err) SD_WARN_UNUSED;

#endif
