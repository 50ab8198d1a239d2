/* SPDX-License-Identifier: Apache-2.0 */
/* Every name is opened anew from the one folder that was given, and no part of it may be a link: what the stream made
 * before, or somebody else makes meanwhile, cannot lead out of it (openat2(2), RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS). */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/stream.h"
#include "safe-docker/sys/write.h"

#define MODE_MAX 01777 /* never the set-id bits */
#define MODE_NEW 0700
#define CHUNK 65536

/* Permissions of a folder may forbid what is yet to be put there, so they are set in the end. */
struct later {
  const char *path;
  mode_t mode;
  struct timespec mtime;
};

struct unpacking {
  struct sd_stream_reader *reader;
  struct sd_arena *arena; /* of what lasts to the end */
  int folder;
  const char *top, *name;
  SD_VEC(struct later) folders;
};

/* Where one entry goes. */
struct place {
  const char *path; /* below the folder */
  const char *base;
  int parent;
};

/* -- names -------------------------------------------------------------------------------------- */

static bool fail_at(struct sd_error *err, const char *path, int number) {
  err->status = 1;
  return sd_fail_errno(err, number, "%s", sd_text_safe(err->arena, path));
}

/* The top of the archive takes the name that was chosen for it. */
static bool rename_top(const struct unpacking *job, struct sd_arena *arena, const char *name,
                       const char **out, struct sd_error *err) {
  size_t len = strlen(job->top);
  const char *rest = name;
  if (len > 0) {
    if (strncmp(name, job->top, len) != 0 || (name[len] != '\0' && name[len] != '/')) {
      err->status = 1;
      return sd_fail(err, "the archive holds %s, which was not asked for",
                     sd_text_safe(err->arena, name));
    }
    rest = name[len] == '/' ? name + len + 1 : "";
  }
  const char *slash = job->name[0] != '\0' && rest[0] != '\0' ? "/" : "";
  *out = sd_arena_printf(arena, "%s%s%s", job->name, slash, rest);
  return true;
}

/* Taken by the letter, as the real CLI does; an absolute target counts from the folder there. */
static bool stays_inside(const char *path, const char *link) {
  long depth = 0;
  for (const char *at = path; (at = strchr(at, '/')) != NULL; at++)
    depth++;
  for (const char *at = link; *at != '\0';) {
    size_t len = strcspn(at, "/");
    if (len == 2 && strncmp(at, "..", 2) == 0)
      depth--;
    else if (len > 0 && !(len == 1 && at[0] == '.'))
      depth++;
    if (depth < 0)
      return false;
    at += len + (at[len] == '/' ? 1 : 0);
  }
  return true;
}

/* -- below the folder --------------------------------------------------------------------------- */

static int open_below(int folder, const char *path, int flags) {
  struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC | O_NOFOLLOW,
                         .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

static bool open_place(const struct unpacking *job, struct sd_arena *arena, const char *path,
                       struct place *out, struct sd_error *err) {
  const char *slash = strrchr(path, '/');
  const char *above = slash == NULL ? "." : sd_arena_strndup(arena, path, (size_t)(slash - path));
  int parent = open_below(job->folder, above, O_PATH | O_DIRECTORY);
  if (parent < 0)
    return fail_at(err, path, errno);
  *out = (struct place){path, slash == NULL ? path : slash + 1, parent};
  return true;
}

/* What stands there goes, but folders stay, and nothing else makes room for a folder. */
static bool make_room(const struct place *at, bool folder, bool *exists, struct sd_error *err) {
  struct stat now;
  *exists = false;
  if (fstatat(at->parent, at->base, &now, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT || fail_at(err, at->path, errno);
  if (S_ISDIR(now.st_mode) != folder) {
    err->status = 1;
    if (S_ISDIR(now.st_mode))
      return sd_fail(err, "cannot overwrite directory \"%s\" with non-directory",
                     sd_text_safe(err->arena, at->path));
    if (folder)
      return sd_fail(err, "cannot overwrite non-directory \"%s\" with directory",
                     sd_text_safe(err->arena, at->path));
  }
  *exists = folder;
  return folder || unlinkat(at->parent, at->base, 0) == 0 || fail_at(err, at->path, errno);
}

/* -- the kinds of entries ----------------------------------------------------------------------- */

static bool copy_data(struct unpacking *job, const struct place *at, int fd, struct sd_error *err) {
  char chunk[CHUNK];
  size_t got = 0;
  do {
    if (!sd_stream_data(job->reader, chunk, sizeof(chunk), &got, err))
      return false;
    if (!sd_write_all(fd, chunk, got))
      return fail_at(err, at->path, errno);
  } while (got > 0);
  return true;
}

static bool set_meta(int fd, mode_t mode, const struct timespec *mtime) {
  const struct timespec times[2] = {*mtime, *mtime};
  return fchmod(fd, mode & MODE_MAX) == 0 && futimens(fd, times) == 0;
}

static bool make_file(struct unpacking *job, const struct sd_stream_entry *entry,
                      const struct place *at, struct sd_error *err) {
  int fd = openat(at->parent, at->base,
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_at(err, at->path, errno);
  bool good = copy_data(job, at, fd, err) &&
              (set_meta(fd, entry->mode, &entry->mtime) || fail_at(err, at->path, errno));
  if (close(fd) != 0 && good) /* some file systems find out here that they are full */
    return fail_at(err, at->path, errno);
  return good;
}

static bool make_link(struct unpacking *job, const struct sd_stream_entry *entry,
                      const struct place *at, struct sd_error *err) {
  const char *path = NULL;
  struct place target;
  if (!rename_top(job, &job->reader->entry, entry->link, &path, err) ||
      !open_place(job, &job->reader->entry, path, &target, err))
    return false;
  bool made = linkat(target.parent, target.base, at->parent, at->base, 0) == 0;
  int failure = errno;
  (void)close(target.parent);
  return made || fail_at(err, at->path, failure);
}

static bool make_symlink(const struct sd_stream_entry *entry, const struct place *at,
                         struct sd_error *err) {
  const struct timespec times[2] = {entry->mtime, entry->mtime};
  if (!stays_inside(at->path, entry->link)) {
    err->status = 1;
    return sd_fail(err, "invalid symlink \"%s\" -> \"%s\": it leads out of the copy",
                   sd_text_safe(err->arena, at->path), sd_text_safe(err->arena, entry->link));
  }
  return (symlinkat(entry->link, at->parent, at->base) == 0 &&
          utimensat(at->parent, at->base, times, AT_SYMLINK_NOFOLLOW) == 0) ||
         fail_at(err, at->path, errno);
}

static bool make_folder(struct unpacking *job, const struct sd_stream_entry *entry,
                        const struct place *at, bool exists, struct sd_error *err) {
  if (!exists && mkdirat(at->parent, at->base, MODE_NEW) != 0)
    return fail_at(err, at->path, errno);
  *sd_vec_push(job->arena, &job->folders) =
      (struct later){sd_arena_strdup(job->arena, at->path), entry->mode & MODE_MAX, entry->mtime};
  return true;
}

static bool make_entry(struct unpacking *job, const struct sd_stream_entry *entry,
                       const struct place *at, bool exists, struct sd_error *err) {
  switch (entry->type) {
  case SD_STREAM_FILE:
    return make_file(job, entry, at, err);
  case SD_STREAM_LINK:
    return make_link(job, entry, at, err);
  case SD_STREAM_SYMLINK:
    return make_symlink(entry, at, err);
  case SD_STREAM_FOLDER:
    return make_folder(job, entry, at, exists, err);
  case SD_STREAM_FIFO:
    return mkfifoat(at->parent, at->base, entry->mode & 0777) == 0 || fail_at(err, at->path, errno);
  case SD_STREAM_DEVICE:
    break;
  }
  err->status = 1;
  return sd_fail(err, "%s is a device, which is not copied to the host",
                 sd_text_safe(err->arena, at->path));
}

/* -- the archive -------------------------------------------------------------------------------- */

static bool unpack_one(struct unpacking *job, const struct sd_stream_entry *entry,
                       struct sd_error *err) {
  const char *path = NULL;
  struct place at;
  bool exists = false;
  bool folder = entry->type == SD_STREAM_FOLDER;
  if (!rename_top(job, &job->reader->entry, entry->name, &path, err))
    return false;
  if (path[0] == '\0') {
    err->status = 1;
    return folder || sd_fail(err, "the archive holds no folder where it must");
  }
  /* A device must not even make room for itself. */
  if (!open_place(job, &job->reader->entry, path, &at, err))
    return false;
  bool good = (entry->type == SD_STREAM_DEVICE || make_room(&at, folder, &exists, err)) &&
              make_entry(job, entry, &at, exists, err);
  (void)close(at.parent);
  return good;
}

/* The last one first, so that none above it is closed yet. */
static bool finish_folders(struct unpacking *job, struct sd_error *err) {
  for (size_t i = job->folders.len; i > 0; i--) {
    const struct later *folder = &job->folders.items[i - 1];
    int fd = open_below(job->folder, folder->path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
      return fail_at(err, folder->path, errno);
    bool good = set_meta(fd, folder->mode, &folder->mtime) || fail_at(err, folder->path, errno);
    (void)close(fd);
    if (!good)
      return false;
  }
  return true;
}

bool sd_stream_unpack(struct sd_stream_reader *reader, const struct sd_stream_entry *first,
                      int folder, const char *name, struct sd_error *err) {
  struct sd_arena arena;
  struct sd_stream_entry entry = *first;
  bool end = false;
  bool good = strchr(first->name, '/') == NULL;
  sd_arena_init(&arena);
  struct unpacking job = {.reader = reader,
                          .arena = &arena,
                          .folder = folder,
                          .top = sd_arena_strdup(&arena, first->name),
                          .name = name};
  if (!good) {
    err->status = 1;
    (void)sd_fail(err, "the archive is damaged: its first name is no top of it");
  }
  while (good && !end) {
    good = unpack_one(&job, &entry, err);
    if (good)
      good = sd_stream_next(reader, &entry, &end, err);
  }
  good = finish_folders(&job, err) && good;
  sd_arena_finish(&arena);
  return good;
}
