/* SPDX-License-Identifier: Apache-2.0 */
/* The made machine of the target "decide": a few folders of the caller al (uid 1000), links out of them, sockets, devices,
 * files with variables. Nothing of the real machine is looked at. */
#ifndef SAFE_DOCKER_TESTS_DECIDE_WORLD_H
#define SAFE_DOCKER_TESTS_DECIDE_WORLD_H

#include "safe-docker/base/host.h"

#define WORLD_UID 1000
#define WORLD_GID 1000
#define WORLD_SOCKET_GROUP 998
#define WORLD_HOME "/home/al"
#define WORLD_FOLDER "/home/al/work"

struct world {
  const char *env_file, *label_file; /* what was emitted, for who reads it again; NULL: none */
};

/* `world` must live as long as the host. */
struct sd_host world_host(const struct world *world);

/* True where a folder or plain file is at the path, by no link: what alone may be bound. */
bool world_is_plain(struct sd_arena *arena, const char *path);

#endif
