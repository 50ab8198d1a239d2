/* SPDX-License-Identifier: Apache-2.0 */
/* The only way in which parsing a request and the rules see the machine. src/sys/host.c gives the real
 * one, which looks with the caller's own uid, gid and groups; tests give a made one. */
#ifndef SAFE_DOCKER_BASE_HOST_H
#define SAFE_DOCKER_BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

enum sd_node {
  SD_NODE_MISSING, /* nothing there (ENOENT, ENOTDIR, a dangling symlink) */
  SD_NODE_UNREACHABLE, /* the caller may not look there (EACCES), or a magic link, a loop: see `reason` */
  SD_NODE_FILE,
  SD_NODE_DIRECTORY,
  SD_NODE_SOCKET,
  SD_NODE_DEVICE,
  SD_NODE_FIFO,
  SD_NODE_OTHER,
};

struct sd_resolved {
  enum sd_node node;
  const char
      *path; /* absolute, no symlinks, no dots; for MISSING and UNREACHABLE as it was given */
  const char *reason; /* words for UNREACHABLE */
  bool callers; /* a folder where the caller can make and replace names: an own one, or writable */
  bool
      straight; /* as far as it exists, no link leads anywhere else: `path` is where it is or would be */
};

/* A socket, a device or a FIFO of somebody else that stands directly in a folder. */
struct sd_special {
  const char *name; /* NULL: there is none */
  const char *kind; /* "socket", "device", "fifo of somebody else" */
};

struct sd_host {
  void *context;
  /* Follows symlinks but no magic links (/proc/PID/root); relative paths start at the caller's folder. */
  void (*resolve)(void *context, struct sd_arena *arena, const char *path, struct sd_resolved *out);
  /* What resolve says about `straight`, and nothing else, which takes a fraction of the time. */
  bool (*is_straight)(void *context, const char *path);
  /* The first such thing directly in the folder; none where the caller may not list it. Where it cannot be listed
   * for another reason, `kind` and `name` say so. */
  struct sd_special (*find_special)(void *context, struct sd_arena *arena, const char *path);
  /* The whole regular file, opened with the caller's rights; at most `max` bytes, no NUL. */
  bool (*read_file)(void *context, struct sd_arena *arena, const char *path, size_t max,
                    const char **text, size_t *len, struct sd_error *err);
  /* A variable of the caller's environment, or NULL. */
  const char *(*getenv)(void *context, const char *name);
  /* How many processors are online, or `enough` where there are at least that many; 0: unknown. NULL: unknown, too. */
  unsigned (*cpus)(void *context, unsigned enough);
  /* True where `path` does not exist and the caller alone may create it in its folder, which must exist;
   * *resolved is then the resolved folder and the name. */
  bool (*can_create)(void *context, struct sd_arena *arena, const char *path, const char **resolved,
                     struct sd_error *err);
};

#endif
