/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that say of each container or network that they are done with it, in the caller's words: "web" for web,
 * though the real CLI was given the id. */
#ifndef SAFE_DOCKER_SRC_ECHO_H
#define SAFE_DOCKER_SRC_ECHO_H

#include "run.h"

/* True where the command says so, and the caller called something otherwise than by its id. */
bool echo_is_needed(const struct run *run);
/* Runs what was decided as a child and waits; lines of its output that are such an id become what the caller called
 * it. False where it could not be started, or what it said is lost in part. */
bool echo_run(const struct run *run, int *status, struct sd_error *err) SD_WARN_UNUSED;

#endif
