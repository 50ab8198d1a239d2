/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: resolve every path below the root folder of the process that it is for, and never through a magic link; open for
 * reading nothing but regular files; wait for nobody. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/trusted.h"

#define LINKS_MAX 40
#define MODE_BITS 07777
#define MS_PER_S 1000
#define NS_PER_MS 1000000

struct way {
  struct sd_arena *arena;
  const struct daemon_view *view;
  struct fact_daemon_file *out;
  bool everybody, group; /* may search every folder so far */
  gid_t gid;             /* of the file */
};

static int open_below(const struct daemon_view *view, const char *path, int flags) {
  struct open_how how = {.flags = (unsigned long long)flags | O_CLOEXEC,
                         .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  if (view->owner != 0)
    how.resolve |= RESOLVE_NO_SYMLINKS;
  return (int)syscall(SYS_openat2, view->root, path, &how, sizeof(how));
}

static bool stat_below(const struct daemon_view *view, const char *path, int flags,
                       struct stat *out) {
  int fd = open_below(view, path, O_PATH | flags);
  bool good = fd >= 0 && fstat(fd, out) == 0;
  int failure = errno;
  if (fd >= 0)
    (void)close(fd);
  errno = failure;
  return good;
}

/* -- who may change it -------------------------------------------------------------------------- */

/* The mode of a link says nothing; in a folder with the sticky bit others cannot take away what is there. */
static bool is_loose(const struct daemon_view *view, const struct stat *info) {
  if (info->st_uid != 0 && info->st_uid != view->owner)
    return true;
  if (S_ISLNK(info->st_mode) || (S_ISDIR(info->st_mode) && (info->st_mode & S_ISVTX) != 0))
    return false;
  return (info->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

static void pass_folder(struct way *way, const struct stat *info) {
  way->everybody = way->everybody && (info->st_mode & S_IXOTH) != 0;
  way->group = way->group && ((info->st_mode & S_IXOTH) != 0 ||
                              ((info->st_mode & S_IXGRP) != 0 && info->st_gid == way->gid));
}

static const char *read_link(struct way *way, const char *path) {
  char *target = sd_arena_alloc(way->arena, PATH_MAX + 1);
  int fd = open_below(way->view, path, O_PATH | O_NOFOLLOW);
  ssize_t len = fd >= 0 ? readlinkat(fd, "", target, PATH_MAX) : -1;
  if (fd >= 0)
    (void)close(fd);
  return len > 0 ? target : NULL;
}

/* Walks the path by its text; a link's text is put in its place. False: it could not be walked to its end. */
static bool walk(struct way *way, const char *path) {
  unsigned links = 0;
  size_t end = 0;
  while (path[end] != '\0') {
    end += strspn(path + end, "/");
    end += strcspn(path + end, "/");
    const char *here = sd_arena_strndup(way->arena, path, end);
    struct stat info;
    if (!stat_below(way->view, here, O_NOFOLLOW, &info))
      return errno == ENOENT;
    if (is_loose(way->view, &info) && !sd_strv_contains(&way->out->changers.list, here))
      sd_strv_add(&way->out->changers.list, way->arena, here);
    if (S_ISDIR(info.st_mode) && path[end] != '\0')
      pass_folder(way, &info);
    if (!S_ISLNK(info.st_mode))
      continue;
    const char *target = read_link(way, here);
    if (target == NULL || ++links > LINKS_MAX)
      return false;
    size_t folder = (size_t)(strrchr(here, '/') - here);
    path = target[0] == '/'
               ? sd_arena_printf(way->arena, "%s%s", target, path + end)
               : sd_arena_printf(way->arena, "%.*s/%s%s", (int)folder, here, target, path + end);
    end = 0;
  }
  return true;
}

static const char *readers(const struct way *way, const struct stat *info) {
  if (way->everybody && (info->st_mode & S_IROTH) != 0)
    return "everybody";
  if (way->group && info->st_gid != 0 && (info->st_mode & S_IRGRP) != 0)
    return sd_arena_printf(way->arena, "the group %s",
                           sd_setup_group_name(way->arena, info->st_gid));
  return "nobody";
}

/* -- what it is --------------------------------------------------------------------------------- */

static const char *kind_of(const struct stat *info) {
  if (S_ISREG(info->st_mode))
    return "file";
  return S_ISDIR(info->st_mode) ? "folder" : "other";
}

/* A file of somebody else than the daemon's account is none of its: what stands in it must not get into the facts. */
static void read_text(struct sd_arena *arena, const struct daemon_view *view,
                      struct fact_daemon_file *out) {
  struct sd_error ignored;
  struct stat info;
  const char *text = NULL;
  size_t len = 0;
  sd_error_init(&ignored, arena);
  int fd = open_below(view, out->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return;
  bool good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
              (view->owner == 0 || info.st_uid == view->owner) &&
              sd_trusted_read_all(arena, fd, out->path, DAEMON_TEXT_MAX, &text, &len, &ignored) &&
              strlen(text) == len;
  (void)close(fd);
  out->text = good ? daemon_mask_json(arena, text) : NULL;
}

void daemon_look(struct sd_arena *arena, const struct daemon_view *view, const char *role,
                 const char *path, struct fact_daemon_file *out) {
  struct stat info;
  *out = (struct fact_daemon_file){.role = role, .path = path};
  if (view->root < 0 || path[0] != '/')
    return;
  struct way way = {.arena = arena, .view = view, .out = out, .everybody = true, .group = true};
  bool there = stat_below(view, path, 0, &info);
  int failure = errno;
  way.gid = there ? info.st_gid : 0;
  out->changers.known = walk(&way, path);
  if (!there) {
    struct stat link;
    bool dangling = stat_below(view, path, O_NOFOLLOW, &link) && S_ISLNK(link.st_mode);
    if (failure == ENOENT || failure == ENOTDIR)
      out->kind = dangling ? "link" : "missing";
    return;
  }
  out->kind = kind_of(&info);
  out->uid = fact_number_of(info.st_uid);
  out->gid = fact_number_of(info.st_gid);
  out->mode = fact_number_of(info.st_mode & MODE_BITS);
  out->readers = readers(&way, &info);
  out->changed =
      fact_number_of((int64_t)info.st_mtim.tv_sec * MS_PER_S + info.st_mtim.tv_nsec / NS_PER_MS);
  if (view->want_text && S_ISREG(info.st_mode))
    read_text(arena, view, out);
}
