/* SPDX-License-Identifier: Apache-2.0 */
/* The commands other than run and create: which rule judges which, and what the rules share.
 *
 * MUST: hand on no setting that was not judged, and no name of an object but the id it was looked up as. */
#include "command.h"

#include <string.h>

#include "checks.h"
#include "safe-docker/base/text.h"

/* What has no row here has no SD_CHECK options, and operands of one kind. */
static const struct {
  enum sd_command_id id;
  sd_command_rule *rule;
} rules[] = {
    {SD_COMMAND_PS, sd_command_list},
    {SD_COMMAND_EVENTS, sd_command_list},
    {SD_COMMAND_VOLUME_LS, sd_command_list},
    {SD_COMMAND_NETWORK_LS, sd_command_list},
    {SD_COMMAND_CONTAINER_PRUNE, sd_command_prune},
    {SD_COMMAND_VOLUME_PRUNE, sd_command_prune},
    {SD_COMMAND_NETWORK_PRUNE, sd_command_prune},
    {SD_COMMAND_STATS, sd_command_stats},
    {SD_COMMAND_INSPECT, sd_command_inspect},
    {SD_COMMAND_START, sd_command_start},
    {SD_COMMAND_RESTART, sd_command_start},
    {SD_COMMAND_STOP, sd_command_stop},
    {SD_COMMAND_KILL, sd_command_stop},
    {SD_COMMAND_TOP, sd_command_top},
    {SD_COMMAND_PORT, sd_command_port},
    {SD_COMMAND_RENAME, sd_command_rename},
    {SD_COMMAND_EXPORT, sd_command_export},
    {SD_COMMAND_EXEC, sd_command_exec},
    {SD_COMMAND_ATTACH, sd_command_attach},
    {SD_COMMAND_UPDATE, sd_command_update},
    {SD_COMMAND_CP, sd_command_cp},
    {SD_COMMAND_NETWORK_CREATE, sd_command_network_create},
    {SD_COMMAND_NETWORK_CONNECT, sd_command_network_connect},
    {SD_COMMAND_NETWORK_DISCONNECT, sd_command_network_connect},
    {SD_COMMAND_NETWORK_INSPECT, sd_command_network_inspect},
    {SD_COMMAND_VOLUME_CREATE, sd_command_volume_create},
    {SD_COMMAND_VOLUME_RM, sd_command_volume_remove},
    {SD_COMMAND_IMAGES, sd_command_images},
    {SD_COMMAND_IMAGE_INSPECT, sd_command_image_read},
    {SD_COMMAND_HISTORY, sd_command_image_read},
    {SD_COMMAND_PULL, sd_command_pull},
    {SD_COMMAND_PUSH, sd_command_push},
    {SD_COMMAND_RMI, sd_command_rmi},
    {SD_COMMAND_TAG, sd_command_tag},
    {SD_COMMAND_COMMIT, sd_command_commit},
    {SD_COMMAND_IMPORT, sd_command_import},
    {SD_COMMAND_LOAD, sd_command_load},
    {SD_COMMAND_SAVE, sd_command_save},
    {SD_COMMAND_SEARCH, sd_command_search},
    {SD_COMMAND_BUILD, sd_command_build},
    {SD_COMMAND_LOGIN, sd_command_login},
    {SD_COMMAND_LOGOUT, sd_command_logout},
    {SD_COMMAND_COMPLETE, sd_command_complete},
    {SD_COMMAND_COMPLETE_NO_DESC, sd_command_complete},
    {SD_COMMAND_COMPOSE, sd_command_compose},
};

/* -- settings ----------------------------------------------------------------------------------- */

const struct sd_setting *sd_command_take(const struct sd_rule_input *in,
                                         struct sd_decision *decision, const char *name) {
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (strcmp(in->invocation->settings.items[i].row->name, name) == 0)
      decision->settled[i] = true;
  return sd_setting_find(in->invocation, name);
}

void sd_command_pass(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *name) {
  for (size_t i = 0; i < in->invocation->settings.len; i++) {
    const struct sd_setting *setting = &in->invocation->settings.items[i];
    if (strcmp(setting->row->name, name) != 0)
      continue;
    decision->settled[i] = true;
    *sd_vec_push(in->arena, &decision->invocation.settings) = *setting;
  }
}

void sd_command_deny(struct sd_decision *decision, const char *rule,
                     const struct sd_setting *setting, const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(decision->arena, format, args);
  va_end(args);
  sd_deny(decision, rule, setting->given, hint, "%s", message);
}

void sd_operand_deny(struct sd_decision *decision, const char *rule, const char *operand,
                     const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(decision->arena, format, args);
  va_end(args);
  const char *shown = sd_text_safe(decision->arena, operand);
  sd_problem_add(&decision->problems, rule, shown, hint, "%s: %s", shown[0] != '\0' ? shown : "''",
                 message);
}

/* Booleans that may not be true: false is what holds anyway. */
static void judge_setting(const struct sd_rule_input *in, struct sd_decision *decision, size_t i) {
  const struct sd_setting *setting = &in->invocation->settings.items[i];
  const struct sd_option *row = setting->row;
  decision->settled[i] = row->disposition != SD_CHECK;
  if (row->disposition == SD_PASS)
    *sd_vec_push(in->arena, &decision->invocation.settings) = *setting;
  else if (row->disposition == SD_DENY || (row->disposition == SD_DENY_TRUE && setting->flag))
    sd_command_deny(decision, row->rule, setting, row->hint, "%s", row->reason);
}

/* The net below the rules: a setting that none of them has judged is refused. */
static void deny_unsettled(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (!decision->settled[i])
      sd_command_deny(decision, "unhandled-option", &in->invocation->settings.items[i],
                      "leave it out, and report it as a bug of safe-docker",
                      "no rule of safe-docker judges this option");
}

/* -- operands ----------------------------------------------------------------------------------- */

void sd_command_word(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *word) {
  sd_strv_add(&decision->invocation.operands, in->arena, word);
}

/* The daemon says it in other words there. */
static const char *kill_words(const struct sd_rule_input *in, const char *operand) {
  const char *shown = sd_text_safe(in->arena, operand);
  return sd_arena_printf(
      in->arena, "Error response from daemon: Cannot kill container: %s: No such container: %s",
      shown, shown);
}

const struct sd_object *sd_command_object(const struct sd_rule_input *in,
                                          struct sd_decision *decision, enum sd_object_kind kind,
                                          const char *operand) {
  const struct sd_object *object = NULL;
  if (sd_rule_find(in, decision, kind, operand, &object) == SD_FOUND_OWN) {
    sd_command_word(in, decision, object->id);
    *sd_vec_push(in->arena, &decision->called.v) = (struct sd_call){object->id, operand};
    return object;
  }
  const char *words = sd_object_absent(in->arena, kind, operand);
  if (in->invocation->command->id == SD_COMMAND_KILL)
    words = kill_words(in, operand);
  sd_strv_add(&decision->absent, in->arena, words);
  return NULL;
}

void sd_command_objects(const struct sd_rule_input *in, struct sd_decision *decision,
                        enum sd_object_kind kind) {
  for (size_t i = 0; i < in->invocation->operands.v.len; i++)
    (void)sd_command_object(in, decision, kind, in->invocation->operands.v.items[i]);
}

const struct sd_object *sd_command_launched(const struct sd_rule_input *in,
                                            struct sd_decision *decision, const char *operand) {
  const struct sd_object *object = sd_command_object(in, decision, SD_OBJECT_CONTAINER, operand);
  if (object != NULL && !sd_object_is_launched(in, object)) {
    sd_operand_deny(decision, "not-launched", operand,
                    "create a new one with docker run or docker create",
                    "the container was not created by safe-docker, so nothing says that it is "
                    "confined");
    return NULL;
  }
  return object;
}

void sd_command_own_only(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->policy->isolation == SD_ISOLATION_SHARED)
    return;
  const char *filter =
      sd_arena_printf(in->arena, "label=" SD_OWNER_LABEL "=%u", (unsigned)in->caller->uid);
  sd_invocation_add_text(in->arena, &decision->invocation, "filter", filter);
  sd_changed(decision, "own-only", "each caller sees their own alone", "--filter=%s", filter);
}

void sd_command_unsupported(const struct sd_rule_input *in, struct sd_decision *decision) {
  const char *name = in->invocation->command->name;
  sd_problem_add(&decision->problems, "command-unsupported", name, "ask the administrator",
                 "%s: this version of safe-docker does not handle this command", name);
}

/* -- the default -------------------------------------------------------------------------------- */

static void judge_operands(const struct sd_rule_input *in, struct sd_decision *decision) {
  switch (in->invocation->command->operands) {
  case SD_OPERANDS_NONE:
    return;
  case SD_OPERANDS_CONTAINERS:
    sd_command_objects(in, decision, SD_OBJECT_CONTAINER);
    return;
  case SD_OPERANDS_NETWORKS:
    sd_command_objects(in, decision, SD_OBJECT_NETWORK);
    return;
  case SD_OPERANDS_VOLUMES:
    sd_command_objects(in, decision, SD_OBJECT_VOLUME);
    return;
  case SD_OPERANDS_IMAGES:
  case SD_OPERANDS_OBJECTS:
  case SD_OPERANDS_WORDS:
    break; /* their commands have rules of their own */
  }
  sd_command_unsupported(in, decision);
}

static sd_command_rule *rule_of(enum sd_command_id id) {
  for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
    if (rules[i].id == id)
      return rules[i].rule;
  return judge_operands;
}

/* The real CLI prints what it has found, in brackets or by the template, be it nothing. */
static void answer_nothing(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_command_id inspects[] = {SD_COMMAND_CONTAINER_INSPECT, SD_COMMAND_INSPECT,
                                                SD_COMMAND_NETWORK_INSPECT,
                                                SD_COMMAND_VOLUME_INSPECT};
  const struct sd_setting *format = sd_setting_find(in->invocation, "format");
  bool found = decision->invocation.operands.v.len > 0 || decision->absent.v.len == 0;
  for (size_t i = 0; !found && i < sizeof(inspects) / sizeof(inspects[0]); i++)
    if (in->invocation->command->id == inspects[i])
      decision->answer = format == NULL || format->text[0] == '\0' ? "[]\n" : "\n";
}

/* What some of the real CLI's commands make of operands that do not exist (cli/command/container, network and volume of
 * docker/cli): those that remove forgive it with --force; stats shows nothing at all. */
static void judge_absent(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_command_id removing[] = {SD_COMMAND_NETWORK_RM, SD_COMMAND_RM,
                                                SD_COMMAND_VOLUME_RM};
  const struct sd_setting *force = sd_setting_find(in->invocation, "force");
  enum sd_command_id id = in->invocation->command->id;
  for (size_t i = 0; i < sizeof(removing) / sizeof(removing[0]); i++)
    if (id == removing[i] && force != NULL && force->flag)
      decision->absent_is_fine = true;
  if (id == SD_COMMAND_STATS && decision->absent.v.len > 0)
    decision->invocation.operands = (struct sd_strv){0};
}

void sd_rules_command(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_invocation *asked = in->invocation;
  decision->invocation = (struct sd_invocation){.command = asked->command, .help = asked->help};
  decision->settled = sd_arena_alloc(in->arena, asked->settings.len + 1);
  if (asked->help)
    return;
  for (size_t i = 0; i < asked->settings.len; i++)
    judge_setting(in, decision, i);
  rule_of(asked->command->id)(in, decision);
  answer_nothing(in, decision);
  judge_absent(in, decision);
  deny_unsettled(in, decision);
}
