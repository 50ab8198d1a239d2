/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Calls that some architectures reach by socketcall(2) or ipc(2), these two, one of arm only, one of x86 only, and one
 * with a number on every architecture. */
static const char *const calls[] = {"socket", "bind",  "socketcall",  "clone",   "shmget",
                                    "ipc",    "mknod", "personality", "set_tls", "waitpid"};
static const char *const ops[] = {"EQ", "EQ", "NE",        "LT",       "LE",
                                  "GT", "GE", "MASKED_EQ", "MASKED_EQ"};
static const uint64_t values[] = {0,
                                  1,
                                  2,
                                  3,
                                  4,
                                  6,
                                  7,
                                  0xf0,
                                  0x7ffffffe,
                                  0x7fffffff,
                                  0x80000000,
                                  0xffffffff,
                                  0x100000000,
                                  0x100000002,
                                  0x700000003,
                                  0xf0000000f0,
                                  0x7fffffffffffffff};
/* More often a grant than a refusal, or few pairs would be comparable. */
static const char *const actions[] = {
    "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ALLOW\"",
    "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_LOG\"",   "\"SCMP_ACT_TRACE\",\"errnoRet\":7",
    "\"SCMP_ACT_KILL\"",  "\"SCMP_ACT_ERRNO\"", "\"SCMP_ACT_ERRNO\",\"errnoRet\":38"};
static const char *const when[] = {"",
                                   "",
                                   "",
                                   "",
                                   "",
                                   "",
                                   ",\"includes\":{\"caps\":[\"CAP_BPF\"]}",
                                   ",\"includes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_ADMIN\"]}",
                                   ",\"excludes\":{\"caps\":[\"CAP_BPF\"]}",
                                   ",\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_BPF\"]}",
                                   ",\"includes\":{\"arches\":[\"amd64\",\"arm\"]}",
                                   ",\"excludes\":{\"arches\":[\"amd64\"]}",
                                   ",\"includes\":{\"minKernel\":\"4.8\"}",
                                   ",\"excludes\":{\"minKernel\":\"4.8\"}",
                                   ",\"includes\":{\"minKernel\":\"4.8\",\"caps\":[\"CAP_BPF\"]}"};
static const char *const arches[] = {
    "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\","
    "\"SCMP_ARCH_X32\"]},{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":"
    "[\"SCMP_ARCH_ARM\"]}]",
    "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\"]},"
    "{\"architecture\":\"SCMP_ARCH_AARCH64\"}]",
    "\"archMap\":[{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":[\"SCMP_ARCH_ARM\"]"
    "}]",
    "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]",
    "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]",
    "\"architectures\":[\"SCMP_ARCH_X86_64\"]",
    "\"architectures\":[]"};
static const char *const defaults[] = {
    "\"SCMP_ACT_ERRNO\"", "\"SCMP_ACT_ERRNO\"", "\"SCMP_ACT_ERRNO\"",
    "\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38", "\"SCMP_ACT_KILL_PROCESS\""};

const char *made_call(size_t index) {
  return index < COUNT(calls) ? calls[index] : NULL;
}

/* Where libseccomp 2.5 adds rules up to something else than their sum, see test_seccomp_program.c. */
static const char *const orders[] = {"NE", "LT", "LE", "GT", "GE"};
static const uint64_t around[] = {2, 0xf0, 0x80000000, 0x100000000, 0x700000003};

/* `high`: of every number that is compared for order, or NULL. */
static void add_condition(struct dice *dice, struct sd_arena *arena, struct sd_str *out,
                          unsigned index, bool ordered, const uint64_t *high,
                          struct made_numbers *numbers) {
  const char *op = ordered ? PICK(dice, orders) : PICK(dice, ops);
  uint64_t value = ordered ? PICK(dice, around) : PICK(dice, values);
  if (high != NULL && (op[0] == 'L' || op[0] == 'G'))
    value = (value & UINT32_MAX) | *high << 32;
  uint64_t two = strcmp(op, "MASKED_EQ") == 0 ? value & PICK(dice, values) : 0;
  sd_str_addf(out, "{\"index\":%u,\"op\":\"SCMP_CMP_%s\",\"value\":%llu,\"valueTwo\":%llu}", index,
              op, (unsigned long long)value, (unsigned long long)two);
  *sd_vec_push(arena, &numbers->v) = value;
  *sd_vec_push(arena, &numbers->v) = two;
}

/* What the rules of a pair are taken from. Tidy pairs have what most profiles have, so that many are comparable: one
 * argument for each call, one kind of grant. The others may mix all that the format has. */
struct style {
  bool tidy;
  bool ordered; /* compare with <, <=, >, >=, != only */
  unsigned index;
  const char *names[2]; /* few, so that rules meet */
};

static const char *make_conditions(struct dice *dice, struct sd_arena *arena,
                                   const struct style *style, struct made_numbers *numbers) {
  struct sd_str out;
  unsigned index = style->tidy ? style->index : roll(dice, 6);
  sd_str_init(&out, arena);
  sd_str_add(&out, ",\"args\":[");
  add_condition(dice, arena, &out, index, style->ordered, NULL, numbers);
  if (!style->tidy && roll(dice, 4) == 0) {
    sd_str_add(&out, ",");
    add_condition(dice, arena, &out, (index + 1 + roll(dice, 2)) % 6, style->ordered, NULL,
                  numbers);
  }
  sd_str_add(&out, "]");
  return sd_str_text(&out);
}

/* A rule in its parts, so that another can differ in one of them. */
struct made_rule {
  const char *name, *action, *when, *conditions;
};

static const struct made_rule everywhere = {"read", "\"SCMP_ACT_ALLOW\"", "", ""};

static const char *make_action(struct dice *dice, const struct style *style) {
  return style->tidy && roll(dice, 12) != 0 ? actions[0] : PICK(dice, actions);
}

static const char *make_when(struct dice *dice, const struct style *style) {
  return style->tidy && roll(dice, 3) != 0 ? "" : PICK(dice, when);
}

static struct made_rule make_rule(struct dice *dice, struct sd_arena *arena,
                                  const struct style *style, struct made_numbers *numbers) {
  struct made_rule rule = {PICK(dice, style->names), make_action(dice, style),
                           make_when(dice, style), ""};
  if (roll(dice, 6) != 0)
    rule.conditions = make_conditions(dice, arena, style, numbers);
  return rule;
}

/* Often, but not always, narrower. */
static struct made_rule make_narrower(struct dice *dice, struct sd_arena *arena,
                                      const struct style *style, struct made_rule rule,
                                      struct made_numbers *numbers) {
  switch (roll(dice, 8)) {
  case 0:
    rule.when = make_when(dice, style);
    break;
  case 1:
    rule.action = make_action(dice, style);
    break;
  case 2:
  case 3:
    rule.conditions = make_conditions(dice, arena, style, numbers);
    break;
  default:
    break;
  }
  return rule;
}

static void add_rule(struct sd_str *out, const struct made_rule *rule) {
  size_t len = out->len;
  sd_str_addf(out, "%s{\"names\":[\"%s\"],\"action\":%s%s%s}",
              len > 0 && sd_str_text(out)[len - 1] == '}' ? "," : "", rule->name, rule->action,
              rule->when, rule->conditions);
}

static void begin(struct sd_str *out, struct sd_arena *arena, const char *action,
                  const char *machines) {
  sd_str_init(out, arena);
  sd_str_addf(out, "{\"defaultAction\":%s,%s,\"syscalls\":[", action, machines);
}

struct made_pair made_pair(struct dice *dice, struct sd_arena *arena) {
  struct made_pair made = {.numbers = {{NULL, 0, 0}}};
  struct sd_str inner;
  struct sd_str outer;
  const char *machines = PICK(dice, arches);
  const char *action = PICK(dice, defaults);
  begin(&outer, arena, action, machines);
  begin(&inner, arena, roll(dice, 3) == 0 ? PICK(dice, defaults) : action,
        roll(dice, 4) == 0 ? PICK(dice, arches) : machines);
  const struct style style = {.tidy = roll(dice, 4) != 0,
                              .ordered = roll(dice, 4) == 0,
                              .index = roll(dice, 3) == 0 ? roll(dice, 6) : 0,
                              .names = {PICK(dice, calls), PICK(dice, calls)}};
  /* Without a call that every architecture has libseccomp may lose others, see test_seccomp_program.c. */
  if (roll(dice, 16) != 0)
    add_rule(&outer, &everywhere);
  if (roll(dice, 2) != 0)
    add_rule(&inner, &everywhere);
  for (unsigned left = 1 + roll(dice, 4); left > 0; left--) {
    struct made_rule rule = make_rule(dice, arena, &style, &made.numbers);
    struct made_rule other = make_narrower(dice, arena, &style, rule, &made.numbers);
    add_rule(&outer, &rule);
    if (roll(dice, 3) != 0)
      add_rule(&inner, &other);
  }
  sd_str_add(&inner, "]}");
  sd_str_add(&outer, "]}");
  made.inner = sd_str_text(&inner);
  made.outer = sd_str_text(&outer);
  return made;
}

const char *made_regular(struct dice *dice, struct sd_arena *arena, struct made_numbers *numbers) {
  struct sd_str out;
  begin(&out, arena, PICK(dice, defaults), PICK(dice, arches));
  add_rule(&out, &everywhere);
  for (size_t i = 0; i < COUNT(calls); i++) {
    struct made_rule rule = {calls[i], PICK(dice, actions), "", ""};
    unsigned index = roll(dice, 6);
    uint64_t high = roll(dice, 3);
    for (unsigned left = roll(dice, 4); left > 0; left--) {
      struct sd_str conditions;
      sd_str_init(&conditions, arena);
      sd_str_add(&conditions, ",\"args\":[");
      add_condition(dice, arena, &conditions, index, false, &high, numbers);
      sd_str_add(&conditions, "]");
      rule.when = PICK(dice, when);
      rule.conditions = roll(dice, 5) == 0 ? "" : sd_str_text(&conditions);
      add_rule(&out, &rule);
    }
  }
  sd_str_add(&out, "]}");
  return sd_str_text(&out);
}

uint64_t made_argument(struct dice *dice, const struct made_numbers *numbers) {
  uint64_t number = numbers->v.len > 0 && roll(dice, 8) != 0
                        ? numbers->v.items[roll(dice, (unsigned)numbers->v.len)]
                        : PICK(dice, values);
  switch (roll(dice, 8)) {
  case 0:
    return number + 1;
  case 1:
    return number - 1;
  case 2:
    return ~number;
  case 3:
    return number ^ (UINT64_C(1) << 32);
  case 4:
    return number | UINT64_C(0xffffffff) << 32;
  case 5:
    return number ^ (UINT64_C(1) << roll(dice, 64));
  default:
    return number;
  }
}
