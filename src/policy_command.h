/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker policy show` and `policy check [FILE]`. */
#ifndef SAFE_DOCKER_SRC_POLICY_COMMAND_H
#define SAFE_DOCKER_SRC_POLICY_COMMAND_H

#include "session.h"

/* `words` are those behind `policy`, NULL-terminated. Returns the exit status. Works without a policy, too: it is
 * how an administrator finds out what is wrong with one. */
int policy_command(struct session *session, const char *const *words);

#endif
