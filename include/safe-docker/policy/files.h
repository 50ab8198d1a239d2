/* SPDX-License-Identifier: Apache-2.0 */
/* Where the policy's texts come from. */
#ifndef SAFE_DOCKER_POLICY_FILES_H
#define SAFE_DOCKER_POLICY_FILES_H

#include "safe-docker/policy/policy.h"

struct sd_policy_texts {
  SD_VEC(struct sd_policy_text) v; /* empty: the built-in default alone */
};

/* SAFE_DOCKER_POLICY=`chosen` when not NULL (then the owner may be root or `owner`), else
 * `sysconfdir`/safe-docker/policy.json and policy.d/\*.json in byte order. Each is opened once, checked on
 * the open descriptor (regular, owned by root, nobody else may write) and so is every folder above it.
 * A missing policy.json (and policy.d) gives no texts. */
bool sd_policy_files_read(struct sd_arena *arena, const char *sysconfdir, const char *chosen,
                          uid_t owner, struct sd_policy_texts *out,
                          struct sd_error *err) SD_WARN_UNUSED;

#endif
