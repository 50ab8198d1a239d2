/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and what sweeps: each caller sees and removes their own alone. */
#include <string.h>

#include "checks.h"
#include "command.h"
#include "safe-docker/base/text.h"

/* -- lists -------------------------------------------------------------------------------------- */

static bool has_filter(const struct sd_invocation *invocation, const char *start) {
  for (size_t i = 0; i < invocation->settings.len; i++)
    if (strcmp(invocation->settings.items[i].row->name, "filter") == 0 &&
        sd_text_starts_with(invocation->settings.items[i].text, start))
      return true;
  return false;
}

/* Events of other things carry no label of an owner. */
void sd_command_list(const struct sd_rule_input *in, struct sd_decision *decision) {
  bool events = in->invocation->command->id == SD_COMMAND_EVENTS;
  sd_command_filters(in, decision);
  sd_command_own_only(in, decision);
  if (events && in->policy->isolation == SD_ISOLATION_OWNER &&
      !has_filter(&decision->invocation, "type="))
    sd_invocation_add_text(in->arena, &decision->invocation, "filter", "type=container");
}

/* -- prune -------------------------------------------------------------------------------------- */

/* The daemon removes by label alone, and an image can carry the label to a container of somebody else's. */
static void check_labels(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_objects *found = sd_rule_list_own(in, decision, SD_OWN_LIST_STOPPED);
  for (size_t i = 0; found != NULL && i < found->v.len; i++)
    if (found->v.items[i].kind == SD_OBJECT_CONTAINER &&
        !sd_object_is_own(in, &found->v.items[i])) {
      sd_problem_add(&decision->problems, "prune-label", "",
                     "remove your own by name: docker rm $(docker ps -aq); and tell the "
                     "administrator",
                     "docker container prune: a container that is not yours has your label, by the "
                     "image that it was made from, and would be removed, too");
      return;
    }
}

void sd_command_prune(const struct sd_rule_input *in, struct sd_decision *decision) {
  enum sd_command_id id = in->invocation->command->id;
  sd_command_filters(in, decision);
  sd_command_pass(in, decision, "force");
  if (id == SD_COMMAND_VOLUME_PRUNE)
    sd_command_pass(in, decision, "all");
  sd_command_own_only(in, decision);
  if (id == SD_COMMAND_CONTAINER_PRUNE && in->policy->isolation == SD_ISOLATION_OWNER)
    check_labels(in, decision);
}

/* -- stats -------------------------------------------------------------------------------------- */

/* What the real CLI prints where there is no container. A template of the caller's would be its affair. */
static const char *empty_stats(const struct sd_rule_input *in) {
  const struct sd_setting *format = sd_setting_find(in->invocation, "format");
  if (format != NULL && format->text[0] != '\0')
    return "";
  return "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O   BLOCK I/O   "
         "PIDS\n";
}

/* Without operands the real CLI shows everybody's; the caller's own are named to it. */
static void name_own(const struct sd_rule_input *in, struct sd_decision *decision, bool all) {
  const struct sd_objects *found =
      sd_rule_list_own(in, decision, all ? SD_OWN_LIST_ALL : SD_OWN_LIST_RUNNING);
  if (found == NULL)
    return;
  for (size_t i = 0; i < found->v.len; i++)
    if (found->v.items[i].kind == SD_OBJECT_CONTAINER && sd_object_is_own(in, &found->v.items[i]))
      sd_command_word(in, decision, found->v.items[i].id);
  sd_changed(decision, "own-only", "each caller sees their own alone", "the containers named");
  if (decision->invocation.operands.v.len == 0)
    decision->answer = empty_stats(in);
}

void sd_command_stats(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *all = sd_setting_find(in->invocation, "all");
  sd_command_pass(in, decision, "all");
  if (in->invocation->operands.v.len == 0 && in->policy->isolation == SD_ISOLATION_OWNER)
    name_own(in, decision, all != NULL && all->flag);
  else
    sd_command_objects(in, decision, SD_OBJECT_CONTAINER);
}

/* -- inspect ------------------------------------------------------------------------------------ */

/* The kind that --type names; false after a violation. */
static bool read_type(const struct sd_rule_input *in, struct sd_decision *decision,
                      enum sd_object_kind *kind) {
  const struct sd_setting *type = sd_command_take(in, decision, "type");
  *kind = SD_OBJECT_ANY;
  if (type == NULL || type->text[0] == '\0')
    return true;
  for (*kind = SD_OBJECT_CONTAINER; *kind < SD_OBJECT_ANY; (*kind)++)
    if (strcmp(sd_object_kind_name(*kind), type->text) == 0)
      return true;
  sd_command_deny(decision, "inspect-type", type, "--type with container, image, network or volume",
                  "nothing of this type can be a caller's own");
  return false;
}

/* What was found, so far. */
struct found {
  enum sd_object_kind kind; /* ANY: nothing yet */
  bool mixed;               /* kinds differ */
  bool volume;              /* one is a volume, which has no id but its name */
};

/* What is found is asked for by its type, so that nothing else can have taken the name meanwhile. Without a type the ids
 * themselves must do: no container can be called like the full id of something (rule "name"), but a volume's id is its
 * name, and the real CLI would look for a container and an image first. */
void sd_command_inspect(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  struct found found = {.kind = SD_OBJECT_ANY};
  enum sd_object_kind kind = SD_OBJECT_ANY;
  if (!read_type(in, decision, &kind))
    return;
  for (size_t i = 0; i < operands->v.len; i++) {
    const char *operand = operands->v.items[i];
    const struct sd_object *object = sd_command_object(in, decision, kind, operand);
    if (object == NULL)
      continue;
    found.mixed = found.mixed || (found.kind != SD_OBJECT_ANY && found.kind != object->kind);
    found.volume = found.volume || object->kind == SD_OBJECT_VOLUME;
    found.kind = object->kind;
    if (!found.mixed || !found.volume)
      continue;
    sd_operand_deny(decision, "inspect-type", operand, "inspect volumes by themselves",
                    "there are volumes and other things among what is named, and a volume has no "
                    "id by which it cannot be taken for another thing");
    return;
  }
  if (found.kind != SD_OBJECT_ANY && !found.mixed)
    sd_invocation_add_text(in->arena, &decision->invocation, "type",
                           sd_object_kind_name(found.kind));
}
