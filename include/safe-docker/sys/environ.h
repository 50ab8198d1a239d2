/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's environment, and the one of the real CLI, which is built from nothing. */
#ifndef SAFE_DOCKER_SYS_ENVIRON_H
#define SAFE_DOCKER_SYS_ENVIRON_H

#include "safe-docker/base/str.h"

/* A variable of the caller's environment, or NULL. The sole use of getenv. */
const char *sd_environ_get(const char *name);

/* Whether the kernel gave this program rights that its caller lacks: ids or capabilities of the file
 * (getauxval(3), AT_SECURE). */
bool sd_environ_is_secure(void);

/* A folder that no program, not even root's, can make. */
#define SD_ENVIRON_NOWHERE "/proc/safe-docker"

/* "NAME=value" entries: a fixed PATH, HOME and DOCKER_CONFIG = `config_dir`, TMPDIR = SD_ENVIRON_NOWHERE (a temporary file
 * of the real CLI would belong to the caller, who could put another in its place: it would then be written and read with
 * the rights of the socket's group), and of the caller's only TERM, LANG, LC_* (the known ones), TZ, NO_COLOR and COLUMNS
 * where their values are of the plain form these have. */
void sd_environ_build(struct sd_arena *arena, const char *config_dir, struct sd_strv *out);
/* The same without PATH, so that no program is found by its name. */
void sd_environ_build_alone(struct sd_arena *arena, const char *config_dir, struct sd_strv *out);

/* Makes `folder` the first in PATH of such entries, or the only one where they have no PATH. */
void sd_environ_put_first(struct sd_arena *arena, const char *folder, struct sd_strv *out);

/* TERM and LANG alone, under the same conditions: for a program that decides by itself what the caller may. */
void sd_environ_build_terminal(struct sd_arena *arena, struct sd_strv *out);

/* The caller's own environment, for a process with nothing but the caller's rights: without what chooses a daemon, and
 * with DOCKER_CONFIG = `config_dir`; HOME is `home`, unless that is NULL. */
void sd_environ_callers(struct sd_arena *arena, const char *config_dir, const char *home,
                        struct sd_strv *out);

#endif
