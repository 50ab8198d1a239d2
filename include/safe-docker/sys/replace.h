/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a file of the caller's, with the caller's rights alone. */
#ifndef SAFE_DOCKER_SYS_REPLACE_H
#define SAFE_DOCKER_SYS_REPLACE_H

#include "safe-docker/base/error.h"

/* Puts a file with that text, readable for its owner alone, in the place of `path`: all of it or nothing. The folder
 * is made (0700) where it is missing and its parent is there. Call while the parked ids are not taken up. */
bool sd_file_replace(struct sd_arena *arena, const char *path, const char *text,
                     struct sd_error *err) SD_WARN_UNUSED;

#endif
