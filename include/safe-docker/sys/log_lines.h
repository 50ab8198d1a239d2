/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a file or pipe, one after another, in bounded memory. */
#ifndef SAFE_DOCKER_SYS_LOG_LINES_H
#define SAFE_DOCKER_SYS_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/arena.h"

/* More than any command line that the kernel takes gives in a record, but for one that was made for it. */
#define SD_LOG_LINE_MAX ((size_t)8 * 1024 * 1024)

struct sd_log_lines {
  struct sd_arena *arena;
  int fd;
  char *data;
  size_t start, seen, end,
      cap;       /* data[start, end) is read but not given; before `seen` no line ends */
  bool skipping; /* the rest of a line that was too long is passed over */
};

struct sd_log_line {
  const char *text; /* not ended by NUL; valid until the next call */
  size_t len;
  bool cut; /* it was longer than SD_LOG_LINE_MAX: these are its first bytes */
};

enum sd_log_lines_result { SD_LOG_LINE, SD_LOG_END, SD_LOG_FAILED };

void sd_log_lines_init(struct sd_log_lines *lines, struct sd_arena *arena);
/* From now on out of this descriptor; what was left of the one before is forgotten. */
void sd_log_lines_from(struct sd_log_lines *lines, int fd);
/* The next whole line, without its end. SD_LOG_END where the descriptor has no more now; it may have more later, and
 * then the line goes on. SD_LOG_FAILED: errno tells. */
enum sd_log_lines_result sd_log_lines_next(struct sd_log_lines *lines, struct sd_log_line *out);
/* After SD_LOG_END: what stands behind the last line; false where nothing does. */
bool sd_log_lines_rest(struct sd_log_lines *lines, struct sd_log_line *out);

#endif
