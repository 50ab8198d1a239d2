/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the lifecycle area share. */
#ifndef SAFE_DOCKER_RULES_LIFECYCLE_H
#define SAFE_DOCKER_RULES_LIFECYCLE_H

#include "safe-docker/rules/rules.h"

void sd_lifecycle_logging(const struct sd_rule_input *in, struct sd_decision *decision);
void sd_lifecycle_metadata(const struct sd_rule_input *in, struct sd_decision *decision);

#endif
