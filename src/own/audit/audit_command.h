/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker audit ...`: the log of decisions. */
#ifndef SAFE_DOCKER_SRC_AUDIT_COMMAND_H
#define SAFE_DOCKER_SRC_AUDIT_COMMAND_H

#include "session.h"

/* `words` are those behind `audit`, NULL-terminated. Returns the exit status. Works without a policy, too. */
int audit_command(struct session *session, const char *const *words);

/* Those behind `audit changes` and so on. */
int audit_changes_command(struct session *session, const char *const *words);
int audit_suggest_command(struct session *session, const char *const *words);

#endif
