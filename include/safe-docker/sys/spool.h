/* SPDX-License-Identifier: Apache-2.0 */
/* A private copy of what is to be checked and then handed on, so that it cannot change in between.
 *
 * MUST: have no name; be open to nobody who could not open the memory of this process. */
#ifndef SAFE_DOCKER_SYS_SPOOL_H
#define SAFE_DOCKER_SYS_SPOOL_H

#include <stdint.h>

#include "safe-docker/base/error.h"

#define SD_SPOOL_MAX_BYTES ((uint64_t)16 << 30)
#define SD_SPOOL_MEMORY_MAX_BYTES ((uint64_t)1 << 30)

struct sd_spool {
  int fd;       /* close-on-exec */
  uint64_t max; /* bytes it may take */
};

/* A file without a name in /var/tmp, which counts as the caller's there; where that folder has none, a file in memory,
 * which takes less. */
bool sd_spool_open(struct sd_spool *out, struct sd_error *err) SD_WARN_UNUSED;
/* Copies `from` up to its end into it. */
bool sd_spool_fill(const struct sd_spool *spool, int from, struct sd_error *err) SD_WARN_UNUSED;
/* Back to its beginning. */
bool sd_spool_rewind(const struct sd_spool *spool, struct sd_error *err) SD_WARN_UNUSED;
/* For readers: `context` is the struct sd_spool. */
bool sd_spool_read(void *context, void *buffer, size_t max, size_t *len, struct sd_error *err);
/* Makes it descriptor `target`, for reading alone where the system has a way, and closes the rest of it. */
bool sd_spool_hand_over(struct sd_spool *spool, int target, struct sd_error *err) SD_WARN_UNUSED;
void sd_spool_close(struct sd_spool *spool);

#endif
