/* SPDX-License-Identifier: Apache-2.0 */
/* login and logout: what is asked for is judged here; src/login.c carries it out on the caller's own config.json.
 *
 * MUST: put no password into the decision, a message or a change. */
#include "command.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/auths.h"

/* Log-ins of the administrator's configuration are nobody else's to change. */
static bool are_callers(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->policy->images.credentials == SD_CREDENTIALS_CALLER)
    return true;
  sd_operand_deny(decision, "login-credentials", in->invocation->command->name,
                  "ask the administrator for access, or for images.credentials \"caller\"",
                  "registries are spoken to with the administrator's credentials here "
                  "(images.credentials)");
  return false;
}

/* Appends the registry's key, spelled as config.json has it. */
static void judge_server(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_error err;
  const char *server = NULL;
  const char *typed = in->invocation->operands.v.len > 0 ? in->invocation->operands.v.items[0] : "";
  sd_error_init(&err, in->arena);
  if (sd_auths_server(in->arena, typed, &server, &err))
    sd_command_word(in, decision, server);
  else
    sd_operand_deny(decision, "login-server", typed, err.hint, "%s", err.message);
}

static void judge_user(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_setting *user) {
  const char *name = user->text;
  if (name[0] != '\0' && sd_text_is_printable(name) && strchr(name, ':') == NULL) {
    sd_invocation_add_text(in->arena, &decision->invocation, "username", name);
    return;
  }
  sd_command_deny(decision, "login-user", user, "give the name of the account at the registry",
                  "a user name is printable, not empty, and has no colon");
}

static void judge_password(const struct sd_rule_input *in, struct sd_decision *decision,
                           bool has_user) {
  const struct sd_setting *password = sd_command_take(in, decision, "password");
  const struct sd_setting *input = sd_command_take(in, decision, "password-stdin");
  bool from_input = input != NULL && input->flag;
  if (password != NULL && from_input)
    sd_operand_deny(decision, "login-password", "--password", "leave --password out",
                    "--password and --password-stdin are mutually exclusive");
  if (password != NULL &&
      (password->text[0] == '\0' || strlen(password->text) > SD_AUTHS_SECRET_MAX))
    sd_operand_deny(decision, "login-password", "--password", "give it with --password-stdin",
                    "a password is not empty and not longer than %zu bytes", SD_AUTHS_SECRET_MAX);
  if (from_input && !has_user)
    sd_operand_deny(decision, "login-password", "--password-stdin", "give --username, too",
                    "standard input is the password, so the user must be named");
  sd_invocation_add_flag(in->arena, &decision->invocation, "password-stdin", true);
}

void sd_command_login(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *user = sd_command_take(in, decision, "username");
  judge_password(in, decision, user != NULL);
  if (user != NULL)
    judge_user(in, decision, user);
  if (are_callers(in, decision))
    judge_server(in, decision);
}

void sd_command_logout(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (are_callers(in, decision))
    judge_server(in, decision);
}
