/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles as text, for src/confine: see sd_seccomp_write of seccomp.h. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_WRITE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_WRITE_H

#include "seccomp_profile.h"

/* The same with a comment in the first rule, where there is one; `comment` may be NULL. */
const char *sd_seccomp_write_commented(struct sd_arena *arena,
                                       const struct sd_seccomp_profile *profile,
                                       const char *comment);

#endif
