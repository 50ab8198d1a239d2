/* SPDX-License-Identifier: Apache-2.0 */
/* Watching the system calls of processes behind a seccomp filter, from outside, by ptrace(2) (Linux 5.3). It knows
 * nothing of who they are: a hook decides at each program that begins.
 *
 * MUST: change nothing in those it watches; let every one go on when the watching ends, also when it ends by force
 * (no PTRACE_O_EXITKILL). */
#ifndef SAFE_DOCKER_SYS_TRACER_H
#define SAFE_DOCKER_SYS_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

enum sd_trace {
  SD_TRACE_LEAVE, /* let go, with what descends from it */
  /* What descends from it is asked about when a program begins: a seized process, and its children. */
  SD_TRACE_SEEK,
  SD_TRACE_PASS, /* the same, further down */
  SD_TRACE_WATCH /* calls behind a filter are told, of it and of all that descends from it */
};

struct sd_traced_call {
  uint32_t arch;   /* AUDIT_ARCH_* */
  uint64_t number; /* of x32: with bit 30 set */
  uint64_t args[6];
};

struct sd_tracer_hooks {
  void *context;
  /* A process that is sought or passed executed a program: what becomes of it. It stands still meanwhile. */
  enum sd_trace (*began)(void *context, pid_t process, enum sd_trace now);
  /* A thread behind a filter makes a call, which the filter has not judged yet. */
  void (*called)(void *context, const struct sd_traced_call *call);
};

struct sd_tracer;

/* Signals that are not ignored (SIGINT, SIGTERM, SIGHUP, SIGQUIT) and SIGCHLD are blocked from here on and told by
 * sd_tracer_serve; a terminal does not stop this process any more. `hooks` is copied. It lives on the arena, until
 * sd_tracer_finish. */
struct sd_tracer *sd_tracer_create(struct sd_arena *arena, const struct sd_tracer_hooks *hooks);
/* In a child of this process: the signals as they were before. */
void sd_tracer_unblock(const struct sd_tracer *tracer);
/* Takes all threads of a process, which runs on; its mode is SD_TRACE_SEEK. An error: the kernel does not let it be
 * traced (ptrace(2), PTRACE_SEIZE), or it has ended. */
bool sd_tracer_seize(struct sd_tracer *tracer, pid_t process, struct sd_error *err) SD_WARN_UNUSED;
/* Lets all of those go that are sought: the seized ones, and children that no program began in yet. */
void sd_tracer_release_sought(struct sd_tracer *tracer);

struct sd_tracer_news {
  pid_t child; /* of this process, which ended; 0: none */
  int status;  /* its, as of waitpid(2) */
  int signal;  /* that came to this process; 0: none */
};
/* Serves those that are watched until there is news, or none of them is left. */
void sd_tracer_serve(struct sd_tracer *tracer, struct sd_tracer_news *news);
/* How many threads are watched, passed or sought. */
size_t sd_tracer_count(const struct sd_tracer *tracer);
/* Lets all of them go. Those that cannot be reached within two seconds are let go by the kernel when this process
 * ends. */
void sd_tracer_finish(struct sd_tracer *tracer);

#endif
