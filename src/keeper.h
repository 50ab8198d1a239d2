/* SPDX-License-Identifier: Apache-2.0 */
/* A container that is never started and holds volumes, so that nobody can remove them while they are verified and the
 * container that was asked for is created. It is nobody's: no caller can remove it either. */
#ifndef SAFE_DOCKER_SRC_KEEPER_H
#define SAFE_DOCKER_SRC_KEEPER_H

#include "run.h"

#define KEEPER_ID_LEN 64

/* The command line that makes it, of the image and for the volumes of the request that run->emitted is of. */
void keeper_argv(const struct run *run, struct sd_strv *out);
/* Removes the container of that id and what it alone has; what cannot be removed stays, and the caller is told. */
void keeper_remove(struct run *run, const char *id);

/* Signals that end programs are only noted from begin to end, for the keeper must not stay. The children of this process
 * get them as ever. `end` returns the last one that came, or 0. */
void keeper_signals_begin(void);
int keeper_signals_end(void);

#endif
