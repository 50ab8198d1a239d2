/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of the host, for collectors. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_PEOPLE_COLLECT_H
#define SAFE_DOCKER_OWN_DOCTOR_PEOPLE_COLLECT_H

#include <sys/types.h>

#include "safe-docker/base/str.h"

/* Its name; its number where it has none. */
const char *people_user_name(struct sd_arena *arena, uid_t uid);
/* Whether anybody can work as that account: its shell is one, by the names that say no (nologin(8), false(1)) and those of
 * root's group that Red Hat has (sync, shutdown, halt). */
bool people_shell_works(const char *shell);
/* Who is in the group, without root: whom it lists, and whose own group it is, without those that have no shell. False:
 * there is no such group. */
bool people_members(struct sd_arena *arena, gid_t gid, struct sd_strv *listed, struct sd_strv *own);

#endif
