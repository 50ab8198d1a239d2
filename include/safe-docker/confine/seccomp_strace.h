/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that strace(1) wrote down: with -f or -ff, with or without process ids, times, -n, -i, -y, -X and raw
 * arguments. What cannot be understood is counted, never guessed. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_STRACE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_STRACE_H

#include "safe-docker/confine/seccomp_program.h"

struct sd_seccomp_strace {
  size_t calls;          /* that were told */
  size_t unread;         /* lines that were not understood */
  unsigned first_unread; /* the number of the first of these, from 1; 0: none */
};

/* A call with the arguments that could be read: bit i of `known` for args[i]. */
typedef void sd_seccomp_seen(void *context, const struct sd_seccomp_call *call, unsigned known);

/* Tells every call in a file of strace's; `arch` (SCMP_ARCH_*) is that of the machine it was made on. */
void sd_seccomp_strace_read(struct sd_arena *arena, uint32_t arch, const char *text, size_t len,
                            sd_seccomp_seen *seen, void *context, struct sd_seccomp_strace *out);

#endif
