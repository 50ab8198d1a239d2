/* SPDX-License-Identifier: Apache-2.0 */
/* docker compose: asking the plugin what the caller's files mean, deciding that, and executing the plugin on what was
 * decided. */
#ifndef SAFE_DOCKER_SRC_COMPOSE_COMMAND_H
#define SAFE_DOCKER_SRC_COMPOSE_COMMAND_H

#include "run.h"

/* Fills run->decision and run->full; `in` as for the rules of any command. */
void compose_decide(struct run *run, struct sd_rule_input *in);
/* Records the request and carries it out. Returns the exit status where the plugin did not take this program's place. */
int compose_carry_out(struct run *run);

#endif
