/* SPDX-License-Identifier: Apache-2.0 */
/* A group of the host, and who is in it. */
#ifndef SAFE_DOCKER_SYS_GROUP_H
#define SAFE_DOCKER_SYS_GROUP_H

#include <sys/types.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

struct sd_group {
  gid_t gid;
  struct sd_strv members; /* names of accounts; not of those whose primary group it is */
};

/* By name or number, from the group database. */
bool sd_group_find(struct sd_arena *arena, const char *name, struct sd_group *out,
                   struct sd_error *err) SD_WARN_UNUSED;

#endif
