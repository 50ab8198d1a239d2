/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker policy ...`: a file for each command. */
#ifndef SAFE_DOCKER_SRC_POLICY_COMMAND_H
#define SAFE_DOCKER_SRC_POLICY_COMMAND_H

#include "safe-docker/policy/lint.h"

#include "session.h"

/* `words` are those behind `policy`, NULL-terminated. Returns the exit status. Works without a policy, too. */
int policy_command(struct session *session, const char *const *words);

/* Those behind `policy check` and so on. */
int policy_check_command(struct session *session, const char *const *words);
int policy_diff_command(struct session *session, const char *const *words);
int policy_schema_command(struct session *session, const char *const *words);
int policy_explain_command(struct session *session, const char *const *words);
int policy_show_command(struct session *session, const char *const *words);
int policy_suggest_command(struct session *session, const char *const *words);
int policy_test_command(struct session *session, const char *const *words);

/* What `policy check` finds in the policy that `operand` names (NULL: the one in force). False: it has a mistake. */
bool policy_check_find(struct session *session, const char *operand, struct sd_policy_findings *out,
                       struct sd_error *err) SD_WARN_UNUSED;

#endif
