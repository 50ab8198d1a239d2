/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "safe-docker/sys/trusted.h"

const char *sd_handed_path(enum sd_handed number) {
  switch (number) {
  case SD_HANDED_SECCOMP:
    return "/proc/self/fd/3";
  case SD_HANDED_ENV:
    return "/proc/self/fd/4";
  case SD_HANDED_LABELS:
    return "/proc/self/fd/5";
  case SD_HANDED_CONFIG:
    return "/proc/self/fd/6";
  case SD_HANDED_COMPOSE:
    return "/proc/self/fd/7";
  }
  return "";
}

static bool write_all(int fd, const char *text) {
  for (size_t len = strlen(text); len > 0;) {
    ssize_t written = write(fd, text, len);
    if (written <= 0)
      return false;
    text += written;
    len -= (size_t)written;
  }
  return true;
}

static bool fill(int fd, const char *text) {
  return write_all(fd, text) &&
         fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
}

bool sd_hand_over(enum sd_handed number, const char *name, const char *text, struct sd_error *err) {
  int fd = memfd_create(name, MFD_ALLOW_SEALING | MFD_CLOEXEC);
  if (fd < 0)
    return sd_fail_errno(err, errno, "memfd_create");
  /* The copy loses close-on-exec, unless it is the same number already. */
  bool good = fill(fd, text) &&
              (fd == (int)number ? fcntl(fd, F_SETFD, 0) == 0 : dup2(fd, (int)number) >= 0);
  int failure = errno;
  if (fd != (int)number)
    (void)close(fd);
  return good || sd_fail_errno(err, failure, "a file in memory for the docker command");
}

static bool is_self(int fd) {
  struct stat self;
  struct stat other;
  return stat("/proc/self/exe", &self) != 0 || fstat(fd, &other) != 0 ||
         (self.st_dev == other.st_dev && self.st_ino == other.st_ino);
}

/* What `setup divert` puts in the place of the real command: it would lead back here without end. One that cannot be
 * read might be it. */
static bool is_launcher(int fd) {
  static const char mark[] = "made by safe-docker setup divert";
  char begin[256];
  ssize_t len = pread(fd, begin, sizeof(begin), 0);
  return len < 0 || memmem(begin, (size_t)len, mark, sizeof(mark) - 1) != NULL;
}

bool sd_launch_check(struct sd_arena *arena, const char *path, uid_t owner, struct sd_error *err) {
  int fd = -1;
  bool missing = false;
  if (!sd_trusted_open(arena, path, owner, &fd, &missing, err)) {
    if (missing)
      err->status = SD_EXIT_NOT_FOUND;
    return false;
  }
  struct stat info;
  bool self = is_self(fd) || is_launcher(fd);
  bool executable = fstat(fd, &info) == 0 && (info.st_mode & 0111) != 0;
  (void)close(fd);
  if (self)
    return sd_fail(
        err,
        "%s is safe-docker itself; docker.path in the policy must name the real docker command",
        path);
  if (!executable) {
    err->status = SD_EXIT_CANNOT_EXECUTE;
    return sd_fail(err, "%s is not executable", path);
  }
  return true;
}

/* -- where it may write ------------------------------------------------------------------------- */

/* What the first version of Landlock knows: opening for writing counts, so truncating does too. */
#define CHANGES                                                                                    \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |   \
   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |     \
   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static bool allow_changes(int rules, int below, unsigned long long access) {
  struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = below};
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* Programs that the CLI starts get it for their output. */
static bool allow_null(int rules) {
  int fd = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  bool good = fd >= 0 && allow_changes(rules, fd, LANDLOCK_ACCESS_FS_WRITE_FILE);
  if (fd >= 0)
    (void)close(fd);
  return good;
}

static bool confine_to(int folder) {
  struct landlock_ruleset_attr handled = {.handled_access_fs = CHANGES};
  int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
  bool good = rules >= 0 && allow_changes(rules, folder, CHANGES) && allow_null(rules) &&
              prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
              syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  int failure = errno;
  if (rules >= 0)
    (void)close(rules);
  errno = failure;
  return good;
}

bool sd_launch_confine_writes(struct sd_arena *arena, const char *path, struct sd_error *err) {
  struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                         .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  const char *slash = strrchr(path, '/');
  const char *name = slash == path ? "/" : sd_arena_strndup(arena, path, (size_t)(slash - path));
  int folder = (int)syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof(how));
  if (folder < 0 || faccessat(folder, ".", W_OK | X_OK, 0) != 0) {
    int failure = errno;
    if (folder >= 0)
      (void)close(folder);
    return sd_fail_errno(err, failure, "the folder of --cidfile cannot be used any more");
  }
  bool good = confine_to(folder);
  int failure = errno;
  (void)close(folder);
  if (good)
    return true;
  return sd_fail_rule(err, "cidfile",
                      "leave --cidfile out; docker create and docker run -d print the id",
                      "--cidfile needs Landlock, so that the docker command writes to that folder "
                      "alone (Linux 5.13 or later, in the kernel's list of lsm=): %s",
                      strerrordesc_np(failure));
}

void sd_launch(const char *path, char *const *argv, char *const *variables, struct sd_error *err) {
  (void)execve(path, argv, variables);
  err->status = errno == ENOENT || errno == ENOTDIR ? SD_EXIT_NOT_FOUND : SD_EXIT_CANNOT_EXECUTE;
  (void)sd_fail_errno(err, errno, "%s cannot be executed", path);
}
