/* SPDX-License-Identifier: Apache-2.0 */
/* `policy diff [FIRST [SECOND]]`. */
#include "policy_command.h"

#include "safe-docker/report/policy.h"

#include "output.h"
#include "own/own_words.h"
#include "policy_input.h"

#define DIFFERENT 1 /* exit status, as that of diff(1) */

static bool compare(struct session *session, const char *const operands[2], const char *user,
                    struct sd_policy_differences *out, struct sd_error *err) {
  struct sd_policy_texts texts[2];
  struct sd_policy_side sides[2];
  struct sd_policy_caller caller;
  for (size_t i = 0; i < 2; i++) {
    if (!policy_input_texts(session, operands[i], &texts[i], err))
      return false;
    sides[i] = (struct sd_policy_side){texts[i].v.items, texts[i].v.len};
  }
  return (user == NULL || policy_input_caller(session, user, &caller, err)) &&
         sd_policy_diff(session->arena, sides, user != NULL ? &caller : NULL, out, err);
}

static int answer(struct session *session, const struct own_words *given) {
  struct sd_arena *arena = session->arena;
  size_t count = given->operands.v.len;
  const char *const operands[2] = {count > 0 ? given->operands.v.items[0] : "default",
                                   count > 1 ? given->operands.v.items[1] : NULL};
  struct sd_policy_differences differences = {{NULL, 0, 0}};
  const struct sd_policy_pair pair = {
      .names = {policy_input_name(session, operands[0]), policy_input_name(session, operands[1])},
      .who = own_words_value(given, "--user"),
      .differences = &differences};
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!compare(session, operands, pair.who, &differences, &err))
    return output_complain(arena, &err);
  return output_answer(arena,
                       own_words_is(given, "--format", "json")
                           ? sd_report_policy_diff_json(arena, &pair)
                           : sd_report_policy_diff_text(arena, &pair),
                       differences.v.len > 0 ? DIFFERENT : 0);
}

static const char help[] =
    "Usage:  safe-docker policy diff [--user NAME] [--format text|json] [FIRST [SECOND]]\n"
    "\n"
    "Tells what differs from the first policy to the second: each key, both values and\n"
    "where they were written, and whether it loosens or tightens. FIRST and SECOND are\n"
    "files, or policies that come with safe-docker (default, ci, lab, strict). Without\n"
    "SECOND it is the policy in force; without FIRST that is the built-in default.\n"
    "--user compares what holds for one account, else what holds for everybody and with\n"
    "each override.\n"
    "\n"
    "Exit status: 0 no difference, 1 differences, 125 an error. See safe-docker-policy(1).\n";

int policy_diff_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--format", "text|json"}, {"--user", ""}, {NULL, NULL}};
  static const struct own_form form = {
      .command = "policy diff",
      .usage = "safe-docker policy diff [--user NAME] [--format text|json] [FIRST [SECOND]]",
      .options = options,
      .most = 2,
      .help = help,
      .run = answer};
  return own_command(session, words, &form);
}
