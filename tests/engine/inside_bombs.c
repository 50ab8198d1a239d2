/* SPDX-License-Identifier: Apache-2.0 */
/* What uses up a host, and what looks for files that can be written. Each prints how far it got. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inside.h"

#define MIB (1024L * 1024)

static long tell(const char *what, long count) {
  printf("%s %ld %s\n", what, count, strerrorname_np(errno));
  return count;
}

/* Processes that stay. */
static int bomb_fork(void) {
  long count = 0;
  errno = 0;
  for (; count < 100000; count++) {
    pid_t child = fork();
    if (child < 0)
      break;
    if (child == 0) {
      (void)pause();
      _exit(0);
    }
  }
  (void)tell("processes", count);
  (void)fflush(stdout);
  (void)signal(SIGTERM, SIG_IGN);
  (void)kill(0, SIGTERM);
  return 0;
}

/* Each process makes two more, as fast as it can, for a second. */
static int bomb_fork_tree(void) {
  time_t end = time(NULL) + 2;
  while (time(NULL) < end)
    (void)fork();
  return 0;
}

static int bomb_memory(void) {
  long count = 0;
  for (; count < 64 * 1024; count++) {
    char *page = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
      break;
    memset(page, 1, MIB);
    printf("%ld\n", count + 1);
  }
  return 0;
}

/* A file of a memory file system, which counts as memory though no process has it. */
static int fill(const char *path) {
  static char block[64 * 1024];
  long count = 0;
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  memset(block, 1, sizeof(block));
  errno = 0;
  while (fd >= 0 && count < 16L * 64 * 1024 &&
         write(fd, block, sizeof(block)) == (long)sizeof(block))
    count++;
  (void)tell("MiB", count / 16);
  return 0;
}

static int bomb_memfd(void) {
  static char block[64 * 1024];
  int fd = memfd_create("bomb", MFD_CLOEXEC | 8);
  memset(block, 1, sizeof(block));
  for (long count = 0; fd >= 0 && write(fd, block, sizeof(block)) == (long)sizeof(block); count++)
    printf("%ld\n", count / 16);
  return 0;
}

/* Buffers of pipes are the kernel's memory. */
static int bomb_pipes(void) {
  long count = 0;
  static char block[MIB];
  errno = 0;
  for (; count < 100000; count++) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
      break;
    (void)fcntl(ends[1], F_SETPIPE_SZ, (int)MIB);
    (void)write(ends[1], block, sizeof(block));
  }
  (void)tell("pipes", count);
  return 0;
}

static int bomb_sockets(void) {
  long count = 0;
  static char block[64 * 1024];
  errno = 0;
  for (; count < 100000; count++) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
      break;
    while (write(ends[0], block, sizeof(block)) > 0)
      continue;
    errno = 0;
  }
  (void)tell("pairs", count);
  return 0;
}

static int bomb_files(void) {
  long count = 0;
  errno = 0;
  while (count < 10000000 && open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0)
    count++;
  (void)tell("files", count);
  return 0;
}

/* Names without content, which take the kernel's memory. */
static int bomb_inodes(void) {
  long count = 0;
  errno = 0;
  for (; count < 10000000; count++) {
    char name[64];
    (void)snprintf(name, sizeof(name), "/tmp/inode-%ld", count);
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
      break;
    (void)close(fd);
  }
  (void)tell("inodes", count);
  return 0;
}

static int bomb_cpu(void) {
  for (int i = 0; i < 7; i++)
    if (fork() == 0)
      break;
  time_t end = time(NULL) + 4;
  while (time(NULL) < end)
    continue;
  return 0;
}

static int bomb_core(void) {
  (void)chdir("/tmp");
  abort();
}

/* -- files that can be written ------------------------------------------------------------------------------------- */

static int visit(const char *path, const struct stat *status, int type, struct FTW *at) {
  (void)at;
  if (strncmp(path, "/proc/", 6) == 0 && path[6] >= '0' && path[6] <= '9')
    return FTW_SKIP_SUBTREE;
  if (type == FTW_SL || type == FTW_SLN || S_ISFIFO(status->st_mode))
    return FTW_CONTINUE;
  if (S_ISDIR(status->st_mode)) {
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
      printf("%s/\n", path);
    return FTW_CONTINUE;
  }
  if (S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3) &&
      strncmp(path, "/dev/", 5) != 0)
    return FTW_CONTINUE; /* a file that is masked by /dev/null */
  int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) {
    printf("%s\n", path);
    (void)close(fd);
  }
  return FTW_CONTINUE;
}

static int walk(const char *root) {
  return nftw(root, visit, 16, FTW_PHYS | FTW_ACTIONRETVAL) == 0 ? 0 : 1;
}

int inside_bomb(const char *word) {
  (void)alarm(40);
  static const struct {
    const char *word;
    int (*run)(void);
  } rows[] = {
      {"core", bomb_core},       {"cpu", bomb_cpu},         {"files", bomb_files},
      {"fork", bomb_fork},       {"forks", bomb_fork_tree}, {"inodes", bomb_inodes},
      {"memfd", bomb_memfd},     {"memory", bomb_memory},   {"pipes", bomb_pipes},
      {"sockets", bomb_sockets},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (strcmp(rows[i].word, word) == 0)
      return rows[i].run();
  if (strncmp(word, "fill=", 5) == 0)
    return fill(word + 5);
  if (strncmp(word, "walk=", 5) == 0)
    return walk(word + 5);
  return 2;
}
