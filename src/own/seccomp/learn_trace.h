/* SPDX-License-Identifier: Apache-2.0 */
/* A request carried out while the system calls of its container are noted. */
#ifndef SAFE_DOCKER_SRC_LEARN_TRACE_H
#define SAFE_DOCKER_SRC_LEARN_TRACE_H

#include "safe-docker/confine/seccomp_learn.h"

#include "run.h"

/* What cannot be seen from outside (ptrace(2): a process has one tracer; clone(2)). */
enum { LEARN_TRACES = 1, LEARN_UNTRACED = 2 };

struct learning {
  struct run *run;                  /* decided, and allowed */
  struct sd_seccomp_lesson *lesson; /* notes what is seen */
  bool quiet;        /* standard output is for the profile: the container gets standard error */
  bool found;        /* out: a container was seen */
  bool seen;         /* out: a call was seen */
  unsigned untraced; /* out: LEARN_* that happened */
  int status;        /* out: exit status of the request */
};

/* Carries the request out in a child and returns when that has ended and the container's processes have, or when this
 * process is told to end (SIGTERM, SIGHUP; SIGINT and SIGQUIT once the child has ended): then the container goes on. */
bool learn_trace(struct learning *learning, struct sd_error *err) SD_WARN_UNUSED;

#endif
