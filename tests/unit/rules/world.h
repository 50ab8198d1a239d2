/* SPDX-License-Identifier: Apache-2.0 */
/* Things on a made daemon, and commands that name them.
 *
 * alice (1000), who asks, has the container "mine" (ids of 1s), the network "lan" (ids of as) and the volume "data". Of
 * bob (1001) are the container "theirs", the network "bobs" and the volume "secret". The container "plain", the
 * network "team" and the volume "old" are the administrator's, without a label. */
#ifndef SAFE_DOCKER_TESTS_RULES_WORLD_H
#define SAFE_DOCKER_TESTS_RULES_WORLD_H

#include "fixture.h"

#define WORLD_MINE "1111111111111111111111111111111111111111111111111111111111111111"
#define WORLD_LAN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Makes these things; from here on they count as looked up. `mounts` is what "mine" has, as the JSON of inspect:
 * "[...]". */
void world_looked_up(struct fixture *fixture, const char *mounts);

/* fixture_line and fixture_decide. */
void world_command(struct fixture *fixture, const char *words);

#endif
