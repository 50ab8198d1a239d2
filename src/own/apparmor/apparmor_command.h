/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker apparmor status` and `apparmor load`. */
#ifndef SAFE_DOCKER_SRC_APPARMOR_COMMAND_H
#define SAFE_DOCKER_SRC_APPARMOR_COMMAND_H

#include "session.h"

/* `words` are those behind `apparmor`, NULL-terminated. Returns the exit status. Works without a policy, too. */
int apparmor_command(struct session *session, const char *const *words);

#endif
