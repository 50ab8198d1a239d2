/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders that are only imagined, over those of this machine. */
#ifndef SAFE_DOCKER_SRC_WHATIF_WORLD_H
#define SAFE_DOCKER_SRC_WHATIF_WORLD_H

#include "safe-docker/base/host.h"

struct whatif_place {
  const char *path; /* absolute and clean */
  enum sd_node node;
  bool writable; /* a folder in which whoever asks can create files */
};

struct whatif_world {
  SD_VEC(struct whatif_place) places; /* a later one goes before an earlier one of the same path */
  bool
      whole; /* nothing of this machine is seen: what is not named is not there, and every AppArmor profile is loaded */
  const char *folder; /* where relative paths begin; set by whatif_decide */
};

/* The machine with that world over it: what the world has not is looked for on the machine, the folders above what it has
 * exist, its files are empty, and there are no variables. `world` must outlive it. */
const struct sd_host *whatif_world_host(struct sd_arena *arena, const struct whatif_world *world);

#endif
