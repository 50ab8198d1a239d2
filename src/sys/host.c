/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: open everything with the caller's rights alone (the group of the socket is only parked by
 * now), never through a magic link (openat2(2), RESOLVE_NO_MAGICLINKS), and never block on what it
 * opens. */
#include "safe-docker/sys/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"

#define LINK_MAX_BYTES ((size_t)64 * 1024)
#define SCAN_MAX 20000 /* entries of a folder that are looked at */

static int open_path(int folder, const char *path, int flags, unsigned long resolve) {
  struct open_how how = {.flags = (unsigned long long)flags | O_CLOEXEC,
                         .resolve = RESOLVE_NO_MAGICLINKS | resolve};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

static const char *open_reason(struct sd_arena *arena, int number) {
  switch (number) {
  case EACCES:
    return "you may not look there";
  case ELOOP:
    return "it leads through a link of /proc or a loop of links";
  case ENOSYS:
    return "the kernel lacks openat2 (Linux 5.6)";
  default:
    return sd_arena_strdup(arena, strerrordesc_np(number) != NULL ? strerrordesc_np(number)
                                                                  : "unknown error");
  }
}

/* Where the open file is now. NULL where no path without links leads to the same file. */
static const char *path_of(struct sd_arena *arena, int fd, const struct stat *info) {
  const char *link = sd_arena_printf(arena, "/proc/self/fd/%d", fd);
  for (size_t size = 256; size <= LINK_MAX_BYTES; size *= 4) {
    char *path = sd_arena_alloc(arena, size);
    ssize_t len = readlink(link, path, size);
    if (len < 0)
      return NULL;
    if ((size_t)len == size)
      continue;
    int again = open_path(AT_FDCWD, path, O_PATH, RESOLVE_NO_SYMLINKS);
    struct stat other;
    bool same = again >= 0 && fstat(again, &other) == 0 && other.st_dev == info->st_dev &&
                other.st_ino == info->st_ino;
    if (again >= 0)
      (void)close(again);
    return same && path[0] == '/' ? path : NULL;
  }
  return NULL;
}

/* -- what stands in a folder ------------------------------------------------------------------- */

/* Programs talk to each other by a FIFO of their own account, which a home has many of; one of somebody else leads to a
 * service of the host, as a socket does. */
static const char *special_kind(int folder, const struct dirent *entry) {
  struct stat info = {0};
  unsigned char type = entry->d_type;
  if ((type == DT_UNKNOWN || type == DT_FIFO) &&
      fstatat(folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    type = (unsigned char)IFTODT(info.st_mode);
  if (type == DT_FIFO)
    return info.st_uid != geteuid() ? "fifo of somebody else" : NULL;
  return type == DT_SOCK ? "socket" : type == DT_CHR || type == DT_BLK ? "device" : NULL;
}

/* What the caller may not list, the container may not either. Any other failure is for the time being,
 * or brought about by the caller (memory, descriptors). */
static struct sd_special unseen(struct sd_arena *arena, int number) {
  if (number == EACCES || number == EPERM)
    return (struct sd_special){0};
  return (struct sd_special){.name = open_reason(arena, number),
                             .kind = "entries that cannot be seen:"};
}

/* Only the folder itself: a walk of whole trees would cost every run, and the caller's rights hold
 * below too. */
static struct sd_special find_special(void *context, struct sd_arena *arena, const char *path) {
  struct sd_special found = {0};
  const struct dirent *entry = NULL;
  int folder = open_path(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
  DIR *stream = folder < 0 ? NULL : fdopendir(folder);
  (void)context;
  if (stream == NULL) {
    int failure = errno;
    if (folder >= 0)
      (void)close(folder);
    return unseen(arena, failure);
  }
  errno = 0;
  for (int i = 0; i < SCAN_MAX && found.name == NULL && (entry = readdir(stream)) != NULL; i++) {
    found.kind = special_kind(folder, entry);
    errno = 0;
    if (found.kind != NULL)
      found.name = sd_arena_strdup(arena, entry->d_name);
  }
  if (entry == NULL && errno != 0)
    found = unseen(arena, errno);
  (void)closedir(stream);
  return found;
}

static enum sd_node node_of(mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG:
    return SD_NODE_FILE;
  case S_IFDIR:
    return SD_NODE_DIRECTORY;
  case S_IFSOCK:
    return SD_NODE_SOCKET;
  case S_IFCHR:
  case S_IFBLK:
    return SD_NODE_DEVICE;
  case S_IFIFO:
    return SD_NODE_FIFO;
  default:
    return SD_NODE_OTHER;
  }
}

/* Absolute, without dots, double slashes and a slash at the end. */
static bool is_clean(const char *path) {
  if (path[0] != '/')
    return false;
  for (const char *part = path; *part == '/';) {
    const char *name = part + 1;
    size_t len = strcspn(name, "/");
    if (len == 0 || (len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.'))
      return strcmp(path, "/") == 0;
    part = name + len;
  }
  return true;
}

/* A clean path that opens without following any link is its own resolved form. */
static int open_as_is(const char *path) {
  errno = EINVAL;
  return is_clean(path) ? open_path(AT_FDCWD, path, O_PATH, RESOLVE_NO_SYMLINKS) : -1;
}

static void describe(struct sd_arena *arena, int fd, struct sd_resolved *out) {
  struct stat info;
  if (fstat(fd, &info) != 0) {
    out->reason = open_reason(arena, errno);
    return;
  }
  const char *real = out->straight ? out->path : path_of(arena, fd, &info);
  if (real == NULL) {
    out->reason = "it has no path of its own that can be handed on";
    return;
  }
  out->path = real;
  out->node = node_of(info.st_mode);
  out->callers = S_ISDIR(info.st_mode) &&
                 (info.st_uid == geteuid() || faccessat(fd, ".", W_OK, AT_EACCESS) == 0);
}

/* After open_as_is. Where nothing is, nothing was followed either. */
static bool went_straight(int fd, const char *path) {
  return fd >= 0 || (errno == ENOENT && is_clean(path));
}

static bool is_straight(void *context, const char *path) {
  (void)context;
  int fd = open_as_is(path);
  bool straight = went_straight(fd, path);
  if (fd >= 0)
    (void)close(fd);
  return straight;
}

static void resolve(void *context, struct sd_arena *arena, const char *path,
                    struct sd_resolved *out) {
  (void)context;
  *out = (struct sd_resolved){.node = SD_NODE_UNREACHABLE, .path = path, .reason = ""};
  int fd = open_as_is(path);
  out->straight = went_straight(fd, path);
  if (!out->straight)
    fd = open_path(AT_FDCWD, path, O_PATH, 0);
  if (fd >= 0) {
    describe(arena, fd, out);
    (void)close(fd);
  } else if (errno == ENOENT || errno == ENOTDIR) {
    out->node = SD_NODE_MISSING;
  } else {
    out->reason = open_reason(arena, errno);
  }
}

/* -- files that are read here ------------------------------------------------------------------ */

static bool read_all(struct sd_arena *arena, int fd, size_t max, const char **text, size_t *len,
                     struct sd_error *err) {
  struct stat info;
  if (fstat(fd, &info) != 0)
    return sd_fail_errno(err, errno, "the file cannot be read");
  if (!S_ISREG(info.st_mode))
    return sd_fail_rule(err, "file-type", "give a regular file", "not a regular file");
  if (info.st_size < 0 || (size_t)info.st_size > max)
    return sd_fail_rule(err, "file-size", "give a smaller file",
                        "larger than the %zu bytes that are read", max);
  size_t room = (size_t)info.st_size;
  char *data = sd_arena_alloc(arena, room + 1);
  size_t used = 0;
  while (used < room) {
    ssize_t got = read(fd, data + used, room - used);
    if (got < 0)
      return sd_fail_errno(err, errno, "the file cannot be read");
    if (got == 0)
      break;
    used += (size_t)got;
  }
  if (memchr(data, '\0', used) != NULL)
    return sd_fail(err, "the file holds NUL bytes");
  *text = data;
  *len = used;
  return true;
}

static bool read_file(void *context, struct sd_arena *arena, const char *path, size_t max,
                      const char **text, size_t *len, struct sd_error *err) {
  (void)context;
  int fd = open_path(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    return sd_fail_rule(err, "file-unreadable",
                        "the file is opened with your own rights, whatever sudo gives you",
                        "the file cannot be opened: %s", open_reason(arena, errno));
  bool good = read_all(arena, fd, max, text, len, err);
  (void)close(fd);
  return good;
}

/* -- a file that the CLI will make ------------------------------------------------------------- */

static bool check_new(struct sd_arena *arena, int folder, const char *name, const char **resolved,
                      struct sd_error *err) {
  struct stat info;
  if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    return sd_fail_rule(err, "cidfile", "remove it or give another name",
                        "the file is there already");
  if (errno != ENOENT)
    return sd_fail_errno(err, errno, "the file cannot be made");
  if (faccessat(folder, ".", W_OK | X_OK, 0) != 0)
    return sd_fail_rule(err, "cidfile", "give a file in a folder of your own",
                        "you may not make files in that folder");
  const char *real = fstat(folder, &info) == 0 ? path_of(arena, folder, &info) : NULL;
  if (real == NULL)
    return sd_fail(err, "the folder has no path of its own that can be handed on");
  *resolved = sd_arena_printf(arena, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
  return true;
}

static bool can_create(void *context, struct sd_arena *arena, const char *path,
                       const char **resolved, struct sd_error *err) {
  (void)context;
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  const char *folder = slash == NULL   ? "."
                       : slash == path ? "/"
                                       : sd_arena_strndup(arena, path, (size_t)(slash - path));
  if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
    return sd_fail_rule(err, "cidfile", "give the name of a new file", "not the name of a file");
  int fd = open_path(AT_FDCWD, folder, O_PATH | O_DIRECTORY, 0);
  if (fd < 0)
    return sd_fail_rule(err, "cidfile", "give a file in a folder of your own",
                        "the folder cannot be opened: %s", open_reason(arena, errno));
  bool good = check_new(arena, fd, name, resolved, err);
  (void)close(fd);
  return good;
}

static const char *lookup(void *context, const char *name) {
  (void)context;
  return sd_environ_get(name);
}

/* One call into the kernel where this process may run on enough of them; the rest is read from files of /sys. What the
 * caller took from this process (taskset) says nothing about the host. */
static unsigned cpus(void *context, unsigned enough) {
  cpu_set_t ours;
  (void)context;
  if (sched_getaffinity(0, sizeof(ours), &ours) == 0 && (unsigned)CPU_COUNT(&ours) >= enough)
    return enough;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (unsigned)online : 0;
}

const struct sd_host *sd_host_real(void) {
  static const struct sd_host host = {.resolve = resolve,
                                      .is_straight = is_straight,
                                      .find_special = find_special,
                                      .read_file = read_file,
                                      .getenv = lookup,
                                      .cpus = cpus,
                                      .can_create = can_create};
  return &host;
}

uint32_t sd_host_kernel(void) {
  struct utsname name;
  uint32_t parts[2] = {0, 0};
  size_t part = 0;
  if (uname(&name) != 0)
    return 0;
  for (const char *at = name.release; *at != '\0' && part < 2; at++) {
    if (*at < '0' || *at > '9')
      part++;
    else
      parts[part] = (parts[part] * 10 + (uint32_t)(*at - '0')) & UINT16_MAX;
  }
  return parts[0] << 16 | parts[1];
}
