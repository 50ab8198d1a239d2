/* SPDX-License-Identifier: Apache-2.0 */
/* What was decided, carried out. */
#ifndef SAFE_DOCKER_SRC_EXECUTE_H
#define SAFE_DOCKER_SRC_EXECUTE_H

#include "run.h"

/* Records the request and carries it out: most often the real CLI replaces this program and nothing returns.
 * Returns the exit status otherwise, when the caller has been told why. */
int execute(struct run *run);

#endif
