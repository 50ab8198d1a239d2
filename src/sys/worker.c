/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/worker.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

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
