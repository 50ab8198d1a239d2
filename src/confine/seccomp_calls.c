/* SPDX-License-Identifier: Apache-2.0 */
/* Names and numbers, from the tables of libseccomp. Its numbers below 0 stand for calls that an architecture lacks, or
 * reaches through socketcall(2) and ipc(2) only; they never reach the kernel, so they are no numbers here. */
#include "safe-docker/confine/seccomp_calls.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "seccomp_profile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* No architecture has so many calls. */
#define CALLS 1000
#define X32_FIRST 0x40000000 /* __X32_SYSCALL_BIT */
#define ARM_FIRST 0x0f0000   /* __ARM_NR_BASE */
#define ARM_CALLS 16
/* libseccomp's numbers for calls that an architecture has in no form begin here and go down (__PNR_ in seccomp.h). */
#define LACKING (-10000)

/* Names of uname(2) and of the engine (GOARCH) that are not in the profiles' own vocabulary. */
static const struct {
  const char *alias, *name;
} aliases[] = {
    {"386", "SCMP_ARCH_X86"},
    {"aarch64", "SCMP_ARCH_AARCH64"},
    {"amd64", "SCMP_ARCH_X86_64"},
    {"arm", "SCMP_ARCH_ARM"},
    {"arm64", "SCMP_ARCH_AARCH64"},
    {"armv6l", "SCMP_ARCH_ARM"},
    {"armv7l", "SCMP_ARCH_ARM"},
    {"armv8l", "SCMP_ARCH_ARM"},
    {"i386", "SCMP_ARCH_X86"},
    {"i686", "SCMP_ARCH_X86"},
    {"loong64", "SCMP_ARCH_LOONGARCH64"},
    {"loongarch64", "SCMP_ARCH_LOONGARCH64"},
    {"mips", "SCMP_ARCH_MIPS"},
    {"mips64", "SCMP_ARCH_MIPS64"},
    {"mips64le", "SCMP_ARCH_MIPSEL64"},
    {"mips64n32", "SCMP_ARCH_MIPS64N32"},
    {"mipsel", "SCMP_ARCH_MIPSEL"},
    {"mipsel64", "SCMP_ARCH_MIPSEL64"},
    {"mipsel64n32", "SCMP_ARCH_MIPSEL64N32"},
    {"mipsle", "SCMP_ARCH_MIPSEL"},
    {"ppc", "SCMP_ARCH_PPC"},
    {"ppc64", "SCMP_ARCH_PPC64"},
    {"ppc64le", "SCMP_ARCH_PPC64LE"},
    {"riscv64", "SCMP_ARCH_RISCV64"},
    {"s390", "SCMP_ARCH_S390"},
    {"s390x", "SCMP_ARCH_S390X"},
    {"x32", "SCMP_ARCH_X32"},
    {"x86", "SCMP_ARCH_X86"},
    {"x86_64", "SCMP_ARCH_X86_64"},
};

uint32_t sd_seccomp_native_arch(void) {
  return seccomp_arch_native();
}

static const char *alias_at(const void *context, size_t index) {
  (void)context;
  return index < COUNT(aliases) ? aliases[index].alias : aliases[index - COUNT(aliases)].name;
}

bool sd_seccomp_parse_arch(struct sd_arena *arena, const char *text, uint32_t *out,
                           struct sd_error *err) {
  const char *name = text;
  for (size_t i = 0; i < COUNT(aliases); i++)
    if (strcmp(aliases[i].alias, text) == 0)
      name = aliases[i].name;
  const struct sd_seccomp_arch *arch = sd_seccomp_find_arch(name);
  if (arch != NULL && arch->token != 0) {
    *out = arch->token;
    return true;
  }
  if (arch != NULL)
    return sd_fail(err, "%s is newer than the libseccomp of this build", name);
  const char *near = sd_text_nearest(text, 2 * COUNT(aliases), alias_at, NULL);
  const char *hint = near != NULL ? sd_arena_printf(arena, "did you mean %s?", near)
                                  : "architectures are named as by Docker: amd64, arm64, x86, x32";
  return sd_fail_rule(err, NULL, hint, "\"%s\" is not an architecture", sd_text_safe(arena, text));
}

const char *sd_seccomp_arch_name(uint32_t arch) {
  const struct sd_seccomp_arch *row = sd_seccomp_find_token(arch);
  return row != NULL ? row->engine : NULL;
}

static int first_number(uint32_t arch) {
  static const struct {
    uint32_t arch;
    int first;
  } rows[] = {
      {SCMP_ARCH_MIPS, 4000},     {SCMP_ARCH_MIPS64, 5000},   {SCMP_ARCH_MIPS64N32, 6000},
      {SCMP_ARCH_MIPSEL, 4000},   {SCMP_ARCH_MIPSEL64, 5000}, {SCMP_ARCH_MIPSEL64N32, 6000},
      {SCMP_ARCH_X32, X32_FIRST},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    if (rows[i].arch == arch)
      return rows[i].first;
  return 0;
}

static void add_calls(struct sd_arena *arena, uint32_t arch, int first, int count,
                      struct sd_seccomp_numbers *out) {
  for (int number = first; number < first + count; number++) {
    char *name = seccomp_syscall_resolve_num_arch(arch, number);
    if (name != NULL)
      *sd_vec_push(arena, &out->v) =
          (struct sd_seccomp_number){.number = number, .name = sd_arena_strdup(arena, name)};
    free(name);
  }
}

void sd_seccomp_list_calls(struct sd_arena *arena, uint32_t arch, struct sd_seccomp_numbers *out) {
  add_calls(arena, arch, first_number(arch), CALLS, out);
  if (arch == SCMP_ARCH_ARM)
    add_calls(arena, arch, ARM_FIRST, ARM_CALLS, out);
}

/* libseccomp names x32 calls without their bit 30 too, and its own numbers below 0. */
const char *sd_seccomp_call_name(struct sd_arena *arena, uint32_t arch, int number) {
  if (number < first_number(arch))
    return NULL;
  char *known = seccomp_syscall_resolve_num_arch(arch, number);
  const char *name = known != NULL ? sd_arena_strdup(arena, known) : NULL;
  free(known);
  return name;
}

/* socket(2) and its like, which libseccomp names by a number below 0 also where newer kernels have the call itself. */
static bool find_number(uint32_t arch, const char *name, int *out) {
  int first = first_number(arch);
  bool found = false;
  for (int number = first; number < first + CALLS && !found; number++) {
    char *known = seccomp_syscall_resolve_num_arch(arch, number);
    found = known != NULL && strcmp(known, name) == 0;
    if (found)
      *out = number;
    free(known);
  }
  return found;
}

bool sd_seccomp_number_of(uint32_t arch, const char *name, int *out) {
  int number = seccomp_syscall_resolve_name_arch(arch, name);
  if (number == __NR_SCMP_ERROR || number <= LACKING)
    return false;
  if (number < 0)
    return find_number(arch, name, out);
  *out = number;
  return true;
}

static const char *name_at(const void *context, size_t index) {
  const struct sd_seccomp_numbers *numbers = context;
  return numbers->v.items[index].name;
}

const char *sd_seccomp_nearest_call(struct sd_arena *arena, const char *name) {
  static const uint32_t arches[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86,   SCMP_ARCH_ARM,
                                    SCMP_ARCH_S390X,  SCMP_ARCH_PPC64, SCMP_ARCH_RISCV64};
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  for (size_t i = 0; i < COUNT(arches); i++)
    sd_seccomp_list_calls(arena, arches[i], &numbers);
  return sd_text_nearest(name, numbers.v.len, name_at, &numbers);
}
