/* SPDX-License-Identifier: Apache-2.0 */
/* Starting, stopping, renaming and exporting containers, and asking for their ports. */
#include <string.h>

#include "command.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "verdict.h"

#define PORT_MAX 65535

/* -- signals ------------------------------------------------------------------------------------ */

static void judge_signal(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *asked = sd_command_take(in, decision, "signal");
  if (asked == NULL || asked->text[0] == '\0')
    return;
  struct sd_verdict verdict = sd_judge_signal(in, asked->text);
  if (verdict.value == NULL)
    sd_command_deny(decision, "stop-signal", asked, verdict.hint, "%s", verdict.reason);
  else
    sd_invocation_add_text(in->arena, &decision->invocation, "signal", verdict.value);
}

void sd_command_stop(const struct sd_rule_input *in, struct sd_decision *decision) {
  judge_signal(in, decision);
  sd_command_objects(in, decision, SD_OBJECT_CONTAINER);
}

/* -- start, restart ----------------------------------------------------------------------------- */

/* The real CLI ends so, unless it was to attach. */
static void add_last_words(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_strv *failed) {
  const struct sd_setting *attach = sd_setting_find(in->invocation, "attach");
  const struct sd_setting *interactive = sd_setting_find(in->invocation, "interactive");
  bool attached = (attach != NULL && attach->flag) || (interactive != NULL && interactive->flag);
  if (failed->v.len > 0 && !attached)
    sd_strv_add(&decision->absent, in->arena,
                sd_arena_printf(in->arena, "Error: failed to start containers: %s",
                                sd_strv_join(failed, in->arena, ", ")));
}

/* What was judged when the container was made holds for what was bound then: see command_mounts.c. */
void sd_command_start(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  struct sd_strv failed = {0};
  bool start = in->invocation->command->id == SD_COMMAND_START;
  judge_signal(in, decision); /* start has none */
  for (size_t i = 0; i < operands->v.len; i++) {
    const char *operand = operands->v.items[i];
    size_t before = decision->absent.v.len;
    const struct sd_object *container = sd_command_launched(in, decision, operand);
    if (decision->absent.v.len > before)
      sd_strv_add(&failed, in->arena, sd_text_safe(in->arena, operand));
    if (container == NULL || container->json == NULL)
      continue;
    sd_command_binds(in, decision, container, operand);
    sd_command_grants(in, decision, container, operand);
    sd_command_networks(in, decision, container, operand);
    sd_command_volumes(in, decision, container, operand);
  }
  if (start)
    add_last_words(in, decision, &failed);
}

/* -- port --------------------------------------------------------------------------------------- */

/* "80" or "80/tcp" */
static bool is_port(const struct sd_rule_input *in, const char *text) {
  static const char *const protocols[] = {"", "/tcp", "/udp", "/sctp"};
  uint64_t number = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  size_t len = strcspn(text, "/");
  bool known = false;
  for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
    known = known || strcmp(text + len, protocols[i]) == 0;
  return known &&
         sd_number_decimal(sd_arena_strndup(in->arena, text, len), 0, PORT_MAX, &number, &err);
}

void sd_command_port(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  const struct sd_object *container = NULL;
  if (operands->v.len > 0)
    container = sd_command_object(in, decision, SD_OBJECT_CONTAINER, operands->v.items[0]);
  if (operands->v.len < 2)
    return;
  const char *port = operands->v.items[1];
  if (!is_port(in, port))
    sd_operand_deny(decision, "operands", port,
                    "write a number, or a number and /tcp, /udp or /sctp",
                    "it is no port of a container");
  else if (container != NULL)
    sd_command_word(in, decision, port);
}

/* -- rename ------------------------------------------------------------------------------------- */

/* The daemon would refuse it, too, but in words that tell whose the name is. */
static bool is_taken(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *name) {
  const struct sd_object *other = NULL;
  return in->policy->isolation == SD_ISOLATION_OWNER &&
         sd_rule_find(in, decision, SD_OBJECT_CONTAINER, name, &other) == SD_FOUND_FOREIGN &&
         strcmp(other->name, name) == 0;
}

void sd_command_rename(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  if (operands->v.len != 2)
    return;
  const char *operand = operands->v.items[0];
  const char *wanted = operands->v.items[1];
  const struct sd_object *container = sd_command_object(in, decision, SD_OBJECT_CONTAINER, operand);
  if (container == NULL)
    sd_strv_add(&decision->absent, in->arena,
                sd_arena_printf(in->arena, "Error: failed to rename container named %s",
                                sd_text_safe(in->arena, operand)));
  struct sd_verdict name = sd_judge_name(in, wanted);
  if (name.value == NULL)
    sd_operand_deny(decision, "name", wanted, name.hint, "%s", name.reason);
  else if (is_taken(in, decision, name.value))
    sd_operand_deny(decision, "name", wanted, "choose another name", "the name is in use");
  else if (container != NULL)
    sd_command_word(in, decision, name.value);
}

/* -- export ------------------------------------------------------------------------------------- */

/* Why nothing can be written there, or NULL. */
static const char *refuse_file(const struct sd_rule_input *in, const char *path) {
  struct sd_resolved at = {0};
  in->host->resolve(in->host->context, in->arena, path, &at);
  switch (at.node) {
  case SD_NODE_FILE:
    return NULL;
  case SD_NODE_DIRECTORY:
    return "it is a folder";
  case SD_NODE_UNREACHABLE:
    return at.reason != NULL ? at.reason : "it cannot be reached with your rights";
  case SD_NODE_SOCKET:
  case SD_NODE_DEVICE:
  case SD_NODE_FIFO:
  case SD_NODE_OTHER:
    return "it is neither a file nor a new name in a folder";
  case SD_NODE_MISSING:
    break;
  }
  const char *slash = strrchr(path, '/');
  const char *folder = slash == NULL   ? "."
                       : slash == path ? "/"
                                       : sd_arena_strndup(in->arena, path, (size_t)(slash - path));
  if (slash != NULL && slash[1] == '\0')
    return "the folder does not exist";
  in->host->resolve(in->host->context, in->arena, folder, &at);
  return at.node == SD_NODE_DIRECTORY ? NULL : "its folder does not exist";
}

/* The file is opened with the caller's rights, and the real CLI writes to it as its standard output. */
void sd_command_export(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *output = sd_command_take(in, decision, "output");
  const struct sd_strv *operands = &in->invocation->operands;
  const struct sd_object *container = NULL;
  if (operands->v.len > 0)
    container = sd_command_launched(in, decision, operands->v.items[0]);
  if (output == NULL || output->text[0] == '\0')
    return;
  const char *reason = refuse_file(in, output->text);
  if (reason != NULL)
    sd_command_deny(decision, "output-file", output,
                    "name a file, or a new one in a folder that exists", "%s", reason);
  else if (container != NULL)
    decision->output_file = output->text;
}
