/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of seccomp profiles, as tables. */
#include <string.h>

#include "seccomp_profile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool sd_seccomp_find_action(const char *name, uint32_t *action) {
  static const struct {
    const char *name;
    uint32_t action;
  } rows[] = {
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
  for (size_t i = 0; i < COUNT(rows); i++)
    if (strcmp(rows[i].name, name) == 0) {
      *action = rows[i].action;
      return true;
    }
  return false;
}

bool sd_seccomp_find_operator(const char *name, enum scmp_compare *op) {
  static const struct {
    const char *name;
    enum scmp_compare op;
  } rows[] = {
      {"SCMP_CMP_EQ", SCMP_CMP_EQ}, {"SCMP_CMP_GE", SCMP_CMP_GE},
      {"SCMP_CMP_GT", SCMP_CMP_GT}, {"SCMP_CMP_LE", SCMP_CMP_LE},
      {"SCMP_CMP_LT", SCMP_CMP_LT}, {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
      {"SCMP_CMP_NE", SCMP_CMP_NE},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    if (strcmp(rows[i].name, name) == 0) {
      *op = rows[i].op;
      return true;
    }
  return false;
}

#ifdef SCMP_ARCH_LOONGARCH64
#define LOONGARCH64 SCMP_ARCH_LOONGARCH64
#else
#define LOONGARCH64 0 /* libseccomp before 2.6 */
#endif

static const struct sd_seccomp_arch arches[] = {
    {"SCMP_ARCH_AARCH64", "arm64", SCMP_ARCH_AARCH64},
    {"SCMP_ARCH_ARM", "arm", SCMP_ARCH_ARM},
    {"SCMP_ARCH_LOONGARCH64", "loong64", LOONGARCH64},
    {"SCMP_ARCH_MIPS", "mips", SCMP_ARCH_MIPS},
    {"SCMP_ARCH_MIPS64", "mips64", SCMP_ARCH_MIPS64},
    {"SCMP_ARCH_MIPS64N32", "mips64n32", SCMP_ARCH_MIPS64N32},
    {"SCMP_ARCH_MIPSEL", "mipsel", SCMP_ARCH_MIPSEL},
    {"SCMP_ARCH_MIPSEL64", "mipsel64", SCMP_ARCH_MIPSEL64},
    {"SCMP_ARCH_MIPSEL64N32", "mipsel64n32", SCMP_ARCH_MIPSEL64N32},
    {"SCMP_ARCH_PPC", "ppc", SCMP_ARCH_PPC},
    {"SCMP_ARCH_PPC64", "ppc64", SCMP_ARCH_PPC64},
    {"SCMP_ARCH_PPC64LE", "ppc64le", SCMP_ARCH_PPC64LE},
    {"SCMP_ARCH_RISCV64", "riscv64", SCMP_ARCH_RISCV64},
    {"SCMP_ARCH_S390", "s390", SCMP_ARCH_S390},
    {"SCMP_ARCH_S390X", "s390x", SCMP_ARCH_S390X},
    {"SCMP_ARCH_X32", "x32", SCMP_ARCH_X32},
    {"SCMP_ARCH_X86", "x86", SCMP_ARCH_X86},
    {"SCMP_ARCH_X86_64", "amd64", SCMP_ARCH_X86_64},
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

bool sd_seccomp_is_engine_arch(const char *name) {
  for (size_t i = 0; i < COUNT(arches); i++)
    if (strcmp(arches[i].engine, name) == 0)
      return true;
  return false;
}

static bool contains(const char *const *names, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

bool sd_seccomp_is_syscall(const char *name) {
  /* System calls of Linux 5.18 and later, which libseccomp 2.5 need not know. */
  static const char *const newer[] = {
      "cachestat",        "fchmodat2",
      "file_getattr",     "file_setattr",
      "futex_requeue",    "futex_wait",
      "futex_wake",       "getxattrat",
      "listmount",        "listns",
      "listxattrat",      "lsm_get_self_attr",
      "lsm_list_modules", "lsm_set_self_attr",
      "map_shadow_stack", "mseal",
      "open_tree_attr",   "removexattrat",
      "riscv_hwprobe",    "rseq_slice_yield",
      "setxattrat",       "statmount",
      "uprobe",           "uretprobe",
  };
  return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR ||
         contains(newer, COUNT(newer), name);
}

const char *sd_seccomp_multiplexer(const char *name) {
  /* socketcall(2), ipc(2): on x86, s390, powerpc and mips. */
  static const char *const sockets[] = {
      "accept",  "accept4", "bind",       "connect",  "getpeername", "getsockname", "getsockopt",
      "listen",  "recv",    "recvfrom",   "recvmmsg", "recvmsg",     "send",        "sendmmsg",
      "sendmsg", "sendto",  "setsockopt", "shutdown", "socket",      "socketpair",
  };
  static const char *const ipc[] = {
      "msgctl", "msgget",     "msgrcv", "msgsnd", "semctl", "semget",
      "semop",  "semtimedop", "shmat",  "shmctl", "shmdt",  "shmget",
  };
  if (contains(sockets, COUNT(sockets), name))
    return "socketcall";
  return contains(ipc, COUNT(ipc), name) ? "ipc" : NULL;
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
