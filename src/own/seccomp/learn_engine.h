/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's processes on this machine. */
#ifndef SAFE_DOCKER_SRC_LEARN_ENGINE_H
#define SAFE_DOCKER_SRC_LEARN_ENGINE_H

#include <sys/types.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/error.h"

/* The process that starts the containers of the daemon at `host` ("unix:///path"): the containerd that is dockerd's
 * child, or the one that serves it. */
bool learn_find_engine(struct sd_arena *arena, const char *host, pid_t *out,
                       struct sd_error *err) SD_WARN_UNUSED;

/* Whether the process is a shim of containerd's (for any container), by its command line. */
bool learn_is_shim(struct sd_arena *arena, pid_t process);
/* Whether it is the one for the container of that id: 64 hexadecimal digits. */
bool learn_is_shim_of(struct sd_arena *arena, pid_t process, const char *id);

#endif
