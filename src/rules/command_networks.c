/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of callers. */
#include "command.h"

void sd_command_network_create(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_network_connect(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_network_inspect(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
