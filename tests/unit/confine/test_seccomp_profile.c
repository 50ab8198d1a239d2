/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped profile: compiled for each architecture and run over every system call, next to what
 * Docker's default profile allows. */
#include <errno.h>
#include <seccomp.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "parsed.h"
#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/confine/seccomp_program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define X32_BIT 0x40000000

struct program {
  const void *bytes;
  size_t len;
};

static struct program compile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                              uint32_t arch, const struct sd_strv *caps) {
  struct sd_seccomp_target target = {arch, SD_SECCOMP_NEWEST, caps};
  struct sd_seccomp_program out = compiled_for(arena, profile, &target);
  assert_true(out.len > 0 && out.len % 8 == 0 && out.len / 8 <= 4096);
  return (struct program){.bytes = out.code, .len = out.len};
}

static uint32_t run(struct program program, uint32_t arch, int number, uint64_t a0, uint64_t a1,
                    uint64_t a2) {
  struct seccomp_data call = {.nr = number, .arch = arch, .args = {a0, a1, a2, 0, 0, 0}};
  return bpf_run(program.bytes, program.len, &call);
}

static bool allows(uint32_t action) {
  return action == SECCOMP_RET_ALLOW;
}

static const uint64_t samples[] = {
    0,          1,          2,           3,           8,          10,         11,
    12,         15,         16,          17,          21,         29,         30,
    31,         38,         40,          44,          46,         0x1000,     0x2000,
    0x4000,     0x6000,     0x8000,      0xc000,      0x20000,    0x20008,    0x10000000,
    0x40000000, 0x02000011, 0x100000026, 0x110000000, 0xffffffff, UINT64_MAX,
};

static void compare_number(struct program ours, struct program theirs, uint32_t arch, int number) {
  for (size_t i = 0; i < COUNT(samples); i++)
    for (unsigned at = 0; at < 3; at++) {
      uint64_t args[3] = {0, 0, 0};
      args[at] = samples[i];
      if (allows(run(ours, arch, number, args[0], args[1], args[2])) &&
          !allows(run(theirs, arch, number, args[0], args[1], args[2])))
        fail_msg("arch %#x call %d a%u=%#llx: Docker refuses it", arch, number, at,
                 (unsigned long long)samples[i]);
    }
}

static const struct {
  uint32_t compiled, running;
  int first;
} machines[] = {
    {SCMP_ARCH_X86_64, SCMP_ARCH_X86_64, 0}, {SCMP_ARCH_X86_64, SCMP_ARCH_X86_64, X32_BIT},
    {SCMP_ARCH_X86_64, SCMP_ARCH_X86, 0},    {SCMP_ARCH_AARCH64, SCMP_ARCH_AARCH64, 0},
    {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, 0},   {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, 0xf0000},
};

static const char *const cap_sets[][16] = {
    {NULL},
    {"SYS_ADMIN", NULL},
    {"NET_BIND_SERVICE", "CHOWN", "MKNOD", "NET_RAW", NULL},
    {"SYS_ADMIN", "DAC_READ_SEARCH", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_PACCT",
     "SYS_PTRACE", "SYS_RAWIO", "SYS_TIME", "SYS_TTY_CONFIG", "SYS_NICE", "SYSLOG", "BPF",
     "PERFMON", "MKNOD", NULL},
};

static void compare_machines(size_t set) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv caps = {{NULL, 0, 0}};
  for (size_t i = 0; i < 16 && cap_sets[set][i] != NULL; i++)
    sd_strv_add(&caps, &arena, cap_sets[set][i]);
  const struct sd_seccomp_profile *ours = parsed_known(&arena, "default");
  const struct sd_seccomp_profile *theirs = parsed_known(&arena, "docker");
  for (size_t i = 0; i < COUNT(machines); i++) {
    struct program mine = compile(&arena, ours, machines[i].compiled, &caps);
    struct program other = compile(&arena, theirs, machines[i].compiled, &caps);
    for (int number = 0; number < 490; number++)
      compare_number(mine, other, machines[i].running, machines[i].first + number);
  }
  sd_arena_finish(&arena);
}

static void test_no_wider_than_docker(void **state) {
  (void)state;
  for (size_t set = 0; set < COUNT(cap_sets); set++)
    compare_machines(set);
}

static void test_within_itself(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const struct sd_seccomp_profile *profile = parsed_known(&arena, "default");
  if (!sd_seccomp_is_stricter(profile, profile, &err))
    fail_msg("%s", err.message);
  sd_arena_finish(&arena);
}

/* What programs use all day, on both architectures where they have it. */
static const char *const common[] = {
    "read",
    "write",
    "open",
    "openat",
    "close",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "poll",
    "ppoll",
    "lseek",
    "mmap",
    "mprotect",
    "munmap",
    "brk",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "ioctl",
    "pread64",
    "pwrite64",
    "readv",
    "writev",
    "access",
    "faccessat2",
    "pipe2",
    "select",
    "sched_yield",
    "mremap",
    "madvise",
    "shmget",
    "dup",
    "dup2",
    "dup3",
    "nanosleep",
    "clock_nanosleep",
    "getpid",
    "sendfile",
    "connect",
    "accept4",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "bind",
    "listen",
    "setsockopt",
    "clone",
    "fork",
    "vfork",
    "execve",
    "exit",
    "wait4",
    "kill",
    "uname",
    "fcntl",
    "flock",
    "fsync",
    "ftruncate",
    "getdents64",
    "getcwd",
    "chdir",
    "rename",
    "renameat2",
    "mkdir",
    "unlink",
    "unlinkat",
    "symlink",
    "readlink",
    "chmod",
    "chown",
    "umask",
    "gettimeofday",
    "getrlimit",
    "prlimit64",
    "sysinfo",
    "getuid",
    "setuid",
    "setgid",
    "setgroups",
    "setsid",
    "statfs",
    "prctl",
    "gettid",
    "futex",
    "set_tid_address",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "clock_gettime",
    "exit_group",
    "tgkill",
    "inotify_init1",
    "utimensat",
    "eventfd2",
    "signalfd4",
    "timerfd_create",
    "getrandom",
    "memfd_create",
    "copy_file_range",
    "rseq",
    "io_submit",
    "set_robust_list",
    "ptrace",
    "personality",
    "mknodat",
    "close_range",
    "pidfd_open",
    "membarrier",
    "sched_getaffinity",
};

static void test_common_calls_allowed(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv none = {{NULL, 0, 0}};
  static const uint32_t arches[] = {SCMP_ARCH_X86_64, SCMP_ARCH_AARCH64};
  for (size_t a = 0; a < COUNT(arches); a++) {
    struct program program = compile(&arena, parsed_known(&arena, "default"), arches[a], &none);
    unsigned checked = 0;
    for (size_t i = 0; i < COUNT(common); i++) {
      int number = seccomp_syscall_resolve_name_arch(arches[a], common[i]);
      if (number < 0 && arches[a] == SCMP_ARCH_AARCH64)
        continue; /* the older form of a call, which newer architectures lack */
      if (!allows(run(program, arches[a], number, 0, 0, 0)))
        fail_msg("%s is refused on %#x", common[i], arches[a]);
      checked++;
    }
    assert_true(checked >= 80);
  }
  sd_arena_finish(&arena);
}

#define REFUSED(number) (SECCOMP_RET_ERRNO | (number))

static void test_decisions(void **state) {
  (void)state;
  static const struct {
    uint32_t arch;
    const char *name;
    uint64_t a0, a1, a2;
    uint32_t wanted;
  } rows[] = {
      {SCMP_ARCH_X86_64, "socket", 1, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "socket", 2, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "socket", 10, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "socket", 16, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "socket", 17, 3, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "socket", 38, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "socket", 40, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "socket", 0x100000026, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86, "socket", 2, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86, "socketcall", 1, 0, 0, REFUSED(ENOSYS)},
      {SCMP_ARCH_X86, "socketcall", 2, 0, 0, REFUSED(ENOSYS)},
      {SCMP_ARCH_X86, "socketcall", 8, 0, 0, REFUSED(ENOSYS)},
      {SCMP_ARCH_X86_64, "socketpair", 1, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "socketpair", 38, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "clone", 0x01200011, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "clone", 0x10000011, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86, "clone", 0x10000011, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_AARCH64, "clone", 0x00020011, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "clone3", 0, 0, 0, REFUSED(ENOSYS)},
      {SCMP_ARCH_AARCH64, "clone3", 0, 0, 0, REFUSED(ENOSYS)},
      {SCMP_ARCH_X86_64, "unshare", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "setns", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "mount", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "move_mount", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "open_by_handle_at", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "name_to_handle_at", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "mknod", 0, 0010644, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "mknod", 0, 0020644, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "mknodat", 0, 0, 0060644, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "mknodat", 0, 0, 0140644, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "personality", 0xffffffff, 0, 0, SECCOMP_RET_ALLOW},
      {SCMP_ARCH_X86_64, "personality", 0x40000, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "keyctl", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "add_key", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "request_key", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "userfaultfd", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "io_uring_setup", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "io_uring_enter", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "bpf", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "perf_event_open", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "process_vm_readv", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "kcmp", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "kexec_load", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "finit_module", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "swapon", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "quotactl", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "acct", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "vmsplice", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "modify_ldt", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "pivot_root", 0, 0, 0, REFUSED(EPERM)},
      {SCMP_ARCH_X86_64, "chroot", 0, 0, 0, REFUSED(EPERM)},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv none = {{NULL, 0, 0}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    uint32_t compiled = rows[i].arch == SCMP_ARCH_X86 ? SCMP_ARCH_X86_64 : rows[i].arch;
    struct program program = compile(&arena, parsed_known(&arena, "default"), compiled, &none);
    int number = seccomp_syscall_resolve_name_arch(rows[i].arch, rows[i].name);
    if (rows[i].arch == SCMP_ARCH_X86 && strcmp(rows[i].name, "socket") == 0)
      number = 359; /* libseccomp names it by the multiplexer */
    assert_true(number >= 0);
    uint32_t got = run(program, rows[i].arch, number, rows[i].a0, rows[i].a1, rows[i].a2);
    if (got != rows[i].wanted)
      fail_msg("row %zu, %s: %#x, not %#x", i, rows[i].name, got, rows[i].wanted);
    sd_arena_reset(&arena);
    none = (struct sd_strv){{NULL, 0, 0}};
  }
  sd_arena_finish(&arena);
}

static void test_capabilities_open_calls(void **state) {
  (void)state;
  static const struct {
    const char *cap, *name;
    uint64_t a0, a1;
  } rows[] = {
      {"SYS_ADMIN", "mount", 0, 0},
      {"SYS_ADMIN", "clone3", 0, 0},
      {"SYS_ADMIN", "unshare", 0, 0},
      {"SYS_ADMIN", "clone", 0x10000011, 0},
      {"NET_RAW", "socket", 17, 0},
      {"MKNOD", "mknod", 0, 0020644},
      {"SYS_PTRACE", "kcmp", 0, 0},
      {"SYS_CHROOT", "chroot", 0, 0},
      {"DAC_READ_SEARCH", "open_by_handle_at", 0, 0},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_strv none = {{NULL, 0, 0}};
    struct sd_strv caps = {{NULL, 0, 0}};
    sd_strv_add(&caps, &arena, rows[i].cap);
    int number = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, rows[i].name);
    struct program without =
        compile(&arena, parsed_known(&arena, "default"), SCMP_ARCH_X86_64, &none);
    struct program with = compile(&arena, parsed_known(&arena, "default"), SCMP_ARCH_X86_64, &caps);
    assert_false(allows(run(without, SCMP_ARCH_X86_64, number, rows[i].a0, rows[i].a1, 0)));
    assert_true(allows(run(with, SCMP_ARCH_X86_64, number, rows[i].a0, rows[i].a1, 0)));
    sd_arena_reset(&arena);
  }
  sd_arena_finish(&arena);
}

/* A filter for one machine kills what comes through the door of another. */
static void test_foreign_architecture_killed(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv none = {{NULL, 0, 0}};
  struct program program =
      compile(&arena, parsed_known(&arena, "default"), SCMP_ARCH_X86_64, &none);
  assert_int_equal(run(program, SCMP_ARCH_AARCH64, 63, 0, 0, 0), SECCOMP_RET_KILL_THREAD);
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_wider_than_docker),
      cmocka_unit_test(test_within_itself),
      cmocka_unit_test(test_common_calls_allowed),
      cmocka_unit_test(test_decisions),
      cmocka_unit_test(test_capabilities_open_calls),
      cmocka_unit_test(test_foreign_architecture_killed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
