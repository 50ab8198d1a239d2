/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that are the administrator's alone: root's, through the direct door.
 *
 * Behind sudo or doas safe-docker is the caller, also for one who may do everything. Whether they may is for sudo to
 * say: the same words are given to it again, for the program safe-docker-admin, which is safe-docker without a door
 * and stands in no rule for users. */
#ifndef SAFE_DOCKER_SRC_ADMIN_H
#define SAFE_DOCKER_SRC_ADMIN_H

#include "session.h"

bool admin_is(const struct session *session);

/* Where admin_is does not hold: becomes `sudo safe-docker-admin GROUP WORDS...` (doas, pkexec alike) with the caller's
 * rights alone, and says so on standard error; `group` is "setup", `words` those behind it. Returns the exit status only where that cannot be done, after
 * saying which command to type. */
int admin_hand_over(struct session *session, const char *group, const char *const *words);

#endif
