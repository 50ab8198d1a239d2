/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/rules/rules.h"

#include "internal.h"

/* The areas, in order. Confinement stands before privileges: no-new-privileges must be the last
 * security option, because of several the daemon takes the last. */
static sd_rule *const areas[] = {
    sd_rules_generic,    sd_rules_confinement, sd_rules_privileges, sd_rules_resources,
    sd_rules_namespaces, sd_rules_mounts,      sd_rules_network,    sd_rules_devices,
    sd_rules_image,      sd_rules_lifecycle,
};

/* The net below the rules: an option that none of them has judged is refused. */
static void deny_unclaimed(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t id = 0; id < SD_OPT_COUNT; id++) {
    if (!in->request->present[id] || decision->claimed[id])
      continue;
    const char *option = sd_arena_printf(decision->arena, "--%s", sd_options[id].name);
    sd_problem_add(&decision->problems, "unhandled-option", option,
                   "leave it out, and report it as a bug of safe-docker",
                   "%s: no rule of safe-docker judges this option", option);
  }
}

bool sd_rules_allow_command(const struct sd_policy *policy, const struct sd_command *command) {
  if ((command->flags & SD_COMMAND_ALWAYS) != 0)
    return true;
  for (size_t i = 0; i < policy->commands.v.len; i++)
    if (sd_command_find(policy->commands.v.items[i]) == command)
      return true;
  return false;
}

void sd_rules_decide(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
    areas[i](in, decision);
  deny_unclaimed(in, decision);
}

void sd_claim(struct sd_decision *decision, enum sd_option_id id) {
  decision->claimed[id] = true;
}

void sd_deny(struct sd_decision *decision, const char *rule, const struct sd_given *given,
             const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(decision->arena, format, args);
  va_end(args);
  if (given == NULL)
    sd_problem_add(&decision->problems, rule, NULL, hint, "%s", message);
  else
    sd_problem_add(&decision->problems, rule, given->option, hint, "%s: %s", given->typed, message);
}

void sd_changed(struct sd_decision *decision, const char *rule, const char *reason,
                const char *option_format, ...) {
  va_list args;
  va_start(args, option_format);
  const char *option = sd_arena_vprintf(decision->arena, option_format, args);
  va_end(args);
  *sd_vec_push(decision->arena, &decision->changes) =
      (struct sd_change){.rule = rule, .option = option, .reason = reason};
}
