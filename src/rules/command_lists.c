/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and what sweeps: each caller sees and removes their own alone. */
#include <string.h>
#include <time.h>

#include "checks.h"
#include "command.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define NANOSECONDS 1000000000
#define UNTIL_MAX 253402300799 /* the last second with a year of four digits */

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

/* The daemon's way of writing a time is that of RFC 3339 in UTC, without zeros at the end of the fraction. */
static bool is_time(const char *text) {
  size_t len = strspn(text, "0123456789-:.T");
  return len > 0 && strcmp(text + len, "Z") == 0;
}

static bool is_before(const char *a, const char *b) {
  size_t len_a = strcspn(a, "Z");
  size_t len_b = strcspn(b, "Z");
  int order = memcmp(a, b, len_a < len_b ? len_a : len_b);
  return order != 0 ? order < 0 : len_a < len_b;
}

/* When the newest of the caller's containers was made, by the daemon's clock; NULL: there is none. */
static const char *newest(const struct sd_objects *found) {
  const char *last = NULL;
  for (size_t i = 0; i < found->v.len; i++) {
    const struct sd_json *created = found->v.items[i].kind == SD_OBJECT_CONTAINER
                                        ? sd_json_get(found->v.items[i].json, "Created")
                                        : NULL;
    if (created != NULL && created->type == SD_JSON_STRING && is_time(created->string) &&
        (last == NULL || is_before(last, created->string)))
      last = created->string;
  }
  return last;
}

/* The daemon removes by label alone, and an image can carry the label to a container of somebody else's. NULL: nothing is
 * looked up yet, there is nothing, or it is refused. */
static const char *check_labels(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_objects *found = sd_rule_list_own(in, decision, SD_OWN_LIST_ALL);
  if (found == NULL)
    return NULL;
  for (size_t i = 0; i < found->v.len; i++)
    if (found->v.items[i].kind == SD_OBJECT_CONTAINER &&
        !sd_object_is_own(in, &found->v.items[i])) {
      sd_problem_add(&decision->problems, "prune-label", "",
                     "remove your own by name: docker rm $(docker ps -aq); and tell the "
                     "administrator",
                     "docker container prune: a container that is not yours has your label, by the "
                     "image that it was made from, and would be removed, too");
      return NULL;
    }
  const char *last = newest(found);
  if (last == NULL)
    decision->answer = "Total reclaimed space: 0B\n";
  return last;
}

/* The time that --filter until= means, as the daemon writes times; NULL: it is not understood. */
static const char *read_until(const struct sd_rule_input *in, const char *text) {
  uint64_t seconds = 0;
  int64_t nanoseconds = 0;
  struct sd_error err;
  struct tm parts;
  char out[sizeof("9999-12-31T23:59:59Z")];
  sd_error_init(&err, in->arena);
  if (sd_number_duration(text, &nanoseconds, &err) && nanoseconds >= 0)
    seconds = (uint64_t)(in->now - nanoseconds / NANOSECONDS);
  else if (!sd_number_decimal(text, 0, UNTIL_MAX, &seconds, &err))
    return NULL;
  time_t when = (time_t)seconds;
  if (gmtime_r(&when, &parts) == NULL ||
      strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    return NULL;
  return sd_arena_strdup(in->arena, out);
}

/* Takes the caller's filters of that key out again. The earliest of them, or `last`. */
static const char *earliest(const struct sd_rule_input *in, struct sd_decision *decision,
                            const char *last) {
  static const char key[] = "until=";
  struct sd_invocation *out = &decision->invocation;
  size_t kept = 0;
  for (size_t i = 0; i < out->settings.len; i++) {
    const struct sd_setting *setting = &out->settings.items[i];
    if (strcmp(setting->row->name, "filter") != 0 || !sd_text_starts_with(setting->text, key)) {
      out->settings.items[kept++] = *setting;
      continue;
    }
    const char *until = read_until(in, setting->text + strlen(key));
    if (until == NULL)
      sd_problem_add(&decision->problems, "filter", sd_text_safe(in->arena, setting->text),
                     "write a duration such as 24h, or seconds since 1970",
                     "docker container prune: this time is not understood");
    else if (last != NULL && is_before(until, last))
      last = until;
  }
  out->settings.len = kept;
  return last;
}

/* What is made after the look must stay, however long the real CLI is held up in between: it may be anybody's. */
static void prune_containers(const struct sd_rule_input *in, struct sd_decision *decision) {
  const char *until = earliest(in, decision, check_labels(in, decision));
  if (until == NULL)
    return;
  sd_invocation_add_text(in->arena, &decision->invocation, "filter",
                         sd_arena_printf(in->arena, "until=%s", until));
  sd_changed(decision, "own-only", "what is made from now on was not looked at",
             "--filter=until=%s", until);
}

void sd_command_prune(const struct sd_rule_input *in, struct sd_decision *decision) {
  enum sd_command_id id = in->invocation->command->id;
  sd_command_filters(in, decision);
  sd_command_pass(in, decision, "force");
  sd_command_pass(in, decision, "all"); /* of volumes, also those that have a name */
  sd_command_own_only(in, decision);
  if (id == SD_COMMAND_CONTAINER_PRUNE && in->policy->isolation == SD_ISOLATION_OWNER)
    prune_containers(in, decision);
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

/* The kind that --type names, where there is one; false after a violation. */
static bool read_type(const struct sd_rule_input *in, struct sd_decision *decision,
                      enum sd_object_kind *kind) {
  const struct sd_setting *type = sd_command_take(in, decision, "type");
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
