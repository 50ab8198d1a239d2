/* SPDX-License-Identifier: Apache-2.0 */
/* docker load: what the archive names is read from a copy of it that nobody can change, and the copy is what the real
 * CLI gets. */
#ifndef SAFE_DOCKER_SRC_LOAD_H
#define SAFE_DOCKER_SRC_LOAD_H

#include "run.h"

/* Carries the request out; the exit status, where the real CLI did not replace this program. */
int load_images(struct run *run);

#endif
