/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for people. Everything of the caller's in them was made safe to show where it was read. */
#include "safe-docker/report/report.h"

#include <string.h>

#include "safe-docker/base/text.h"

#include "shell_words.h"

#define RULE_WIDTH_MAX 24
#define MORE_MAX 4 /* rules on the line about more */

struct style {
  const char *alarm, *name, *dim, *end;
};

static struct style style_for(bool colour) {
  return colour ? (struct style){"\033[1;31m", "\033[1m", "\033[2m", "\033[0m"}
                : (struct style){"", "", "", ""};
}

static int rule_width(const struct sd_problems *problems) {
  size_t width = 0;
  for (size_t i = 0; i < problems->list.len; i++) {
    size_t len = strlen(problems->list.items[i].rule);
    width = len > width ? len : width;
  }
  return (int)(width < RULE_WIDTH_MAX ? width : RULE_WIDTH_MAX);
}

static void add_problems(struct sd_str *out, const struct sd_problems *problems,
                         const struct style *style) {
  int width = rule_width(problems);
  for (size_t i = 0; i < problems->list.len; i++) {
    const struct sd_problem *problem = &problems->list.items[i];
    sd_str_addf(out, "  %s%-*s%s   %s\n", style->name, width, problem->rule, style->end,
                problem->message);
    if (problem->hint[0] != '\0')
      sd_str_addf(out, "  %*s   %shint: %s%s\n", width, "", style->dim, problem->hint, style->end);
  }
}

/* Where a person can read on; the rules once each. */
static void add_more(struct sd_str *out, const struct sd_problems *problems,
                     const struct style *style) {
  struct sd_strv rules = {0};
  for (size_t i = 0; i < problems->list.len; i++)
    if (!sd_strv_contains(&rules, problems->list.items[i].rule) && rules.v.len < MORE_MAX)
      sd_strv_add(&rules, out->arena, problems->list.items[i].rule);
  if (rules.v.len > 0)
    sd_str_addf(out, "  %smore: safe-docker policy explain %s%s\n", style->dim,
                sd_strv_join(&rules, out->arena, " "), style->end);
}

/* Whether no policy has anything to do with it: the words are no command line of docker. */
static bool is_not_understood(const struct sd_problems *problems) {
  static const char *const rules[] = {"invalid-image", "invalid-value",   "missing-image",
                                      "operands",      "unknown-command", "unknown-option"};
  for (size_t i = 0; i < problems->list.len; i++) {
    bool known = false;
    for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
      known = known || strcmp(problems->list.items[i].rule, rules[k]) == 0;
    if (!known)
      return false;
  }
  return problems->list.len > 0;
}

const char *sd_report_denial(struct sd_arena *arena, const struct sd_problems *problems,
                             bool colour) {
  struct style style = style_for(colour);
  struct sd_str out;
  sd_str_init(&out, arena);
  size_t count = problems->list.len;
  sd_str_addf(&out, "safe-docker: %s%s%s: %zu problem%s\n", style.alarm,
              is_not_understood(problems) ? "not understood" : "denied by policy", style.end, count,
              count == 1 ? "" : "s");
  add_problems(&out, problems, &style);
  if (colour)
    add_more(&out, problems, &style);
  return sd_str_text(&out);
}

static void add_changes(struct sd_str *out, const struct sd_outcome *outcome,
                        const struct style *style) {
  if (outcome->change_count > 0)
    sd_str_add(out, "changes:\n");
  for (size_t i = 0; i < outcome->change_count; i++) {
    const struct sd_change *change = &outcome->changes[i];
    sd_str_addf(out, "  %s%s%s\n      %s: %s\n", style->name, change->option, style->end,
                change->rule, change->reason);
  }
}

const char *sd_report_explain_text(struct sd_arena *arena, const struct sd_outcome *outcome,
                                   bool colour) {
  struct style style = style_for(colour);
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "caller:   %s (uid %u, gid %u) via %s\n",
              sd_text_safe(arena, outcome->who->user), (unsigned)outcome->who->uid,
              (unsigned)outcome->who->gid, sd_door_name(outcome->who->door));
  sd_str_addf(&out, "command:  %s\n", outcome->command[0] != '\0' ? outcome->command : "-");
  bool allowed = outcome->argv != NULL;
  sd_str_addf(&out, "decision: %s%s%s\n", allowed ? style.name : style.alarm,
              allowed ? "allow" : "deny", style.end);
  add_problems(&out, outcome->problems, &style);
  if (outcome->argv == NULL)
    return sd_str_text(&out);
  add_changes(&out, outcome, &style);
  if (outcome->argv->v.len == 0) {
    sd_str_add(&out, "would execute: nothing, safe-docker answers itself\n");
    return sd_str_text(&out);
  }
  sd_str_add(&out, "would execute:\n ");
  for (size_t i = 0; i < outcome->argv->v.len; i++) {
    sd_str_add(&out, i == 0 ? " " : " \\\n      ");
    sd_shell_add_word(&out, outcome->argv->v.items[i]);
  }
  sd_str_add(&out, "\nwith the environment:\n");
  for (size_t i = 0; i < outcome->environ->v.len; i++)
    sd_str_addf(&out, "  %s\n", sd_text_safe(arena, outcome->environ->v.items[i]));
  return sd_str_text(&out);
}
