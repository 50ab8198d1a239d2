/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAFE_DOCKER_POLICY_LINT_PLACES_H
#define SAFE_DOCKER_POLICY_LINT_PLACES_H

#include "safe-docker/policy/lint.h"

struct lint_place {
  char path[28];
  enum sd_policy_severity written, read; /* where it may be written to, or read alone */
  bool
      refused; /* safe-docker refuses it and all below whatever mounts.bind says (src/rules/protected.c) */
  bool alone; /* what is below it is nobody's concern */
  char what[64], attack[200];
};

/* The place that `path` is or lies in, or that lies below it (*holds); NULL: neither. */
const struct lint_place *lint_place_of(const char *path, bool *holds);
/* Whether `path` is `folder` or below it. */
bool lint_is_within(const char *path, const char *folder);

#endif
