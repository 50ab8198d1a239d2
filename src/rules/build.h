/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of docker build share. */
#ifndef SAFE_DOCKER_RULES_BUILD_H
#define SAFE_DOCKER_RULES_BUILD_H

#include "safe-docker/rules/rules.h"

/* build_limits.c: memory, CPU time, shared memory, ulimits, cgroup parent, network and hosts of the build's steps, by
 * the rules of run. */
void sd_build_limits(const struct sd_rule_input *in, struct sd_decision *decision);
/* build_context.c: the folder or "-", --file, and what .dockerignore leaves out. */
void sd_build_context(const struct sd_rule_input *in, struct sd_decision *decision);

#endif
