/* SPDX-License-Identifier: Apache-2.0 */
/* Starting, looking into, renaming and exporting containers. */
#include "command.h"

void sd_command_start(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_top(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_port(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_rename(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}

void sd_command_export(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
