/* SPDX-License-Identifier: Apache-2.0 */
/* Options that the policy opens (options.allow). */
#ifndef SAFE_DOCKER_RULES_PASSED_H
#define SAFE_DOCKER_RULES_PASSED_H

#include "safe-docker/rules/rules.h"

/* Hands the option on where its value is of the known form, else it is a violation. A row without a
 * check stays unclaimed, and so is refused. */
void sd_rule_pass_checked(const struct sd_rule_input *in, struct sd_decision *decision,
                          enum sd_option_id id);

#endif
