/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of root's in /run, for the file with the container's id, while it is being learned. */
#ifndef SAFE_DOCKER_SRC_LEARN_FOLDER_H
#define SAFE_DOCKER_SRC_LEARN_FOLDER_H

#include "safe-docker/base/error.h"

struct learn_folder {
  const char *path;
  int fd; /* holds the lock that tells others that it is in use */
};

/* Makes one, and removes those whose owners were killed. Closing is for the successful alone. */
bool learn_folder_open(struct sd_arena *arena, struct learn_folder *out,
                       struct sd_error *err) SD_WARN_UNUSED;
/* Removes it, with the file "id". */
void learn_folder_close(struct learn_folder *folder);

#endif
