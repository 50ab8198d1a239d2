/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/write.h"

static const char *folder_of(struct sd_arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL)
    return ".";
  return slash == path ? "/" : sd_arena_strndup(arena, path, (size_t)(slash - path));
}

bool sd_file_replace(struct sd_arena *arena, const char *path, const char *text,
                     struct sd_error *err) {
  const char *shown = sd_text_safe(arena, path);
  const char *folder = folder_of(arena, path);
  char *name = sd_arena_printf(arena, "%s/.config.json.XXXXXX", folder);
  if (mkdir(folder, 0700) != 0 && errno != EEXIST)
    return sd_fail_errno(err, errno, "%s cannot be made", sd_text_safe(arena, folder));
  int fd = mkostemp(name, O_CLOEXEC); /* new, 0600, no link followed */
  if (fd < 0)
    return sd_fail_errno(err, errno, "%s cannot be written", shown);
  bool good = sd_write_all(fd, text, strlen(text)) && fsync(fd) == 0 && rename(name, path) == 0;
  int failure = errno;
  (void)close(fd);
  if (good)
    return true;
  (void)unlink(name);
  return sd_fail_errno(err, failure, "%s cannot be written", shown);
}
