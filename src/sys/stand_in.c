/* SPDX-License-Identifier: Apache-2.0 */
/* Three processes where a stand-in goes on: the first one, which the caller's shell or sudo knows and which has nothing
 * parked any more; the guard, which has taken up the ids and so can send signals to what runs with them; and the one that
 * goes on, a child of the guard, which reads the words and becomes the real CLI. All are of one process group, so that
 * what the terminal sends reaches each, and the first one passes on only what was sent to it alone. */
#include "safe-docker/sys/stand_in.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY 'r'
#define GO 'g'

/* -- both ends ---------------------------------------------------------------------------------- */

static bool put_byte(int fd, unsigned char byte) {
  return send(fd, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* False at the end. */
static bool get_byte(int fd, unsigned char *out) {
  ssize_t len = 0;
  do
    len = recv(fd, out, 1, 0);
  while (len < 0 && errno == EINTR);
  return len == 1;
}

/* Nobody is left who could be told that it failed. */
static void say(const char *words) {
  ssize_t ignored = write(STDERR_FILENO, words, strlen(words));
  (void)ignored;
}

static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) {
      say("safe-docker: how the docker command ended is not known\n");
      return SD_EXIT_DENIED << 8;
    }
  return status;
}

/* What ended the other one ends this one: whoever waits for it sees no difference. */
static int end_as(int status) {
  sigset_t one;
  if (!WIFSIGNALED(status))
    return WEXITSTATUS(status);
  (void)signal(WTERMSIG(status), SIG_DFL);
  (void)sigemptyset(&one);
  (void)sigaddset(&one, WTERMSIG(status));
  (void)kill(getpid(), WTERMSIG(status));
  (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
  return 128 + WTERMSIG(status);
}

/* -- the guard ---------------------------------------------------------------------------------- */

/* Until the child has ended. Without the first process nobody waits for it any more: it ends as it would have been ended
 * in that one's place. */
static void watch(int control, pid_t child, int handle) {
  struct pollfd polled[2] = {{control, POLLIN, 0}, {handle, POLLIN, 0}};
  unsigned char number = 0;
  while (polled[1].revents == 0) {
    if (poll(polled, 2, -1) < 0 && errno != EINTR)
      return;
    if (polled[0].fd < 0 || polled[0].revents == 0)
      continue;
    bool open = get_byte(control, &number);
    (void)kill(child, open ? number : SIGKILL);
    if (!open)
      polled[0].fd = -1;
  }
}

/* The child has not gone on: it is ended before it does anything. */
_Noreturn static void give_up(pid_t child) {
  say("safe-docker: the docker command cannot be watched over, and was not run\n");
  (void)kill(child, SIGKILL);
  (void)wait_for(child);
  _exit(SD_EXIT_DENIED);
}

/* The child is let go when the caller has no way any more to stop or end this one, where the ids are another account's. */
_Noreturn static void guard(int control, int held, const struct sd_run_as *plan, pid_t child) {
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  int handle = (int)syscall(SYS_pidfd_open, child, 0);
  bool good = handle >= 0 && sd_privileges_take_up(plan, &err) && put_byte(held, GO);
  if (!good)
    give_up(child);
  watch(control, child, handle);
  _exit(end_as(wait_for(child)));
}

/* -- the stand-in ------------------------------------------------------------------------------- */

/* In the child, until there is a guard that watches. */
static void wait_for_guard(const int held[2]) {
  unsigned char byte = 0;
  (void)close(held[1]);
  if (!get_byte(held[0], &byte) || byte != GO)
    _exit(SD_EXIT_DENIED);
  (void)close(held[0]);
}

static pid_t fork_guarded(int control, const struct sd_run_as *plan, const int held[2]) {
  sigset_t all;
  sigset_t before;
  (void)sigfillset(&all);
  (void)sigprocmask(SIG_BLOCK, &all, &before);
  pid_t child = fork();
  int failure = errno;
  if (child > 0) {
    (void)close(held[0]);
    guard(control, held[1], plan, child);
  }
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  errno = failure;
  return child;
}

/* Returns in the child, which goes on; or false in this one, which cannot, and may only tell so. */
static bool stand_by(int control, const struct sd_run_as *plan, struct sd_error *err) {
  static const char words[] = "no process can be started to watch over the docker command";
  unsigned char byte = 0;
  int held[2];
  if (!put_byte(control, READY) || !get_byte(control, &byte) || byte != GO)
    _exit(0);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, held) != 0)
    return sd_fail_errno(err, errno, "%s", words);
  pid_t child = fork_guarded(control, plan, held);
  int failure = errno;
  (void)close(control);
  if (child == 0) {
    wait_for_guard(held);
    return true;
  }
  (void)close(held[0]);
  (void)close(held[1]);
  return sd_fail_errno(err, failure, "%s", words);
}

/* The ends that lead to others would keep those from noticing that nobody can wake them. */
static void close_others(struct sd_stand_ins *all) {
  for (size_t i = 0; i < all->v.len; i++)
    if (all->v.items[i].control >= 0)
      (void)close(all->v.items[i].control);
  all->v.len = 0;
}

bool sd_stand_in_start(struct sd_arena *arena, struct sd_identity *who,
                       const struct sd_run_as *plan, struct sd_stand_ins *all,
                       const struct sd_dropped **woken, struct sd_error *err) {
  int ends[2];
  (void)sd_identity_groups(arena, who); /* once for all */
  *woken = NULL;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return sd_fail_errno(err, errno, "no way to another process can be made");
  pid_t pid = fork();
  if (pid == 0) {
    (void)close(ends[0]);
    close_others(all);
    *woken = sd_privileges_drop(arena, who, plan, err);
    if (*woken == NULL)
      _exit(SD_EXIT_DENIED);
    return stand_by(ends[1], plan, err);
  }
  int failure = errno;
  (void)close(ends[1]);
  if (pid < 0) {
    (void)close(ends[0]);
    return sd_fail_errno(err, failure, "no process can be started");
  }
  *sd_vec_push(arena, &all->v) = (struct sd_stand_in){*plan, pid, ends[0]};
  return true;
}

/* -- the first process -------------------------------------------------------------------------- */

struct sd_stand_in *sd_stand_in_find(const struct sd_stand_ins *all, const struct sd_run_as *plan) {
  for (size_t i = 0; i < all->v.len; i++)
    if (all->v.items[i].control >= 0 && sd_run_as_equal(&all->v.items[i].plan, plan))
      return &all->v.items[i];
  return NULL;
}

/* Of a stand-in that is waited for here, or was: nobody waits for it twice. */
static void let_go(struct sd_stand_in *one) {
  (void)close(one->control);
  one->control = -1;
}

static void dismiss(struct sd_stand_in *one) {
  let_go(one);
  (void)wait_for(one->pid);
}

void sd_stand_ins_dismiss(struct sd_stand_ins *all, const struct sd_stand_in *kept) {
  for (size_t i = 0; i < all->v.len; i++)
    if (&all->v.items[i] != kept && all->v.items[i].control >= 0)
      dismiss(&all->v.items[i]);
}

/* By the kernel's rules: not where nobody could continue it (setpgid(2), orphaned process groups). */
static void stop(int number) {
  sigset_t one;
  (void)sigemptyset(&one);
  (void)sigaddset(&one, number);
  (void)kill(getpid(), number);
  (void)sigprocmask(SIG_UNBLOCK, &one, NULL);
  (void)sigprocmask(SIG_BLOCK, &one, NULL);
}

/* What the terminal sends, all of the process group have got. */
static void pass_on(int control, const siginfo_t *info) {
  int number = info->si_signo;
  bool stops = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
  if (number != SIGCHLD && (info->si_code <= 0 || number == SIGCONT))
    (void)put_byte(control, (unsigned char)number);
  if (stops)
    stop(number);
}

static int wait_in_place(const struct sd_stand_in *chosen, const sigset_t *all) {
  siginfo_t info;
  int status = 0;
  pid_t ended = 0;
  while ((ended = waitpid(chosen->pid, &status, WNOHANG)) == 0)
    if (sigwaitinfo(all, &info) > 0)
      pass_on(chosen->control, &info);
  return ended == chosen->pid ? status : SD_EXIT_DENIED << 8;
}

bool sd_stand_in_act(struct sd_stand_in *chosen, int *status, struct sd_error *err) {
  unsigned char byte = 0;
  sigset_t all;
  (void)sigfillset(&all);
  if (!sd_privileges_forget(err))
    return false;
  (void)sigprocmask(SIG_BLOCK, &all, NULL);
  if (!get_byte(chosen->control, &byte) || byte != READY || !put_byte(chosen->control, GO)) {
    dismiss(chosen);
    return sd_fail(err,
                   "the process that would ask this daemon could not get its rights, or was ended");
  }
  *status = end_as(wait_in_place(chosen, &all));
  let_go(chosen);
  return true;
}
