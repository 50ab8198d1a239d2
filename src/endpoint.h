/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon of a request: docker.host, or a context that the caller chose; and who acts where this process has not
 * parked what that one needs. */
#ifndef SAFE_DOCKER_SRC_ENDPOINT_H
#define SAFE_DOCKER_SRC_ENDPOINT_H

#include "run.h"

/* Sets run->endpoint: docker.host where `context` is NULL. Adds a problem where there is no such context, or where it
 * cannot be had here. Where another process keeps what it needs, run->stand_in is set, and there is nothing more to
 * decide in this one; the others end, and all end where none is needed. Of what is only imagined nothing is parked. */
void endpoint_choose(struct run *run, const char *context);

/* Whether endpoint_choose would have nothing against that context. */
bool endpoint_can_be_had(const struct run *run, const char *context);

/* Adds a problem where the files or programs that the way to the daemon needs cannot serve: before the real CLI would say
 * so in words that help nobody. */
void endpoint_check(struct run *run);

/* The stand-in goes on in place of this process. Returns its exit status. */
int endpoint_act(struct run *run);

/* What is parked for run->endpoint is what this process has parked. */
bool endpoint_is_held(const struct run *run);

#endif
