/* SPDX-License-Identifier: Apache-2.0 */
/* The real CLI as a child, where something must be asked or done before, beside or after the command itself.
 *
 * MUST: take up the parked ids in the child alone; hand it standard descriptors only; leave no child behind. */
#ifndef SAFE_DOCKER_SYS_CHILD_H
#define SAFE_DOCKER_SYS_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include "safe-docker/base/str.h"
#include "safe-docker/sys/privileges.h"

struct sd_child {
  const char *path;           /* of the program */
  const struct sd_strv *argv; /* its name first */
  const struct sd_strv *environ;
  const struct sd_run_as
      *plan; /* what it runs as; NULL: with the caller's own rights and nothing else */
  int64_t
      seconds; /* sd_child_ask: it is killed when it is not silent by then; 0: it takes its time */
  bool apart;  /* in a session of its own and in the folder "/": it has no terminal */
};

/* Descriptors of the child; -1: /dev/null. */
struct sd_child_files {
  int in, out, err;
};

/* Starts it; it gets SIGTERM when this process ends first. The parent's descriptors above 2 do not reach it, but those of sd_hand_over do when `handed`. */
bool sd_child_start(const struct sd_child *child, const struct sd_child_files *files, bool handed,
                    pid_t *pid, struct sd_error *err) SD_WARN_UNUSED;
/* Runs `work(context)` in a process of its own, with all that this one has; what it returns is the exit status. It goes
 * on when this process ends first. */
bool sd_child_fork(int (*work)(void *context), void *context, pid_t *pid,
                   struct sd_error *err) SD_WARN_UNUSED;
/* Waits for it; the exit status, 128 + N where signal N ended it. */
int sd_child_wait(pid_t pid);
/* Kills it, with all of its session where it is `apart`; it must still be waited for. */
void sd_child_kill(const struct sd_child *child, pid_t pid);
/* Milliseconds of a clock that nobody sets. */
int64_t sd_clock_ms(void);

/* Runs it with the terminal of the caller and waits; SIGINT and SIGQUIT are the child's to judge meanwhile. */
bool sd_child_run(const struct sd_child *child, int *status, struct sd_error *err) SD_WARN_UNUSED;

struct sd_answer {
  int status;
  const char *out; /* NUL-terminated */
  size_t out_len;
  const char *err; /* at most 64 KiB of it */
};
/* Runs it without input and collects what it prints. It is killed, and that is an error, when it prints more than `max` bytes, or
 * 16 MiB of complaints, or is not done within its seconds. */
bool sd_child_ask(struct sd_arena *arena, const struct sd_child *child, size_t max,
                  struct sd_answer *out, struct sd_error *err) SD_WARN_UNUSED;
/* The same for one that is `apart`, with what it prints and complains of in ->out together, `max` bytes at most; it is killed with
 * all of its session, and that is an error, where it has not ended within so many seconds. */
bool sd_child_ask_within(struct sd_arena *arena, const struct sd_child *child, int64_t seconds,
                         size_t max, struct sd_answer *out, struct sd_error *err) SD_WARN_UNUSED;
/* The same as sd_child_ask with a standard input, which stays open here; -1: none. */
bool sd_child_ask_with(struct sd_arena *arena, const struct sd_child *child, int in, size_t max,
                       struct sd_answer *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
