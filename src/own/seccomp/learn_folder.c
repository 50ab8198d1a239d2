/* SPDX-License-Identifier: Apache-2.0 */
/* A learner that is killed leaves its folder. So each holds a lock on its own (flock(2), which ends with the process),
 * and the next one removes what nobody locks.
 *
 * MUST: remove nothing but folders of root's by that name, and in them nothing but the file of the id. */
#include "learn_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define PLACE "/run"
#define NAME "safe-docker-learn."
#define TRIES 8

static void close_folder(DIR **folder) {
  if (*folder != NULL)
    (void)closedir(*folder);
}

/* A descriptor that holds the lock; -1 where somebody else has it, or where it is no folder of root's. */
static int lock_folder(const char *path) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (fstat(fd, &info) == 0 && info.st_uid == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  (void)close(fd);
  return -1;
}

void learn_folder_close(struct learn_folder *folder) {
  (void)unlinkat(folder->fd, "id", 0);
  (void)rmdir(folder->path);
  (void)close(folder->fd);
}

static void remove_stale(struct sd_arena *arena) {
  __attribute__((cleanup(close_folder))) DIR *place = opendir(PLACE);
  if (place == NULL)
    return;
  for (const struct dirent *entry = readdir(place); entry != NULL; entry = readdir(place)) {
    if (!sd_text_starts_with(entry->d_name, NAME))
      continue;
    struct learn_folder found = {.path = sd_arena_printf(arena, PLACE "/%s", entry->d_name)};
    found.fd = lock_folder(found.path);
    if (found.fd >= 0)
      learn_folder_close(&found);
  }
}

/* Another learner may have taken a folder for stale before its lock was there. */
static bool make_locked(struct sd_arena *arena, struct learn_folder *out) {
  struct stat held;
  struct stat there;
  char *path = sd_arena_strdup(arena, PLACE "/" NAME "XXXXXX");
  if (mkdtemp(path) == NULL)
    return false;
  *out = (struct learn_folder){.path = path, .fd = lock_folder(path)};
  if (out->fd < 0) {
    errno = EBUSY;
    return false;
  }
  if (fstat(out->fd, &held) == 0 && lstat(path, &there) == 0 && held.st_ino == there.st_ino)
    return true;
  (void)close(out->fd);
  errno = EBUSY;
  return false;
}

bool learn_folder_open(struct sd_arena *arena, struct learn_folder *out, struct sd_error *err) {
  remove_stale(arena);
  for (int i = 0; i < TRIES; i++) {
    if (make_locked(arena, out))
      return true;
    if (errno != EBUSY)
      break;
  }
  return sd_fail_errno(err, errno, "no folder can be made in " PLACE);
}
