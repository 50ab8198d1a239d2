/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker seccomp learn`: the smallest profile that served a workload. */
#ifndef SAFE_DOCKER_SRC_LEARN_H
#define SAFE_DOCKER_SRC_LEARN_H

#include "session.h"

/* `words` are those behind `learn`. Returns the exit status, when the caller has been told. */
int learn_command(struct session *session, const char *const *words);

#endif
