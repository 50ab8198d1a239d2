/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that a command line names: the one in force, a file, or one that comes with safe-docker. */
#ifndef SAFE_DOCKER_SRC_POLICY_INPUT_H
#define SAFE_DOCKER_SRC_POLICY_INPUT_H

#include "safe-docker/policy/files.h"

#include "session.h"

/* The texts of the policy that `operand` names, read with the rights of this process:
 * - NULL: the one in force. False where its files may not be read by whoever asks.
 * - a path: that file alone.
 * - a word without "/" that is no file here: the policy that comes with safe-docker under that name; "default" is the
 *   built-in one, which has no texts. */
bool policy_input_texts(struct session *session, const char *operand, struct sd_policy_texts *out,
                        struct sd_error *err) SD_WARN_UNUSED;

/* What messages and pages call it: "the policy in force", "the policy strict", or the path, safe to show. */
const char *policy_input_name(struct session *session, const char *operand);

/* An account by name or number, as a caller of policies. */
bool policy_input_caller(struct session *session, const char *name, struct sd_policy_caller *out,
                         struct sd_error *err) SD_WARN_UNUSED;

/* Name of a policy that comes with safe-docker, "default" first, or NULL behind the last. */
const char *policy_input_shipped(size_t index);

#endif
