/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of the networks and volumes that callers create. They say later whose these are. */
#include "command.h"

#include "checks.h"
#include "safe-docker/base/text.h"

static void check_label(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_setting *label) {
  if (sd_text_is_printable(label->text) && !sd_label_is_reserved(label->text))
    sd_invocation_add_text(in->arena, &decision->invocation, "label", label->text);
  else
    sd_command_deny(decision, "label-reserved", label, "choose another label",
                    "the label is reserved for what manages containers, or not printable");
}

static void add_label(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *name, const char *value) {
  const char *label = sd_arena_printf(in->arena, "%s=%s", name, value);
  sd_invocation_add_text(in->arena, &decision->invocation, "label", label);
  sd_changed(decision, "label", "says whose it is, and who made it", "--label=%s", label);
}

void sd_command_labels(const struct sd_rule_input *in, struct sd_decision *decision, bool own) {
  (void)sd_command_take(in, decision, "label");
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (in->invocation->settings.items[i].row ==
        sd_command_option(in->invocation->command, "label"))
      check_label(in, decision, &in->invocation->settings.items[i]);
  if (own)
    add_label(in, decision, SD_OWNER_LABEL,
              sd_arena_printf(in->arena, "%u", (unsigned)in->caller->uid));
  add_label(in, decision, SD_VERSION_LABEL, in->version);
}
