/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <inttypes.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"

/* 32-bit architectures look at the low half of an argument, and of what it is compared with. */
static uint64_t width(uint32_t arch) {
  return (arch & __AUDIT_ARCH_64BIT) != 0 ? UINT64_MAX : UINT32_MAX;
}

static bool compare(const char *op, uint64_t left, uint64_t right) {
  if (strcmp(op, "==") == 0)
    return left == right;
  if (strcmp(op, "!=") == 0)
    return left != right;
  if (strcmp(op, "<") == 0)
    return left < right;
  if (strcmp(op, "<=") == 0)
    return left <= right;
  if (strcmp(op, ">") == 0)
    return left > right;
  if (strcmp(op, ">=") == 0)
    return left >= right;
  fail_msg("unknown operator %s", op);
  return false;
}

static bool condition_holds(const char *text, const struct sd_seccomp_call *call) {
  unsigned index;
  uint64_t value;
  uint64_t mask = UINT64_MAX;
  char op[3];
  int end = 0;
  if (sscanf(text, "(arg%u & %" SCNi64 ") %2s %" SCNi64 "%n", &index, (int64_t *)&mask, op,
             (int64_t *)&value, &end) != 4) {
    mask = UINT64_MAX;
    assert_int_equal(sscanf(text, "arg%u %2s %" SCNi64 "%n", &index, op, (int64_t *)&value, &end),
                     3);
  }
  assert_true(text[end] == '\0' || strncmp(text + end, " && ", 4) == 0);
  uint64_t bits = width(call->arch);
  return compare(op, call->args[index] & mask & bits, value & bits);
}

static bool holds(const char *when, const struct sd_seccomp_call *call) {
  if (*when == '\0')
    return true;
  for (const char *at = when; at != NULL; at = strstr(at, " && ")) {
    at += at == when ? 0 : strlen(" && ");
    if (!condition_holds(at, call))
      return false;
  }
  return true;
}

struct state {
  struct sd_arena *arena;
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_target *target;
  const struct sd_seccomp_call *call;
  uint32_t action; /* of the rules so far */
  bool any, mixed, matched;
  uint32_t found; /* of one that holds */
};

/* `through`: by a multiplexer, by this first argument. */
static void read_name(struct state *state, const char *name, int through) {
  struct sd_seccomp_rulings rulings = {{NULL, 0, 0}};
  sd_seccomp_rule_on(state->arena, state->profile, state->target, name, &rulings);
  for (size_t i = 0; i < rulings.v.len; i++) {
    const struct sd_seccomp_ruling *ruling = &rulings.v.items[i];
    if (ruling->left_out)
      continue;
    /* What becomes of conditions behind a multiplexer is libseccomp's to know. */
    state->mixed = state->mixed || (state->any && state->action != ruling->action) ||
                   (through >= 0 && *ruling->when != '\0');
    state->any = true;
    state->action = ruling->action;
    if (through >= 0 ? (uint32_t)state->call->args[0] == (uint32_t)through
                     : holds(ruling->when, state->call)) {
      state->matched = true;
      state->found = ruling->action;
    }
  }
}

/* libseccomp has numbers below 0 for what socketcall(2) and ipc(2) do, by their first argument. */
static void read_multiplexed(struct state *state, int base) {
  for (int number = 1; number < 30; number++) {
    char *name = seccomp_syscall_resolve_num_arch(state->call->arch, base - number);
    if (name != NULL)
      read_name(state, name, number);
    free(name);
  }
}

enum reading read_profile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                          const struct sd_seccomp_target *target,
                          const struct sd_seccomp_call *call, uint32_t *action) {
  struct state state = {.arena = arena, .profile = profile, .target = target, .call = call};
  const char *name = sd_seccomp_call_name(arena, call->arch, call->number);
  if (name != NULL)
    read_name(&state, name, -1);
  if (name != NULL && strcmp(name, "socketcall") == 0)
    read_multiplexed(&state, -100);
  if (name != NULL && strcmp(name, "ipc") == 0)
    read_multiplexed(&state, -200);
  *action = state.matched ? state.found : sd_seccomp_default_action(profile);
  if (state.mixed) {
    *action = state.matched ? state.found : 0;
    return READING_MIXED;
  }
  return state.matched ? READING_RULE : READING_DEFAULT;
}
