/* SPDX-License-Identifier: Apache-2.0 */
/* Named volumes of callers. A volume has no id but its name, and a caller can hold up the real CLI for as long as
 * they like (a signal is enough), remove the volume meanwhile, and wait for somebody else to make one of that name. So
 * nothing that matters may rest on a name that was looked up before:
 *
 * - a container holds its volumes from when it is created, so `run` is `create`, a look at whose the volumes are, and `start`;
 * - a volume is removed by a label that no other volume has. */
#ifndef SAFE_DOCKER_SRC_VOLUMES_H
#define SAFE_DOCKER_SRC_VOLUMES_H

#include "run.h"

/* Creates the volumes of run->decision.volumes that do not exist, as the caller's own. */
bool volumes_create(struct run *run, struct sd_error *err) SD_WARN_UNUSED;
/* Whether all of them are the caller's: somebody else may have made one of the same name. */
bool volumes_verify(struct run *run, struct sd_error *err) SD_WARN_UNUSED;

/* True for a `run` that volumes_run carries out; run->full is then the command line of `create`. */
bool volumes_are_held(const struct run *run);
/* Creates the container, verifies its volumes and starts it. Called when the request is recorded and the volumes are
 * created. Returns the exit status where the real CLI did not take this program's place. */
int volumes_run(struct run *run);

/* `volume rm`. Records the request itself. */
int volumes_remove(struct run *run);

#endif
