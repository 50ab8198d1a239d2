/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped profile on the real kernel: a child loads it and makes the calls. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support.h"
#include "parsed.h"

#include "safe-docker/confine/seccomp_program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SETUP_FAILED 255

struct program {
  const void *bytes;
  size_t len;
};

static struct program compile(struct sd_arena *arena) {
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_seccomp_target target = {seccomp_arch_native(), SD_SECCOMP_NEWEST, &none};
  struct sd_seccomp_program out = compiled_for(arena, parsed_known(arena, "default"), &target);
  return (struct program){.bytes = out.code, .len = out.len};
}

static bool load(struct program program) {
  struct sock_fprog filter = {.len = (unsigned short)(program.len / sizeof(struct sock_filter)),
                              .filter = (struct sock_filter *)(uintptr_t)program.bytes};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

/* Runs one check in a child, with the filter or without; the child's answer is its exit status. */
static int in_child(const struct program *program, int (*check)(size_t), size_t index) {
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0)
    _exit(program != NULL && !load(*program) ? SETUP_FAILED : check(index));
  int status;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  assert_int_not_equal(WEXITSTATUS(status), SETUP_FAILED);
  return WEXITSTATUS(status);
}

/* Calls with arguments for which the kernel itself has another answer than the filter (`control`),
 * but for those where it depends on who runs the test. */
static const struct {
  const char *name;
  long number;
  long a0, a1, a2;
  int wanted;
  bool control;
} refused[] = {
    {"unshare(CLONE_NEWUSER)", SYS_unshare, CLONE_NEWUSER, 0, 0, EPERM, false},
    {"unshare(0)", SYS_unshare, 0, 0, 0, EPERM, true},
    {"setns", SYS_setns, -1, 0, 0, EPERM, true},
    {"clone(CLONE_NEWUSER)", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, EPERM, false},
    {"clone3", SYS_clone3, 0, 0, 0, ENOSYS, true},
    {"mount", SYS_mount, 0, 0, 0, EPERM, false},
    {"keyctl", SYS_keyctl, 99999, 0, 0, EPERM, true},
    {"add_key", SYS_add_key, 0, 0, 0, EPERM, true},
    {"bpf", SYS_bpf, 9999, 0, 0, EPERM, false},
    {"perf_event_open", SYS_perf_event_open, 0, 0, 0, EPERM, false},
    {"io_uring_setup", SYS_io_uring_setup, 0, 0, 0, EPERM, false},
    {"process_vm_readv", SYS_process_vm_readv, 0, 0, 0, EPERM, true},
    {"open_by_handle_at", SYS_open_by_handle_at, -1, 0, 0, EPERM, false},
    {"name_to_handle_at", SYS_name_to_handle_at, -1, 0, 0, EPERM, true},
    {"vmsplice", SYS_vmsplice, -1, 0, 0, EPERM, true},
    {"socket(AF_ALG)", SYS_socket, AF_ALG, SOCK_SEQPACKET, 0, EPERM, true},
    {"socket(AF_VSOCK)", SYS_socket, AF_VSOCK, SOCK_STREAM, 0, EPERM, true},
    {"socket(AF_PACKET)", SYS_socket, AF_PACKET, SOCK_RAW, 0, EPERM, false},
    {"socketpair(AF_INET)", SYS_socketpair, AF_INET, SOCK_STREAM, 0, EPERM, true},
    {"personality(ADDR_NO_RANDOMIZE)", SYS_personality, 0x40000, 0, 0, EPERM, true},
    {"mknodat(device)", SYS_mknodat, -1, (long)"/nowhere/x", 0020644, EPERM, true},
};

static int make_call(size_t index) {
  long result = syscall(refused[index].number, refused[index].a0, refused[index].a1,
                        refused[index].a2, 0, 0, 0);
  return result == -1 ? errno : 0;
}

/* In a sandbox that has a filter of its own already, the calls are refused anyhow. */
static bool is_filtered(void) {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0;
}

static void test_refused(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct program program = compile(&arena);
  for (size_t i = 0; i < COUNT(refused); i++) {
    int got = in_child(&program, make_call, i);
    if (got != refused[i].wanted)
      fail_msg("%s: errno %d (%s)", refused[i].name, got, strerror(got));
    if (refused[i].control && !is_filtered() && in_child(NULL, make_call, i) == got)
      fail_msg("%s: the kernel answers as the filter does, so this proves nothing",
               refused[i].name);
  }
  sd_arena_finish(&arena);
}

static int open_and_read(size_t index) {
  (void)index;
  char byte;
  int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  return fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0 ? 0 : errno;
}

static int fork_and_wait(size_t index) {
  (void)index;
  int status;
  pid_t pid = fork();
  if (pid == 0)
    _exit(7);
  return pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7 ? 0 : 1;
}

static void *thread(void *argument) {
  return argument;
}

static int start_thread(size_t index) {
  (void)index;
  pthread_t id;
  int rc = pthread_create(&id, NULL, thread, NULL);
  return rc != 0 ? rc : pthread_join(id, NULL);
}

static int run_program(size_t index) {
  (void)index;
  (void)execl("/bin/true", "true", (char *)NULL);
  return errno;
}

static int open_sockets(size_t index) {
  (void)index;
  static const int families[] = {AF_UNIX, AF_INET, AF_NETLINK};
  int pair[2];
  for (size_t i = 0; i < COUNT(families); i++) {
    int fd = socket(families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || close(fd) != 0)
      return errno;
  }
  /* A kernel may be without IPv6, but the filter may not be why. */
  if (socket(AF_INET6, SOCK_STREAM, 0) < 0 && errno == EPERM)
    return errno;
  return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 0 : errno;
}

static int make_temporary(size_t index) {
  (void)index;
  char path[] = "/tmp/safe-docker-test-XXXXXX";
  int fd = mkostemp(path, O_CLOEXEC);
  return fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 && unlink(path) == 0 ? 0 : errno;
}

static int make_shell_pipe(size_t index) {
  (void)index;
  (void)execl("/bin/sh", "sh", "-c", "test \"$(echo a b | cat | wc -w)\" -eq 2", (char *)NULL);
  return errno;
}

static void test_works(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int (*check)(size_t);
  } rows[] = {
      {"open, read", open_and_read},
      {"fork, wait", fork_and_wait},
      {"thread", start_thread},
      {"execve", run_program},
      {"sockets", open_sockets},
      {"temporary file", make_temporary},
      {"pipes in a shell", make_shell_pipe},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct program program = compile(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    int got = in_child(&program, rows[i].check, 0);
    if (got != 0)
      fail_msg("%s: %d (%s)", rows[i].name, got, strerror(got));
  }
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_works),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
