/* SPDX-License-Identifier: Apache-2.0 */
/* A process more in a container, who it is and what it is given; and the terminal of the one that is there.
 *
 * MUST: name a numeric uid:gid, as run does; give no privileges; enter no container but one that was launched by
 * safe-docker, and none with bind mounts as anybody but the caller; give nobody the input of what they may not enter. */
#include <string.h>

#include "command.h"
#include "mounts.h"
#include "safe-docker/base/text.h"
#include "verdict.h"

/* -- user --------------------------------------------------------------------------------------- */

/* Whoever the process is, it reaches the files of the host that are bound. Root may do so anyway, and nobody in a
 * rootless daemon of the caller's has rights on the host that the caller has not. */
static bool is_refused_by_binds(const struct sd_rule_input *in, const struct sd_object *container,
                                const char *user) {
  return in->caller->uid != 0 && !in->own_daemon &&
         strcmp(user, sd_judge_user(in, NULL).value) != 0 && sd_container_has_binds(container);
}

static void judge_user(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_object *container) {
  const struct sd_setting *asked = sd_command_take(in, decision, "user");
  struct sd_verdict user = sd_judge_user(in, asked != NULL ? asked->text : NULL);
  if (user.value == NULL) {
    sd_command_deny(decision, "user", asked, user.hint, "%s", user.reason);
    return;
  }
  if (asked != NULL && container != NULL && is_refused_by_binds(in, container, user.value)) {
    sd_command_deny(decision, "bind-foreign-user", asked,
                    sd_arena_printf(in->arena, "leave it out, or write --user=%s",
                                    sd_judge_user(in, NULL).value),
                    "the container has a bind mount: another user could change files of the host "
                    "that the caller could not");
    return;
  }
  sd_invocation_add_text(in->arena, &decision->invocation, "user", user.value);
  if (user.reason != NULL)
    sd_changed(decision, "user", user.reason, "--user=%s", user.value);
}

/* -- the rest ----------------------------------------------------------------------------------- */

static void judge_workdir(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *asked = sd_command_take(in, decision, "workdir");
  if (asked == NULL || asked->text[0] == '\0')
    return;
  struct sd_verdict folder = sd_judge_workdir(in, asked->text);
  if (folder.value == NULL)
    sd_command_deny(decision, "workdir", asked, folder.hint, "%s", folder.reason);
  else
    sd_invocation_add_text(in->arena, &decision->invocation, "workdir", folder.value);
}

/* Values were read and judged where files and variables were: src/docker/entries.c. */
static void pass_env(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->invocation->env.v.len; i++) {
    const struct sd_entry *entry = &in->invocation->env.v.items[i];
    bool good = sd_text_is_utf8(entry->name, strlen(entry->name)) &&
                (entry->value == NULL || sd_text_is_utf8(entry->value, strlen(entry->value)));
    if (good)
      *sd_vec_push(in->arena, &decision->invocation.env.v) = *entry;
    else
      sd_deny(decision, "invalid-value", entry->given, "write it in UTF-8",
              "its name or value is not valid UTF-8");
  }
}

/* Under isolation "shared" it may be another one's container, and what is bound there another one's files. */
static void judge_foreign_binds(const struct sd_rule_input *in, struct sd_decision *decision,
                                const struct sd_object *container) {
  if (container->json != NULL && !sd_object_is_own(in, container))
    sd_command_binds(in, decision, container, in->invocation->operands.v.items[0]);
}

/* What a shell in there can do, whoever types into it can. Without input it is what *logs* shows. */
void sd_command_attach(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  const struct sd_setting *deaf = sd_setting_find(in->invocation, "no-stdin");
  if (operands->v.len == 0)
    return;
  if (deaf != NULL && deaf->flag) {
    (void)sd_command_object(in, decision, SD_OBJECT_CONTAINER, operands->v.items[0]);
    return;
  }
  const struct sd_object *container = sd_command_launched(in, decision, operands->v.items[0]);
  if (container != NULL)
    judge_foreign_binds(in, decision, container);
}

void sd_command_exec(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  const struct sd_object *container = NULL;
  if (operands->v.len > 0)
    container = sd_command_launched(in, decision, operands->v.items[0]);
  judge_user(in, decision, container);
  judge_workdir(in, decision);
  pass_env(in, decision);
  if (container == NULL)
    return;
  judge_foreign_binds(in, decision, container);
  for (size_t i = 1; i < operands->v.len; i++)
    sd_command_word(in, decision, operands->v.items[i]);
}
