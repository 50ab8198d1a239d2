/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of tar archives: ustar with PAX records, and GNU's long names. What two readers could
 * understand differently is an error. No I/O of its own. */
#ifndef SAFE_DOCKER_BASE_TAR_H
#define SAFE_DOCKER_BASE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/error.h"

#define SD_TAR_BLOCK 512

/* Where the bytes come from. */
struct sd_tar_source {
  void *context;
  /* The next bytes, up to `max`, into `buffer`; *len is 0 at the end alone. */
  bool (*read)(void *context, void *buffer, size_t max, size_t *len, struct sd_error *err);
};

enum sd_tar_type { SD_TAR_FILE, SD_TAR_FOLDER, SD_TAR_SYMLINK, SD_TAR_LINK };

struct sd_tar_entry {
  enum sd_tar_type type;
  const char
      *path; /* relative and clean: no ".", "..", "//", and no final slash; printable UTF-8 */
  const char *target; /* of links, as written; else "" */
  uint64_t size;      /* of files */
};

struct sd_tar {
  struct sd_arena *arena;
  const struct sd_tar_source *source;
  uint64_t left; /* bytes of the entry's content not yet read */
  uint64_t padding;
  uint64_t headers;
};

void sd_tar_init(struct sd_tar *tar, struct sd_arena *arena, const struct sd_tar_source *source);
/* The next entry; *end is true behind the last one, where nothing but zeros may follow. Content that was not read is
 * skipped. */
bool sd_tar_next(struct sd_tar *tar, struct sd_tar_entry *out, bool *end,
                 struct sd_error *err) SD_WARN_UNUSED;
/* The whole content of the file that sd_tar_next gave; more than `max` bytes are an error. NUL-terminated. */
bool sd_tar_content(struct sd_tar *tar, size_t max, const char **text, size_t *len,
                    struct sd_error *err) SD_WARN_UNUSED;
/* Relative and clean, as paths of entries are. */
bool sd_tar_path_is_clean(const char *path);

#endif
