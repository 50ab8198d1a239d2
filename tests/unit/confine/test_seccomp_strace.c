/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from lines as strace 6.1 writes them. */
#include "../with_arena.h"

#include <seccomp.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_strace.h"

/* "socket(1,?,0)" for each call, in order, with "x86:" before those of other architectures. */
static void write_down(void *context, const struct sd_seccomp_call *call, unsigned known) {
  struct sd_str *out = context;
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  const char *name = "?";
  sd_seccomp_list_calls(&arena, call->arch, &numbers);
  for (size_t i = 0; i < numbers.v.len; i++)
    if (numbers.v.items[i].number == call->number)
      name = numbers.v.items[i].name;
  if (out->len > 0)
    sd_str_add_char(out, ' ');
  if (call->arch != SCMP_ARCH_X86_64)
    sd_str_addf(out, "%s:", sd_seccomp_arch_name(call->arch));
  sd_str_addf(out, "%s(", name);
  for (unsigned i = 0; i < 3; i++)
    if ((known & 1U << i) != 0)
      sd_str_addf(out, "%s%#llx", i > 0 ? "," : "", (unsigned long long)call->args[i]);
    else
      sd_str_addf(out, "%s?", i > 0 ? "," : "");
  sd_str_add_char(out, ')');
}

static const char *calls_of(const char *text, struct sd_seccomp_strace *found) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  sd_seccomp_strace_read(&arena, SCMP_ARCH_X86_64, text, strlen(text), write_down, &out, found);
  return sd_str_text(&out);
}

static void test_lines(void **state) {
  (void)state;
  static const struct {
    const char *text, *calls;
  } rows[] = {
      {"", ""},
      {"getpid() = 5\n", "getpid(?,?,?)"},
      {"getpid()                                = 5", "getpid(?,?,?)"},
      {"socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3\n", "socket(0x1,0x80001,0)"},
      {"socket(0x1 /* AF_UNIX */, 0x1 /* SOCK_STREAM */|0x80000 /* SOCK_CLOEXEC */, 0 /* "
       "IPPROTO_IP */) = 3",
       "socket(0x1,0x80001,0)"},
      {"socket(0x11, 0x3|0x80000, htons(0)) = 3", "socket(0x11,0x80003,?)"},
      {"socket(AF_MOON, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by "
       "protocol)",
       "socket(?,0x1,0)"},
      {"socket(0x1 /* AF_UNIX */ , -1, 00) = 3", "socket(0x1,?,0)"},
      {"personality(PER_LINUX|ADDR_NO_RANDOMIZE) = 0 (PER_LINUX)", "personality(0x40000,?,?)"},
      {"personality(0xffffffff) = 0 (PER_LINUX)", "personality(0xffffffff,?,?)"},
      {"mknodat(AT_FDCWD, \"/a, b)\\\"\", S_IFIFO|0644) = 0", "mknodat(?,?,0x11a4)"},
      {"mknod(\"x\", 010644 /* S_IFIFO|0644 */) = 0", "mknod(?,0x11a4,?)"},
      {"mknod(\"x\", S_IFCHR|0600, makedev(0x1, 0x3)) = 0", "mknod(?,0x2180,?)"},
      {"mknodat(0xffffff9c, 0x7fed57d75340, 0x11a4, 0) = 0",
       "mknodat(0xffffff9c,0x7fed57d75340,0x11a4)"},
      {"ioctl(3</tmp/a, b)>, TCGETS, 0x1) = -1 ENOTTY", "ioctl(0x3,?,0x1)"},
      {"sendto(3<UNIX-STREAM:[1->2,\"/tmp/x\"]>, \"a\", 1) = 1", "sendto(0x3,?,0x1)"},
      {"capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN, a}, 7) = 0",
       "capset(?,?,0x7)"},
      {"clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
       "child_tidptr=0x7f197cacca10) = 17644 <0.000160>",
       "clone(0x1200011,?,?)"},
      {"clone(child_stack=NULL, flags=0x1200000 /* CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID */|17 "
       "/* SIGCHLD */, child_tidptr=0x7) = 2",
       "clone(0x1200011,?,?)"},
      {"clone(child_stack=NULL, flags=CLONE_NEWMOON|SIGCHLD) = 2", "clone(?,?,?)"},
      {"clone(0x1200011, 0, 0, 0x7f3e7212aa10, 0) = 0x4609", "clone(0x1200011,0,0)"},
      {"syscall_0x27(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = 1", "getpid(0x1,0x2,0x3)"},
      {"exit_group(0)                           = ?", "exit_group(0,?,?)"},
      {"execve(\"/bin/a\", [\"a\", \"b)\"], 0x7ffd /* 20 vars */) = 0", "execve(?,?,0x7ffd)"},
      {"read(3, \"abc\"..., 832) = 832\r\n", "read(0x3,?,0x340)"},
      {"restart_syscall(<... resuming interrupted poll ...>) = 0", "restart_syscall(?,?,?)"},
      {"write(1, \" <unfinished ...>\", 17) = 17", "write(0x1,?,0x11)"},
      {"write(1, \"strace: Process 1 attached\", 26) = 26", "write(0x1,?,0x1a)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_seccomp_strace found;
    assert_string_equal(calls_of(rows[i].text, &found), rows[i].calls);
    assert_int_equal(found.unread, 0);
    assert_int_equal(found.calls, rows[i].calls[0] != '\0');
  }
}

static void test_prefixes(void **state) {
  (void)state;
  static const char *const prefixes[] = {
      "",
      "  ",
      "123 ",
      "123   ",
      "123<sh> ",
      "123<a b> ",
      "[pid   123] ",
      "[pid 123<sh>] ",
      "12:00:01 ",
      "123 12:00:01.123456 ",
      "[pid  123] 12:00:01 ",
      "1700000000.123456 ",
      "123 1700000000.123456 [  41] [00007f76a686fdc7] ",
      "     0.000000 ",
      "123      0.000064 ",
      "123 12:00:01 (+     0.000064) ",
      "[00007f76a686fdc7] ",
      "[????????????????] ",
      "[ 257] ",
  };
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
    struct sd_seccomp_strace found;
    const char *line = sd_arena_printf(&arena, "%spersonality(0x8) = 0\n", prefixes[i]);
    assert_string_equal(calls_of(line, &found), "personality(0x8,?,?)");
    assert_int_equal(found.unread, 0);
  }
}

static void test_calls_of_two_lines(void **state) {
  (void)state;
  static const struct {
    const char *text, *calls;
  } rows[] = {
      {"1 read(3,  <unfinished ...>\n2 getpid() = 2\n1 <... read resumed>\"a\", 5) = 1\n",
       "getpid(?,?,?) read(0x3,?,0x5)"},
      {"[pid 1] clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n[pid 2] getpid() = 2\n"
       "[pid 1] <... clone resumed>, child_tidptr=0x1) = 2\n",
       "getpid(?,?,?) clone(0x11,?,?)"},
      /* the second line never comes */
      {"1 socket(AF_UNIX, <unfinished ...>\n1 +++ killed by SIGKILL +++\n", "socket(0x1,?,?)"},
      {"1 socket(AF_UNIX, SOCK_STREAM <unfinished ...>\n", "socket(0x1,?,?)"},
      {"1 socket( <unfinished ...>\n", "socket(?,?,?)"},
      /* the first line was never seen */
      {"1 <... futex resumed>) = 0\n1 ??\?( <unfinished ...>\n1 <... ??? resumed>) = ?\n", ""},
      /* strace speaks in between */
      {"clone(child_stack=NULL, flags=SIGCHLDstrace: Process 7 attached\n, child_tidptr=0x7) = 7\n",
       "clone(0x11,?,?)"},
      {"clone(child_stack=NULL, flags=SIGCHLDstrace: Process 7 attached\n <unfinished ...>\n"
       "[pid 7] getpid() = 7\n[pid 6] <... clone resumed>, child_tidptr=0x7) = 7\n",
       "getpid(?,?,?) clone(?,?,?)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_seccomp_strace found;
    assert_string_equal(calls_of(rows[i].text, &found), rows[i].calls);
    assert_int_equal(found.unread, 0);
  }
}

static void test_remarks(void **state) {
  (void)state;
  struct sd_seccomp_strace found;
  static const char text[] =
      "strace: Process 1 attached\n\n1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---\n"
      "1 +++ exited with 0 +++\n+++ killed by SIGKILL (core dumped) +++\nProcess 5 detached\n"
      " > /lib/libc.so.6(__read+0x10) [0x1234]\n[pid  5] +++ exited with 1 +++\n";
  assert_string_equal(calls_of(text, &found), "");
  assert_int_equal(found.unread, 0);
}

static void test_what_is_not_understood_is_counted(void **state) {
  (void)state;
  static const char *const lines[] = {
      "hello world",
      "moonwalk(1, 2) = 0",
      "socket",
      "123",
      "syscall_0xzz(1) = 0",
      "<... socket",
      "[ Process PID=1 runs in 31 bit mode. ]",
      "socket[1]",
      "\"read(1)\"",
      "socket AF_UNIX",
  };
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    struct sd_seccomp_strace found;
    const char *text = sd_arena_printf(&arena, "getpid() = 1\n%s\n", lines[i]);
    assert_string_equal(calls_of(text, &found), "getpid(?,?,?)");
    assert_int_equal(found.unread, 1);
    assert_int_equal(found.first_unread, 2);
  }
}

static void test_the_first_line_is_told(void **state) {
  (void)state;
  struct sd_seccomp_strace found;
  static const char text[] = "1 moonwalk( <unfinished ...>\n2 getpid() = 2\nwhat\n";
  assert_string_equal(calls_of(text, &found), "getpid(?,?,?)");
  assert_int_equal(found.unread, 2);
  assert_int_equal(found.first_unread, 1);
}

/* An argument that is cut off, or too large, is never taken for another. */
static void test_doubt_is_unknown(void **state) {
  (void)state;
  static const struct {
    const char *text, *calls;
  } rows[] = {
      {"socket(AF_INET", "socket(?,?,?)"},
      {"socket(AF_INET, 1", "socket(0x2,?,?)"},
      {"socket(99999999999999999999, 0x, 0x1g) = 3", "socket(?,?,?)"},
      {"socket(AF_UNIX|, |1, 1|) = 3", "socket(?,?,?)"},
      {"socket(089, 1 2, [1]) = 3", "socket(?,?,?)"},
      {"socket(\"1\", {1}, \"\\\", 1) = 3", "socket(?,?,?)"},
      {"socket(18446744073709551615, 0xffffffffffffffff, 0x10000000000000000) = 3",
       "socket(0xffffffffffffffff,0xffffffffffffffff,?)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_seccomp_strace found;
    assert_string_equal(calls_of(rows[i].text, &found), rows[i].calls);
  }
}

static void test_other_architectures(void **state) {
  (void)state;
  static const struct {
    const char *text, *calls;
  } rows[] = {
      {"5 [ Process PID=5 runs in 32 bit mode. ]\n5 getpid() = 5\n6 getpid() = 6\n",
       "x86:getpid(?,?,?) getpid(?,?,?)"},
      {"[ Process PID=5 runs in 32 bit mode. ]\ngetpid() = 5\n", "x86:getpid(?,?,?)"},
      {"[ Process PID=5 runs in x32 mode. ]\ngetpid() = 5\n", "x32:getpid(?,?,?)"},
      {"5 [ Process PID=5 runs in 32 bit mode. ]\n5 [ Process PID=5 runs in 64 bit mode. ]\n"
       "5 getpid() = 5\n",
       "getpid(?,?,?)"},
      /* a child is what its parent is */
      {"5 [ Process PID=5 runs in 32 bit mode. ]\n5 clone(child_stack=NULL, flags=SIGCHLD) = 6\n"
       "6 getpid() = 6\n",
       "x86:clone(0x11,?,?) x86:getpid(?,?,?)"},
      {"5 [ Process PID=5 runs in 32 bit mode. ]\n5 clone(0x11, 0, 0) = 0x6\n6 getpid() = 6\n",
       "x86:clone(0x11,0,0) x86:getpid(?,?,?)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_seccomp_strace found;
    assert_string_equal(calls_of(rows[i].text, &found), rows[i].calls);
    assert_int_equal(found.unread, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_prefixes),
      cmocka_unit_test(test_calls_of_two_lines),
      cmocka_unit_test(test_remarks),
      cmocka_unit_test(test_what_is_not_understood_is_counted),
      cmocka_unit_test(test_the_first_line_is_told),
      cmocka_unit_test(test_doubt_is_unknown),
      cmocka_unit_test(test_other_architectures),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
