/* SPDX-License-Identifier: Apache-2.0 */
/* Runs inside containers. `probe everyday FOLDER` does what programs do all day and needs system calls, one line
 * "ok NAME" or "no NAME" each. `probe attack PID` tries what a container must not do to the host, one line
 * "refused NAME" or "reached NAME" each; PID is a process outside. `probe strict` does the same with what one profile
 * refuses beyond the other. Only EACCES and EPERM are refusals: any other errno comes from behind the check. Nothing
 * that is opened is written to. `probe memory MIB`, `probe forks` and `probe burn SECONDS` use up what is limited.
 * Static: it needs no libraries. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <mqueue.h>
#include <netinet/ip_icmp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *folder;
static pid_t outside;

/* -- everyday ---------------------------------------------------------------------------------- */

/* The child connects and sends a byte, the parent accepts and reads it. */
static bool exchange(int family, int type, struct sockaddr *address, socklen_t len) {
  int server = socket(family, type | SOCK_CLOEXEC, 0);
  if (server < 0 || bind(server, address, len) || (type == SOCK_STREAM && listen(server, 1)))
    return false;
  if (family != AF_UNIX && getsockname(server, address, &len))
    return false;
  pid_t child = fork();
  if (child == 0) {
    int client = socket(family, type, 0);
    _exit(client < 0 || connect(client, address, len) || write(client, "x", 1) != 1);
  }
  int peer = type == SOCK_STREAM ? accept(server, NULL, NULL) : server, status = -1;
  char byte = 0;
  bool got = read(peer, &byte, 1) == 1 && byte == 'x';
  waitpid(child, &status, 0);
  close(server);
  return got && status == 0;
}

static bool unix_path(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
  unlink(address.sun_path);
  return exchange(AF_UNIX, SOCK_STREAM, (struct sockaddr *)&address, sizeof address);
}

static bool unix_abstract(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0everyday"};
  return exchange(AF_UNIX, SOCK_STREAM, (struct sockaddr *)&address,
                  offsetof(struct sockaddr_un, sun_path) + 9);
}

static bool unix_pair(void) {
  int pair[2];
  char byte;
  return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0 && write(pair[0], "x", 1) == 1 &&
         read(pair[1], &byte, 1) == 1;
}

static bool over_loopback(int type) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return exchange(AF_INET, type, (struct sockaddr *)&address, sizeof address);
}
static bool tcp(void) {
  return over_loopback(SOCK_STREAM);
}
static bool udp(void) {
  return over_loopback(SOCK_DGRAM);
}

/* Docker opens ping sockets to everybody; they need no capability. */
static bool ping(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct icmphdr echo = {.type = ICMP_ECHO}, answer;
  int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  return fd >= 0 &&
         sendto(fd, &echo, sizeof echo, 0, (struct sockaddr *)&address, sizeof address) > 0 &&
         recv(fd, &answer, sizeof answer, 0) == sizeof answer && answer.type == ICMP_ECHOREPLY;
}

static bool netlink(void) {
  struct {
    struct nlmsghdr head;
    struct rtgenmsg body;
  } ask = {.head = {.nlmsg_len = sizeof ask,
                    .nlmsg_type = RTM_GETLINK,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
  char answer[65536];
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  return fd >= 0 && send(fd, &ask, sizeof ask, 0) == sizeof ask &&
         recv(fd, answer, sizeof answer, 0) > (ssize_t)sizeof(struct nlmsghdr);
}

/* What strace does to a command that it starts, and to a process that it attaches to. */
static bool debug_child(void) {
  pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
      _exit(1);
    raise(SIGSTOP);
    _exit(7);
  }
  int status;
  return waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
         ptrace(PTRACE_CONT, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child &&
         WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

static bool debug_attach(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  int status;
  bool attached = ptrace(PTRACE_ATTACH, child, NULL, NULL) == 0 &&
                  waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
                  ptrace(PTRACE_DETACH, child, NULL, NULL) == 0;
  return kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && attached;
}

static bool signal_child(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  int status;
  return kill(child, SIGTERM) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
         WTERMSIG(status) == SIGTERM;
}

static void *run_thread(void *argument) {
  return argument;
}
static bool thread(void) {
  int argument;
  pthread_t id;
  void *result;
  return pthread_create(&id, NULL, run_thread, &argument) == 0 && pthread_join(id, &result) == 0 &&
         result == &argument;
}

static bool shared_memory(void) {
  int fd = open("/dev/shm/everyday", O_RDWR | O_CREAT, 0600);
  return fd >= 0 && ftruncate(fd, 4096) == 0 &&
         mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED &&
         unlink("/dev/shm/everyday") == 0;
}

static bool sysv_memory(void) {
  int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  return id >= 0 && shmat(id, NULL, 0) != (void *)-1 && shmctl(id, IPC_RMID, NULL) == 0;
}

static bool message_queue(void) {
  return mq_open("/everyday", O_RDWR | O_CREAT, 0600, NULL) >= 0 && mq_unlink("/everyday") == 0;
}

/* As just-in-time compilers do. */
static bool generated_code(void) {
  unsigned char *code =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED)
    return false;
  *code = 0xc3;
  if (mprotect(code, 4096, PROT_READ | PROT_EXEC))
    return false;
  ((void (*)(void))(uintptr_t)code)();
  return true;
}

/* A program that has no path, and one whose file is gone. */
static bool run_memfd(void) {
  static char content[4 << 20];
  int self = open("/proc/self/exe", O_RDONLY), copy = memfd_create("copy", 0), status = -1;
  ssize_t len = read(self, content, sizeof content);
  if (copy < 0 || len <= 0 || write(copy, content, (size_t)len) != len)
    return false;
  char *const words[] = {"copy", "nothing", NULL}, *const none[] = {NULL};
  pid_t child = fork();
  if (child == 0) {
    fexecve(copy, words, none);
    _exit(1);
  }
  return waitpid(child, &status, 0) == child && status == 0;
}

static bool deleted_file(void) {
  char path[4096], byte;
  snprintf(path, sizeof path, "%s/deleted", folder);
  int fd = open(path, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || unlink(path))
    return false;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int again = open(path, O_RDWR);
  return again >= 0 && write(again, "x", 1) == 1 && pread(fd, &byte, 1, 0) == 1;
}

static const struct {
  const char *name;
  bool (*works)(void);
} everyday[] = {
    {"unix socket with a path", unix_path},
    {"abstract unix socket", unix_abstract},
    {"socket pair", unix_pair},
    {"TCP over loopback", tcp},
    {"UDP over loopback", udp},
    {"ping socket", ping},
    {"route netlink", netlink},
    {"ptrace of a traced child", debug_child},
    {"ptrace by attaching", debug_attach},
    {"signal to a child", signal_child},
    {"thread", thread},
    {"POSIX shared memory", shared_memory},
    {"System V shared memory", sysv_memory},
    {"message queue", message_queue},
    {"generated code", generated_code},
    {"program in a memfd", run_memfd},
    {"deleted file reopened by descriptor", deleted_file},
};

/* -- attacks ----------------------------------------------------------------------------------- */

/* Each returns -1 and errno where it failed. */
static long try_open(const char *path, int flags) {
  char full[4096];
  snprintf(full, sizeof full, path, outside);
  return open(full, flags | O_CLOEXEC | O_NONBLOCK);
}

static long mount_new(void) {
  return mount("none", "/mnt", "tmpfs", 0, NULL);
}
static long mount_bind(void) {
  return mount("/etc", "/mnt", NULL, MS_BIND, NULL);
}
static long mount_proc(void) {
  return mount("none", "/mnt", "proc", 0, NULL);
}
static long mount_cgroup(void) {
  return mount("none", "/mnt", "cgroup2", 0, NULL);
}
static long mount_again(void) {
  return mount("none", "/proc", NULL, MS_REMOUNT, NULL);
}
static long mount_propagate(void) {
  return mount("none", "/", NULL, MS_REC | MS_SHARED, NULL);
}
static long unmount(void) {
  return umount2("/dev/shm", MNT_DETACH);
}
static long pivot(void) {
  return syscall(SYS_pivot_root, "/mnt", "/mnt");
}
static long raw(void) {
  return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}
static long raw6(void) {
  return socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
}
static long packet(void) {
  return socket(AF_PACKET, SOCK_RAW, 0);
}
static long vsock(void) {
  return socket(AF_VSOCK, SOCK_STREAM, 0);
}
static long alg(void) {
  return socket(AF_ALG, SOCK_SEQPACKET, 0);
}
static long bluetooth(void) {
  return socket(AF_BLUETOOTH, SOCK_RAW, 0);
}
static long io_ports(void) {
  return iopl(3);
}
static long unload_module(void) {
  return syscall(SYS_delete_module, "no_such_module", 0);
}
static long trace(void) {
  return ptrace(PTRACE_ATTACH, outside, NULL, NULL);
}
static long signal_outside(void) {
  return kill(outside, SIGCONT);
}

/* In a child, whose state is of no further interest. */
static long in_child(long (*call)(void)) {
  pid_t child = fork();
  if (child == 0)
    _exit(call() < 0 ? errno : 0);
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
    return -1;
  errno = WEXITSTATUS(status);
  return errno == 0 ? 0 : -1;
}

static long new_user(void) {
  return unshare(CLONE_NEWUSER);
}
static long user_namespace(void) {
  return in_child(new_user);
}

static long read_memory(void) {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x1000, 1};
  return process_vm_readv(outside, &here, 1, &there, 1, 0);
}
static long enter(void) {
  int fd = (int)syscall(SYS_pidfd_open, outside, 0);
  return fd < 0 ? -1 : setns(fd, CLONE_NEWNET);
}
static long enter_namespace(void) {
  return in_child(enter);
}
static long take_file(void) {
  int fd = (int)syscall(SYS_pidfd_open, outside, 0);
  return fd < 0 ? -1 : syscall(SYS_pidfd_getfd, fd, 1, 0);
}
static long kernel_log(void) {
  char line[1024];
  return klogctl(3, line, sizeof line);
}
/* The right to is checked before the magic numbers, which are wrong. */
static long restart(void) {
  return syscall(SYS_reboot, 0, 0, 0, NULL);
}

/* With the calls that came after mount(2). */
static long mount_by_files(void) {
  int context = (int)syscall(SYS_fsopen, "tmpfs", 0);
  if (context < 0 || syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) < 0)
    return -1;
  int made = (int)syscall(SYS_fsmount, context, 0, 0);
  return made < 0 ? -1 : syscall(SYS_move_mount, made, "", AT_FDCWD, "/mnt", 4 /* F_EMPTY_PATH */);
}

/* What aa-exec, aa_change_profile(2) and their like write; `where` below /proc/thread-self/attr. In a child, since it
 * may work. */
static long write_attribute(const char *where, const char *wish) {
  char path[128];
  pid_t child = fork();
  if (child == 0) {
    snprintf(path, sizeof path, "/proc/thread-self/attr/%s", where);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    _exit(fd < 0 || write(fd, wish, strlen(wish)) < 0 ? errno : 0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
    return -1;
  errno = WEXITSTATUS(status);
  return errno == 0 ? 0 : -1;
}
static long leave_profile(void) {
  return write_attribute("current", "changeprofile unconfined");
}
static long leave_for_other(void) {
  return write_attribute("apparmor/current", "changeprofile docker-default");
}
static long leave_for_namespace(void) {
  return write_attribute("current", "changeprofile :other:safe-docker-default");
}
static long leave_by_hat(void) {
  return write_attribute("current", "changehat 0000000000000001^hat");
}
static long leave_by_stack(void) {
  return write_attribute("current", "stack docker-default");
}
static long leave_on_exec(void) {
  return write_attribute("exec", "exec unconfined");
}
static long leave_on_exec_by_stack(void) {
  return write_attribute("apparmor/exec", "stack docker-default");
}
/* lsm_set_self_attr(2), of Linux 6.8: the same without a file. */
static long call_to_leave(void) {
  struct {
    uint64_t id, flags, len, context_len;
    char context[32];
  } wish = {
      .id = 104, .len = sizeof wish, .context_len = 25, .context = "changeprofile unconfined"};
  return syscall(460, 100U, &wish, (uint32_t)sizeof wish, 0U);
}
static long leave_by_call(void) {
  return in_child(call_to_leave);
}

static const struct {
  const char *name;
  long (*run)(void);
} calls[] = {
    {"mount a new file system", mount_new},
    {"bind mount", mount_bind},
    {"mount proc anew", mount_proc},
    {"mount cgroup2 anew", mount_cgroup},
    {"remount", mount_again},
    {"change propagation", mount_propagate},
    {"unmount", unmount},
    {"pivot_root", pivot},
    {"raw socket", raw},
    {"raw IPv6 socket", raw6},
    {"packet socket", packet},
    {"vsock socket", vsock},
    {"crypto socket", alg},
    {"bluetooth socket", bluetooth},
    {"input and output ports", io_ports},
    {"unload a module", unload_module},
    {"ptrace a process outside", trace},
    {"signal a process outside", signal_outside},
    {"leave the profile", leave_profile},
    {"change to another profile", leave_for_other},
    {"change to a profile of another namespace", leave_for_namespace},
    {"change to a hat", leave_by_hat},
    {"stack another profile", leave_by_stack},
    {"leave the profile at the next program", leave_on_exec},
    {"stack another profile at the next program", leave_on_exec_by_stack},
    {"leave the profile without a file", leave_by_call},
    {"make a user namespace", user_namespace},
    {"read memory outside", read_memory},
    {"enter a namespace outside", enter_namespace},
    {"take a file from outside", take_file},
    {"read the kernel's log", kernel_log},
    {"restart the machine", restart},
    {"mount by file descriptors", mount_by_files},
};

static const char *const reads[] = {
    "/proc/kcore",
    "/proc/kallsyms",
    "/proc/keys",
    "/proc/key-users",
    "/proc/timer_list",
    "/proc/%d/environ",
    "/proc/%d/maps",
    "/proc/%d/root",
    "/proc/%d/ns/mnt",
    "/proc/%d/mem",
    "/proc/%d/cwd",
    "/proc/%d/fd/1",
    "/sys/firmware/acpi/tables/FACP",
    "/dev/kmsg",
    "/sys/kernel/security/apparmor/profiles",
    "/sys/kernel/debug/bdi",
    "/sys/kernel/tracing/trace",
    "/dev/mem",
    "/sys/kernel/notes",
};

/* All of them the real socket of the engine, by other names and in other places. */
static const char *const sockets[] = {
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/docker/metrics.sock",
    "/run/docker-containerd/containerd.sock",
    "/run/containerd/containerd.sock",
    "/run/containerd/containerd.sock.ttrpc",
    "/run/containerd/s/0123456789abcdef",
    "/run/crio/crio.sock",
    "/run/podman/podman.sock",
    "/run/libpod/tmp/any",
    "/run/buildkit/buildkitd.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/k3s/containerd/any",
    "/run/user/1000/docker.sock",
    "/run/user/1000/podman/any",
    "/run/user/1000/containerd/any",
    "/opt/docker.sock",
    "/deep/er/containerd.sock",
    "/srv/podman.sock",
};

static const char *const writes[] = {
    "/proc/sysrq-trigger",
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/randomize_va_space",
    "/proc/sys/kernel/yama/ptrace_scope",
    "/proc/sys/kernel/sysrq",
    "/proc/sys/kernel/sched_child_runs_first",
    "/proc/sys/kernel/softlockup_panic",
    "/proc/sys/kernel/domainname",
    "/proc/sys/kernel/printk",
    "/proc/sys/kernel/keys/maxkeys",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/fs/file-max",
    "/proc/sys/fs/protected_symlinks",
    "/proc/sys/net/ipv4/ip_forward",
    "/proc/irq/default_smp_affinity",
    "/proc/mtrr",
    "/sys/bus/pci/rescan",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/security/apparmor/.remove",
    "/sys/fs/cgroup/cgroup.procs",
    "/sys/module/kernel/parameters/panic",
};

static void told(const char *verb, const char *name, long result) {
  if (result < 0 && errno == ENOSYS)
    return;
  bool refused = result < 0 && (errno == EACCES || errno == EPERM);
  int number = result < 0 ? errno : 0;
  printf("%s %s%s #%d\n", refused ? "refused" : "reached", verb, name, number);
  fflush(stdout);
}

static void attack(void) {
  for (size_t i = 0; i < COUNT(reads); i++)
    told("read ", reads[i], try_open(reads[i], O_RDONLY));
  for (size_t i = 0; i < COUNT(writes); i++)
    told("write ", writes[i], try_open(writes[i], O_WRONLY));
  for (size_t i = 0; i < COUNT(calls); i++)
    told("", calls[i].name, calls[i].run());
  struct sockaddr_un engine = {.sun_family = AF_UNIX, .sun_path = "/run/docker.sock"};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  told("", "connect to the engine", connect(fd, (struct sockaddr *)&engine, sizeof engine));
  for (size_t i = 0; i < COUNT(sockets); i++)
    told("open the engine's socket at ", sockets[i], open(sockets[i], O_WRONLY | O_CLOEXEC));
  /* A folder that holds a mount can be renamed, and its mount goes with it. */
  long moved = rename("/fresh", "/moved");
  told("open the engine's socket in a ", "renamed folder",
       moved != 0 ? -1 : open("/moved/docker.sock", O_WRONLY | O_CLOEXEC));
}

/* -- strict ------------------------------------------------------------------------------------ */

static long copy_self(const char *path) {
  static char content[4 << 20];
  int self = open("/proc/self/exe", O_RDONLY),
      copy = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
  ssize_t len = read(self, content, sizeof content);
  bool copied = copy >= 0 && len > 0 && write(copy, content, (size_t)len) == len;
  close(self);
  close(copy);
  return copied ? 0 : -1;
}
static long run_copy(void) {
  char *const words[] = {"copy", "nothing", NULL}, *const none[] = {NULL};
  execve("/tmp/copy", words, none);
  return -1;
}
static long run_from_tmp(void) {
  return copy_self("/tmp/copy") != 0 ? 0 : in_child(run_copy);
}
static long map_from_tmp(void) {
  int fd = open("/tmp/copy", O_RDONLY);
  return fd < 0 || mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1
                                                                                             : 0;
}
static long ask_for_tracing(void) {
  return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
static long be_traced(void) {
  return in_child(ask_for_tracing);
}
static long trace_child(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  long attached = ptrace(PTRACE_ATTACH, child, NULL, NULL);
  int number = errno;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  errno = number;
  return attached;
}
static long read_child(const char *what) {
  char path[64];
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  snprintf(path, sizeof path, "/proc/%d/%s", (int)child, what);
  long opened = open(path, O_RDONLY | O_CLOEXEC);
  int number = errno;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  errno = number;
  return opened;
}
static long read_variables(void) {
  return read_child("environ");
}
static long read_maps(void) {
  return read_child("maps");
}
static long own_memory(void) {
  return open("/proc/self/mem", O_RDWR | O_CLOEXEC);
}
static long route(void) {
  return socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}
static long change_owner(void) {
  return chown("/tmp/copy", 1, 1);
}
static long memfd(void) {
  return run_memfd() ? 0 : (errno = EACCES, -1);
}

static const struct {
  const char *name;
  long (*run)(void);
} strict[] = {
    {"run a program from /tmp", run_from_tmp},
    {"map a library from /tmp", map_from_tmp},
    {"run a program in a memfd", memfd},
    {"be traced", be_traced},
    {"trace a child", trace_child},
    {"read a child's variables", read_variables},
    {"read a child's maps", read_maps},
    {"write its own memory by file", own_memory},
    {"netlink", route},
    {"use a capability", change_owner},
};

/* -- limits ------------------------------------------------------------------------------------ */

static int use_memory(size_t mib) {
  for (size_t i = 0; i < mib; i++) {
    char *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED)
      return 3;
    /* Not one value all over, which a kernel could keep in little room. */
    for (size_t at = 0; at < 1 << 20; at += 512)
      piece[at] = (char)(at / 512 + i);
  }
  printf("held %zu MiB\n", mib);
  return 0;
}

/* Until there is none left; prints how many processes there were, this one among them. */
static int use_processes(void) {
  int count = 1, last = 0;
  while (count < 100000) {
    pid_t child = fork();
    if (child == 0)
      for (;;)
        pause();
    if (child < 0) {
      last = errno;
      break;
    }
    count++;
  }
  printf("%d processes, errno %d\n", count, last);
  return 0;
}

static int use_cpu(int seconds) {
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do
    clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec - begin.tv_sec < seconds || now.tv_nsec < begin.tv_nsec);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "everyday") == 0) {
    folder = argv[2];
    for (size_t i = 0; i < COUNT(everyday); i++) {
      printf("%s %s\n", everyday[i].works() ? "ok" : "no", everyday[i].name);
      fflush(stdout);
    }
    return 0;
  }
  if (argc == 3 && strcmp(argv[1], "attack") == 0) {
    outside = (pid_t)strtol(argv[2], NULL, 10);
    attack();
    return 0;
  }
  if (argc == 2 && strcmp(argv[1], "strict") == 0) {
    for (size_t i = 0; i < COUNT(strict); i++)
      told("", strict[i].name, strict[i].run());
    return 0;
  }
  if (argc == 3 && strcmp(argv[1], "memory") == 0)
    return use_memory((size_t)strtol(argv[2], NULL, 10));
  if (argc == 2 && strcmp(argv[1], "forks") == 0)
    return use_processes();
  if (argc == 3 && strcmp(argv[1], "burn") == 0)
    return use_cpu((int)strtol(argv[2], NULL, 10));
  return argc == 2 && strcmp(argv[1], "nothing") == 0 ? 0 : 2;
}
