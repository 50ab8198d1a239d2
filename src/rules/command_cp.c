/* SPDX-License-Identifier: Apache-2.0 */
/* Files to and from containers. */
#include "command.h"

void sd_command_cp(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
