/* SPDX-License-Identifier: Apache-2.0 */
/* `policy explain [RULE|KEY]...`. */
#include "policy_command.h"

#include "safe-docker/base/text.h"
#include "safe-docker/report/pages.h"

#include "output.h"
#include "own/own_words.h"

#define MOST 64

static const char help[] =
    "Usage:  safe-docker policy explain [RULE|KEY]...\n\n"
    "What a rule refuses and why, what to do instead, and which key of the policy allows it; or "
    "what a\n"
    "key means. Both with the values in force for you. Without a name: every rule, a line each.\n\n"
    "Options:\n"
    "      --format text|json   for people, or for programs\n";

static int refuse(struct sd_arena *arena, const char *word, const char *nearest) {
  struct sd_error err;
  sd_error_init(&err, arena);
  (void)sd_fail_rule(&err, NULL,
                     nearest != NULL ? sd_arena_printf(arena, "did you mean \"%s\"?", nearest)
                                     : "safe-docker policy explain lists the rules, and "
                                       "safe-docker policy show the keys",
                     "policy explain: there is no rule and no key \"%s\"",
                     sd_text_safe(arena, word));
  return output_complain(arena, &err);
}

static int explain(struct session *session, const struct sd_strv *words, bool json) {
  struct sd_arena *arena = session->arena;
  const struct sd_policy *policy = session->has_policy ? &session->policy : NULL;
  struct sd_explained *all = sd_arena_alloc(arena, words->v.len * sizeof(*all));
  for (size_t i = 0; i < words->v.len; i++) {
    const char *nearest = NULL;
    if (!sd_page_explain(arena, words->v.items[i], &all[i], &nearest))
      return refuse(arena, words->v.items[i], nearest);
  }
  return output_answer(arena,
                       json ? sd_report_explained_json(arena, all, words->v.len, policy)
                            : sd_report_explained_text(arena, all, words->v.len, policy),
                       0);
}

static int answer(struct session *session, const struct own_words *given) {
  struct sd_arena *arena = session->arena;
  bool json = own_words_is(given, "--format", "json");
  if (given->operands.v.len > 0)
    return explain(session, &given->operands, json);
  return output_answer(arena, json ? sd_report_rules_json(arena) : sd_report_rules_text(arena), 0);
}

int policy_explain_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {{"--format", "text|json"}, {NULL, NULL}};
  static const struct own_form form = {.command = "policy explain",
                                       .usage = "safe-docker policy explain [RULE|KEY]...",
                                       .options = options,
                                       .most = MOST,
                                       .help = help,
                                       .run = answer};
  return own_command(session, words, &form);
}
