/* SPDX-License-Identifier: Apache-2.0 */
/* docker cp. */
#ifndef SAFE_DOCKER_SRC_COPY_H
#define SAFE_DOCKER_SRC_COPY_H

#include "run.h"

/* Records the request and carries it out: the real CLI moves a tar stream between the container and a process that has
 * the caller's rights alone. Returns the exit status, when the caller has been told. */
int copy_run(struct run *run);

#endif
