/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "safe-docker/sys/child.h"

static bool is_all(unsigned real, unsigned effective, unsigned saved) {
  return real == effective && real == saved;
}

/* The saved ids are what is parked; afterwards nothing brings them back. */
static bool give_up_parked(void) {
  uid_t uids[3];
  gid_t gids[3];
  gid_t gid = getgid();
  uid_t uid = getuid();
  return setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0 &&
         getresgid(&gids[0], &gids[1], &gids[2]) == 0 && is_all(gids[0], gids[1], gids[2]) &&
         getresuid(&uids[0], &uids[1], &uids[2]) == 0 && is_all(uids[0], uids[1], uids[2]) &&
         gids[0] == gid && uids[0] == uid && (uid == 0 || setuid(0) != 0);
}

static bool keep_only(int fd) {
  unsigned kept = (unsigned)fd;
  return (kept <= 3 || close_range(3, kept - 1, 0) == 0) && close_range(kept + 1, ~0U, 0) == 0;
}

static bool settle(int fd, pid_t parent) {
  return give_up_parked() && keep_only(fd) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
         prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
}

bool sd_worker_start(int (*work)(void *context, int fd), void *context, int fd, pid_t *pid,
                     struct sd_error *err) {
  pid_t parent = getpid();
  pid_t started = fork();
  if (started < 0)
    return sd_fail_errno(err, errno, "no process can be started");
  if (started == 0)
    _exit(settle(fd, parent) ? work(context, fd) : SD_WORKER_LOST);
  *pid = started;
  return true;
}

bool sd_worker_seclude(bool keep_variables, unsigned seconds) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
    return false;
  (void)close(null);
  (void)alarm(seconds);
  return keep_variables || clearenv() == 0;
}

static long long milliseconds(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Why it ended before the end of what is read; NULL: it did not. */
static const char *read_to_end(int fd, size_t max, long long end, struct sd_str *out) {
  char chunk[16384];
  for (;;) {
    struct pollfd polled = {fd, POLLIN, 0};
    long long left = end - milliseconds();
    int ready = poll(&polled, 1, left > 0 ? (int)left : 0);
    if (ready == 0)
      return "it took too long";
    ssize_t len = ready < 0 ? -1 : read(fd, chunk, sizeof(chunk));
    if (len < 0 && errno != EINTR)
      return "it could not be read";
    if (len == 0)
      return NULL;
    if (len > 0 && out->len + (size_t)len > max)
      return "it said too much";
    if (len > 0)
      sd_str_add_bytes(out, chunk, (size_t)len);
  }
}

/* Who is stopped does not end by an alarm, so that it is ended from here. */
bool sd_worker_collect(struct sd_arena *arena, pid_t pid, int fd, size_t max, int seconds,
                       struct sd_str *out, int *status, struct sd_error *err) {
  sd_str_init(out, arena);
  const char *why = read_to_end(fd, max, milliseconds() + (long long)seconds * 1000, out);
  if (why != NULL)
    (void)kill(pid, SIGKILL);
  *status = sd_child_wait(pid);
  return why == NULL || sd_fail(err, "%s", why);
}
