/* SPDX-License-Identifier: Apache-2.0 */
/* A part of this program as a process of its own, for files of the host that are read or written by what somebody else
 * sends.
 *
 * MUST: hold the caller's rights and nothing that is parked; keep no descriptor but the standard ones and the one it is
 * given; not outlive this process. */
#ifndef SAFE_DOCKER_SYS_WORKER_H
#define SAFE_DOCKER_SYS_WORKER_H

#include <sys/types.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* Runs `work(context, fd)` there; what it returns is the exit status, which sd_child_wait gives. SD_WORKER_LOST where
 * the rights could not be given up: nothing was run. Memory of MAP_SHARED is shared with it. */
#define SD_WORKER_LOST 125
bool sd_worker_start(int (*work)(void *context, int fd), void *context, int fd, pid_t *pid,
                     struct sd_error *err) SD_WARN_UNUSED;

/* In such a process: standard input and output become /dev/null, and unless `keep_variables` the environment becomes
 * empty, because it is not that of the one whom the process stands for. It is ended by SIGALRM after `seconds`. */
bool sd_worker_seclude(bool keep_variables, unsigned seconds) SD_WARN_UNUSED;

/* All that `fd` gives, at most `max` bytes and for at most `seconds`; then the process `pid` is ended, if it has not by
 * itself, and waited for. *status as sd_child_wait. */
bool sd_worker_collect(struct sd_arena *arena, pid_t pid, int fd, size_t max, int seconds,
                       struct sd_str *out, int *status, struct sd_error *err) SD_WARN_UNUSED;

#endif
