/* SPDX-License-Identifier: Apache-2.0 */
/* Made pairs of profiles: whenever one is said to be within the other, what containers would get is compared: the
 * compiled programs, for every call that can be made, with various capabilities and kernels, once by
 * proof and once by asking them with arguments near to the numbers that the profiles compare with.
 *
 * test-seccomp-sound [PAIRS [SEED]]: other pairs, and more of them. */
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "made.h"
#include "parsed.h"
#include "safe-docker/confine/seccomp_calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ASKED 40 /* arguments for each call that the rules name */

static struct { unsigned comparable, compared, not_made; } tally;
static unsigned pairs = 6000;
static uint64_t seed = 20261122;

/* By which calls can come at all on such a machine. */
static const struct machine {
  uint32_t arch;
  uint32_t doors[3];
} machines[] = {
    {SCMP_ARCH_X86_64, {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32}},
    {SCMP_ARCH_AARCH64, {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, 0}},
};
static const uint32_t kernels[] = {4 << 16 | 7, 4 << 16 | 8, SD_SECCOMP_NEWEST};
static const char *const cap_sets[][3] = {
    {NULL}, {"BPF", NULL}, {"SYS_ADMIN", NULL}, {"BPF", "SYS_ADMIN", NULL}};

struct job {
  struct sd_arena *arena;
  struct dice *dice;
  struct made_pair pair;
  const struct sd_seccomp_profile *profiles[2]; /* inner, outer */
  const struct machine *machine;
  struct sd_seccomp_target target;
  struct sd_seccomp_program programs[2];
};

static void fail_wider(const struct job *job, const struct sd_seccomp_call *call, const char *how) {
  (void)fprintf(stderr, "inner %s\nouter %s\n", job->pair.inner, job->pair.outer);
  fail_msg("%s: on %s, kernel %#x, with [%s]: call %#x by %#x (%#" PRIx64 ", %#" PRIx64
           ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ") is wider",
           how, sd_seccomp_arch_name(job->target.arch), job->target.kernel,
           sd_strv_join(job->target.capabilities, job->arena, " "), (unsigned)call->number,
           call->arch, call->args[0], call->args[1], call->args[2], call->args[3], call->args[4],
           call->args[5]);
}

/* By two interpreters, which have to agree. */
static bool allows(const struct sd_seccomp_program *program, const struct sd_seccomp_call *call) {
  uint32_t action;
  struct seccomp_data data = {.nr = call->number,
                              .arch = call->arch == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64 : call->arch};
  memcpy(data.args, call->args, sizeof(data.args));
  assert_true(sd_seccomp_answer(program, call, &action));
  assert_int_equal(action, bpf_run(program->code, program->len, &data));
  return sd_seccomp_allows_action(action);
}

static void ask(const struct job *job, uint32_t arch, int number) {
  struct sd_seccomp_call call = {.arch = arch, .number = number};
  for (unsigned i = 0; i < ASKED; i++) {
    for (size_t k = 0; k < COUNT(call.args); k++)
      call.args[k] = made_argument(job->dice, &job->pair.numbers);
    if (allows(&job->programs[0], &call) && !allows(&job->programs[1], &call))
      fail_wider(job, &call, "asked");
  }
}

static void prove(const struct job *job, enum sd_seccomp_relation relation,
                  const struct sd_seccomp_call *call) {
  if (relation == SD_SECCOMP_WIDER)
    fail_wider(job, call, "proven");
  else if (relation != SD_SECCOMP_WITHIN)
    fail_wider(job, call, "uncertain");
}

static void prove_call(const struct job *job, uint32_t arch, int number) {
  struct sd_seccomp_call call = {.arch = arch, .number = number};
  prove(job, sd_seccomp_relate(job->arena, &job->programs[0], &job->programs[1], &call), &call);
}

static void prove_arch(const struct job *job, uint32_t arch) {
  struct sd_seccomp_call call = {.arch = arch};
  prove(job, sd_seccomp_relate_arch(job->arena, &job->programs[0], &job->programs[1], &call),
        &call);
}

/* `fully`: every call by itself, not only those that rules are made for. */
static void compare_arch(const struct job *job, uint32_t arch, bool fully) {
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  prove_arch(job, arch);
  if (fully)
    sd_seccomp_list_calls(job->arena, arch, &numbers);
  for (size_t i = 0; i < numbers.v.len; i++)
    prove_call(job, arch, numbers.v.items[i].number);
  for (size_t i = 0; made_call(i) != NULL; i++) {
    int number;
    if (!sd_seccomp_number_of(arch, made_call(i), &number))
      continue;
    prove_call(job, arch, number);
    ask(job, arch, number);
  }
}

/* False where libseccomp cannot make the program: then no container starts with it. */
static bool compile(const struct job *job, size_t which, struct sd_seccomp_program *out) {
  struct sd_error err;
  sd_error_init(&err, job->arena);
  return sd_seccomp_compile(job->arena, job->profiles[which], &job->target, out, &err);
}

static void compare(struct job *job, bool fully) {
  if (!compile(job, 0, &job->programs[0]) || !compile(job, 1, &job->programs[1])) {
    tally.not_made++;
    return;
  }
  for (size_t i = 0; i < COUNT(job->machine->doors) && job->machine->doors[i] != 0; i++)
    compare_arch(job, job->machine->doors[i], fully);
  tally.compared++;
}

static void choose_target(struct job *job, struct sd_strv *caps) {
  size_t set = roll(job->dice, COUNT(cap_sets));
  for (size_t i = 0; cap_sets[set][i] != NULL; i++)
    sd_strv_add(caps, job->arena, cap_sets[set][i]);
  job->machine = &PICK(job->dice, machines);
  job->target = (struct sd_seccomp_target){job->machine->arch, PICK(job->dice, kernels), caps};
}

static bool has_grants(const char *text) {
  return strstr(text, "ALLOW") != NULL || strstr(text, "LOG") != NULL ||
         strstr(text, "TRACE") != NULL;
}

static void check_pair(struct sd_arena *arena, struct dice *dice) {
  struct sd_error err;
  struct job job = {.arena = arena, .dice = dice, .pair = made_pair(dice, arena)};
  sd_error_init(&err, arena);
  job.profiles[0] = parsed(arena, job.pair.inner);
  job.profiles[1] = parsed(arena, job.pair.outer);
  if (!sd_seccomp_is_stricter(job.profiles[0], job.profiles[1], &err))
    return;
  for (unsigned i = 0; i < 3; i++) {
    struct sd_strv caps = {{NULL, 0, 0}};
    choose_target(&job, &caps);
    compare(&job, i == 0 && roll(dice, 10) == 0);
  }
  tally.comparable += has_grants(job.pair.inner);
}

static void test_sound(void **state) {
  (void)state;
  struct sd_arena arena;
  struct dice dice = {.state = seed};
  sd_arena_init(&arena);
  for (unsigned i = 0; i < pairs; i++) {
    check_pair(&arena, &dice);
    sd_arena_reset(&arena);
  }
  sd_arena_finish(&arena);
  /* Otherwise the pairs would show nothing. */
  print_message(
      "%u pairs of %u, with grants, are within each other; %u programs compared, %u could not "
      "be made\n",
      tally.comparable, pairs, tally.compared, tally.not_made);
  assert_true(tally.comparable > pairs / 4);
}

int main(int argc, char **argv) {
  if (argc > 1)
    pairs = (unsigned)strtoul(argv[1], NULL, 10);
  if (argc > 2)
    seed = strtoull(argv[2], NULL, 10);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sound)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
