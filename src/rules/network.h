/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the network area share. */
#ifndef SAFE_DOCKER_RULES_NETWORK_H
#define SAFE_DOCKER_RULES_NETWORK_H

#include "safe-docker/rules/rules.h"

void sd_network_ports(const struct sd_rule_input *in, struct sd_decision *decision);
void sd_network_names(const struct sd_rule_input *in, struct sd_decision *decision);

#endif
