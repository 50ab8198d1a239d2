/* SPDX-License-Identifier: Apache-2.0 */
/* Runs inside a container and tries, one attempt a word, what the hardening must refuse. Static.
 * Prints "ATTEMPT: refused (errno)" or "ATTEMPT: worked"; the status is the number of those that
 * worked. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static long try_mount(void) {
  return mount("none", "/tmp", "tmpfs", 0, NULL);
}
static long try_bind(void) {
  return mount("/", "/tmp", NULL, MS_BIND, NULL);
}
static long try_umount(void) {
  return umount2("/proc", MNT_DETACH);
}
static long try_unshare_user(void) {
  return unshare(CLONE_NEWUSER);
}
static long try_unshare_mount(void) {
  return unshare(CLONE_NEWNS);
}
static long try_clone_user(void) {
  long child = syscall(SYS_clone, CLONE_NEWUSER, 0, 0, 0, 0);
  if (child == 0)
    _exit(0);
  return child;
}
static long try_setns(void) {
  int fd = open("/proc/1/ns/pid", O_RDONLY | O_CLOEXEC);
  return setns(fd, 0);
}
static long try_mknod(void) {
  return mknod("/tmp/device", S_IFBLK | 0666, makedev(254, 0));
}
static long try_chroot(void) {
  return chroot("/tmp");
}
static long try_raw(void) {
  return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}
static long try_packet(void) {
  return socket(AF_PACKET, SOCK_RAW, 0);
}
static long try_setuid(void) {
  return setuid(0);
}
static long try_setgid(void) {
  return setgid(0);
}
static long try_keyctl(void) {
  return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -3, 1);
}
static long try_add_key(void) {
  return syscall(SYS_add_key, "user", "name", "x", 1, -3);
}
static long try_bpf(void) {
  return syscall(SYS_bpf, 0, NULL, 0);
}
static long try_perf(void) {
  return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0);
}
static long try_kexec(void) {
  return syscall(SYS_kexec_load, 0, 0, NULL, 0);
}
static long try_module(void) {
  return syscall(SYS_init_module, NULL, 0, "");
}
static long try_open_by_handle(void) {
  return syscall(SYS_open_by_handle_at, -1, NULL, 0);
}
static long try_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return clock_settime(CLOCK_REALTIME, &now);
}
static long try_sethostname(void) {
  return sethostname("x", 1);
}
static long try_proc_sys(void) {
  return open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);
}
static long try_sysrq(void) {
  return open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
}
static long try_cgroup(void) {
  int fd = open("/sys/fs/cgroup/pids/cgroup.procs", O_WRONLY | O_CLOEXEC);
  return fd >= 0 || errno != ENOENT ? fd
                                    : open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);
}
static long try_ambient(void) {
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0);
}

static const struct {
  const char *name;
  long (*attempt)(void);
} attempts[] = {
    {"clone-user", try_clone_user},
    {"setns", try_setns},
    {"mknod", try_mknod},
    {"raw-socket", try_raw},
    {"packet-socket", try_packet},
    {"setuid-0", try_setuid},
    {"setgid-0", try_setgid},
    {"keyctl", try_keyctl},
    {"add-key", try_add_key},
    {"bpf", try_bpf},
    {"perf", try_perf},
    {"kexec", try_kexec},
    {"module", try_module},
    {"open-by-handle", try_open_by_handle},
    {"clock", try_clock},
    {"hostname", try_sethostname},
    {"proc-sys", try_proc_sys},
    {"sysrq", try_sysrq},
    {"cgroup", try_cgroup},
    {"ambient", try_ambient},
    /* These change what others would see, where they work. */
    {"bind-mount", try_bind},
    {"mount", try_mount},
    {"chroot", try_chroot},
    {"unshare-mount", try_unshare_mount},
    {"unshare-user", try_unshare_user},
    {"umount", try_umount},
};

/* Only these say that a right, the call or the file is missing; others mean that the kernel was
 * willing. */
static bool refused(long result) {
  return result < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS || errno == EROFS ||
                        errno == ENOENT);
}

int main(void) {
  int worked = 0;
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    errno = 0;
    bool no = refused(attempts[i].attempt());
    printf("%s: %s (%s)\n", attempts[i].name, no ? "refused" : "worked", strerror(errno));
    worked += !no;
  }
  return worked;
}
