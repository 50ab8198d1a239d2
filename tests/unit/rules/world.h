/* SPDX-License-Identifier: Apache-2.0 */
/* Things on a made daemon, as if they had been looked up, and commands that name them.
 *
 * alice (1000), who asks, has the container "mine" (ids of 1s), the network "lan" (ids of as) and the volume "data". Of
 * bob (1001) are the container "theirs", the network "bobs" and the volume "secret". The container "plain" and the
 * network "team" are the administrator's, without a label. */
#ifndef SAFE_DOCKER_TESTS_RULES_WORLD_H
#define SAFE_DOCKER_TESTS_RULES_WORLD_H

#include "fixture.h"

#define WORLD_MINE "1111111111111111111111111111111111111111111111111111111111111111"
#define WORLD_LAN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* From here on everything counts as looked up. `mounts` is what "mine" has, as the JSON of inspect: "[...]". */
void world_looked_up(struct fixture *fixture, const char *mounts);

/* The words of a command, separated by single blanks; then all rules of commands. */
void world_command(struct fixture *fixture, const char *words);
/* What would be executed, with single blanks. */
const char *world_executed(struct fixture *fixture);
/* Exactly one violation, of this rule, with a hint. */
const struct sd_problem *world_assert_denied(const struct fixture *fixture, const char *rule);

#endif
