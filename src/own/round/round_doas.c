/* SPDX-License-Identifier: Apache-2.0 */
/* doas.conf(5): permit|deny [options] identity [as target] [cmd command [args ...]] */
#include <string.h>

#include "round.h"

struct doas_rule {
  bool permit, understood, keep_arguments; /* args stands there, and fixes them */
  const char *line, *identity, *target, *command, *arguments;
};

/* One word; quotes and backslashes as in doas.conf(5), braces are words of their own. NULL: the end, or a comment. */
static const char *next_word(struct sd_arena *arena, const char **at) {
  struct sd_str word;
  bool quoted = false;
  sd_str_init(&word, arena);
  *at += strspn(*at, " \t");
  if (**at == '\0' || **at == '#')
    return NULL;
  if (**at == '{' || **at == '}')
    return sd_arena_strndup(arena, (*at)++, 1);
  for (; **at != '\0'; (*at)++) {
    if (!quoted && strchr(" \t{}#", **at) != NULL)
      break;
    if (**at == '"')
      quoted = !quoted;
    else if (**at == '\\' && (*at)[1] != '\0')
      sd_str_add_char(&word, *++*at);
    else
      sd_str_add_char(&word, **at);
  }
  return sd_str_text(&word);
}

/* The word behind the options. */
static const char *skip_options(struct sd_arena *arena, const char **at) {
  static const char *const options[] = {"nopass", "nolog", "persist", "keepenv"};
  for (;;) {
    const char *word = next_word(arena, at);
    bool option = false;
    if (word == NULL)
      return NULL;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
      option = option || strcmp(word, options[i]) == 0;
    if (strcmp(word, "setenv") == 0) {
      while ((word = next_word(arena, at)) != NULL && strcmp(word, "}") != 0) {
      }
      option = word != NULL;
    }
    if (!option)
      return word;
  }
}

/* False: the line has no rule. */
static bool read_rule(struct sd_arena *arena, const char *line, struct doas_rule *out) {
  const char *at = line;
  const char *word = next_word(arena, &at);
  if (word == NULL)
    return false;
  *out = (struct doas_rule){
      .line = line, .permit = strcmp(word, "deny") != 0, .understood = true, .target = "root"};
  out->identity = skip_options(arena, &at);
  word = next_word(arena, &at);
  if (word != NULL && strcmp(word, "as") == 0) {
    out->target = next_word(arena, &at);
    word = next_word(arena, &at);
  }
  if (word != NULL && strcmp(word, "cmd") == 0) {
    out->command = next_word(arena, &at);
    word = next_word(arena, &at);
    out->understood = out->command != NULL;
  }
  if (word != NULL && strcmp(word, "args") == 0) {
    struct sd_strv arguments = {0};
    while ((word = next_word(arena, &at)) != NULL)
      sd_strv_add(&arguments, arena, word);
    out->keep_arguments = true;
    out->arguments = sd_strv_join(&arguments, arena, " ");
  }
  out->understood = out->understood && word == NULL && out->identity != NULL && out->target != NULL;
  return true;
}

static bool concerns(const struct doas_rule *rule, const char *user, const struct sd_strv *groups) {
  if (rule->identity == NULL)
    return true;
  return rule->identity[0] == ':' ? sd_strv_contains(groups, rule->identity + 1)
                                  : strcmp(rule->identity, user) == 0;
}

/* What the rule allows, as sudoers(5) would write it. */
static const char *command_of(struct sd_arena *arena, const struct doas_rule *rule) {
  if (rule->command == NULL)
    return "ALL";
  if (!rule->keep_arguments)
    return rule->command;
  return sd_arena_printf(arena, "%s %s", rule->command,
                         rule->arguments[0] != '\0' ? rule->arguments : "\"\"");
}

/* A later rule that denies all of it. */
static void take_back(struct round_ways *ways, const struct doas_rule *rule) {
  size_t kept = 0;
  for (size_t i = 0; i < ways->v.len; i++) {
    struct round_way *way = &ways->v.items[i];
    size_t len = rule->command != NULL ? strlen(rule->command) : 0;
    bool all = rule->command == NULL ||
               (!rule->keep_arguments && strncmp(way->command, rule->command, len) == 0 &&
                (way->command[len] == '\0' || way->command[len] == ' '));
    if (!all || !rule->understood)
      ways->v.items[kept++] = *way;
  }
  ways->v.len = kept;
}

void round_ways_of_doas(struct sd_arena *arena, const struct sd_strv *lines, const char *user,
                        const struct sd_strv *groups, struct round_ways *out) {
  for (size_t i = 0; i < lines->v.len; i++) {
    struct doas_rule rule;
    if (!read_rule(arena, lines->v.items[i], &rule) || !concerns(&rule, user, groups))
      continue;
    if (!rule.permit) {
      take_back(out, &rule);
      continue;
    }
    const char *command = command_of(arena, &rule);
    const char *why =
        rule.understood ? round_why(arena, command) : "stands in a line that is not understood";
    if (why == NULL)
      continue;
    struct round_way *way = sd_vec_push(arena, &out->v);
    *way = (struct round_way){.rule = rule.line, .command = command, .why = why};
    way->root =
        rule.target == NULL || strcmp(rule.target, "root") == 0 || strcmp(rule.target, "0") == 0;
    sd_strv_add(&way->as, arena, rule.target != NULL ? rule.target : "root");
  }
}

void round_people_of_doas(struct sd_arena *arena, const struct sd_strv *lines,
                          struct sd_strv *out) {
  for (size_t i = 0; i < lines->v.len; i++) {
    struct doas_rule rule;
    if (!read_rule(arena, lines->v.items[i], &rule) || !rule.permit || rule.command == NULL ||
        rule.identity == NULL)
      continue;
    const char *slash = strrchr(rule.command, '/');
    if (strcmp(slash != NULL ? slash + 1 : rule.command, "safe-docker") == 0)
      sd_strv_add(out, arena,
                  rule.identity[0] == ':' ? sd_arena_printf(arena, "%%%s", rule.identity + 1)
                                          : rule.identity);
  }
}
