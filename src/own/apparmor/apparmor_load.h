/* SPDX-License-Identifier: Apache-2.0 */
/* Gives the installed AppArmor profiles to the kernel. */
#ifndef SAFE_DOCKER_SRC_APPARMOR_LOAD_H
#define SAFE_DOCKER_SRC_APPARMOR_LOAD_H

#include "safe-docker/base/error.h"

/* Checks the files and everything of safe-docker's and the site's that they include: root's, and writable by nobody
 * else, folders too. Then runs apparmor_parser on them, as root, with an environment of its own. *said is what it
 * printed, line by line and safe to show, also where it failed. */
bool apparmor_load(struct sd_arena *arena, const char **said, struct sd_error *err) SD_WARN_UNUSED;

#endif
