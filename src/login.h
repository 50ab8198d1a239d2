/* SPDX-License-Identifier: Apache-2.0 */
/* docker login and docker logout on the caller's own config.json. */
#ifndef SAFE_DOCKER_SRC_LOGIN_H
#define SAFE_DOCKER_SRC_LOGIN_H

#include "run.h"

/* Records the request and carries it out; returns the exit status. */
int login_carry_out(struct run *run);
int logout_carry_out(struct run *run);

#endif
