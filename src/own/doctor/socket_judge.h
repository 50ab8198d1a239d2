/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of judging sockets. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_SOCKET_JUDGE_H
#define SAFE_DOCKER_OWN_DOCTOR_SOCKET_JUDGE_H

#include "doctor.h"

/* Of an engine that runs as root; where that is not known, too. */
bool socket_is_of_host(const struct fact_socket *socket);
/* The commands that take `names` out of the socket's group; one for all of them where they are many. */
void socket_add_leave(struct findings *out, struct finding *finding,
                      const struct fact_socket *socket, const struct sd_strv *names);
/* Who of the policy's users reaches which socket, and who has an engine of their own. */
void socket_judge_users(const struct facts *facts, struct findings *out);

#endif
