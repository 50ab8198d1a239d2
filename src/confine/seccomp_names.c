/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of seccomp profiles, as tables; and actions in words. */
#include <linux/seccomp.h>
#include <string.h>

#include "seccomp_profile.h"
#include "seccomp_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
  const char *name;
  uint32_t action;
} actions[] = {
    {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0)},
    {"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD},
    {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    {"SCMP_ACT_LOG", SCMP_ACT_LOG},
    {"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
    {"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0)},
    {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
};

bool sd_seccomp_find_action(const char *name, uint32_t *action) {
  for (size_t i = 0; i < COUNT(actions); i++)
    if (strcmp(actions[i].name, name) == 0) {
      *action = actions[i].action;
      return true;
    }
  return false;
}

const char *sd_seccomp_action_name(size_t index) {
  return index < COUNT(actions) ? actions[index].name : NULL;
}

const char *sd_seccomp_word_of_action(uint32_t action) {
  for (size_t i = 0; i < COUNT(actions); i++)
    if (actions[i].action == (action & SECCOMP_RET_ACTION_FULL))
      return actions[i].name;
  return NULL;
}

static const char *with_errno(struct sd_arena *arena, const char *words, uint32_t number) {
  const char *name = strerrorname_np((int)number);
  return name != NULL ? sd_arena_printf(arena, "%s %u (%s)", words, number, name)
                      : sd_arena_printf(arena, "%s %u", words, number);
}

/* seccomp(2), "Filter return actions". */
const char *sd_seccomp_action_text(struct sd_arena *arena, uint32_t action) {
  switch (action & SECCOMP_RET_ACTION_FULL) {
  case SECCOMP_RET_ALLOW:
    return "allow";
  case SECCOMP_RET_LOG:
    return "log and allow";
  case SECCOMP_RET_TRACE:
    return sd_arena_printf(arena, "ask the tracer (%u)", action & SECCOMP_RET_DATA);
  case SECCOMP_RET_USER_NOTIF:
    return "ask the supervisor";
  case SECCOMP_RET_ERRNO:
    return with_errno(arena, "errno", action & SECCOMP_RET_DATA);
  case SECCOMP_RET_TRAP:
    return "signal SIGSYS";
  case SECCOMP_RET_KILL_THREAD:
    return "kill the thread";
  default: /* the kernel kills for actions that it does not know, too */
    return "kill the process";
  }
}

static const struct {
  const char *name;
  enum scmp_compare op;
  const char *sign; /* as in C */
} operators[] = {
    {"SCMP_CMP_EQ", SCMP_CMP_EQ, "=="}, {"SCMP_CMP_GE", SCMP_CMP_GE, ">="},
    {"SCMP_CMP_GT", SCMP_CMP_GT, ">"},  {"SCMP_CMP_LE", SCMP_CMP_LE, "<="},
    {"SCMP_CMP_LT", SCMP_CMP_LT, "<"},  {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ, "&"},
    {"SCMP_CMP_NE", SCMP_CMP_NE, "!="},
};

bool sd_seccomp_find_operator(const char *name, enum scmp_compare *op) {
  for (size_t i = 0; i < COUNT(operators); i++)
    if (strcmp(operators[i].name, name) == 0) {
      *op = operators[i].op;
      return true;
    }
  return false;
}

const char *sd_seccomp_operator_name(size_t index) {
  return index < COUNT(operators) ? operators[index].name : NULL;
}

const char *sd_seccomp_word_of_operator(enum scmp_compare op) {
  for (size_t i = 0; i < COUNT(operators); i++)
    if (operators[i].op == op)
      return operators[i].name;
  return NULL;
}

const char *sd_seccomp_sign_of_operator(enum scmp_compare op) {
  for (size_t i = 0; i < COUNT(operators); i++)
    if (operators[i].op == op)
      return operators[i].sign;
  return "?";
}

const char *sd_seccomp_operator_of_sign(const char *sign) {
  for (size_t i = 0; i < COUNT(operators); i++)
    if (strcmp(operators[i].sign, sign) == 0)
      return operators[i].name;
  return NULL;
}

#ifdef SCMP_ARCH_LOONGARCH64
#define LOONGARCH64 SCMP_ARCH_LOONGARCH64
#else
#define LOONGARCH64 0 /* libseccomp before 2.6 */
#endif

/* A kernel runs the programs of one of these only. */
enum {
  FAMILY_ARM,
  FAMILY_LOONG,
  FAMILY_MIPS,
  FAMILY_PPC,
  FAMILY_RISCV,
  FAMILY_S390,
  FAMILY_X86,
};

static const struct sd_seccomp_arch arches[] = {
    {"SCMP_ARCH_AARCH64", "arm64", SCMP_ARCH_AARCH64, false, true, FAMILY_ARM},
    {"SCMP_ARCH_ARM", "arm", SCMP_ARCH_ARM, false, true, FAMILY_ARM},
    {"SCMP_ARCH_LOONGARCH64", "loong64", LOONGARCH64, false, false, FAMILY_LOONG},
    {"SCMP_ARCH_MIPS", "mips", SCMP_ARCH_MIPS, true, false, FAMILY_MIPS},
    {"SCMP_ARCH_MIPS64", "mips64", SCMP_ARCH_MIPS64, false, false, FAMILY_MIPS},
    {"SCMP_ARCH_MIPS64N32", "mips64n32", SCMP_ARCH_MIPS64N32, false, false, FAMILY_MIPS},
    {"SCMP_ARCH_MIPSEL", "mipsel", SCMP_ARCH_MIPSEL, true, false, FAMILY_MIPS},
    {"SCMP_ARCH_MIPSEL64", "mipsel64", SCMP_ARCH_MIPSEL64, false, false, FAMILY_MIPS},
    {"SCMP_ARCH_MIPSEL64N32", "mipsel64n32", SCMP_ARCH_MIPSEL64N32, false, false, FAMILY_MIPS},
    {"SCMP_ARCH_PPC", "ppc", SCMP_ARCH_PPC, true, false, FAMILY_PPC},
    {"SCMP_ARCH_PPC64", "ppc64", SCMP_ARCH_PPC64, true, false, FAMILY_PPC},
    {"SCMP_ARCH_PPC64LE", "ppc64le", SCMP_ARCH_PPC64LE, true, true, FAMILY_PPC},
    {"SCMP_ARCH_RISCV64", "riscv64", SCMP_ARCH_RISCV64, false, false, FAMILY_RISCV},
    {"SCMP_ARCH_S390", "s390", SCMP_ARCH_S390, true, false, FAMILY_S390},
    {"SCMP_ARCH_S390X", "s390x", SCMP_ARCH_S390X, true, true, FAMILY_S390},
    {"SCMP_ARCH_X32", "x32", SCMP_ARCH_X32, false, false, FAMILY_X86},
    {"SCMP_ARCH_X86", "x86", SCMP_ARCH_X86, true, true, FAMILY_X86},
    {"SCMP_ARCH_X86_64", "amd64", SCMP_ARCH_X86_64, false, true, FAMILY_X86},
};

const struct sd_seccomp_arch *sd_seccomp_find_arch(const char *name) {
  for (size_t i = 0; i < COUNT(arches); i++)
    if (strcmp(arches[i].name, name) == 0)
      return &arches[i];
  return NULL;
}

const struct sd_seccomp_arch *sd_seccomp_find_token(uint32_t token) {
  for (size_t i = 0; i < COUNT(arches); i++)
    if (token != 0 && arches[i].token == token)
      return &arches[i];
  return NULL;
}

const struct sd_seccomp_arch *sd_seccomp_find_engine_arch(const char *name) {
  for (size_t i = 0; i < COUNT(arches); i++)
    if (strcmp(arches[i].engine, name) == 0)
      return &arches[i];
  return NULL;
}

const struct sd_seccomp_arch *sd_seccomp_arch_at(size_t index) {
  return index < COUNT(arches) ? &arches[index] : NULL;
}

uint32_t sd_seccomp_arch_bit(const struct sd_seccomp_arch *arch) {
  return UINT32_C(1) << (arch - arches);
}

uint32_t sd_seccomp_arch_family(const struct sd_seccomp_arch *arch) {
  uint32_t bits = 0;
  for (size_t i = 0; i < COUNT(arches); i++)
    if (arches[i].family == arch->family)
      bits |= sd_seccomp_arch_bit(&arches[i]);
  return bits;
}

bool sd_seccomp_find_call(const char *name, uint16_t *call) {
  uint32_t hash = 0;
  for (const char *at = name; *at != '\0'; at++)
    hash = (hash * 33 + (unsigned char)*at) & UINT16_MAX;
  for (size_t slot = hash % SD_SECCOMP_SLOTS; sd_seccomp_call_slots[slot] != 0;
       slot = (slot + 1) % SD_SECCOMP_SLOTS) {
    uint16_t found = (uint16_t)(sd_seccomp_call_slots[slot] - 1);
    const char *known = sd_seccomp_name_of_call(found);
    if (known != NULL && strcmp(known, name) == 0) {
      *call = found;
      return true;
    }
  }
  return false;
}

const char *sd_seccomp_name_of_call(size_t call) {
  return call < sd_seccomp_call_count ? sd_seccomp_call_text + sd_seccomp_call_offsets[call] : NULL;
}

bool sd_seccomp_is_syscall(const char *name) {
  uint16_t call;
  return sd_seccomp_find_call(name, &call) || seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

enum sd_seccomp_multiplexer sd_seccomp_call_through(size_t call) {
  unsigned char row = sd_seccomp_call_through_table[call];
  return row <= SD_SECCOMP_IPC ? (enum sd_seccomp_multiplexer)row : SD_SECCOMP_DIRECT;
}

enum sd_seccomp_multiplexer sd_seccomp_is_multiplexer(size_t call) {
  unsigned char row = sd_seccomp_call_through_table[call];
  return row > SD_SECCOMP_IPC ? (enum sd_seccomp_multiplexer)(row - SD_SECCOMP_IPC)
                              : SD_SECCOMP_DIRECT;
}

const char *sd_seccomp_multiplexer_name(enum sd_seccomp_multiplexer multiplexer) {
  switch (multiplexer) {
  case SD_SECCOMP_SOCKETCALL:
    return "socketcall";
  case SD_SECCOMP_IPC:
    return "ipc";
  case SD_SECCOMP_DIRECT:
    break;
  }
  return NULL;
}

const char *sd_seccomp_multiplexer(const char *name) {
  uint16_t call;
  return sd_seccomp_find_call(name, &call)
             ? sd_seccomp_multiplexer_name(sd_seccomp_call_through(call))
             : NULL;
}

bool sd_seccomp_allows_action(uint32_t action) {
  switch (action & SECCOMP_RET_ACTION_FULL) {
  case SCMP_ACT_KILL_PROCESS:
  case SCMP_ACT_KILL_THREAD:
  case SCMP_ACT_TRAP:
  case SCMP_ACT_ERRNO(0):
    return false;
  default:
    return true;
  }
}
