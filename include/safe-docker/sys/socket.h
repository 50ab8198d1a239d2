/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of a daemon: who decides what lies at its path, and whose the daemon is.
 *
 * Docker's command connects by path, later than anybody here can look. So rights that the caller lacks may be kept for a
 * socket only where nobody but trusted accounts can put another one in its place; and a daemon is taken for the caller's
 * own only where nothing is kept, since then another path gives the caller nothing that they have not. */
#ifndef SAFE_DOCKER_SYS_SOCKET_H
#define SAFE_DOCKER_SYS_SOCKET_H

#include "safe-docker/sys/identity.h"

enum sd_socket_place {
  SD_SOCKET_NONE,     /* the host is no unix:// */
  SD_SOCKET_TRUSTED,  /* only root and `owner` can change what lies there */
  SD_SOCKET_ABSENT,   /* nothing does, and only they can put something there */
  SD_SOCKET_ANYBODYS, /* others can, or could when a folder on the way is made */
};

/* Walks to the socket of `host` as sd_trusted_open_place does. *group is set where it is TRUSTED. `why` tells what is
 * wrong with the way where it is ANYBODYS. */
enum sd_socket_place sd_socket_find(struct sd_arena *arena, const char *host, uid_t owner,
                                    gid_t *group, struct sd_error *why);

/* True where a socket lies at the path of `host` and belongs to another account than `uid`. */
bool sd_socket_is_foreign(const char *host, uid_t uid);

/* True where the daemon of `host` is a rootless one of the caller's own, so that root of its containers is the caller on
 * this host: nothing is parked and the caller is not root; the socket belongs to them; and what listens there lives in
 * a user namespace whose root is the caller. A relay to somebody else's daemon (ssh -L, socat) is none, though its socket
 * is theirs. Connects, and sends nothing. See unix(7) SO_PEERCRED and user_namespaces(7). */
bool sd_socket_is_own_daemon(const char *host, const struct sd_identity *who);

#endif
