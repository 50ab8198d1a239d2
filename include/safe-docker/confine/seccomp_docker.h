/* SPDX-License-Identifier: Apache-2.0 */
/* Docker's own default profile, for comparing. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_DOCKER_H
#define SAFE_DOCKER_CONFINE_SECCOMP_DOCKER_H

#include "safe-docker/base/str.h"

/* The profile as JSON, made from the facts of profiles/seccomp/docker-default.txt; a rule stands on the line of its fact.
 * It is complete for machines of amd64 and arm64. */
const char *sd_seccomp_docker(struct sd_arena *arena, size_t *len);

#endif
