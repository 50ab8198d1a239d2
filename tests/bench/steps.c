/* SPDX-License-Identifier: Apache-2.0 */
/* steps USER COMMAND...: how many instructions of its own COMMAND takes, from its start until it executes another
 * program or ends, run as the account USER. Counted one by one, so the number hardly differs between two runs, whatever
 * else the machine does. As root, because safe-docker lets nobody else trace it. */
#define _GNU_SOURCE /* sched_getcpu */
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(const char *user, char **argv) {
  const struct passwd *entry = getpwnam(user);
  if (entry == NULL || initgroups(user, entry->pw_gid) != 0 || setgid(entry->pw_gid) != 0 ||
      setuid(entry->pw_uid) != 0 || ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
    _exit(127);
  execv(argv[0], argv);
  _exit(127);
}

/* The two take turns: on one processor neither has to be woken on another. */
static void stay_here(void) {
  cpu_set_t here;
  int number = sched_getcpu();
  CPU_ZERO(&here);
  CPU_SET(number >= 0 ? number : 0, &here);
  (void)sched_setaffinity(0, sizeof(here), &here);
}

int main(int argc, char **argv) {
  long steps = 0;
  int status = 0;
  stay_here();
  pid_t child = argc > 2 ? fork() : -1;
  if (child == 0)
    run(argv[1], argv + 2);
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
      ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) != 0)
    return 1;
  while (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child &&
         WIFSTOPPED(status) && status >> 16 != PTRACE_EVENT_EXEC)
    steps++;
  printf("%ld\n", steps);
  return 0;
}
