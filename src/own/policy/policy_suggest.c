/* SPDX-License-Identifier: Apache-2.0 */
/* `policy suggest -- COMMAND`: how it could be allowed. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "output.h"
#include "own/own_words.h"
#include "policy_command.h"
#include "suggest.h"

static const char usage[] = "safe-docker policy suggest [OPTION]... -- COMMAND [WORD]...";

static const char help[] =
    "Usage:  safe-docker policy suggest [OPTION]... -- COMMAND [WORD]...\n"
    "\n"
    "The smallest additions to the policy that would allow the command line, each with\n"
    "its risk: for the users and groups that are named, else for everybody.\n"
    "\n"
    "  --user USER, --group GROUP  for these; each may be given again\n"
    "  --as USER                   who would ask; else the first --user, else you\n"
    "  --ask-daemon                look up what the command names; for root alone\n"
    "  --policy FILE|NAME          start from this policy, not the one in force\n"
    "  --format text|json|policy   policy: the file for policy.d alone\n"
    "\n"
    "See safe-docker-policy(1).\n";

static void collect(struct sd_arena *arena, const struct own_words *given, const char *name,
                    struct sd_strv *out) {
  for (size_t i = 0; i < given->given.len; i++)
    if (strcmp(given->given.items[i].name, name) == 0)
      sd_strv_add(out, arena, given->given.items[i].value);
}

/* Who is taken to ask: --as, else the first --user, else whoever runs this. */
static bool find_asker(struct session *session, const struct own_words *given,
                       const struct suggest_target *target, struct sd_identity *out,
                       struct sd_error *err) {
  const char *name = own_words_value(given, "--as");
  if (name == NULL && target->users.v.len > 0)
    name = target->users.v.items[0];
  if (name != NULL)
    return whatif_find_user(session->arena, name, out, err);
  *out = session->who;
  (void)sd_identity_groups(session->arena, out);
  return true;
}

static int suggest(struct session *session, const struct own_words *given) {
  struct sd_arena *arena = session->arena;
  struct suggest_target target = {0};
  struct sd_policy_texts texts = {0};
  struct sd_identity who;
  struct suggestions suggestions;
  struct sd_strv words = given->request;
  struct sd_error err;
  sd_error_init(&err, arena);
  if (words.v.len == 0) {
    (void)sd_fail_rule(&err, NULL, usage, "policy suggest: no command line follows \"--\"");
    return output_complain(arena, &err);
  }
  collect(arena, given, "--user", &target.users);
  collect(arena, given, "--group", &target.groups);
  if (strcmp(words.v.items[0], "docker") == 0) {
    words.v.items++;
    words.v.len--;
  }
  if (!whatif_texts(session, own_words_value(given, "--policy"), &texts, &err) ||
      !find_asker(session, given, &target, &who, &err))
    return output_complain(arena, &err);
  const struct whatif question = {.texts = texts.v.items,
                                  .text_count = texts.v.len,
                                  .who = &who,
                                  .words = &words,
                                  .ask_daemon = own_words_value(given, "--ask-daemon") != NULL,
                                  .group_names = &target.groups};
  if (!suggest_make(session, &question, 1, &target, &suggestions, &err))
    return output_complain(arena, &err);
  const char *text = own_words_is(given, "--format", "json") ? suggest_json(arena, &suggestions)
                     : own_words_is(given, "--format", "policy")
                         ? suggest_policy(arena, &suggestions)
                         : suggest_text(arena, &suggestions);
  return output_answer(arena, text, suggestions.enough ? 0 : 1);
}

int policy_suggest_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--as", ""},    {"--ask-daemon", NULL}, {"--format", "text|json|policy"},
      {"--group", ""}, {"--policy", ""},       {"--user", ""},
      {NULL, NULL}};
  static const struct own_form form = {.command = "policy suggest",
                                       .usage = usage,
                                       .options = options,
                                       .request = true,
                                       .help = help,
                                       .run = suggest};
  return own_command(session, words, &form);
}
