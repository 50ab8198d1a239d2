/* SPDX-License-Identifier: Apache-2.0 */
/* Between the parts of the comparison. */
#ifndef SAFE_DOCKER_POLICY_DIFF_PARTS_H
#define SAFE_DOCKER_POLICY_DIFF_PARTS_H

#include "safe-docker/policy/diff.h"

/* Compares two values of `key`, of which one may be NULL; false: they mean the same. Fills all but `who` and `key`. */
bool diff_values(struct sd_arena *arena, const char *key, const struct sd_json *old,
                 const struct sd_json *new, struct sd_policy_difference *out);

#endif
