/* SPDX-License-Identifier: Apache-2.0 */
/* Runs inside a container and tries what confinement must refuse. Static, so that nothing but the kernel stands
 * between. Every attempt has a process of its own, which may die of it.
 *
 *   inside              tries everything: a line "NAME ANSWER" each
 *   inside NAME...      tries these
 *   inside --table      what is expected: lines "NAME DEFAULT NO-NETWORK STRICT NONE" */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"

#define X32_BIT 0x40000000
#define FAMILIES 64

/* The registers of a 32-bit call; pointers must lie below 4 GiB, as all of a static program does but its stack. */
static long call_32(long number, const long args[6]) {
  long result = -ENOSYS;
#ifdef __x86_64__
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]),
                     "D"(args[4])
                   : "memory", "r8", "r9", "r10", "r11");
#else
  (void)number;
  (void)args;
#endif
  result = (int32_t)result;
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

long inside_call(enum inside_door door, long number, const long args[6]) {
  if (door == DOOR_32)
    return call_32(number, args);
  if (door == DOOR_X32)
    number |= X32_BIT;
  return syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

/* A process that a call has made, such as by clone, is another than the one that tried. */
static void attempt_and_tell(const struct inside_attempt *attempt, int fd) {
  pid_t self = getpid();
  errno = 0;
  long result = attempt->run != NULL ? attempt->run(attempt->args[0])
                                     : inside_call(attempt->door, attempt->number, attempt->args);
  int code = result == -1 ? errno : 0;
  if (result == 0 && getpid() != self)
    _exit(0);
  if (write(fd, &code, sizeof(code)) != sizeof(code))
    _exit(1);
}

static void print_signal(int number) {
  if (number == SIGSYS)
    printf("SIGSYS\n");
  else
    printf("signal-%d\n", number);
}

static void try_one(const struct inside_attempt *attempt) {
  int ends[2];
  int status = 0;
  int code = 0;
  printf("%s ", attempt->name);
  (void)fflush(stdout);
  if (pipe2(ends, O_CLOEXEC) != 0)
    exit(2);
  pid_t child = fork();
  if (child < 0)
    exit(2);
  if (child == 0) {
    (void)alarm(10);
    attempt_and_tell(attempt, ends[1]);
    _exit(0);
  }
  (void)close(ends[1]);
  bool told = read(ends[0], &code, sizeof(code)) == sizeof(code);
  (void)close(ends[0]);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  if (!told && WIFSIGNALED(status))
    print_signal(WTERMSIG(status));
  else if (!told)
    printf("no-answer\n");
  else
    printf("%s\n", code == 0 ? "worked" : strerrorname_np(code));
}

/* -- every family of sockets: those that a profile allows, and all others ------------------------------------- */

static long try_family(long family) {
  /* The kernel refuses such a type before it looks at the family, so that no module is loaded on the host. */
  return inside_call(DOOR_NATIVE, 41, (const long[6]){family, 0x7ff, 0, 0, 0, 0});
}

static void make_family(long family, char name[32], struct inside_attempt *out) {
  bool everywhere = family == 1;
  bool inet = family == 2 || family == 10;
  (void)snprintf(name, 32, "socket-family-%ld", family);
  *out =
      (struct inside_attempt){.name = name,
                              .standard = everywhere || inet || family == 16 ? "EINVAL" : "!EPERM",
                              .offline = everywhere ? "EINVAL" : "!EPERM",
                              .strict = everywhere || inet ? "EINVAL" : "!EPERM",
                              .none = "EINVAL",
                              .run = try_family,
                              .args = {family, 0, 0, 0, 0, 0}};
}

/* -- all of them ------------------------------------------------------------------------------------------------ */

static void print_row(const struct inside_attempt *attempt) {
  printf("%s %s %s %s %s\n", attempt->name, attempt->standard,
         attempt->offline != NULL ? attempt->offline : attempt->standard, attempt->strict,
         attempt->none);
}

static bool is_wanted(const char *name, int argc, char **argv) {
  bool wanted = argc == 1;
  for (int i = 1; i < argc && !wanted; i++)
    wanted = strcmp(argv[i], name) == 0;
  return wanted;
}

static void for_each(void (*act)(const struct inside_attempt *), int argc, char **argv) {
  for (size_t i = 0; i < inside_calls_count; i++)
    if (is_wanted(inside_calls[i].name, argc, argv))
      act(&inside_calls[i]);
  for (size_t i = 0; i < inside_acts_count; i++)
    if (is_wanted(inside_acts[i].name, argc, argv))
      act(&inside_acts[i]);
  for (long family = 0; family < FAMILIES; family++) {
    char name[32];
    struct inside_attempt attempt;
    make_family(family, name, &attempt);
    if (is_wanted(name, argc, argv))
      act(&attempt);
  }
}

int main(int argc, char **argv) {
  (void)setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 3 && strcmp(argv[1], "--bomb") == 0)
    return inside_bomb(argv[2]);
  if (argc == 2 && strcmp(argv[1], "--table") == 0)
    for_each(print_row, 1, argv);
  else
    for_each(try_one, argc, argv);
  return 0;
}
