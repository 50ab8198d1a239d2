/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are made with fixed arguments, for x86-64. Where there is a choice the arguments are such that a kernel
 * without a filter says something else than EPERM: it looks at them before it asks for rights. */
#include <fcntl.h>
#include <linux/reboot.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "inside.h"

#define P(pointer) ((long)(uintptr_t)(pointer))
#define WILD 1L /* no address of anything */
#define CALL(label, standard_, strict_, none_, number_, ...)                                       \
  {                                                                                                \
    .name = (label), .standard = (standard_), .strict = (strict_), .none = (none_),                \
    .number = (number_), .args = {                                                                 \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
/* The filter refuses under every profile. */
#define NEVER(label, none_, number_, ...)                                                          \
  CALL(label, "!EPERM", "!EPERM", none_, number_, __VA_ARGS__)
/* By the doors of x32 and 32-bit x86, which the profile "strict" closes: the runtime ends who tries them. */
#define BY_X32(label, none_, number_, ...)                                                         \
  {                                                                                                \
    .name = (label), .standard = "!EPERM", .strict = "!SIGSYS|!ENOSYS", .none = (none_),           \
    .door = DOOR_X32, .number = (number_), .args = {                                               \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
#define BY_32(label, none_, number_, ...)                                                          \
  {                                                                                                \
    .name = (label), .standard = "!EPERM", .strict = "!SIGSYS", .none = (none_), .door = DOOR_32,  \
    .number = (number_), .args = {                                                                 \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
/* Each namespace alone, which needs rights, and with a new user namespace, which needs none. */
#define NAMESPACE(label, flag)                                                                     \
  NEVER("unshare-" label, "EPERM", SYS_unshare, flag),                                             \
      NEVER("unshare-user+" label, "worked", SYS_unshare, flag | CLONE_NEWUSER),                   \
      NEVER("clone-" label, "EPERM", SYS_clone, flag | 17),                                        \
      NEVER("clone-user+" label, "worked", SYS_clone, flag | CLONE_NEWUSER | 17)
#define GONE(label, number) NEVER(label, "ENOSYS", number, -1, -1, -1, -1, -1, -1)

static char nowhere[] = "/nowhere";
static char slash[] = "/";
static char temporary[] = "/tmp";
static char tmpfs[] = "tmpfs";
static char user_key[] = "user";
static char node[] = "/tmp/inside-node";
static char whiteout[] = "/tmp/inside-whiteout";
static char file[] = "/tmp/inside-file";
static char proc[] = "/proc";
static long buffer[512];
static unsigned handle[40] = {128};

const struct inside_attempt inside_calls[] = {
    /* Mounts: the old calls and the new ones. */
    NEVER("mount-nowhere", "ENOENT", SYS_mount, P(tmpfs), P(nowhere), P(tmpfs)),
    NEVER("mount-tmpfs", "EPERM", SYS_mount, P(tmpfs), P(temporary), P(tmpfs)),
    NEVER("mount-bind", "EPERM", SYS_mount, P(slash), P(temporary), 0, MS_BIND),
    NEVER("mount-remount", "EPERM", SYS_mount, 0, P(slash), 0, MS_REMOUNT | MS_BIND),
    NEVER("umount-nowhere", "ENOENT", SYS_umount2, P(nowhere)),
    NEVER("umount-proc", "EPERM", SYS_umount2, P(proc), MNT_DETACH),
    NEVER("fsopen", "EPERM", SYS_fsopen, P(tmpfs)),
    NEVER("fsconfig", "EINVAL", SYS_fsconfig, -1, 99, 0, 0, 0),
    NEVER("fsmount", "EPERM", SYS_fsmount, -1, -1, -1),
    NEVER("fspick", "EPERM", SYS_fspick, AT_FDCWD, P(slash)),
    NEVER("open-tree", "worked", SYS_open_tree, AT_FDCWD, P(slash)),
    NEVER("open-tree-clone", "EPERM", SYS_open_tree, AT_FDCWD, P(slash), 1),
    NEVER("move-mount", "EPERM", SYS_move_mount, AT_FDCWD, P(slash), AT_FDCWD, P(temporary)),
    NEVER("mount-setattr", "EINVAL", SYS_mount_setattr, AT_FDCWD, P(slash), -1, P(buffer), 32),
    NEVER("pivot-root", "EPERM", SYS_pivot_root, P(nowhere), P(nowhere)),
    NEVER("chroot-nowhere", "ENOENT", SYS_chroot, P(nowhere)),
    NEVER("chroot", "EPERM", SYS_chroot, P(temporary)),
    NEVER("swapon", "EPERM", SYS_swapon, P(nowhere)),
    NEVER("swapoff", "EPERM", SYS_swapoff, P(nowhere)),
    NEVER("quotactl", "EFAULT|ENOSYS", SYS_quotactl, 0x800003L << 8, WILD),

    /* Namespaces. */
    NEVER("unshare-nothing", "worked", SYS_unshare, 0),
    NEVER("unshare-user", "worked", SYS_unshare, CLONE_NEWUSER),
    NEVER("clone-user", "worked", SYS_clone, CLONE_NEWUSER | 17),
    NAMESPACE("mount", CLONE_NEWNS),
    NAMESPACE("uts", CLONE_NEWUTS),
    NAMESPACE("ipc", CLONE_NEWIPC),
    NAMESPACE("pid", CLONE_NEWPID),
    NAMESPACE("net", CLONE_NEWNET),
    NAMESPACE("cgroup", CLONE_NEWCGROUP),
    NEVER("unshare-time", "EPERM", SYS_unshare, 0x80),
    NEVER("unshare-user+time", "worked", SYS_unshare, 0x80 | CLONE_NEWUSER),
    CALL("clone-nothing", "worked", "worked", "worked", SYS_clone, 17),
    NEVER("clone-high-half", "worked", SYS_clone, 0x7e0000000000L | CLONE_NEWUSER | 17),
    NEVER("setns-none", "EBADF", SYS_setns, -1),

    /* Other processes. */
    CALL("ptrace-traceme", "worked", "!EPERM", "worked", SYS_ptrace, PTRACE_TRACEME),
    NEVER("pidfd-getfd", "EBADF", SYS_pidfd_getfd, -1),
    NEVER("process-madvise", "EBADF|EINVAL", SYS_process_madvise, -1),

    /* Keys, which know no namespaces. */
    NEVER("keyctl", "worked", SYS_keyctl, 0, -3, 1),
    NEVER("add-key", "worked", SYS_add_key, P(user_key), P(user_key), P(user_key), 1, -3),
    NEVER("request-key", "ENOKEY", SYS_request_key, P(user_key), P(nowhere)),

    /* Kernel machinery with a record of bugs. */
    NEVER("bpf", "EINVAL|EPERM|ENOSYS", SYS_bpf, 0),
    NEVER("perf-event-open", "EINVAL|EACCES", SYS_perf_event_open, WILD, 0, -1, -1, -1),
    NEVER("userfaultfd", "worked|EPERM|ENOSYS", SYS_userfaultfd, 1),
    NEVER("io-uring-setup", "worked|ENOSYS", SYS_io_uring_setup, 1, P(buffer)),
    NEVER("io-uring-enter", "EBADF|ENOSYS", SYS_io_uring_enter, -1),
    NEVER("io-uring-register", "EBADF|EINVAL|ENOSYS", SYS_io_uring_register, -1),
    NEVER("vmsplice", "EBADF", SYS_vmsplice, -1),
    NEVER("remap-file-pages", "EINVAL", SYS_remap_file_pages, 1),
    NEVER("modify-ldt", "worked|ENOSYS", SYS_modify_ldt, 0, P(buffer), 8),
    NEVER("memfd-secret", "worked|ENOSYS", SYS_memfd_secret, 0),
    NEVER("fanotify-init", "worked|ENOSYS|EPERM", SYS_fanotify_init, 0x200),
    NEVER("fanotify-mark", "EINVAL|ENOSYS", SYS_fanotify_mark, -1, -1),
    NEVER("get-mempolicy", "worked|ENOSYS", SYS_get_mempolicy, 0),
    NEVER("mbind", "EINVAL|ENOSYS", SYS_mbind, 1, 0, -1),
    NEVER("migrate-pages", "EINVAL|ENOSYS", SYS_migrate_pages, 0, -1),
    NEVER("move-pages", "EINVAL|ENOSYS", SYS_move_pages, 0, 1, 0, 0, 0, -1),
    NEVER("personality-no-randomize", "worked", SYS_personality, ADDR_NO_RANDOMIZE),
    NEVER("personality-read-implies-exec", "worked", SYS_personality, READ_IMPLIES_EXEC),
    NEVER("personality-high-half", "worked", SYS_personality, 0x100000000L),
    CALL("personality-ask", "worked", "!EPERM", "worked", SYS_personality, 0xffffffffL),
    CALL("execveat", "ENOENT", "!ENOSYS", "ENOENT", SYS_execveat, -1, P(nowhere)),
    CALL("memfd", "worked", "!EPERM", "worked", SYS_memfd_create, P(user_key)),
    CALL("memfd-noexec", "worked", "worked", "worked", SYS_memfd_create, P(user_key), 8),

    /* Files by handle. The attack itself is further below. */
    NEVER("name-to-handle", "worked|EOPNOTSUPP|EOVERFLOW", SYS_name_to_handle_at, AT_FDCWD,
          P(temporary), P(handle), P(buffer)),
    NEVER("open-by-handle", "EFAULT", SYS_open_by_handle_at, AT_FDCWD, WILD),

    /* Nodes. */
    NEVER("mknod-char", "EPERM", SYS_mknod, P(node), S_IFCHR | 0666, 0x103),
    NEVER("mknod-block", "EPERM", SYS_mknod, P(node), S_IFBLK | 0666, 0xfe00),
    NEVER("mknod-whiteout", "worked", SYS_mknod, P(node), S_IFCHR | 0666, 0),
    NEVER("mknodat-whiteout", "worked", SYS_mknodat, AT_FDCWD, P(whiteout), S_IFCHR | 0666, 0),
    CALL("mknod-file", "worked", "worked", "worked", SYS_mknod, P(file), S_IFREG | 0666),

    /* The host: modules, another kernel, ports, clock, name, accounts, log. */
    NEVER("kexec-load", "EPERM|ENOSYS", SYS_kexec_load, 0),
    NEVER("kexec-file-load", "EPERM|ENOSYS", SYS_kexec_file_load, -1, -1),
    NEVER("init-module", "EPERM|ENOSYS", SYS_init_module, WILD, 1, WILD),
    NEVER("finit-module", "EPERM|ENOSYS", SYS_finit_module, -1),
    NEVER("delete-module", "EPERM|ENOSYS", SYS_delete_module, WILD),
    NEVER("iopl", "EPERM|ENOSYS", SYS_iopl, 3),
    NEVER("iopl-0", "worked|ENOSYS", SYS_iopl, 0),
    NEVER("ioperm", "EPERM|ENOSYS", SYS_ioperm, 0x80, 1, 1),
    NEVER("ioperm-off", "worked|ENOSYS", SYS_ioperm, 0x80, 1, 0),
    NEVER("reboot", "EPERM", SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
          LINUX_REBOOT_CMD_CAD_OFF),
    NEVER("sethostname", "EPERM", SYS_sethostname, P(user_key), 4),
    NEVER("setdomainname", "EPERM", SYS_setdomainname, P(user_key), 4),
    NEVER("settimeofday", "EFAULT", SYS_settimeofday, WILD),
    NEVER("clock-settime", "EFAULT", SYS_clock_settime, 0, WILD),
    NEVER("acct", "EPERM|ENOSYS", SYS_acct, 0),
    NEVER("syslog-size", "worked|EPERM", SYS_syslog, 10),
    NEVER("syslog-clear", "EPERM", SYS_syslog, 5),
    NEVER("vhangup", "EPERM", SYS_vhangup, 0),
    NEVER("lookup-dcookie", "EPERM|ENOSYS", SYS_lookup_dcookie, 0),
    NEVER("ustat", "EINVAL", SYS_ustat, 0, WILD),
    NEVER("sysfs", "EINVAL|ENOSYS", SYS_sysfs, 99),
    NEVER("kcmp", "ESRCH|ENOSYS", SYS_kcmp, 0x7fffffff, 0x7fffffff),
    GONE("nfsservctl", SYS_nfsservctl),
    GONE("uselib", SYS_uselib),
    GONE("sysctl", SYS__sysctl),
    GONE("create-module", SYS_create_module),
    GONE("query-module", SYS_query_module),
    GONE("get-kernel-syms", SYS_get_kernel_syms),
    GONE("epoll-ctl-old", SYS_epoll_ctl_old),
    GONE("epoll-wait-old", SYS_epoll_wait_old),

    /* The same by the other doors of an x86-64 kernel. Without a filter, most kernels have no x32. */
    BY_X32("x32-mount", "ENOSYS|ENOENT", SYS_mount, P(tmpfs), P(nowhere), P(tmpfs)),
    BY_X32("x32-unshare-user", "ENOSYS|worked", SYS_unshare, CLONE_NEWUSER),
    BY_X32("x32-keyctl", "ENOSYS|worked", SYS_keyctl, 0, -3, 1),
    BY_X32("x32-io-uring-setup", "ENOSYS|worked", SYS_io_uring_setup, 1, P(buffer)),
    BY_X32("x32-socket-alg", "ENOSYS|EINVAL", SYS_socket, AF_ALG, 0x7ff),
    BY_32("32-mount", "ENOENT|ENOSYS", 21, P(tmpfs), P(nowhere), P(tmpfs)),
    BY_32("32-umount", "ENOENT|ENOSYS", 22, P(nowhere)),
    BY_32("32-umount2", "ENOENT|ENOSYS", 52, P(nowhere)),
    BY_32("32-unshare-user", "worked|ENOSYS", 310, CLONE_NEWUSER),
    BY_32("32-clone-user", "worked|ENOSYS", 120, CLONE_NEWUSER | 17),
    BY_32("32-setns", "EBADF|ENOSYS", 346, -1),
    BY_32("32-keyctl", "worked|ENOSYS", 288, 0, -3, 1),
    BY_32("32-perf-event-open", "EINVAL|EACCES|ENOSYS", 336, WILD, 0, -1, -1, -1),
    BY_32("32-userfaultfd", "worked|EPERM|ENOSYS", 374, 1),
    BY_32("32-io-uring-setup", "worked|ENOSYS", 425, 1, P(buffer)),
    BY_32("32-process-vm-readv", "worked|ENOSYS", 347, 1),
    BY_32("32-chroot", "ENOENT|ENOSYS", 61, P(nowhere)),
    BY_32("32-iopl-0", "worked|ENOSYS", 110, 0),
    BY_32("32-modify-ldt", "worked|ENOSYS", 123, 0, P(buffer), 8),
    BY_32("32-personality", "worked|ENOSYS", 136, ADDR_NO_RANDOMIZE),
    BY_32("32-vm86", "ENOSYS|EPERM", 166, 0),
    BY_32("32-vm86old", "ENOSYS|EPERM", 113, 0),
    BY_32("32-stime", "EFAULT|ENOSYS", 25, WILD),
    BY_32("32-clock-settime64", "EFAULT|ENOSYS", 404, 0, WILD),
    BY_32("32-socket-alg", "EINVAL|ENOSYS", 359, AF_ALG, 0x7ff),
    BY_32("32-socket-vsock", "EINVAL|ENOSYS", 359, AF_VSOCK, 0x7ff),
    {.name = "32-socketcall",
     .standard = "!ENOSYS",
     .strict = "!SIGSYS",
     .none = "EFAULT|ENOSYS",
     .door = DOOR_32,
     .number = 102,
     .args = {1, WILD}},
    {.name = "32-ptrace",
     .standard = "worked|ENOSYS",
     .strict = "!SIGSYS",
     .none = "worked|ENOSYS",
     .door = DOOR_32,
     .number = 26,
     .args = {PTRACE_TRACEME}},
    {.name = "32-getpid",
     .standard = "worked|ENOSYS",
     .strict = "!SIGSYS",
     .none = "worked|ENOSYS",
     .door = DOOR_32,
     .number = 20},
};
const size_t inside_calls_count = sizeof(inside_calls) / sizeof(inside_calls[0]);
