/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that safe-docker carries out in a way of its own. */
#include "command.h"

void sd_command_login(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_logout(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_complete(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_completion(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_compose(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
