/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: look at nothing by a path of more than one component; check owner and mode on the
 * descriptor that is used afterwards; follow a symlink only by its text, read from the link's own
 * descriptor, and only where nobody but trusted accounts can put links. A folder that passed cannot
 * be changed by anybody else, so what is found in it is what its owner put there. ACLs that let
 * others write show in the group bits of the mode. */
#include "safe-docker/sys/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define LINKS_MAX 40 /* as the kernel's own limit */

struct walk {
  struct sd_arena *arena;
  struct sd_error *err;
  uid_t owner;
  int root;
  int folder;        /* where the walk is; root itself or a descriptor of its own */
  const char *shown; /* its path, "" for / */
  const char *rest;  /* what is left to walk */
  size_t given; /* how many bytes at the end of `rest` are of the caller's path, not of a link's
                   text */
  unsigned links;
  bool missing;
  bool place; /* what lies at the end may be anybody's: only the way to it is checked */
};

static void close_folder(struct walk *walk) {
  if (walk->folder != walk->root && walk->folder >= 0)
    (void)close(walk->folder);
  walk->folder = -1;
}

static void enter(struct walk *walk, int folder, const char *shown) {
  close_folder(walk);
  walk->folder = folder;
  walk->shown = shown;
}

static bool fail_about(struct walk *walk, const char *path, int number) {
  return sd_fail_errno(walk->err, number, "cannot open %s", sd_text_safe(walk->arena, path));
}

/* Owner and mode of what `info` tells about; `path` is for the message. */
static bool check(struct walk *walk, const struct stat *info, const char *path) {
  const char *shown = sd_text_safe(walk->arena, path);
  unsigned mode = info->st_mode & 07777;
  const char *owner = walk->owner == 0 ? "root" : sd_arena_printf(walk->arena, "%u", walk->owner);
  if (info->st_uid != 0 && info->st_uid != walk->owner)
    return sd_fail_rule(walk->err, NULL, sd_arena_printf(walk->arena, "chown %s %s", owner, shown),
                        "%s is not trusted: it is owned by uid %u (mode %04o), not by root%s%s",
                        shown, info->st_uid, mode, walk->owner == 0 ? "" : " or uid ",
                        walk->owner == 0 ? "" : owner);
  if ((mode & (S_IWGRP | S_IWOTH)) == 0)
    return true;
  const char *hint = sd_arena_printf(walk->arena, "chmod go-w %s", shown);
  /* Never the advice to take the sticky bit's purpose from /tmp. */
  if ((mode & S_ISVTX) != 0)
    hint = "keep the file in a folder that only its owner can write to, such as one below /etc";
  return sd_fail_rule(
      walk->err, NULL, hint,
      "%s is not trusted: others than its owner (uid %u) may write to it (mode %04o)", shown,
      info->st_uid, mode);
}

/* Replaces the component by the link's text: walked from here, or from the root for an absolute
 * one. */
static bool follow(struct walk *walk, int link, const char *path, const char *after) {
  char *target = sd_arena_alloc(walk->arena, PATH_MAX + 1);
  ssize_t len = readlinkat(link, "", target, PATH_MAX);
  if (len < 0)
    return fail_about(walk, path, errno);
  if (len == 0 || len >= PATH_MAX)
    return fail_about(walk, path, ENAMETOOLONG);
  if (++walk->links > LINKS_MAX)
    return fail_about(walk, path, ELOOP);
  if (strlen(after) < walk->given)
    walk->given = strlen(after);
  walk->rest = sd_arena_printf(walk->arena, "%s%s", target, after);
  if (target[0] == '/')
    enter(walk, walk->root, "");
  return true;
}

/* Up again: the parent has been walked, or is above where the walk began, which the root is its own
 * parent of. */
static bool climb(struct walk *walk) {
  if (walk->shown[0] == '\0')
    return true;
  int parent = openat(walk->folder, "..", O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0)
    return fail_about(walk, walk->shown, errno);
  size_t len = (size_t)(strrchr(walk->shown, '/') - walk->shown);
  enter(walk, parent, sd_arena_strndup(walk->arena, walk->shown, len));
  struct stat info;
  if (fstat(parent, &info) != 0)
    return fail_about(walk, walk->shown, errno);
  return check(walk, &info, len == 0 ? "/" : walk->shown);
}

/* Walks one component. `*last` becomes the descriptor (O_PATH) of a last one that is no folder. */
static bool step(struct walk *walk, const char *name, const char *after, int *last) {
  const char *path = sd_arena_printf(walk->arena, "%s/%s", walk->shown, name);
  size_t left = strlen(name) + strlen(after);
  int found = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (found < 0) {
    /* A link that leads nowhere is a broken set-up, not one that is not there. */
    walk->missing = errno == ENOENT && left <= walk->given;
    return fail_about(walk, path, errno);
  }
  struct stat info;
  bool good = fstat(found, &info) == 0;
  if (!good)
    (void)fail_about(walk, path, errno);
  if (good && S_ISDIR(info.st_mode)) {
    enter(walk, found, path);
    return check(walk, &info, path);
  }
  if (good && S_ISLNK(info.st_mode)) {
    good = follow(walk, found, path, after);
  } else if (good && *after != '\0') {
    good = fail_about(walk, path, ENOTDIR);
  } else if (good && (good = walk->place || check(walk, &info, path))) {
    *last = found;
    walk->shown = path;
    return true;
  }
  (void)close(found);
  return good;
}

/* Until nothing is left: then *last is a descriptor of what is no folder, or -1 with walk->folder
 * there. */
static bool walk_all(struct walk *walk, int *last) {
  while (*walk->rest != '\0') {
    const char *name = walk->rest + strspn(walk->rest, "/");
    size_t len = strcspn(name, "/");
    walk->rest = name + len;
    const char *after = walk->rest;
    const char *part = sd_arena_strndup(walk->arena, name, len);
    bool good = true;
    if (strcmp(part, "..") == 0)
      good = climb(walk);
    else if (len > 0 && strcmp(part, ".") != 0)
      good = step(walk, part, after, last);
    if (!good)
      return false;
  }
  return true;
}

static bool start(struct walk *walk, const char *path) {
  struct stat info;
  if (path[0] != '/')
    return sd_fail(walk->err, "%s is not an absolute path", sd_text_safe(walk->arena, path));
  if (walk->root < 0 || fstat(walk->root, &info) != 0)
    return fail_about(walk, "/", errno);
  return check(walk, &info, "/");
}

/* What was walked to, opened for reading. The checks are made again on the new descriptor, because
 * this is the one that counts; O_NONBLOCK, so that nothing that is no regular file after all can
 * hold us up. */
static bool open_file(struct walk *walk, int last, int *fd) {
  const char *shown = walk->shown[0] == '\0' ? "/" : walk->shown;
  struct stat info;
  if (last < 0)
    return fail_about(walk, shown, EISDIR);
  if (fstat(last, &info) != 0)
    return fail_about(walk, shown, errno);
  if (!S_ISREG(info.st_mode))
    return sd_fail(walk->err, "%s is not a regular file", sd_text_safe(walk->arena, shown));
  int opened = openat(walk->folder, strrchr(shown, '/') + 1,
                      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0)
    return fail_about(walk, shown, errno);
  bool good = fstat(opened, &info) == 0 ? S_ISREG(info.st_mode) : false;
  if (!good)
    (void)sd_fail(walk->err, "%s is not a regular file", sd_text_safe(walk->arena, shown));
  good = good && check(walk, &info, shown);
  if (good)
    *fd = opened;
  else
    (void)close(opened);
  return good;
}

static bool open_place(struct walk *walk, int last, int *fd) {
  if (last < 0)
    return fail_about(walk, walk->shown[0] == '\0' ? "/" : walk->shown, EISDIR);
  *fd = fcntl(last, F_DUPFD_CLOEXEC, 0);
  return *fd >= 0 || fail_about(walk, walk->shown, errno);
}

static bool open_folder(struct walk *walk, int last, int flags, int *fd) {
  const char *shown = walk->shown[0] == '\0' ? "/" : walk->shown;
  if (last >= 0)
    return fail_about(walk, shown, ENOTDIR);
  int opened = openat(walk->folder, ".", flags | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0)
    return fail_about(walk, shown, errno);
  *fd = opened;
  return true;
}

static bool open_kind(struct walk *walk, enum sd_trusted_kind kind, int last, int *fd) {
  switch (kind) {
  case SD_TRUSTED_FILE:
    return open_file(walk, last, fd);
  case SD_TRUSTED_FOLDER:
    return open_folder(walk, last, O_RDONLY, fd);
  case SD_TRUSTED_PARENT:
    return open_folder(walk, last, O_PATH, fd);
  case SD_TRUSTED_PLACE:
    return open_place(walk, last, fd);
  }
  return sd_fail(walk->err, "nothing of that kind can be opened");
}

bool sd_trusted_open_below(struct sd_arena *arena, int root, const char *path, uid_t owner,
                           enum sd_trusted_kind kind, int *fd, bool *missing,
                           struct sd_error *err) {
  struct walk walk = {.arena = arena,
                      .err = err,
                      .owner = owner,
                      .root = root,
                      .folder = root,
                      .shown = "",
                      .rest = path,
                      .given = strlen(path),
                      .place = kind == SD_TRUSTED_PLACE};
  int last = -1;
  bool good = start(&walk, path) && walk_all(&walk, &last) && open_kind(&walk, kind, last, fd);
  if (last >= 0)
    (void)close(last);
  close_folder(&walk);
  if (missing != NULL)
    *missing = walk.missing;
  return good;
}

static bool open_any(struct sd_arena *arena, const char *path, uid_t owner,
                     enum sd_trusted_kind kind, int *fd, bool *missing, struct sd_error *err) {
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  bool good = sd_trusted_open_below(arena, root, path, owner, kind, fd, missing, err);
  if (root >= 0)
    (void)close(root);
  return good;
}

bool sd_trusted_open(struct sd_arena *arena, const char *path, uid_t owner, int *fd, bool *missing,
                     struct sd_error *err) {
  return open_any(arena, path, owner, SD_TRUSTED_FILE, fd, missing, err);
}

bool sd_trusted_open_folder(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                            bool *missing, struct sd_error *err) {
  return open_any(arena, path, owner, SD_TRUSTED_FOLDER, fd, missing, err);
}

bool sd_trusted_open_parent(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                            struct sd_error *err) {
  return open_any(arena, path, owner, SD_TRUSTED_PARENT, fd, NULL, err);
}

bool sd_trusted_open_place(struct sd_arena *arena, const char *path, uid_t owner, int *fd,
                           bool *missing, struct sd_error *err) {
  return open_any(arena, path, owner, SD_TRUSTED_PLACE, fd, missing, err);
}

bool sd_trusted_read_all(struct sd_arena *arena, int fd, const char *path, size_t max,
                         const char **text, size_t *len, struct sd_error *err) {
  struct sd_str out;
  sd_str_init(&out, arena);
  char chunk[8192];
  for (;;) {
    ssize_t got = read(fd, chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return sd_fail_errno(err, errno, "cannot read %s", sd_text_safe(arena, path));
    if (got == 0)
      break;
    if ((size_t)got > max - out.len)
      return sd_fail(err, "%s is larger than %zu bytes", sd_text_safe(arena, path), max);
    sd_str_add_bytes(&out, chunk, (size_t)got);
  }
  *text = sd_str_text(&out);
  *len = out.len;
  return true;
}

bool sd_trusted_read(struct sd_arena *arena, const char *path, uid_t owner, size_t max,
                     const char **text, size_t *len, bool *missing, struct sd_error *err) {
  int fd = -1;
  if (!sd_trusted_open(arena, path, owner, &fd, missing, err))
    return false;
  bool good = sd_trusted_read_all(arena, fd, path, max, text, len, err);
  (void)close(fd);
  return good;
}
