/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the network area share. */
#ifndef SAFE_DOCKER_RULES_NETWORK_H
#define SAFE_DOCKER_RULES_NETWORK_H

#include "safe-docker/rules/rules.h"

/* What "container:*" in network.allow lets a container share. */
#define SD_NETWORK_OF_CONTAINERS "container:*"

/* True where network.allow gives the network of that name to everybody. */
bool sd_network_is_allowed(const struct sd_rule_input *in, const char *name);
/* True for the networks that every daemon has. */
bool sd_network_is_built_in(const char *name);
/* The caller's own network of that name, id or beginning of an id; NULL: there is none. */
const struct sd_object *sd_network_own(const struct sd_rule_input *in, struct sd_decision *decision,
                                       const char *name);

void sd_network_ports(const struct sd_rule_input *in, struct sd_decision *decision);
void sd_network_names(const struct sd_rule_input *in, struct sd_decision *decision);

#endif
