/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that safe-docker carries out in a way of its own. */
#include "command.h"

/* What may be completed is said where nothing is executed; no word reaches the real CLI. */
void sd_command_complete(const struct sd_rule_input *in, struct sd_decision *decision) {
  (void)in;
  (void)decision;
}

/* The global options are judged by their rows; what the words behind them mean is judged with the model. */
void sd_command_compose(const struct sd_rule_input *in, struct sd_decision *decision) {
  (void)in;
  (void)decision;
}
