/* SPDX-License-Identifier: Apache-2.0 */
/* Names and numbers of system calls and architectures. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CALLS_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CALLS_H

#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* The architecture of this machine, SCMP_ARCH_* (as AUDIT_ARCH_*, but for x32). */
uint32_t sd_seccomp_native_arch(void);
/* By any of its names: "amd64" (Docker), "x86_64" (uname), "SCMP_ARCH_X86_64". Unknown ones are errors with the nearest. */
bool sd_seccomp_parse_arch(struct sd_arena *arena, const char *text, uint32_t *out,
                           struct sd_error *err) SD_WARN_UNUSED;
/* Docker's name, "amd64", or NULL. */
const char *sd_seccomp_arch_name(uint32_t arch);

/* Every call of an architecture that libseccomp knows, by name. */
struct sd_seccomp_numbers {
  SD_VEC(struct sd_seccomp_number {
    int number;
    const char *name;
  })
  v;
};
/* Adds them in the order of their numbers; those of x32 have bit 30 set. */
void sd_seccomp_list_calls(struct sd_arena *arena, uint32_t arch, struct sd_seccomp_numbers *out);
/* The number of a call, as above. False where the architecture has no such call. */
bool sd_seccomp_number_of(uint32_t arch, const char *name, int *out);
/* The name of a number on the arena, or NULL where libseccomp knows none. */
const char *sd_seccomp_call_name(struct sd_arena *arena, uint32_t arch, int number);
/* The nearest name of any architecture, for a hint, or NULL. */
const char *sd_seccomp_nearest_call(struct sd_arena *arena, const char *name);

#endif
