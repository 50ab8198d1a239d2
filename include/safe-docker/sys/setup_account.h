/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of the host and who is in them. */
#ifndef SAFE_DOCKER_SYS_SETUP_ACCOUNT_H
#define SAFE_DOCKER_SYS_SETUP_ACCOUNT_H

#include <sys/types.h>

#include "safe-docker/base/str.h"

struct sd_setup_group {
  gid_t gid;
  struct sd_strv members; /* those listed, then those whose primary group it is */
};

/* False: there is no such group, or the database cannot be read. */
bool sd_setup_group(struct sd_arena *arena, const char *name, struct sd_setup_group *out);
/* The name of a group; its number where it has none. */
const char *sd_setup_group_name(struct sd_arena *arena, gid_t gid);

/* As useradd(8) and groupadd(8) take names by default, and letters of both cases, digits and dots: nothing that sudoers,
 * doas.conf or a shell reads as anything but a name. */
bool sd_setup_is_name(const char *name);

#endif
