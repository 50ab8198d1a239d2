/* SPDX-License-Identifier: Apache-2.0 */
/* Building images. */
#include "command.h"

void sd_command_build(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
