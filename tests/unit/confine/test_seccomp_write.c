/* SPDX-License-Identifier: Apache-2.0 */
/* A profile that is written is the profile that was read. */
#include <string.h>

#include "made.h"
#include "parsed.h"
#include "same_profile.h"

#include "safe-docker/confine/seccomp_docker.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MADE 400

static void assert_same_program(struct sd_arena *arena, const struct sd_seccomp_profile *a,
                                const struct sd_seccomp_profile *b) {
  struct sd_strv some = {{NULL, 0, 0}};
  sd_strv_add(&some, arena, "SYS_ADMIN");
  const struct sd_strv none = {{NULL, 0, 0}};
  const struct sd_seccomp_target targets[] = {{SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none},
                                              {SCMP_ARCH_X86_64, 4 << 16 | 7, &some},
                                              {SCMP_ARCH_AARCH64, 6 << 16, &none}};
  for (size_t i = 0; i < COUNT(targets); i++) {
    struct sd_seccomp_program one;
    struct sd_seccomp_program two;
    struct sd_error err;
    sd_error_init(&err, arena);
    bool made = sd_seccomp_compile(arena, a, &targets[i], &one, &err);
    sd_error_init(&err, arena);
    assert_int_equal(sd_seccomp_compile(arena, b, &targets[i], &two, &err), made);
    if (!made)
      continue;
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.code, two.code, one.len);
  }
}

static void check(struct sd_arena *arena, const char *text) {
  const struct sd_seccomp_profile *profile = parsed(arena, text);
  const char *written = sd_seccomp_write(arena, profile);
  const struct sd_seccomp_profile *again = parsed(arena, written);
  if (!same_profile(profile, again))
    fail_msg("%s\nbecame\n%s", text, written);
  assert_string_equal(sd_seccomp_write(arena, again), written);
  assert_same_program(arena, profile, again);
}

static void test_shipped(void **state) {
  (void)state;
  struct sd_arena arena;
  size_t len = 0;
  sd_arena_init(&arena);
  for (size_t i = 0; sd_seccomp_shipped(i) != NULL; i++)
    check(&arena, sd_seccomp_builtin(sd_seccomp_shipped(i), &len));
  check(&arena, sd_seccomp_docker(&arena, &len));
  sd_arena_finish(&arena);
}

static void test_made(void **state) {
  (void)state;
  struct dice dice = {20261122};
  for (int i = 0; i < MADE; i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    struct made_pair pair = made_pair(&dice, &arena);
    check(&arena, pair.inner);
    check(&arena, pair.outer);
    sd_arena_finish(&arena);
  }
}

/* Every word of the format, the largest numbers, and both lists of architectures. */
static void test_forms(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{\"defaultAction\": \"SCMP_ACT_TRACE\", \"defaultErrnoRet\": 4095, \"syscalls\": []}",
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 38, \"architectures\": "
      "[\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X32\", \"SCMP_ARCH_X86_64\"], \"syscalls\": null}",
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"archMap\": [{\"architecture\": "
      "\"SCMP_ARCH_S390X\", \"subArchitectures\": []}, {\"architecture\": \"SCMP_ARCH_X86_64\", "
      "\"subArchitectures\": [\"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"]}], \"syscalls\": [{\"name\": "
      "\"read\", \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"minKernel\": \"65535.65535\", "
      "\"caps\": [\"CAP_BPF\", \"CAP_SYS_ADMIN\"], \"arches\": [\"amd64\", \"s390x\"]}, "
      "\"excludes\": {\"minKernel\": \"1.0\", \"arches\": [\"x32\"]}}]}",
      "{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\", \"syscalls\": [{\"names\": [\"write\", "
      "\"write\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38, \"args\": [{\"index\": 5, "
      "\"value\": 18446744073709551615, \"valueTwo\": 9223372036854775808, \"op\": "
      "\"SCMP_CMP_MASKED_EQ\"}, {\"index\": 0, \"value\": 0, \"valueTwo\": 0, \"op\": "
      "\"SCMP_CMP_NE\"}]}]}",
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < COUNT(texts); i++)
    check(&arena, texts[i]);
  for (size_t i = 0; sd_seccomp_action_name(i) != NULL; i++)
    check(&arena, sd_arena_printf(&arena,
                                  "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": "
                                  "[{\"names\": [\"read\"], \"action\": \"%s\"}]}",
                                  sd_seccomp_action_name(i)));
  for (size_t i = 0; sd_seccomp_operator_name(i) != NULL; i++)
    check(&arena,
          sd_arena_printf(&arena,
                          "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": "
                          "[{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": "
                          "[{\"index\": 1, \"value\": 7, \"op\": \"%s\"}]}]}",
                          sd_seccomp_operator_name(i)));
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shipped), cmocka_unit_test(test_made),
                                     cmocka_unit_test(test_forms)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
