/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes of callers: of the local driver, without options of it, and labelled as their own.
 *
 * MUST: hand on no name of a volume that was looked up as somebody else's. */
#include "command.h"

#include <string.h>

#include "checks.h"
#include "mounts.h"
#include "safe-docker/base/text.h"

static void check_driver(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *driver = sd_command_take(in, decision, "driver");
  const struct sd_setting *option = sd_command_take(in, decision, "opt");
  if (driver != NULL && strcmp(driver->text, "local") != 0 && driver->text[0] != '\0')
    sd_command_deny(
        decision, "volume-driver", driver, "leave it out: volumes are of the local driver",
        "the volume driver %s runs as root on the host", sd_text_safe(in->arena, driver->text));
  if (option != NULL)
    sd_command_deny(decision, "volume-options", option, "leave it out",
                    "with driver options a volume can be any device or folder of the host");
}

/* The name as operand or as --name; NULL: there is none, and Docker draws one. */
static const char *name_of(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *setting = sd_command_take(in, decision, "name");
  const struct sd_strv *operands = &in->invocation->operands;
  if (setting != NULL && operands->v.len > 0)
    sd_command_deny(decision, "volume-name", setting, "leave --name out",
                    "the name is given twice");
  if (operands->v.len > 0)
    return operands->v.items[0];
  return setting != NULL && setting->text[0] != '\0' ? setting->text : NULL;
}

/* The labels of the caller, which execution gives to a new one together with the owner's. */
static struct sd_strv labels_of(const struct sd_rule_input *in) {
  struct sd_strv labels = {0};
  const struct sd_option *row = sd_command_option(in->invocation->command, "label");
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (in->invocation->settings.items[i].row == row)
      sd_strv_add(&labels, in->arena, in->invocation->settings.items[i].text);
  return labels;
}

/* A new volume of a given name is created and verified before the real CLI is asked for it, which then finds it there
 * and prints its name: it prints that of somebody else's just as well. */
void sd_command_volume_create(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_refusal refusal;
  check_driver(in, decision);
  const char *name = name_of(in, decision);
  bool everybodys = name != NULL && sd_policy_matches_any(&in->policy->mounts.shared_volumes, name);
  sd_command_labels(in, decision, !everybodys);
  if (name == NULL)
    return;
  struct sd_strv labels = labels_of(in);
  if (!sd_volume_name(in, name, &refusal) ||
      (!sd_volume_is_shared(in, name) && !sd_volume_own(in, decision, name, &labels, &refusal)))
    sd_operand_deny(decision, refusal.rule, name, refusal.hint, "%s", refusal.reason);
  else
    sd_command_word(in, decision, name);
}

/* By that label the volume is removed, whatever has its name by then: src/volumes.h. */
void sd_command_volume_remove(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  for (size_t i = 0; i < operands->v.len; i++) {
    const struct sd_object *volume =
        sd_command_object(in, decision, SD_OBJECT_VOLUME, operands->v.items[i]);
    const struct sd_json *labels =
        volume == NULL || volume->json == NULL ? NULL : sd_json_get(volume->json, "Labels");
    const struct sd_json *mark = labels == NULL ? NULL : sd_json_get(labels, SD_ID_LABEL);
    if (volume != NULL)
      *sd_vec_push(in->arena, &decision->named.v) = (struct sd_named_volume){
          volume->id, mark != NULL && mark->type == SD_JSON_STRING ? mark->string : ""};
  }
}
