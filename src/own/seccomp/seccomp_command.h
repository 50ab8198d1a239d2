/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker seccomp check|show|test|diff|learn`. */
#ifndef SAFE_DOCKER_SRC_SECCOMP_COMMAND_H
#define SAFE_DOCKER_SRC_SECCOMP_COMMAND_H

#include "session.h"

/* `words` are those behind `seccomp`, NULL-terminated. Returns the exit status. Works without a policy, too. */
int seccomp_command(struct session *session, const char *const *words);

#endif
