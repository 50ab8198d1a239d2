/* SPDX-License-Identifier: Apache-2.0 */
/* Named volumes of callers. A volume has no id but its name, and a caller can hold up the real CLI for as long as
 * they like (a signal is enough), remove the volume meanwhile, and wait for somebody else to make one of that name. So
 * nothing that matters may rest on a name that was looked up before:
 *
 * - a container holds its volumes from when it is created, and then the daemon copies what the image has at that place
 *   into a volume that is empty. So before `run` and `create` another container is made that holds the volumes and copies
 *   nothing (src/keeper.h), then it is looked whose they are, and then the container is created that was asked for;
 * - a volume is removed by a label that no other volume has. */
#ifndef SAFE_DOCKER_SRC_VOLUMES_H
#define SAFE_DOCKER_SRC_VOLUMES_H

#include "run.h"

/* Creates the volumes of run->decision.volumes that do not exist, as the caller's own. */
bool volumes_create(struct run *run, struct sd_error *err) SD_WARN_UNUSED;
/* Whether all of them are the caller's: somebody else may have made one of the same name. */
bool volumes_verify(struct run *run, struct sd_error *err) SD_WARN_UNUSED;

/* True for a `run` or `create` that volumes_run carries out. */
bool volumes_are_kept(const struct run *run);
/* True for such a `run` that waits for the container; run->full is then the command line of `create`. */
bool volumes_are_held(const struct run *run);
/* Verifies the volumes, creates the container, and starts it where it is a run. Called when the request is recorded and
 * the volumes are created. Returns the exit status where the real CLI did not take this program's place. */
int volumes_run(struct run *run);

/* The end of `volume create` of a name, when the volume is there: verifies it and prints its name. Returns the exit status. */
int volumes_tell(struct run *run);

/* `volume rm`. Records the request itself. */
int volumes_remove(struct run *run);

#endif
