/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest part of a profile that serves what was seen. */
/* Before the arena of all tests, which its parameters would hide. */
#include "parsed.h"

#include "../with_arena.h"

#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_learn.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Without anything that a runtime needs, so that each test sees its own calls alone. */
#define ALLOW "\"action\":\"SCMP_ACT_ALLOW\""
#define ARG0(value) ",\"args\":[{\"index\":0,\"value\":" value ",\"op\":\"SCMP_CMP_EQ\"}]}"
#define ENOSYS_RULE(name) "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}"

static const char *const profile_parts[] = {
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":13,\"archMap\":[",
    "{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_"
    "X32\"]},",
    "{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":[]}],\"syscalls\":[",
    "{\"names\":[\"mkdir\",\"getuid\",\"chdir\",\"ptrace\"]," ALLOW "},",
    "{\"names\":[\"socket\"]," ALLOW ARG0("1") ",",
    "{\"names\":[\"socket\"]," ALLOW ARG0("2") ",",
    "{\"names\":[\"socket\"],\"includes\":{\"caps\":[\"CAP_NET_RAW\"]}," ALLOW ARG0("17") ",",
    ENOSYS_RULE("socketcall") ",",
    "{\"names\":[\"mount\",\"umount2\"],\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}," ALLOW "},",
    "{\"names\":[\"personality\"]," ALLOW ARG0("0") ",",
    "{\"names\":[\"personality\"]," ALLOW ARG0("8") ",",
    "{\"names\":[\"process_vm_readv\"],\"includes\":{\"minKernel\":\"4.8\"}," ALLOW "},",
    "{\"names\":[\"getpgid\"],\"excludes\":{\"arches\":[\"amd64\"]}," ALLOW "},",
    ENOSYS_RULE("clone3") "]}",
};

static const char *profile_text(void) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  for (size_t i = 0; i < COUNT(profile_parts); i++)
    sd_str_add(&out, profile_parts[i]);
  return sd_str_text(&out);
}

struct seen {
  uint32_t arch;
  const char *name;
  uint64_t args[3];
  unsigned known;
};
#define ALL SD_SECCOMP_ALL_ARGS
#define NATIVE SCMP_ARCH_X86_64

static struct sd_strv none, net_raw;

static struct sd_seccomp_lesson *lesson_of(const char *text, const struct sd_strv *capabilities) {
  struct sd_error err;
  struct sd_seccomp_lesson *lesson = NULL;
  struct sd_seccomp_target *target = sd_arena_alloc(&arena, sizeof(*target));
  *target = (struct sd_seccomp_target){NATIVE, 6U << 16 | 1, capabilities};
  sd_error_init(&err, &arena);
  if (!sd_seccomp_lesson_create(&arena, parsed(&arena, text), target, &lesson, &err))
    fail_msg("%s", err.message);
  return lesson;
}

static void note(struct sd_seccomp_lesson *lesson, const struct seen *seen) {
  struct sd_seccomp_call call = {.arch = seen->arch};
  memcpy(call.args, seen->args, sizeof(seen->args));
  assert_true(sd_seccomp_number_of(seen->arch, seen->name, &call.number));
  sd_seccomp_lesson_note(lesson, &call, seen->known);
}

static struct sd_seccomp_learned written(struct sd_seccomp_lesson *lesson) {
  struct sd_error err;
  struct sd_seccomp_learned learned;
  sd_error_init(&err, &arena);
  if (!sd_seccomp_lesson_write(lesson, "a comment", &learned, &err))
    fail_msg("%s", err.message);
  return learned;
}

static struct sd_seccomp_learned learned_from(const struct seen *seen, size_t count) {
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &none);
  for (size_t i = 0; i < count; i++)
    note(lesson, &seen[i]);
  return written(lesson);
}

static bool has(const struct sd_seccomp_learned *learned, const char *part) {
  return strstr(learned->text, part) != NULL;
}

static void test_only_what_was_served_stays(void **state) {
  (void)state;
  static const struct seen seen[] = {{NATIVE, "mkdir", {0}, ALL},
                                     {NATIVE, "socket", {2, 1, 0}, ALL},
                                     {NATIVE, "process_vm_readv", {0}, ALL}};
  struct sd_seccomp_learned learned = learned_from(seen, COUNT(seen));
  static const char expected[] =
      "{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"defaultErrnoRet\": 13,\n  \"archMap\": [\n"
      "    { \"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [] }\n  ],\n"
      "  \"syscalls\": [\n"
      "    {\n      \"comment\": \"a comment\",\n      \"names\": [\"mkdir\"],\n"
      "      \"action\": \"SCMP_ACT_ALLOW\"\n    },\n"
      "    {\n      \"names\": [\"socket\"],\n      \"action\": \"SCMP_ACT_ALLOW\",\n"
      "      \"args\": [{ \"index\": 0, \"value\": 2, \"op\": \"SCMP_CMP_EQ\" }]\n    },\n"
      "    {\n      \"names\": [\"socketcall\"],\n      \"action\": \"SCMP_ACT_ERRNO\",\n"
      "      \"errnoRet\": 38\n    },\n"
      "    {\n      \"names\": [\"process_vm_readv\"],\n      \"action\": \"SCMP_ACT_ALLOW\",\n"
      "      \"includes\": { \"minKernel\": \"4.8\" }\n    },\n"
      "    {\n      \"names\": [\"clone3\"],\n      \"action\": \"SCMP_ACT_ERRNO\",\n"
      "      \"errnoRet\": 38\n    }\n  ]\n}\n";
  assert_string_equal(learned.text, expected);
  assert_int_equal(learned.served, 3);
  assert_int_equal(learned.allowed, 7);
  /* what a runtime needs is refused by this profile, and said so */
  assert_true(sd_strv_contains(&learned.refused, "execve: errno 13 (EACCES)"));
  assert_int_equal(learned.vague.v.len, 0);
}

static void test_order_does_not_matter(void **state) {
  (void)state;
  static const struct seen seen[] = {
      {NATIVE, "ptrace", {0}, ALL},  {NATIVE, "mkdir", {0}, ALL},
      {NATIVE, "socket", {1}, ALL},  {NATIVE, "getuid", {0}, ALL},
      {NATIVE, "socket", {99}, ALL}, {SCMP_ARCH_X86, "chdir", {0}, ALL},
      {NATIVE, "socket", {2}, ALL},  {NATIVE, "mkdir", {0}, ALL}};
  struct seen backwards[COUNT(seen)];
  for (size_t i = 0; i < COUNT(seen); i++)
    backwards[i] = seen[COUNT(seen) - 1 - i];
  struct sd_seccomp_learned one = learned_from(seen, COUNT(seen));
  struct sd_seccomp_learned two = learned_from(backwards, COUNT(seen));
  assert_string_equal(one.text, two.text);
  assert_true(has(&one, "\"names\": [\"chdir\", \"getuid\", \"mkdir\", \"ptrace\"]"));
  assert_true(has(&one, "\"subArchitectures\": [\"SCMP_ARCH_X86\"]"));
  assert_true(sd_strv_contains(&one.refused, "socket with argument 0 = 0x63: errno 13 (EACCES)"));
  assert_int_equal(one.refused.v.len, two.refused.v.len);
}

static void test_what_is_refused_is_told_and_not_kept(void **state) {
  (void)state;
  static const struct seen seen[] = {
      {NATIVE, "mount", {0}, ALL},       {NATIVE, "socket", {17, 3, 0}, ALL},
      {NATIVE, "personality", {1}, ALL}, {NATIVE, "getpgid", {0}, ALL},
      {NATIVE, "clone3", {0}, ALL},      {SCMP_ARCH_X86, "socketcall", {1}, ALL}};
  struct sd_seccomp_learned learned = learned_from(seen, COUNT(seen));
  static const char *const words[] = {"mount: errno 13 (EACCES)",
                                      "socket with argument 0 = 0x11: errno 13 (EACCES)",
                                      "personality with argument 0 = 0x1: errno 13 (EACCES)",
                                      "getpgid: errno 13 (EACCES)",
                                      "clone3: errno 38 (ENOSYS)",
                                      "socketcall with argument 0 = 0x1 by x86: errno 38 (ENOSYS)"};
  for (size_t i = 0; i < COUNT(words); i++)
    if (!sd_strv_contains(&learned.refused, words[i]))
      fail_msg("%s not in %s", words[i], sd_strv_join(&learned.refused, &arena, "; "));
  assert_int_equal(learned.served, 0);
  assert_false(has(&learned, "SCMP_ACT_ALLOW"));
  assert_true(has(&learned, "\"subArchitectures\": []"));
}

/* High halves of arguments are the kernel's business, and the filter's: what the program refuses is not served. */
static void test_the_compiled_filter_decides(void **state) {
  (void)state;
  static const struct seen seen[] = {{NATIVE, "socket", {0x100000001, 1, 0}, ALL},
                                     {SCMP_ARCH_X86, "personality", {8}, ALL}};
  struct sd_seccomp_learned learned = learned_from(seen, COUNT(seen));
  assert_false(has(&learned, "\"socket\""));
  assert_true(has(&learned, "\"value\": 8"));
  assert_false(has(&learned, "\"value\": 0,"));
}

static void test_unknown_arguments_keep_every_rule(void **state) {
  (void)state;
  static const struct seen seen[] = {{NATIVE, "socket", {0}, 0}, {NATIVE, "mkdir", {0}, 0}};
  struct sd_seccomp_learned learned = learned_from(seen, COUNT(seen));
  assert_true(has(&learned, "\"value\": 1,"));
  assert_true(has(&learned, "\"value\": 2,"));
  assert_false(has(&learned, "\"value\": 17,")); /* its rule is not for this container */
  assert_int_equal(learned.vague.v.len, 1);
  assert_string_equal(learned.vague.v.items[0], "socket");
}

static void test_many_ways_are_one(void **state) {
  (void)state;
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &none);
  for (uint64_t i = 100; i < 5000; i++) {
    struct seen seen = {NATIVE, "socket", {i, 0, 0}, ALL};
    note(lesson, &seen);
  }
  struct sd_seccomp_learned learned = written(lesson);
  assert_true(has(&learned, "\"value\": 1,"));
  assert_string_equal(sd_strv_join(&learned.vague, &arena, " "), "socket");
}

static void test_capabilities_open_their_rules(void **state) {
  (void)state;
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &net_raw);
  static const struct seen seen = {NATIVE, "socket", {17, 3, 0}, ALL};
  note(lesson, &seen);
  struct sd_seccomp_learned learned = written(lesson);
  assert_true(has(&learned, "\"value\": 17,"));
  assert_true(has(&learned, "\"includes\": { \"caps\": [\"CAP_NET_RAW\"] }"));
  assert_false(has(&learned, "\"value\": 1,"));
}

static void test_x32_by_either_name(void **state) {
  (void)state;
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &none);
  struct sd_seccomp_call call = {.arch = NATIVE, .number = 83 | 0x40000000}; /* mkdir */
  sd_seccomp_lesson_note(lesson, &call, ALL);
  struct sd_seccomp_learned learned = written(lesson);
  assert_true(has(&learned, "\"subArchitectures\": [\"SCMP_ARCH_X32\"]"));
  assert_true(has(&learned, "\"mkdir\""));
}

static void test_calls_without_a_name(void **state) {
  (void)state;
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &none);
  struct sd_seccomp_call call = {.arch = NATIVE, .number = 9999};
  struct sd_seccomp_call strange = {.arch = 0x12345, .number = 1};
  sd_seccomp_lesson_note(lesson, &call, ALL);
  sd_seccomp_lesson_note(lesson, &strange, ALL);
  struct sd_seccomp_learned learned = written(lesson);
  assert_true(sd_strv_contains(&learned.refused, "call 9999: errno 13 (EACCES)"));
  const char *all = sd_strv_join(&learned.refused, &arena, "; ");
  assert_non_null(strstr(all, "call 1 by an unknown architecture: kill"));
}

/* A program may try every number there is; those below 0 are names of libseccomp's own. */
static void test_any_number_of_numbers(void **state) {
  (void)state;
  struct sd_seccomp_lesson *lesson = lesson_of(profile_text(), &none);
  struct sd_seccomp_call call = {.arch = NATIVE};
  for (int i = 1; i < 100000; i++) {
    call.number = 5000 + i;
    sd_seccomp_lesson_note(lesson, &call, ALL);
    call.number = -i;
    sd_seccomp_lesson_note(lesson, &call, ALL);
  }
  struct sd_seccomp_learned learned = written(lesson);
  assert_true(learned.refused.v.len < 200);
  assert_int_equal(learned.served, 0);
}

static void test_open_profiles_are_refused(void **state) {
  (void)state;
  struct sd_error err;
  struct sd_seccomp_lesson *lesson = NULL;
  const struct sd_seccomp_target target = {NATIVE, SD_SECCOMP_NEWEST, &none};
  sd_error_init(&err, &arena);
  assert_false(sd_seccomp_lesson_create(
      &arena, parsed(&arena, "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"), &target, &lesson, &err));
  assert_non_null(strstr(err.message, "allows what no rule names"));
}

/* Every call that a shipped profile knows, each alone: what is learned serves it, and is a part of the profile. */
static void test_every_call_of_the_shipped_profiles(void **state) {
  (void)state;
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  sd_seccomp_list_calls(&arena, NATIVE, &numbers);
  for (size_t i = 0; sd_seccomp_shipped(i) != NULL; i++) {
    size_t len = 0;
    const char *text = sd_seccomp_builtin(sd_seccomp_shipped(i), &len);
    struct sd_seccomp_lesson *all = lesson_of(text, &none);
    for (size_t k = 0; k < numbers.v.len; k++) {
      struct sd_seccomp_call call = {.arch = NATIVE, .number = numbers.v.items[k].number};
      if (k % 16 == 0) {
        struct sd_seccomp_lesson *one = lesson_of(text, &none);
        sd_seccomp_lesson_note(one, &call, 0);
        assert_true(written(one).served <= 50);
      }
      sd_seccomp_lesson_note(all, &call, 0);
    }
    struct sd_seccomp_learned learned = written(all);
    assert_true(learned.served > 100);
    assert_true(learned.served <= learned.allowed);
    /* again from what was learned: nothing is lost */
    struct sd_seccomp_lesson *again = lesson_of(learned.text, &none);
    for (size_t k = 0; k < numbers.v.len; k++) {
      struct sd_seccomp_call call = {.arch = NATIVE, .number = numbers.v.items[k].number};
      sd_seccomp_lesson_note(again, &call, 0);
    }
    assert_string_equal(written(again).text, learned.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_what_was_served_stays),
      cmocka_unit_test(test_order_does_not_matter),
      cmocka_unit_test(test_what_is_refused_is_told_and_not_kept),
      cmocka_unit_test(test_the_compiled_filter_decides),
      cmocka_unit_test(test_unknown_arguments_keep_every_rule),
      cmocka_unit_test(test_many_ways_are_one),
      cmocka_unit_test(test_capabilities_open_their_rules),
      cmocka_unit_test(test_x32_by_either_name),
      cmocka_unit_test(test_calls_without_a_name),
      cmocka_unit_test(test_any_number_of_numbers),
      cmocka_unit_test(test_open_profiles_are_refused),
      cmocka_unit_test(test_every_call_of_the_shipped_profiles),
  };
  sd_arena_init(&arena);
  sd_strv_add(&net_raw, &arena, "NET_RAW");
  return cmocka_run_group_tests(tests, NULL, tear_down);
}
