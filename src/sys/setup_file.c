/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/setup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"
#include "safe-docker/sys/write.h"

#define FOLDER_MODE 0755

static void close_file(const int *fd) {
  if (*fd >= 0)
    (void)close(*fd);
}
#define CLOSED __attribute__((cleanup(close_file)))

static const char *folder_of(struct sd_arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == path ? "/" : sd_arena_strndup(arena, path, (size_t)(slash - path));
}

static const char *name_of(const char *path) {
  return strrchr(path, '/') + 1;
}

/* *fd is -1 where the folder is not there. */
static bool open_folder(struct sd_arena *arena, const char *path, int *fd, struct sd_error *err) {
  struct sd_error why;
  bool missing = false;
  sd_error_init(&why, arena);
  *fd = -1;
  return sd_trusted_open_folder(arena, folder_of(arena, path), 0, fd, &missing, &why) || missing ||
         sd_fail_rule(err, NULL, why.hint, "%s", why.message);
}

static bool need_folder(struct sd_arena *arena, const char *path, int *fd, struct sd_error *err) {
  return open_folder(arena, path, fd, err) &&
         (*fd >= 0 ||
          sd_fail(err, "the folder %s is not there", sd_text_safe(arena, folder_of(arena, path))));
}

static bool fail(struct sd_arena *arena, const char *path, const char *what, int number,
                 struct sd_error *err) {
  return sd_fail_errno(err, number, "%s cannot be %s", sd_text_safe(arena, path), what);
}

/* -- looking ------------------------------------------------------------------------------------ */

static bool read_text(struct sd_arena *arena, int folder, const char *path,
                      struct sd_setup_seen *out, struct sd_error *err) {
  size_t len = 0;
  struct stat info;
  CLOSED int fd =
      openat(folder, name_of(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &info) != 0)
    return fail(arena, path, "read", errno, err);
  if (!S_ISREG(info.st_mode) || (size_t)info.st_size > SD_SETUP_TEXT_MAX)
    return true;
  return sd_trusted_read_all(arena, fd, path, SD_SETUP_TEXT_MAX, &out->text, &len, err);
}

static bool read_target(struct sd_arena *arena, int folder, const char *path,
                        struct sd_setup_seen *out, struct sd_error *err) {
  char *target = sd_arena_alloc(arena, PATH_MAX + 1);
  if (readlinkat(folder, name_of(path), target, PATH_MAX) < 0)
    return fail(arena, path, "read", errno, err);
  out->text = target;
  return true;
}

bool sd_setup_look(struct sd_arena *arena, const char *path, struct sd_setup_seen *out,
                   struct sd_error *err) {
  CLOSED int folder = -1;
  struct stat info;
  *out = (struct sd_setup_seen){.kind = SD_SETUP_MISSING};
  if (!open_folder(arena, path, &folder, err))
    return false;
  if (folder < 0)
    return true;
  if (fstatat(folder, name_of(path), &info, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT || fail(arena, path, "looked at", errno, err);
  *out = (struct sd_setup_seen){
      .kind = SD_SETUP_OTHER, .uid = info.st_uid, .gid = info.st_gid, .mode = info.st_mode & 07777};
  if (S_ISREG(info.st_mode)) {
    out->kind = SD_SETUP_REGULAR;
    return read_text(arena, folder, path, out, err);
  }
  if (S_ISLNK(info.st_mode)) {
    out->kind = SD_SETUP_LINK;
    return read_target(arena, folder, path, out, err);
  }
  return true;
}

/* -- changing ----------------------------------------------------------------------------------- */

/* Each folder is made in one that was checked; what is there already is walked through by the next check. */
bool sd_setup_folder(struct sd_arena *arena, const char *folder, struct sd_error *err) {
  CLOSED int above = -1;
  if (strcmp(folder, "/") == 0 || !open_folder(arena, folder, &above, err))
    return strcmp(folder, "/") == 0;
  if (above < 0) {
    if (!sd_setup_folder(arena, folder_of(arena, folder), err) ||
        !need_folder(arena, folder, &above, err))
      return false;
  }
  if (mkdirat(above, name_of(folder), FOLDER_MODE) != 0 && errno != EEXIST)
    return fail(arena, folder, "made", errno, err);
  return true;
}

static bool fill(struct sd_arena *arena, int folder, const char *path, const char *name,
                 const char *text, mode_t mode, struct sd_error *err) {
  (void)unlinkat(folder, name, 0); /* of a run that was ended */
  CLOSED int fd =
      openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0 || !sd_write_all(fd, text, strlen(text)) || fchown(fd, 0, 0) != 0 ||
      fchmod(fd, mode) != 0 || fsync(fd) != 0)
    return fail(arena, path, "written", errno, err);
  return true;
}

/* Beside `path`, under a name that no program takes for one of its files: it begins and ends as none of them. */
static bool put_in_place(struct sd_arena *arena, int folder, const char *path, const char *text,
                         mode_t mode, sd_setup_check *check, struct sd_error *err) {
  const char *name = sd_arena_printf(arena, ".%s.setup~", name_of(path));
  const char *whole = sd_arena_printf(arena, "%s/%s", folder_of(arena, path), name);
  bool good = fill(arena, folder, path, name, text, mode, err) &&
              (check == NULL || check(arena, whole, err));
  if (good && renameat(folder, name, folder, name_of(path)) != 0)
    good = fail(arena, path, "put in place", errno, err);
  if (!good)
    (void)unlinkat(folder, name, 0);
  (void)fsync(folder);
  return good;
}

bool sd_setup_write(struct sd_arena *arena, const char *path, const char *text, mode_t mode,
                    sd_setup_check *check, struct sd_error *err) {
  CLOSED int folder = -1;
  if (!open_folder(arena, path, &folder, err))
    return false;
  if (folder < 0 && (!sd_setup_folder(arena, folder_of(arena, path), err) ||
                     !need_folder(arena, path, &folder, err)))
    return false;
  return put_in_place(arena, folder, path, text, mode, check, err);
}

bool sd_setup_link(struct sd_arena *arena, const char *path, const char *target,
                   struct sd_error *err) {
  CLOSED int folder = -1;
  if (!need_folder(arena, path, &folder, err))
    return false;
  return symlinkat(target, folder, name_of(path)) == 0 || fail(arena, path, "made", errno, err);
}

bool sd_setup_rename(struct sd_arena *arena, const char *path, const char *name,
                     struct sd_error *err) {
  CLOSED int folder = -1;
  if (!need_folder(arena, path, &folder, err))
    return false;
  bool good = renameat2(folder, name_of(path), folder, name, RENAME_NOREPLACE) == 0;
  int failure = errno;
  (void)fsync(folder);
  return good || sd_fail_errno(err, failure, "%s cannot be renamed to %s",
                               sd_text_safe(arena, path), sd_text_safe(arena, name));
}

bool sd_setup_remove(struct sd_arena *arena, const char *path, struct sd_error *err) {
  CLOSED int folder = -1;
  if (!need_folder(arena, path, &folder, err))
    return false;
  if (unlinkat(folder, name_of(path), 0) != 0 && errno != ENOENT)
    return fail(arena, path, "removed", errno, err);
  (void)fsync(folder);
  return true;
}

bool sd_setup_change(struct sd_arena *arena, const char *path, gid_t gid, mode_t mode,
                     struct sd_error *err) {
  CLOSED int folder = -1;
  struct stat info;
  if (!need_folder(arena, path, &folder, err))
    return false;
  CLOSED int fd = openat(folder, name_of(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &info) != 0)
    return fail(arena, path, "opened", errno, err);
  if ((!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) || info.st_uid != 0)
    return sd_fail(err, "%s is not a file or folder of root's", sd_text_safe(arena, path));
  return (fchown(fd, 0, gid) == 0 && fchmod(fd, mode) == 0) ||
         fail(arena, path, "changed", errno, err);
}
