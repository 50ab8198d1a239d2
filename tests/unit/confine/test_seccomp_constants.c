/* SPDX-License-Identifier: Apache-2.0 */
/* The table of constants beside Linux's own headers. */
#include "../with_arena.h"

#include <linux/personality.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "safe-docker/confine/seccomp_constants.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAMED(name)                                                                                \
  { #name, (uint64_t)(name) }

static const struct {
  const char *name;
  uint64_t value;
} headers[] = {
    NAMED(ADDR_COMPAT_LAYOUT),
    NAMED(ADDR_LIMIT_32BIT),
    NAMED(ADDR_LIMIT_3GB),
    NAMED(ADDR_NO_RANDOMIZE),
    NAMED(AF_ALG),
    NAMED(AF_APPLETALK),
    NAMED(AF_ATMPVC),
    NAMED(AF_ATMSVC),
    NAMED(AF_AX25),
    NAMED(AF_BLUETOOTH),
    NAMED(AF_CAIF),
    NAMED(AF_CAN),
    NAMED(AF_DECnet),
    NAMED(AF_IB),
    NAMED(AF_IEEE802154),
    NAMED(AF_INET),
    NAMED(AF_INET6),
    NAMED(AF_IPX),
    NAMED(AF_ISDN),
    NAMED(AF_IUCV),
    NAMED(AF_KCM),
    NAMED(AF_KEY),
    NAMED(AF_LLC),
    NAMED(AF_LOCAL),
    NAMED(AF_MPLS),
    NAMED(AF_NETLINK),
    NAMED(AF_NETROM),
    NAMED(AF_NFC),
    NAMED(AF_PACKET),
    NAMED(AF_PHONET),
    NAMED(AF_PPPOX),
    NAMED(AF_QIPCRTR),
    NAMED(AF_RDS),
    NAMED(AF_ROSE),
    NAMED(AF_RXRPC),
    NAMED(AF_SMC),
    NAMED(AF_SNA),
    NAMED(AF_TIPC),
    NAMED(AF_UNIX),
    NAMED(AF_UNSPEC),
    NAMED(AF_VSOCK),
    NAMED(AF_WANPIPE),
    NAMED(AF_X25),
    NAMED(AF_XDP),
    NAMED(CLONE_CHILD_CLEARTID),
    NAMED(CLONE_CHILD_SETTID),
    NAMED(CLONE_DETACHED),
    NAMED(CLONE_FILES),
    NAMED(CLONE_FS),
    NAMED(CLONE_IO),
    NAMED(CLONE_NEWCGROUP),
    NAMED(CLONE_NEWIPC),
    NAMED(CLONE_NEWNET),
    NAMED(CLONE_NEWNS),
    NAMED(CLONE_NEWPID),
    NAMED(CLONE_NEWTIME),
    NAMED(CLONE_NEWUSER),
    NAMED(CLONE_NEWUTS),
    NAMED(CLONE_PARENT),
    NAMED(CLONE_PARENT_SETTID),
    NAMED(CLONE_PIDFD),
    NAMED(CLONE_PTRACE),
    NAMED(CLONE_SETTLS),
    NAMED(CLONE_SIGHAND),
    NAMED(CLONE_SYSVSEM),
    NAMED(CLONE_THREAD),
    NAMED(CLONE_UNTRACED),
    NAMED(CLONE_VFORK),
    NAMED(CLONE_VM),
    NAMED(MMAP_PAGE_ZERO),
    NAMED(PER_LINUX),
    NAMED(PER_LINUX32),
    NAMED(PER_LINUX32_3GB),
    NAMED(READ_IMPLIES_EXEC),
    NAMED(SHORT_INODE),
    NAMED(SOCK_CLOEXEC),
    NAMED(SOCK_DGRAM),
    NAMED(SOCK_NONBLOCK),
    NAMED(SOCK_STREAM),
    NAMED(SOCK_DCCP),
    NAMED(SOCK_PACKET),
    NAMED(SOCK_RAW),
    NAMED(SOCK_RDM),
    NAMED(SOCK_SEQPACKET),
    NAMED(STICKY_TIMEOUTS),
    NAMED(S_IFBLK),
    NAMED(S_IFCHR),
    NAMED(S_IFDIR),
    NAMED(S_IFIFO),
    NAMED(S_IFLNK),
    NAMED(S_IFREG),
    NAMED(S_IFSOCK),
    NAMED(S_ISGID),
    NAMED(S_ISUID),
    NAMED(S_ISVTX),
    NAMED(UNAME26),
    NAMED(WHOLE_SECONDS),
    NAMED(SIGCHLD),
};

static void test_numbers(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(headers); i++) {
    struct sd_error err;
    uint64_t typed = 0;
    uint64_t read = 0;
    sd_error_init(&err, &arena);
    if (!sd_seccomp_parse_value(&arena, headers[i].name, &typed, &err) ||
        !sd_seccomp_portable_constant(headers[i].name, strlen(headers[i].name), &read))
      fail_msg("%s is not known", headers[i].name);
    if (typed != headers[i].value || read != headers[i].value)
      fail_msg("%s is %#llx, not %#llx", headers[i].name, (unsigned long long)headers[i].value,
               (unsigned long long)typed);
  }
}

/* Other machines have other numbers for these, and so it is not known which ones strace meant. */
static void test_unportable(void **state) {
  (void)state;
  static const char *const names[] = {"O_DIRECTORY", "TIOCSTI", "MAP_ANONYMOUS", "SYS_SOCKET"};
  uint64_t value = 7;
  for (size_t i = 0; i < COUNT(names); i++)
    assert_false(sd_seccomp_portable_constant(names[i], strlen(names[i]), &value));
  assert_false(sd_seccomp_portable_constant("AF_INET6", strlen("AF_"), &value));
  assert_int_equal(value, 7);
  assert_true(sd_seccomp_portable_constant("AF_INET6", strlen("AF_INET"), &value));
  assert_int_equal(value, AF_INET);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_unportable),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
