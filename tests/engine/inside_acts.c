/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that take more than one call, and files that nobody inside may write. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inside.h"

/* -- namespaces ------------------------------------------------------------------------------------------------- */

static long try_clone3(long flags) {
  static struct clone_args args;
  args = (struct clone_args){.flags = (uint64_t)flags, .exit_signal = SIGCHLD};
  return syscall(SYS_clone3, &args, sizeof(args));
}

static long try_setns(long flag) {
  int fd =
      open(flag == CLONE_NEWUTS ? "/proc/1/ns/uts" : "/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : setns(fd, (int)flag);
}

static long try_setns_pidfd(long flags) {
  int fd = (int)syscall(SYS_pidfd_open, getppid(), 0);
  return fd < 0 ? -1 : setns(fd, (int)flags);
}

/* -- other processes ---------------------------------------------------------------------------------------------- */

static pid_t start_victim(void) {
  pid_t victim = fork();
  if (victim == 0) {
    /* It outlives an attempt that the filter ends, and must not hold the pipe that tells of it. */
    (void)close_range(3, ~0U, 0);
    (void)alarm(3);
    (void)pause();
    _exit(0);
  }
  return victim;
}

static long end_victim(pid_t victim, long result) {
  int saved = errno;
  (void)kill(victim, SIGKILL);
  (void)waitpid(victim, NULL, 0);
  errno = saved;
  return result;
}

/* Control: a process of one's own may be debugged. */
static long try_ptrace_own(long how) {
  pid_t victim = start_victim();
  return end_victim(victim, ptrace((enum __ptrace_request)how, victim, NULL, NULL));
}

static long try_ptrace_init(long how) {
  long result = ptrace((enum __ptrace_request)how, 1, NULL, NULL);
  if (result == 0 && how == PTRACE_ATTACH) {
    (void)waitpid(1, NULL, __WALL);
    (void)ptrace(PTRACE_DETACH, 1, NULL, NULL);
  }
  return result;
}

/* A process that is there on every host, but has no such number inside: 2 is the kernel's own kthreadd. */
static long try_ptrace_foreign(long pid) {
  return ptrace(PTRACE_SEIZE, (pid_t)pid, NULL, NULL);
}

static long try_vm(long writes) {
  static char here[8] = "outside";
  static char there[8] = "inside";
  struct iovec local = {here, sizeof(here)};
  struct iovec remote = {there, sizeof(there)};
  pid_t victim = start_victim();
  return end_victim(victim, writes ? process_vm_writev(victim, &local, 1, &remote, 1, 0)
                                   : process_vm_readv(victim, &local, 1, &remote, 1, 0));
}

static long try_kill_all(long ignored) {
  (void)ignored;
  pid_t victim = start_victim();
  return end_victim(victim, kill(2, SIGKILL));
}

/* -- identity ------------------------------------------------------------------------------------------------------- */

static long try_setuid(long id) {
  return setuid((uid_t)id);
}
static long try_setgid(long id) {
  return setgid((gid_t)id);
}
static long try_setgroups(long id) {
  gid_t group = (gid_t)id;
  return syscall(SYS_setgroups, 1, &group);
}
static long try_capset(long capability) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}, {0}};
  data[capability / 32].permitted = data[capability / 32].effective = 1U << (capability % 32);
  return syscall(SYS_capset, &header, data);
}
static long try_ambient(long capability) {
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
}
static long try_new_privileges(long ignored) {
  (void)ignored;
  return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
}
static long try_no_seccomp(long ignored) {
  (void)ignored;
  return prctl(PR_SET_SECCOMP, 0, 0, 0, 0);
}
static long try_raise_limit(long which) {
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)which, &limit) != 0)
    return -1;
  limit.rlim_max = limit.rlim_cur = RLIM_INFINITY;
  return setrlimit((__rlimit_resource_t)which, &limit);
}
static long try_realtime(long policy) {
  struct sched_param param = {.sched_priority = 1};
  return sched_setscheduler(0, (int)policy, &param);
}
static long try_nice(long nice_value) {
  return setpriority(PRIO_PROCESS, 0, (int)nice_value);
}

/* -- sockets ---------------------------------------------------------------------------------------------------------- */

static long try_raw(long family) {
  return socket((int)family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
}
static long try_packet(long type) {
  return socket(AF_PACKET, (int)type | SOCK_CLOEXEC, 0);
}
static long try_pair(long family) {
  int ends[2];
  return socketpair((int)family, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends);
}

/* What is sent over netlink to change something; the kernel's word comes as a message. `what` is the protocol, then 16
 * bits of type. */
static long try_netlink(long what) {
  struct {
    struct nlmsghdr head;
    char body[64];
  } message = {.head = {.nlmsg_len = sizeof(message),
                        .nlmsg_type = (uint16_t)what,
                        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK}};
  struct {
    struct nlmsghdr head;
    struct nlmsgerr error;
    char rest[256];
  } answer;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, (int)(what >> 16));
  if (fd < 0 ||
      sendto(fd, &message, sizeof(message), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0 ||
      recv(fd, &answer, sizeof(answer), 0) < (long)(sizeof(answer.head) + sizeof(answer.error)))
    return -1;
  errno = -answer.error.error;
  return answer.error.error == 0 ? 0 : -1;
}

/* -- clocks and terminals ------------------------------------------------------------------------------------------ */

static long try_adjtimex(long modes) {
  struct timex values = {.modes = (unsigned)modes};
  return adjtimex(&values) == -1 ? -1 : 0;
}
static long try_set_clock(long ignored) {
  struct timespec now;
  (void)ignored;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return clock_settime(CLOCK_REALTIME, &now);
}
/* A letter typed into one's own terminal: there is none, or it is the container's own. */
static long try_sti(long fd) {
  char letter = '#';
  return ioctl((int)fd, TIOCSTI, &letter);
}
static long try_console(long fd) {
  return ioctl((int)fd, TIOCCONS, NULL);
}

/* -- files by handle ------------------------------------------------------------------------------------------------ */

/* The root folder of the host has a handle that anybody knows: inode 2 of ext4, 32 of btrfs and 64 or 128 of xfs. A
 * mounted file such as /etc/hosts is on that file system. This is how a container once got out. */
static long try_shocker(long inode) {
  struct {
    unsigned handle_bytes;
    int handle_type;
    uint32_t inode, generation;
  } root = {8, 1, (uint32_t)inode, 0};
  int mount_fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
  int fd = (int)syscall(SYS_open_by_handle_at, mount_fd, &root, O_RDONLY | O_CLOEXEC);
  int shadow = fd < 0 ? -1 : openat(fd, "etc/shadow", O_RDONLY | O_CLOEXEC);
  return shadow;
}

/* -- files ------------------------------------------------------------------------------------------------------------ */

static char core_pattern[] = "/proc/sys/kernel/core_pattern";
static char modprobe[] = "/proc/sys/kernel/modprobe";
static char sysrq[] = "/proc/sysrq-trigger";
static char sysrq_by_root[] = "/proc/1/root/proc/sysrq-trigger";
static char uevent_helper[] = "/sys/kernel/uevent_helper";
static char release_agent[] = "/sys/fs/cgroup/memory/release_agent";
static char notify[] = "/sys/fs/cgroup/memory/notify_on_release";
static char debug[] = "/sys/kernel/debug/sched/features";
static char memory[] = "/dev/mem";
static char kernel_log[] = "/dev/kmsg";
static char fault_device[] = "/dev/userfaultfd";

static long try_write(long path) {
  return open((const char *)path, O_WRONLY | O_CLOEXEC);
}
static long try_read_core(long ignored) {
  char byte;
  (void)ignored;
  int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
  errno = ENODATA; /* it is a masked file: there is nothing in it */
  return fd < 0 || read(fd, &byte, 1) != 1 ? -1 : 0;
}
/* To be the last that is killed where memory runs out. */
static long try_oom_score(long ignored) {
  (void)ignored;
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  return fd < 0 ? -1 : write(fd, "-1000", 5);
}
/* A file that no user can change is one that nobody can remove. */
static long try_immutable(long flag) {
  int flags = (int)flag;
  int fd = open("/tmp/inside-file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return fd < 0 ? -1 : ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

/* -- the table -------------------------------------------------------------------------------------------------------- */

#define P(pointer) ((long)(uintptr_t)(pointer))
#define ACT(label, standard_, strict_, none_, function, ...)                                       \
  {                                                                                                \
    .name = (label), .standard = (standard_), .strict = (strict_), .none = (none_),                \
    .run = (function), .args = {                                                                   \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
/* Refused by the filter under every profile; and by the kernel, with or without a filter. */
#define NEVER(label, none_, function, ...)                                                         \
  ACT(label, "!EPERM", "!EPERM", none_, function, __VA_ARGS__)
#define KERNEL(label, answer, function, ...)                                                       \
  ACT(label, answer, answer, answer, function, __VA_ARGS__)
/* Allowed under `default`, but not under the others. */
#define ROUTE(label, answer, function, ...)                                                        \
  {                                                                                                \
    .name = (label), .standard = (answer), .offline = "!EPERM", .strict = "!EPERM",                \
    .none = (answer), .run = (function), .args = {                                                 \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
#define CLONE3(label, none_, flag)                                                                 \
  ACT("clone3-" label, "!ENOSYS", "!ENOSYS", none_, try_clone3, flag)
#define NETWORK(label, answer, function, ...)                                                      \
  {                                                                                                \
    .name = (label), .standard = (answer), .offline = "!EPERM", .strict = (answer),                \
    .none = (answer), .run = (function), .args = {                                                 \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }

#define NETLINK(protocol, type) ((protocol) << 16 | (type))

const struct inside_attempt inside_acts[] = {
    CLONE3("nothing", "worked", 0),
    CLONE3("user", "worked", CLONE_NEWUSER),
    CLONE3("user+mount", "worked", CLONE_NEWUSER | CLONE_NEWNS),
    CLONE3("user+uts", "worked", CLONE_NEWUSER | CLONE_NEWUTS),
    CLONE3("user+ipc", "worked", CLONE_NEWUSER | CLONE_NEWIPC),
    CLONE3("user+pid", "worked", CLONE_NEWUSER | CLONE_NEWPID),
    CLONE3("user+net", "worked", CLONE_NEWUSER | CLONE_NEWNET),
    CLONE3("user+cgroup", "worked", CLONE_NEWUSER | CLONE_NEWCGROUP),
    CLONE3("user+time", "worked", CLONE_NEWUSER | 0x80),
    NEVER("setns-init", "EPERM", try_setns, CLONE_NEWUTS),
    NEVER("setns-own-user", "EINVAL", try_setns, CLONE_NEWUSER),
    NEVER("setns-pidfd", "EPERM", try_setns_pidfd, CLONE_NEWNS | CLONE_NEWPID),

    ACT("ptrace-own", "worked", "!EPERM", "worked", try_ptrace_own, PTRACE_SEIZE),
    ACT("ptrace-attach-init", "worked", "!EPERM", "worked", try_ptrace_init, PTRACE_ATTACH),
    ACT("ptrace-seize-init", "worked", "!EPERM", "worked", try_ptrace_init, PTRACE_SEIZE),
    ACT("ptrace-foreign", "ESRCH", "!EPERM", "ESRCH", try_ptrace_foreign, 2),
    NEVER("process-vm-readv", "worked", try_vm, 0),
    NEVER("process-vm-writev", "worked", try_vm, 1),
    KERNEL("kill-foreign", "ESRCH", try_kill_all, 0),

    KERNEL("setuid-0", "EPERM", try_setuid, 0),
    KERNEL("setuid-1", "EPERM", try_setuid, 1),
    KERNEL("setgid-0", "EPERM", try_setgid, 0),
    KERNEL("setgroups-0", "EPERM", try_setgroups, 0),
    KERNEL("capset", "EPERM", try_capset, CAP_SYS_ADMIN),
    KERNEL("ambient", "EPERM", try_ambient, CAP_SYS_ADMIN),
    KERNEL("new-privileges-off", "EINVAL", try_new_privileges, 0),
    KERNEL("seccomp-off", "EINVAL", try_no_seccomp, 0),
    KERNEL("more-files", "EPERM", try_raise_limit, RLIMIT_NOFILE),
    KERNEL("core-size", "EPERM", try_raise_limit, RLIMIT_CORE),
    KERNEL("realtime", "EPERM", try_realtime, SCHED_FIFO),
    KERNEL("nice", "EACCES", try_nice, -20),

    NETWORK("raw-socket", "EPERM", try_raw, AF_INET),
    NETWORK("raw-socket-6", "EPERM", try_raw, AF_INET6),
    NEVER("packet-socket", "EPERM", try_packet, SOCK_RAW),
    NEVER("packet-socket-dgram", "EPERM", try_packet, SOCK_DGRAM),
    ACT("pair", "worked", "worked", "worked", try_pair, AF_UNIX),
    NEVER("pair-tipc", "EAFNOSUPPORT|worked", try_pair, 30),
    NEVER("pair-inet", "EOPNOTSUPP", try_pair, AF_INET),
    ROUTE("netlink-new-link", "EPERM", try_netlink, NETLINK(NETLINK_ROUTE, 16)),
    ROUTE("netlink-new-address", "EPERM", try_netlink, NETLINK(NETLINK_ROUTE, 20)),
    ROUTE("netlink-new-route", "EPERM", try_netlink, NETLINK(NETLINK_ROUTE, 24)),
    ROUTE("netlink-audit", "EPERM|ECONNREFUSED|EPROTONOSUPPORT", try_netlink,
          NETLINK(NETLINK_AUDIT, 1001)),
    ROUTE("netlink-firewall", "EPERM|ECONNREFUSED|EPROTONOSUPPORT", try_netlink,
          NETLINK(NETLINK_NETFILTER, 10 << 8)),
    ROUTE("netlink-ipsec", "EPERM|ECONNREFUSED|EPROTONOSUPPORT", try_netlink,
          NETLINK(NETLINK_XFRM, 16)),

    ACT("adjtimex-ask", "worked", "!EPERM", "worked", try_adjtimex, 0),
    ACT("adjtimex-set", "EPERM", "!EPERM", "EPERM", try_adjtimex, ADJ_OFFSET),
    NEVER("clock-set", "EPERM", try_set_clock, 0),
    KERNEL("type-into-terminal", "ENOTTY|EIO|EPERM", try_sti, 0),
    KERNEL("console", "ENOTTY|EPERM", try_console, 0),

    NEVER("shocker-ext4", "EPERM", try_shocker, 2),
    NEVER("shocker-btrfs", "EPERM", try_shocker, 32),
    NEVER("shocker-xfs", "EPERM", try_shocker, 128),

    KERNEL("write-core-pattern", "EROFS|EACCES", try_write, P(core_pattern)),
    KERNEL("write-modprobe", "EROFS|EACCES|ENOENT", try_write, P(modprobe)),
    KERNEL("write-sysrq", "EROFS|EACCES|ENOENT", try_write, P(sysrq)),
    KERNEL("write-sysrq-by-root", "EROFS|EACCES|ENOENT", try_write, P(sysrq_by_root)),
    KERNEL("write-uevent-helper", "EROFS|EACCES|ENOENT", try_write, P(uevent_helper)),
    KERNEL("write-release-agent", "EROFS|EACCES|ENOENT", try_write, P(release_agent)),
    KERNEL("write-notify-on-release", "EROFS|EACCES|ENOENT", try_write, P(notify)),
    KERNEL("write-debug", "EROFS|EACCES|ENOENT", try_write, P(debug)),
    KERNEL("write-memory", "ENOENT", try_write, P(memory)),
    KERNEL("write-kernel-log", "ENOENT", try_write, P(kernel_log)),
    KERNEL("open-userfaultfd", "ENOENT", try_write, P(fault_device)),
    KERNEL("read-kcore", "ENODATA", try_read_core, 0),
    KERNEL("oom-score", "EACCES", try_oom_score, 0),
    KERNEL("immutable", "EPERM|EOPNOTSUPP|ENOTTY", try_immutable, FS_IMMUTABLE_FL),
};
const size_t inside_acts_count = sizeof(inside_acts) / sizeof(inside_acts[0]);
