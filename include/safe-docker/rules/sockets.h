/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of engines and of others that give root to whoever may write to them. */
#ifndef SAFE_DOCKER_RULES_SOCKETS_H
#define SAFE_DOCKER_RULES_SOCKETS_H

#include <stdbool.h>

/* True where the last part of the path is a name under which such a daemon listens: docker.sock, containerd.sock, ... */
bool sd_mount_is_api_socket(const char *path);

#endif
