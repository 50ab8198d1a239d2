/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes of callers. */
#include "command.h"

void sd_command_volume_create(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_unsupported(in, decision);
}
