/* SPDX-License-Identifier: Apache-2.0 */
/* `policy show [FILE]`: what holds for the caller, or for somebody else. */
#include "policy_command.h"

#include "safe-docker/report/policy.h"

#include "output.h"
#include "own/own_words.h"
#include "policy_input.h"

struct shown {
  struct sd_policy_texts texts;
  struct sd_policy_caller caller;
  struct sd_policy policy;
};

/* What is for others is read with the rights of whoever asks. */
static bool read_shown(struct session *session, const char *operand, const char *user,
                       struct shown *out, struct sd_error *err) {
  out->caller = session->caller;
  return (user == NULL || policy_input_caller(session, user, &out->caller, err)) &&
         policy_input_texts(session, operand, &out->texts, err) &&
         sd_policy_load(session->arena, out->texts.v.items, out->texts.v.len, &out->caller,
                        &out->policy, err);
}

/* Loaded once more, from the tree in which overrides are found again. */
static int show_text(struct session *session, const struct shown *shown) {
  struct sd_json *tree = NULL;
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (!sd_policy_tree(session->arena, shown->texts.v.items, shown->texts.v.len, &tree, &err) ||
      !sd_policy_load_tree(session->arena, tree, &shown->caller, &policy, &err))
    return output_complain(session->arena, &err);
  policy.hash = shown->policy.hash;
  policy.sources = shown->policy.sources;
  policy.audit.required_by_admin = shown->policy.audit.required_by_admin;
  return output_answer(
      session->arena, sd_report_policy_show_text(session->arena, &policy, tree, &shown->caller), 0);
}

static int show(struct session *session, const struct own_words *given) {
  const char *operand = given->operands.v.len > 0 ? given->operands.v.items[0] : NULL;
  const char *user = own_words_value(given, "--user");
  bool text = own_words_is(given, "--format", "text");
  struct shown shown = {.caller = session->caller};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (operand == NULL && !session->has_policy)
    return output_complain(session->arena, &session->problem);
  /* One's own may be seen where the files may not. */
  if (operand == NULL && user == NULL && !text)
    return output_answer(session->arena,
                         sd_policy_show(session->arena, &session->policy, &session->caller), 0);
  if (!read_shown(session, operand, user, &shown, &err))
    return output_complain(session->arena, &err);
  return text ? show_text(session, &shown)
              : output_answer(session->arena,
                              sd_policy_show(session->arena, &shown.policy, &shown.caller), 0);
}

static const char help[] =
    "Usage:  safe-docker policy show [--user NAME] [--format json|text] [FILE]\n"
    "\n"
    "Shows what the policy in force, a file, or one that comes with safe-docker (default,\n"
    "ci, lab, strict) is for the caller, or for another account: as JSON, with the place of\n"
    "each value, or in words, with what files and overrides changed. What is for others can\n"
    "be shown to those who may read the policy's files. See safe-docker-policy(1).\n";

int policy_show_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--format", "json|text"}, {"--user", ""}, {NULL, NULL}};
  static const struct own_form form = {
      .command = "policy show",
      .usage = "safe-docker policy show [--user NAME] [--format json|text] [FILE]",
      .options = options,
      .most = 1,
      .help = help,
      .run = show};
  return own_command(session, words, &form);
}
