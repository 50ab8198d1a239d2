/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and what sweeps: each caller sees and removes their own alone. */
#include <string.h>

#include "checks.h"
#include "command.h"
#include "safe-docker/base/text.h"

/* -- lists -------------------------------------------------------------------------------------- */

/* Filters of the daemon are joined by "and" between keys and for labels, by "or" within other keys, so a filter of
 * the caller's can only narrow what the label leaves. */
void sd_command_list(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_pass(in, decision, "filter");
  sd_command_own_only(in, decision);
  if (in->invocation->command->id != SD_COMMAND_EVENTS ||
      in->policy->isolation == SD_ISOLATION_SHARED)
    return;
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (sd_text_starts_with(in->invocation->settings.items[i].text != NULL
                                ? in->invocation->settings.items[i].text
                                : "",
                            "type="))
      return;
  sd_invocation_add_text(in->arena, &decision->invocation, "filter", "type=container");
}

/* -- prune -------------------------------------------------------------------------------------- */

void sd_command_prune(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_pass(in, decision, "filter");
  sd_command_pass(in, decision, "force");
  if (in->invocation->command->id == SD_COMMAND_VOLUME_PRUNE)
    sd_command_pass(in, decision, "all");
  sd_command_own_only(in, decision);
}

/* -- stats -------------------------------------------------------------------------------------- */

/* Without operands the real CLI shows everybody's. */
void sd_command_stats(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_command_pass(in, decision, "all");
  if (in->invocation->operands.v.len == 0 && in->policy->isolation == SD_ISOLATION_OWNER)
    sd_problem_add(&decision->problems, "operands", "", "name them: docker stats $(docker ps -q)",
                   "docker stats: without names it shows the containers of everybody");
  else
    sd_command_objects(in, decision, SD_OBJECT_CONTAINER);
}

/* -- inspect ------------------------------------------------------------------------------------ */

void sd_command_inspect(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const struct {
    const char *word;
    enum sd_object_kind kind;
  } types[] = {{"", SD_OBJECT_ANY},
               {"container", SD_OBJECT_CONTAINER},
               {"image", SD_OBJECT_IMAGE},
               {"network", SD_OBJECT_NETWORK},
               {"volume", SD_OBJECT_VOLUME}};
  const struct sd_setting *type = sd_command_take(in, decision, "type");
  const char *word = type != NULL ? type->text : "";
  enum sd_object_kind kind = SD_OBJECT_ANY;
  bool known = false;
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (strcmp(types[i].word, word) == 0) {
      kind = types[i].kind;
      known = true;
    }
  if (!known) {
    sd_command_deny(decision, "inspect-type", type,
                    "--type with container, image, network or volume",
                    "nothing of this type can be a caller's own");
    return;
  }
  /* What is found is asked for by its type, so that nothing else can have taken the name meanwhile. */
  enum sd_object_kind found = SD_OBJECT_ANY;
  for (size_t i = 0; i < in->invocation->operands.v.len; i++) {
    const struct sd_object *object =
        sd_command_object(in, decision, kind, in->invocation->operands.v.items[i]);
    if (object == NULL)
      continue;
    if (found != SD_OBJECT_ANY && found != object->kind) {
      sd_operand_deny(decision, "inspect-type", in->invocation->operands.v.items[i],
                      "inspect one type at a time", "it is a %s, and what stands before it a %s",
                      sd_object_kind_name(object->kind), sd_object_kind_name(found));
      return;
    }
    found = object->kind;
  }
  if (found != SD_OBJECT_ANY)
    sd_invocation_add_text(in->arena, &decision->invocation, "type", sd_object_kind_name(found));
}
