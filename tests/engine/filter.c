/* SPDX-License-Identifier: Apache-2.0 */
/* Tries every system call of x86-64 by its three doors, with several arguments, and prints a letter for each: S where
 * a filter sends SIGSYS (or ends the process by it), M where it answers with MARK, n for ENOSYS, a for anything else, by
 * which the call got past the filter. */
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK 3333
#define X32 0x40000000L
#define PATIENCE_MS 30
enum door { NATIVE, BY_X32, BY_INT80, DOORS };

static unsigned socket_words[3];

static long call(enum door door, long number, const long *args) {
  long result;
  if (door == BY_INT80) {
    register long bp __asm__("r12") = args[5];
    __asm__ volatile("push %%rbp; mov %%r12, %%rbp; int $0x80; pop %%rbp"
                     : "=a"(result)
                     : "a"(number), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]),
                       "D"(args[4]), "r"(bp)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
  }
  register long r10 __asm__("r10") = args[3];
  register long r8 __asm__("r8") = args[4];
  register long r9 __asm__("r9") = args[5];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(door == BY_X32 ? number | X32 : number), "D"(args[0]), "S"(args[1]),
                     "d"(args[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static void attempt(enum door door, long number, const long *args) {
  pid_t child = fork();
  int status = 0;
  if (child == 0) {
    const struct itimerval soon = {{0, 0}, {0, PATIENCE_MS * 1000}};
    pid_t self = getpid();
    /* A child of the call may end with it; a filter's is not ignored. */
    (void)signal(SIGSYS, SIG_IGN);
    (void)setitimer(ITIMER_REAL, &soon, NULL);
    long result = call(door, number, args);
    if (getpid() != self)
      _exit('a');
    _exit(result == -MARK ? 'M' : result == -ENOSYS ? 'n' : 'a');
  }
  if (child < 0)
    exit(1);
  /* One that blocked its alarm. */
  const struct timespec patience = {0, 5 * PATIENCE_MS * 1000000L};
  sigset_t ended;
  (void)sigemptyset(&ended);
  (void)sigaddset(&ended, SIGCHLD);
  pid_t gone = 0;
  while (gone == 0) {
    gone = waitpid(child, &status, WNOHANG);
    if (gone == 0 && sigtimedwait(&ended, NULL, &patience) < 0)
      (void)kill(child, SIGKILL);
  }
  if (gone != child)
    exit(1);
  char answer = 'a';
  if (WIFSIGNALED(status))
    answer = WTERMSIG(status) == SIGSYS ? 'S' : 'a';
  else if (WEXITSTATUS(status) == 'M' || WEXITSTATUS(status) == 'n')
    answer = (char)WEXITSTATUS(status);
  putchar(answer);
}

static void each_number(enum door door, long value) {
  const long args[6] = {value, value, value, value, value, value};
  for (long number = 0; number < 470; number++)
    attempt(door, number, args);
  putchar('\n');
}

/* One argument over its bits, their neighbours and the small numbers. */
static void each_value(enum door door, long number, int index, int first, int last) {
  for (int i = first; i < last; i++) {
    for (long add = -1; add <= 1; add++) {
      long args[6] = {0};
      args[index] = i < 64 ? i : (long)((1UL << (i - 64)) + (unsigned long)add);
      if (i >= 64 || add == 0)
        attempt(door, number, args);
    }
  }
  putchar('\n');
}

int main(void) {
  const struct rlimit none = {0, 0};
  /* With the rights of root some of these calls do what they say, to the standard files as well. */
  if (geteuid() == 0)
    return 2;
  sigset_t ended;
  (void)sigemptyset(&ended);
  (void)sigaddset(&ended, SIGCHLD);
  (void)sigprocmask(SIG_BLOCK, &ended, NULL);
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  for (enum door door = NATIVE; door < DOORS; door++) {
    each_number(door, 0);
    each_number(door, -1);
  }
  /* socket, clone, personality, mknod, clone3, fcntl, ioctl, prctl, memfd_create, mprotect, mmap, ptrace. */
  static const struct {
    long number;
    int index;
  } by_value[] = {{41, 0}, {41, 1},  {53, 0},  {56, 0}, {135, 0}, {133, 1}, {72, 1},
                  {16, 1}, {157, 0}, {319, 1}, {10, 2}, {9, 3},   {101, 0}, {272, 0}};
  for (size_t i = 0; i < sizeof(by_value) / sizeof(by_value[0]); i++)
    each_value(NATIVE, by_value[i].number, by_value[i].index, 0, 128);
  each_value(BY_INT80, 359, 0, 0, 64);
  each_value(BY_INT80, 120, 0, 0, 96);
  each_value(BY_INT80, 136, 0, 0, 96);
  for (unsigned family = 0; family < 48; family++) {
    const long args[6] = {1, (long)(uintptr_t)socket_words};
    socket_words[0] = family;
    socket_words[1] = 1;
    attempt(BY_INT80, 102, args);
  }
  putchar('\n');
  return 0;
}
