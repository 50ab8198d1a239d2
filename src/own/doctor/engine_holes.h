/* SPDX-License-Identifier: Apache-2.0 */
/* Published holes of the engine and its parts, with the releases that mend them. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_ENGINE_HOLES_H
#define SAFE_DOCKER_OWN_DOCTOR_ENGINE_HOLES_H

#include "engine_version.h"

/* What it gives. */
enum hole_gives {
  HOLE_ESCAPE, /* files or root of the host, from a container, an image or a build */
  HOLE_OTHER,
};

/* Where it is open only. What doctor cannot see (whether somebody restores checkpoints) is EVERYWHERE, and said in
 * the row's words. */
enum hole_only {
  HOLE_EVERYWHERE,
  HOLE_AUTHZ,    /* with authorization plugins */
  HOLE_SWARM,    /* in swarm mode */
  HOLE_REMAP,    /* with userns-remap */
  HOLE_ROOTLESS, /* of a rootless engine */
  HOLE_FIREWALLD,
  HOLE_CRI, /* where Kubernetes uses this containerd */
};

#define HOLE_FIXED_MAX 6 /* branches of one row */
/* Its texts lie in it: see base/row.h. */
struct hole {
  char component[12]; /* "engine", "cli", "containerd", "runc", "buildx", "compose" */
  char cve[20];
  char since[16]; /* the first release that has it; "": every one */
  char fixed
      [48]; /* the first release of each branch that has it no more, rising, with one blank between */
  enum hole_gives gives;
  enum hole_only only;
  char what[112]; /* what it gives to whom, one short clause */
};
extern const struct hole holes[];
extern const size_t holes_count;

/* Whether the release `version` has it: where its branch is in `fixed`, an earlier one does; a branch that is not
 * there does unless it is newer than all of them. */
bool hole_is_open(const struct hole *hole, const struct engine_version *version);

#endif
