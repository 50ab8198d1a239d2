/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine makes of a profile for one container. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_TARGET_H
#define SAFE_DOCKER_CONFINE_SECCOMP_TARGET_H

#include "seccomp_profile.h"

/* Whether the engine takes the rule over for the target. The runtime still leaves it out where its action is the
 * default one. */
bool sd_seccomp_applies(const struct sd_seccomp_rule *rule, const struct sd_seccomp_target *target);

/* Every architecture that the engine lists on a machine of `arch`, the machine's own first. Those that this
 * libseccomp does not know have token 0. */
struct sd_seccomp_arch_rows {
  SD_VEC(const struct sd_seccomp_arch *) v;
};
void sd_seccomp_list_arches(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                            const struct sd_seccomp_arch *arch, struct sd_seccomp_arch_rows *out);

#endif
