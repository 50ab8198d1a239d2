/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped profiles next to each other and to Docker's own: each within the wider one, for every call of every
 * architecture, with each capability and without any; and by name what the narrower ones take away. */
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "parsed.h"
#include "safe-docker/confine/capability.h"
#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/confine/seccomp_program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define X32_BIT 0x40000000
#define REFUSED(number) (SECCOMP_RET_ERRNO | (number))
#define BEFORE_PTRACE (4U << 16 | 7)

static struct sd_seccomp_program program_of(struct sd_arena *arena, const char *name, uint32_t arch,
                                            uint32_t kernel, const struct sd_strv *caps) {
  struct sd_seccomp_target target = {arch, kernel, caps};
  return compiled_for(arena, parsed_known(arena, name), &target);
}

static bool allows(struct sd_seccomp_program program, uint32_t arch, int number,
                   const uint64_t args[3]) {
  struct seccomp_data call = {
      .nr = number, .arch = arch, .args = {args[0], args[1], args[2], 0, 0, 0}};
  return bpf_run(program.code, program.len, &call) == SECCOMP_RET_ALLOW;
}

/* -- one within another ------------------------------------------------------------------------ */

static const struct {
  const char *inner, *outer;
} pairs[] = {{"default", "docker"}, {"strict", "default"}, {"no-network", "default"}};

/* The machine that a filter is made for, and the doors into it. Calls of x32 are numbers of x86-64. */
static const struct {
  uint32_t machine, door;
} doors[] = {
    {SCMP_ARCH_X86_64, SCMP_ARCH_X86_64},
    {SCMP_ARCH_X86_64, SCMP_ARCH_X86},
    {SCMP_ARCH_AARCH64, SCMP_ARCH_AARCH64},
    {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM},
};

static void check_within(uint32_t machine, uint32_t kernel, const struct sd_strv *caps,
                         const char *which) {
  for (size_t p = 0; p < COUNT(pairs); p++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct sd_seccomp_program inner = program_of(&arena, pairs[p].inner, machine, kernel, caps);
    struct sd_seccomp_program outer = program_of(&arena, pairs[p].outer, machine, kernel, caps);
    for (size_t d = 0; d < COUNT(doors); d++) {
      struct sd_seccomp_call witness = {.arch = doors[d].door};
      if (doors[d].machine == machine &&
          sd_seccomp_relate_arch(&arena, &inner, &outer, &witness) != SD_SECCOMP_WITHIN)
        fail_msg("%s is not within %s with %s: call %d of %#x, arguments %#llx %#llx %#llx",
                 pairs[p].inner, pairs[p].outer, which, witness.number, witness.arch,
                 (unsigned long long)witness.args[0], (unsigned long long)witness.args[1],
                 (unsigned long long)witness.args[2]);
    }
    sd_arena_finish(&arena);
  }
}

static void check_machines(const struct sd_strv *caps, const char *which) {
  check_within(SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, caps, which);
  check_within(SCMP_ARCH_AARCH64, SD_SECCOMP_NEWEST, caps, which);
}

static void test_within_whatever_the_capabilities(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_strv all = {{NULL, 0, 0}};
  sd_arena_init(&arena);
  sd_capability_list(&arena, &all);
  assert_true(all.v.len >= 41);
  check_machines(&none, "no capability");
  check_machines(&all, "all capabilities");
  check_within(SCMP_ARCH_X86_64, BEFORE_PTRACE, &none, "an old kernel");
  check_within(SCMP_ARCH_X86_64, BEFORE_PTRACE, &all, "an old kernel and all capabilities");
  for (size_t i = 0; i < all.v.len; i++) {
    struct sd_strv one = {{NULL, 0, 0}};
    sd_strv_add(&one, &arena, all.v.items[i]);
    check_machines(&one, all.v.items[i]);
  }
  sd_arena_finish(&arena);
}

/* By the rules too, which is what a caller's copy of a shipped file is judged by. */
static void test_within_by_the_rules(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  for (size_t p = 0; p < COUNT(pairs); p++) {
    const struct sd_seccomp_profile *inner = parsed_known(&arena, pairs[p].inner);
    const struct sd_seccomp_profile *outer = parsed_known(&arena, pairs[p].outer);
    sd_error_init(&err, &arena);
    if (!sd_seccomp_is_stricter(inner, outer, &err))
      fail_msg("%s", err.message);
    assert_false(sd_seccomp_is_stricter(outer, inner, &err));
  }
  sd_arena_finish(&arena);
}

/* -- what the narrower ones take away ------------------------------------------------------------ */

static const uint64_t samples[] = {0,      1,      2,      8,       10,     16,         17,
                                   0x1000, 0x8000, 0xc000, 0x10011, 0x2000, 0xffffffff, UINT64_MAX};

static bool allows_some(struct sd_seccomp_program program, uint32_t arch, int number) {
  for (size_t i = 0; i < COUNT(samples); i++)
    for (unsigned at = 0; at < 3; at++) {
      uint64_t args[3] = {0, 0, 0};
      args[at] = samples[i];
      if (allows(program, arch, number, args))
        return true;
    }
  return false;
}

/* What is proven above, once more by running the filters. */
static void check_samples(struct sd_seccomp_program less, struct sd_seccomp_program more,
                          int number) {
  for (size_t i = 0; i < COUNT(samples); i++)
    for (unsigned at = 0; at < 3; at++) {
      uint64_t args[3] = {0, 0, 0};
      args[at] = samples[i];
      if (allows(less, SCMP_ARCH_X86_64, number, args))
        assert_true(allows(more, SCMP_ARCH_X86_64, number, args));
    }
}

static void list_taken(const char *narrow, const struct sd_strv *caps, struct sd_str *out) {
  struct sd_seccomp_program less =
      program_of(out->arena, narrow, SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, caps);
  struct sd_seccomp_program more =
      program_of(out->arena, "default", SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, caps);
  /* Later calls are not known to every libseccomp. */
  for (int number = 0; number <= 450; number++) {
    check_samples(less, more, number);
    check_samples(less, more, X32_BIT | number);
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number);
    if (name != NULL && allows_some(more, SCMP_ARCH_X86_64, number) &&
        !allows_some(less, SCMP_ARCH_X86_64, number))
      sd_str_addf(out, "%s ", name);
    free(name);
  }
}

static void test_taken_by_name(void **state) {
  (void)state;
  static const struct {
    const char *profile, *cap, *taken;
  } rows[] = {
      {"no-network", NULL, ""},
      {"no-network", "SYS_ADMIN", ""},
      {"strict", NULL,
       "ptrace setfsuid setfsgid personality adjtimex "
       "readahead set_thread_area get_thread_area "
       "clock_adjtime execveat process_mrelease "},
      {"strict", "SYS_CHROOT",
       "ptrace setfsuid setfsgid personality adjtimex chroot "
       "readahead set_thread_area get_thread_area "
       "clock_adjtime execveat process_mrelease "},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_str got;
    struct sd_strv caps = {{NULL, 0, 0}};
    if (rows[i].cap != NULL)
      sd_strv_add(&caps, &arena, rows[i].cap);
    sd_str_init(&got, &arena);
    list_taken(rows[i].profile, &caps, &got);
    assert_string_equal(sd_str_text(&got), rows[i].taken);
  }
  sd_arena_finish(&arena);
}

static const struct {
  uint32_t arch;
  const char *name;
  uint64_t args[3];
  uint32_t standard, offline, strict;
} decisions[] = {
#define YES SECCOMP_RET_ALLOW
#define NO REFUSED(EPERM)
#define KILLED SECCOMP_RET_KILL_THREAD
    {SCMP_ARCH_X86_64, "socket", {1, 0, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "socket", {2, 0, 0}, YES, NO, YES},
    {SCMP_ARCH_X86_64, "socket", {10, 0, 0}, YES, NO, YES},
    {SCMP_ARCH_X86_64, "socket", {16, 0, 0}, YES, NO, NO},
    {SCMP_ARCH_X86_64, "socket", {17, 0, 0}, NO, NO, NO},
    {SCMP_ARCH_X86_64, "socket", {38, 0, 0}, NO, NO, NO},
    {SCMP_ARCH_X86_64, "socket", {0x100000002, 0, 0}, NO, NO, NO},
    {SCMP_ARCH_X86_64, "socketpair", {1, 0, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "socketpair", {2, 0, 0}, NO, NO, NO},
    {SCMP_ARCH_AARCH64, "socket", {2, 0, 0}, YES, NO, YES},
    {SCMP_ARCH_X86, "getpid", {0, 0, 0}, YES, YES, KILLED},
    {SCMP_ARCH_X86, "socketcall", {1, 0, 0}, REFUSED(ENOSYS), REFUSED(ENOSYS), KILLED},
    {SCMP_ARCH_ARM, "getpid", {0, 0, 0}, YES, YES, KILLED},
    {SCMP_ARCH_X86_64, "memfd_create", {0, 1, 0}, YES, YES, NO},
    {SCMP_ARCH_X86_64, "memfd_create", {0, 9, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "clone", {0x01200011, 0, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "clone", {0x10000011, 0, 0}, NO, NO, NO},
    {SCMP_ARCH_X86_64, "clone3", {0, 0, 0}, REFUSED(ENOSYS), REFUSED(ENOSYS), REFUSED(ENOSYS)},
    {SCMP_ARCH_X86_64, "personality", {0xffffffff, 0, 0}, YES, YES, NO},
    {SCMP_ARCH_X86_64, "ptrace", {0, 0, 0}, YES, YES, NO},
    {SCMP_ARCH_X86_64, "mknod", {0, 0010644, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "mknod", {0, 0020644, 0}, NO, NO, NO},
    {SCMP_ARCH_X86_64, "execve", {0, 0, 0}, YES, YES, YES},
    {SCMP_ARCH_X86_64, "execveat", {0, 0, 0}, YES, YES, REFUSED(ENOSYS)},
};

static uint32_t answer(struct sd_arena *arena, const char *profile, size_t row) {
  struct sd_strv none = {{NULL, 0, 0}};
  uint32_t arch = decisions[row].arch;
  uint32_t machine = arch == SCMP_ARCH_X86   ? SCMP_ARCH_X86_64
                     : arch == SCMP_ARCH_ARM ? SCMP_ARCH_AARCH64
                                             : arch;
  struct sd_seccomp_program program = program_of(arena, profile, machine, SD_SECCOMP_NEWEST, &none);
  struct seccomp_data call = {.nr = seccomp_syscall_resolve_name_arch(arch, decisions[row].name),
                              .arch = arch};
  assert_true(call.nr >= 0);
  memcpy(call.args, decisions[row].args, sizeof(decisions[row].args));
  return bpf_run(program.code, program.len, &call);
}

static void test_decisions(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(decisions); i++) {
    uint32_t got[] = {answer(&arena, "default", i), answer(&arena, "no-network", i),
                      answer(&arena, "strict", i)};
    if (got[0] != decisions[i].standard || got[1] != decisions[i].offline ||
        got[2] != decisions[i].strict)
      fail_msg("row %zu, %s: %#x %#x %#x", i, decisions[i].name, got[0], got[1], got[2]);
    sd_arena_reset(&arena);
  }
  sd_arena_finish(&arena);
}

/* No rule of `strict` looks at capabilities, so none can open anything. */
static void test_strict_knows_no_capability(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_strv none = {{NULL, 0, 0}};
  struct sd_strv all = {{NULL, 0, 0}};
  sd_arena_init(&arena);
  sd_capability_list(&arena, &all);
  struct sd_seccomp_program without =
      program_of(&arena, "strict", SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none);
  struct sd_seccomp_program with =
      program_of(&arena, "strict", SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &all);
  assert_int_equal(without.len, with.len);
  assert_memory_equal(without.code, with.code, with.len);
  size_t len = 0;
  const char *text = sd_seccomp_builtin("strict", &len);
  assert_null(strstr(text, "CAP_"));
  sd_arena_finish(&arena);
}

static void test_x32_is_closed_by_strict(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_strv none = {{NULL, 0, 0}};
  const uint64_t args[3] = {0, 0, 0};
  sd_arena_init(&arena);
  struct sd_seccomp_program standard =
      program_of(&arena, "default", SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none);
  struct sd_seccomp_program strict =
      program_of(&arena, "strict", SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none);
  assert_true(allows(standard, SCMP_ARCH_X86_64, X32_BIT | 39, args));
  for (int number = 0; number < 600; number++)
    assert_false(allows(strict, SCMP_ARCH_X86_64, X32_BIT | number, args));
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_within_whatever_the_capabilities),
      cmocka_unit_test(test_within_by_the_rules),
      cmocka_unit_test(test_taken_by_name),
      cmocka_unit_test(test_decisions),
      cmocka_unit_test(test_strict_knows_no_capability),
      cmocka_unit_test(test_x32_is_closed_by_strict),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
