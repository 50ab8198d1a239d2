/* SPDX-License-Identifier: Apache-2.0 */
/* How sockets of engines are found. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_SOCKET_COLLECT_H
#define SAFE_DOCKER_OWN_DOCTOR_SOCKET_COLLECT_H

#include "doctor.h"

/* A listening socket, of the kernel's own list (unix_diag). */
struct listener {
  uint32_t inode;   /* of the socket, as in /proc/PID/fd */
  uint32_t file;    /* inode of the file that it is bound to */
  const char *name; /* as it was bound; "@..." where it is abstract, and has no file */
};
struct listeners {
  SD_VEC(struct listener) v;
};
/* False: the kernel does not tell. */
bool socket_listeners(struct sd_arena *arena, struct listeners *out);

/* Adds the socket at `path`, unless it is there already, or what is at `path` is no socket; of the policy's
 * it is known, too, that nothing is there. */
void socket_add(struct sd_arena *arena, struct facts_sockets *out, const struct fact_socket *what,
                const char *path);
/* Those that processes of engines hold (socket_processes.c). */
void socket_add_of_processes(struct sd_arena *arena, struct facts_sockets *out);
/* Other paths to those that are there already (socket_mounts.c). */
void socket_add_copies(struct sd_arena *arena, struct facts_sockets *out);

#endif
