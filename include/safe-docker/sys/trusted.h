/* SPDX-License-Identifier: Apache-2.0 */
/* Files that safe-docker itself relies on: opened once, checked on the open descriptor. */
#ifndef SAFE_DOCKER_SYS_TRUSTED_H
#define SAFE_DOCKER_SYS_TRUSTED_H

#include <stddef.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

/* Opens the regular file `path` (absolute) for reading. It and every folder above it must be owned by root or
 * `owner` (pass 0 for root alone) and writable by nobody else (group and other bits; the sticky bit excuses
 * nothing). Walked from / with openat, component by component; symlinks are followed only where the folder
 * that holds them passed, 40 at most. *fd is close-on-exec; *missing (may be NULL; always written) is true where
 * a component of `path` itself does not exist, and false for every other failure, a dangling symlink too. */
bool sd_trusted_open(struct sd_arena *arena, const char *path, uid_t owner, int *fd, bool *missing,
                     struct sd_error *err) SD_WARN_UNUSED;
/* The same checks for a folder. */
bool sd_trusted_open_folder(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                            bool *missing, struct sd_error *err) SD_WARN_UNUSED;
/* The same for one that need not be readable, only entered: *fd (O_PATH) is for openat(2) alone. */
bool sd_trusted_open_parent(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                            struct sd_error *err) SD_WARN_UNUSED;
/* The same for what lies at the end of the way, no folder, whoever owns it and may write to it: what counts is that
 * nobody else can put another thing there. *fd (O_PATH) is for fstat(2) alone. */
bool sd_trusted_open_place(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                           bool *missing, struct sd_error *err) SD_WARN_UNUSED;
/* sd_trusted_open, and the whole text (at most `max` bytes). */
bool sd_trusted_read(struct sd_arena *arena, const char *path, uid_t owner, size_t max,
                     const char **text, size_t *len, bool *missing,
                     struct sd_error *err) SD_WARN_UNUSED;
enum sd_trusted_kind {
  SD_TRUSTED_FILE,
  SD_TRUSTED_FOLDER,
  SD_TRUSTED_PARENT,
  SD_TRUSTED_PLACE,
};
/* What they all rest on: the open folder `root` (at least O_PATH) stands for "/", and `kind` tells which of them is
 * wanted. */
bool sd_trusted_open_below(struct sd_arena *arena, int root, const char *path, uid_t owner,
                           enum sd_trusted_kind kind, int *fd, bool *missing,
                           struct sd_error *err) SD_WARN_UNUSED;
/* Reads an open file to its end; more than `max` bytes are an error. `path` is for messages. The text is ended
 * with a NUL that *len does not count. */
bool sd_trusted_read_all(struct sd_arena *arena, int fd, const char *path, size_t max,
                         const char **text, size_t *len, struct sd_error *err) SD_WARN_UNUSED;

#endif
