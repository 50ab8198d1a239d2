/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the host that root puts in place and takes away again.
 *
 * MUST: act in folders alone that root owns and nobody else may write to, all the way from /; follow no link at the end
 * of a path; put a file in place whole or not at all. */
#ifndef SAFE_DOCKER_SYS_SETUP_FILE_H
#define SAFE_DOCKER_SYS_SETUP_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

enum sd_setup_kind {
  SD_SETUP_MISSING, /* or its folder is */
  SD_SETUP_REGULAR,
  SD_SETUP_LINK,
  SD_SETUP_OTHER
};

struct sd_setup_seen {
  enum sd_setup_kind kind;
  uid_t uid;
  gid_t gid;
  mode_t mode; /* 07777 */
  const char *
      text; /* of a regular file of at most SD_SETUP_TEXT_MAX bytes, else NULL; or a link's target */
};

#define SD_SETUP_TEXT_MAX ((size_t)1024 * 1024)

/* What is at `path` (absolute). False: a folder above it is not root's alone, or it cannot be read. */
bool sd_setup_look(struct sd_arena *arena, const char *path, struct sd_setup_seen *out,
                   struct sd_error *err) SD_WARN_UNUSED;

/* Says whether the file `path` may take the place of `target`; false: `err` says why not. */
typedef bool sd_setup_check(struct sd_arena *arena, const char *path, struct sd_error *err);

/* Puts a file of root:root with that text and mode in the place of `path`, after `check` (may be NULL) was content with the
 * new one. A folder that is missing is made (root's, 0755). */
bool sd_setup_write(struct sd_arena *arena, const char *path, const char *text, mode_t mode,
                    sd_setup_check *check, struct sd_error *err) SD_WARN_UNUSED;
/* The folder `path` and those above it, where they are missing: root's, 0755. */
bool sd_setup_folder(struct sd_arena *arena, const char *path, struct sd_error *err) SD_WARN_UNUSED;
bool sd_setup_link(struct sd_arena *arena, const char *path, const char *target,
                   struct sd_error *err) SD_WARN_UNUSED;
/* Renames within the folder of `path`; fails where `name` is taken. */
bool sd_setup_rename(struct sd_arena *arena, const char *path, const char *name,
                     struct sd_error *err) SD_WARN_UNUSED;
bool sd_setup_remove(struct sd_arena *arena, const char *path, struct sd_error *err) SD_WARN_UNUSED;
/* Group and mode of a regular file or folder of root's. */
bool sd_setup_change(struct sd_arena *arena, const char *path, gid_t gid, mode_t mode,
                     struct sd_error *err) SD_WARN_UNUSED;

#endif
