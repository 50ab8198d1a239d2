/* SPDX-License-Identifier: Apache-2.0 */
/* Where a learned profile goes. */
#ifndef SAFE_DOCKER_SRC_LEARN_OUTPUT_H
#define SAFE_DOCKER_SRC_LEARN_OUTPUT_H

#include "safe-docker/base/error.h"

struct learn_output {
  struct sd_arena *arena;
  const char *path; /* NULL: standard output */
  char *made;       /* the file beside it that takes its place at the end; NULL: none, or it has */
  int fd;
};

/* Makes the file beside `path` (NULL: none), so that a long run is not for nothing. */
bool learn_output_open(struct sd_arena *arena, const char *path, struct learn_output *out,
                       struct sd_error *err) SD_WARN_UNUSED;
/* All of the text or nothing; everybody may read it: it is no secret, and each caller's run reads the policy's profile. */
bool learn_output_write(struct learn_output *output, const char *text,
                        struct sd_error *err) SD_WARN_UNUSED;
/* Removes what was not written. */
void learn_output_close(struct learn_output *output);

#endif
