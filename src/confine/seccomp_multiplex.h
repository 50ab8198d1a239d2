/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that some architectures reach through socketcall(2) and ipc(2). Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_MULTIPLEX_H
#define SAFE_DOCKER_CONFINE_SECCOMP_MULTIPLEX_H

#include <stddef.h>

struct sd_seccomp_sub_call {
  char name[12];
  char through[11];     /* "socketcall" or "ipc" */
  unsigned char number; /* its first argument then */
};

/* NULL behind the last. */
const struct sd_seccomp_sub_call *sd_seccomp_sub_call(size_t index);
/* The row of a call, or NULL. */
const struct sd_seccomp_sub_call *sd_seccomp_find_sub_call(const char *name);

#endif
