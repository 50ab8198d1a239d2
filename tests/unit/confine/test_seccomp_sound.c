/* SPDX-License-Identifier: Apache-2.0 */
/* Made pairs of profiles: whenever one is said to be within the other, the compiled filters agree,
 * call for call, on 64-bit and 32-bit machines and with capabilities. The pairs are the same at
 * every run. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "bpf.h"
#include "safe-docker/confine/seccomp_program.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PAIRS 6000

struct dice {
  uint64_t state;
};

static unsigned roll(struct dice *dice, unsigned sides) {
  dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
  return (unsigned)(dice->state >> 33) % sides;
}

#define PICK(dice, array) ((array)[roll((dice), COUNT(array))])

static const char *const calls[] = {"socket", "bind", "socketcall", "clone", "shmget", "ipc"};
static const char *const ops[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
static const uint64_t numbers[] = {0, 1, 2, 3, 4, 6, 7, 0xffffffff, 0x100000001, 0x100000002};
/* More often a grant than a refusal, or few pairs would be comparable. */
static const char *const actions[] = {"\"SCMP_ACT_ALLOW\"",
                                      "\"SCMP_ACT_ALLOW\"",
                                      "\"SCMP_ACT_ALLOW\"",
                                      "\"SCMP_ACT_LOG\"",
                                      "\"SCMP_ACT_KILL\"",
                                      "\"SCMP_ACT_ERRNO\"",
                                      "\"SCMP_ACT_ERRNO\",\"errnoRet\":38"};
static const char *const when[] = {"",
                                   "",
                                   "",
                                   "",
                                   ",\"includes\":{\"caps\":[\"CAP_BPF\"]}",
                                   ",\"excludes\":{\"caps\":[\"CAP_BPF\"]}",
                                   ",\"excludes\":{\"arches\":[\"amd64\"]}",
                                   ",\"includes\":{\"arches\":[\"amd64\",\"arm\"]}"};

static void add_conditions(struct dice *dice, struct sd_str *out) {
  const char *comma = "";
  sd_str_add(out, ",\"args\":[");
  for (unsigned index = 0; index < 2; index++) {
    if (roll(dice, 2) == 0)
      continue;
    unsigned long long value = PICK(dice, numbers);
    if (roll(dice, 4) == 0)
      sd_str_addf(out,
                  "%s{\"index\":%u,\"op\":\"SCMP_CMP_MASKED_EQ\",\"value\":%llu,\"valueTwo\":%llu}",
                  comma, index, value, value & PICK(dice, numbers));
    else
      sd_str_addf(out, "%s{\"index\":%u,\"op\":\"SCMP_CMP_%s\",\"value\":%llu}", comma, index,
                  PICK(dice, ops), value);
    comma = ",";
  }
  sd_str_add(out, "]");
}

static struct sd_str make_rule(struct dice *dice, struct sd_arena *arena) {
  struct sd_str out;
  sd_str_init(&out, arena);
  const char *name = PICK(dice, calls);
  sd_str_addf(&out, "{\"names\":[\"%s\"],\"action\":%s%s", name, PICK(dice, actions),
              PICK(dice, when));
  if (roll(dice, 2) == 0)
    add_conditions(dice, &out);
  sd_str_add(&out, "}");
  return out;
}

/* Rules of the outer profile, of which the inner one takes over some and makes others. */
static void make_pair(struct dice *dice, struct sd_arena *arena, struct sd_str *inner,
                      struct sd_str *outer) {
  static const char head[] =
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\","
      "\"SCMP_ARCH_X86\"],\"syscalls\":[";
  const char *inner_comma = "";
  const char *outer_comma = "";
  sd_str_init(inner, arena);
  sd_str_init(outer, arena);
  sd_str_add(inner, head);
  sd_str_add(outer, head);
  for (unsigned left = 1 + roll(dice, 5); left > 0; left--) {
    struct sd_str rule = make_rule(dice, arena);
    unsigned fate = roll(dice, 4);
    if (fate != 0) {
      sd_str_addf(outer, "%s%s", outer_comma, sd_str_text(&rule));
      outer_comma = ",";
    }
    if (fate == 3)
      rule = make_rule(dice, arena);
    if (fate != 1 && roll(dice, 3) != 0) {
      sd_str_addf(inner, "%s%s", inner_comma, sd_str_text(&rule));
      inner_comma = ",";
    }
  }
  sd_str_add(inner, "]}");
  sd_str_add(outer, "]}");
}

struct filter {
  const void *bytes;
  size_t len;
};

/* False where libseccomp cannot make this filter: then no container starts with it. */
static bool compile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                    const struct sd_strv *caps, struct filter *out) {
  struct sd_error err;
  sd_error_init(&err, arena);
  struct sd_seccomp_target target = {SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, caps};
  struct sd_seccomp_program program;
  if (!sd_seccomp_compile(arena, profile, &target, &program, &err))
    return false;
  *out = (struct filter){.bytes = program.code, .len = program.len};
  return true;
}

static bool allows(const struct filter *filter, uint32_t arch, int number, uint64_t a0,
                   uint64_t a1) {
  struct seccomp_data call = {.nr = number, .arch = arch, .args = {a0, a1, 0, 0, 0, 0}};
  uint32_t action = bpf_run(filter->bytes, filter->len, &call);
  return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

static const struct {
  uint32_t arch;
  int number;
} entries[] = {
    {SCMP_ARCH_X86_64, 41}, {SCMP_ARCH_X86_64, 49}, {SCMP_ARCH_X86_64, 56}, {SCMP_ARCH_X86_64, 29},
    {SCMP_ARCH_X86, 359},   {SCMP_ARCH_X86, 361},   {SCMP_ARCH_X86, 102},   {SCMP_ARCH_X86, 120},
    {SCMP_ARCH_X86, 395},   {SCMP_ARCH_X86, 117},
};

static const uint64_t arguments[] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 23, 0xfffffffe, 0xffffffff, 0x100000001, 0x100000002, UINT64_MAX};

static void check_filters(const struct filter *inner, const struct filter *outer,
                          const char *words) {
  for (size_t e = 0; e < COUNT(entries); e++)
    for (size_t i = 0; i < COUNT(arguments); i++)
      for (size_t k = 0; k < COUNT(arguments); k++)
        if (allows(inner, entries[e].arch, entries[e].number, arguments[i], arguments[k]) &&
            !allows(outer, entries[e].arch, entries[e].number, arguments[i], arguments[k]))
          fail_msg("arch %#x call %d (%#llx, %#llx) is wider: %s", entries[e].arch,
                   entries[e].number, (unsigned long long)arguments[i],
                   (unsigned long long)arguments[k], words);
}

static struct sd_seccomp_profile *parse(struct sd_arena *arena, const struct sd_str *text) {
  struct sd_error err;
  struct sd_seccomp_profile *profile = NULL;
  sd_error_init(&err, arena);
  if (!sd_seccomp_parse(arena, "made", sd_str_text(text), text->len, &profile, &err))
    fail_msg("%s: %s", sd_str_text(text), err.message);
  return profile;
}

/* Whether the pair was comparable, after its filters were compared. */
static bool check_pair(struct sd_arena *arena, struct dice *dice) {
  struct sd_str texts[2];
  struct sd_error err;
  sd_error_init(&err, arena);
  make_pair(dice, arena, &texts[0], &texts[1]);
  const struct sd_seccomp_profile *inner = parse(arena, &texts[0]);
  const struct sd_seccomp_profile *outer = parse(arena, &texts[1]);
  if (!sd_seccomp_is_stricter(inner, outer, &err))
    return false;
  const char *words =
      sd_arena_printf(arena, "%s within %s", sd_str_text(&texts[0]), sd_str_text(&texts[1]));
  for (unsigned set = 0; set < 2; set++) {
    struct sd_strv caps = {{NULL, 0, 0}};
    struct filter filters[2];
    if (set == 1)
      sd_strv_add(&caps, arena, "BPF");
    if (compile(arena, inner, &caps, &filters[0]) && compile(arena, outer, &caps, &filters[1]))
      check_filters(&filters[0], &filters[1], words);
  }
  return strstr(sd_str_text(&texts[0]), "ALLOW") != NULL;
}

static void test_sound(void **state) {
  (void)state;
  struct sd_arena arena;
  struct dice dice = {.state = 20240601};
  unsigned comparable = 0;
  sd_arena_init(&arena);
  for (unsigned i = 0; i < PAIRS; i++) {
    comparable += check_pair(&arena, &dice);
    sd_arena_reset(&arena);
  }
  sd_arena_finish(&arena);
  /* Otherwise the pairs would show nothing. */
  print_message("%u pairs of %u within each other\n", comparable, PAIRS);
  assert_true(comparable > PAIRS / 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sound)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
