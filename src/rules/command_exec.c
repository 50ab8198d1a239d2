/* SPDX-License-Identifier: Apache-2.0 */
/* A process more in a container: who it is and what it is given. */
#include "command.h"

void sd_command_exec(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
