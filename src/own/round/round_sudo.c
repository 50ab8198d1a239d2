/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "round.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_tool.h"

/* -- asking --------------------------------------------------------------------------------------- */

enum part { NO_PART, DEFAULTS, SPECIFIC, RULES };

static enum part part_of(const char *line) {
  if (sd_text_starts_with(line, "Matching Defaults entries"))
    return DEFAULTS;
  if (sd_text_starts_with(line, "Runas and Command-specific defaults"))
    return SPECIFIC;
  return sd_text_starts_with(line, "User ") ? RULES : NO_PART;
}

/* Long lines go on in the next one, which is indented more. */
static void join(struct sd_arena *arena, struct sd_strv *out, const char *more) {
  const char **last = &out->v.items[out->v.len - 1];
  *last = sd_arena_printf(arena, "%s %s", *last, more);
}

static void read_lines(struct sd_arena *arena, const char *text, struct sd_strv *out) {
  enum part part = NO_PART;
  size_t begin = 0; /* of this part, in `out` */
  while (*text != '\0') {
    size_t len = strcspn(text, "\n");
    const char *line = sd_arena_strndup(arena, text, len);
    size_t blanks = strspn(line, " ");
    text += len + (text[len] == '\n' ? 1 : 0);
    if (blanks == 0 && *line != '\0') {
      part = part_of(line);
      begin = out->v.len;
    } else if (line[blanks] == '\0' || part == NO_PART) {
      continue;
    } else if (out->v.len > begin &&
               (part == DEFAULTS || (part == RULES && line[blanks] != '(') ||
                (part == RULES && blanks > 4) || (part == SPECIFIC && line[blanks] != 'D'))) {
      join(arena, out, line + blanks);
    } else {
      sd_strv_add(
          out, arena,
          sd_arena_printf(arena, "%s%s", part == DEFAULTS ? "Defaults " : "", line + blanks));
    }
  }
}

bool round_sudo_rules(struct sd_arena *arena, const char *user, struct sd_strv *out,
                      struct sd_error *err) {
  const char *const words[] = {"sudo", "-l", "-U", user, NULL};
  struct sd_answer answer = {0};
  if (!sd_setup_ask(arena, words, &answer, err))
    return false;
  if (answer.status != 0 && answer.out[0] == '\0')
    return sd_fail(err, "sudo does not tell of %s: %s", sd_text_safe(arena, user),
                   sd_text_safe(arena, answer.err));
  read_lines(arena, answer.out, out);
  return true;
}

/* -- reading -------------------------------------------------------------------------------------- */

/* Behind the parentheses: settings and commands. */
struct rule {
  const char *line;
  struct sd_strv as;
  bool root;
  bool setenv;
};

/* The next of `ends` that has no backslash before it, or the end. */
static size_t length_to(const char *text, const char *ends) {
  size_t at = 0;
  while (text[at] != '\0' && strchr(ends, text[at]) == NULL)
    at += text[at] == '\\' && text[at + 1] != '\0' ? 2 : 1;
  return at;
}

static void add_name(struct sd_arena *arena, struct rule *rule, const char *name, bool group) {
  static const char *const roots[] = {"root", "ALL", "#0"};
  static const char special[] = "%+!";
  if (name[0] == '\0' || name[0] == '!')
    return;
  const char *plain = group ? sd_arena_printf(arena, "%%%s", name) : name;
  sd_strv_add(&rule->as, arena, plain);
  bool alias =
      name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0' && name[0] >= 'A';
  rule->root = rule->root ||
               (group ? round_group(name) != NULL || strcmp(name, "#0") == 0
                      : strchr(special, name[0]) != NULL) ||
               alias;
  for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
    rule->root = rule->root || strcmp(roots[i], name) == 0;
}

/* "(root)", "(ALL : ALL)", "(www-data, games : docker)". */
static const char *read_runas(struct sd_arena *arena, const char *at, struct rule *rule) {
  bool group = false;
  for (at++; *at != ')' && *at != '\0';) {
    at += strspn(at, " ,");
    if (*at == ':') {
      group = true;
      at++;
      continue;
    }
    size_t len = length_to(at, " ,:)");
    add_name(arena, rule, sd_arena_strndup(arena, at, len), group);
    at += len;
  }
  return *at == ')' ? at + 1 : at;
}

/* One of TAG:, NAME=VALUE or sha256:DIGEST before a command; its length, 0: there is none. */
static size_t prefix_of(const char *at, struct rule *rule) {
  static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  size_t len = strspn(at, capitals);
  if (len > 0 && at[len] == ':') {
    if (strncmp(at, "SETENV", len) == 0)
      rule->setenv = true;
    if (strncmp(at, "NOSETENV", len) == 0)
      rule->setenv = false;
    return len + 1;
  }
  if (len > 0 && at[len] == '=')
    return length_to(at, " ,");
  if (sd_text_starts_with(at, "sha2") || sd_text_starts_with(at, "sha3") ||
      sd_text_starts_with(at, "sha5"))
    return length_to(at, " ,");
  return 0;
}

typedef void visit(struct sd_arena *arena, const struct rule *rule, const char *command,
                   void *context);

/* Each command of the rule, "!" in front of those that are refused. */
static void walk(struct sd_arena *arena, const char *line, visit *each, void *context) {
  struct rule rule = {.line = line};
  if (line[0] != '(')
    return;
  const char *at = read_runas(arena, line, &rule);
  while (*(at += strspn(at, " ,")) != '\0') {
    size_t len = prefix_of(at, &rule);
    if (len > 0) {
      at += len;
      continue;
    }
    len = length_to(at, ",");
    each(arena, &rule, sd_arena_strndup(arena, at, len), context);
    at += len;
  }
}

/* -- judging -------------------------------------------------------------------------------------- */

static void add_way(struct sd_arena *arena, const struct rule *rule, const char *command,
                    const char *why, struct round_ways *out) {
  *sd_vec_push(arena, &out->v) = (struct round_way){
      .rule = rule->line, .command = command, .as = rule->as, .root = rule->root, .why = why};
}

/* Of the rules that match the last one counts: sudoers(5). */
static void take_back(struct round_ways *ways, const char *command) {
  size_t kept = 0;
  for (size_t i = 0; i < ways->v.len; i++)
    if (strcmp(command, "ALL") != 0 && strcmp(ways->v.items[i].command, command) != 0)
      ways->v.items[kept++] = ways->v.items[i];
  ways->v.len = kept;
}

static void judge(struct sd_arena *arena, const struct rule *rule, const char *command,
                  void *context) {
  struct round_ways *out = context;
  if (command[0] == '!') {
    take_back(out, command + 1 + strspn(command + 1, " "));
    return;
  }
  const char *why = round_why(arena, command);
  if (why == NULL && rule->setenv)
    why = "may be given any environment (SETENV), such as LD_PRELOAD";
  if (why != NULL)
    add_way(arena, rule, command, why, out);
}

/* "Defaults env_reset, setenv": as if each command had the tag. */
static bool lets_set(const char *line) {
  if (!sd_text_starts_with(line, "Defaults"))
    return false;
  for (const char *at = line; (at = strstr(at, "setenv")) != NULL; at += strlen("setenv"))
    if ((at[-1] == ' ' || at[-1] == ',') && (at[6] == '\0' || at[6] == ',' || at[6] == ' '))
      return true;
  return false;
}

void round_ways_of_sudo(struct sd_arena *arena, const struct sd_strv *rules,
                        struct round_ways *out) {
  for (size_t i = 0; i < rules->v.len; i++) {
    const char *line = rules->v.items[i];
    struct rule settings = {.line = line, .root = true};
    if (lets_set(line))
      add_way(arena, &settings, line, "lets callers set any environment, such as LD_PRELOAD", out);
    walk(arena, line, judge, out);
  }
}

static void add_program(struct sd_arena *arena, const struct rule *rule, const char *command,
                        void *context) {
  struct sd_strv *out = context;
  const char *program = round_program(arena, command);
  const char *script = round_script(arena, command);
  if (rule->root && program != NULL && !sd_strv_contains(out, program))
    sd_strv_add(out, arena, program);
  if (rule->root && script != NULL && !sd_strv_contains(out, script))
    sd_strv_add(out, arena, script);
}

void round_programs_of_sudo(struct sd_arena *arena, const struct sd_strv *rules,
                            struct sd_strv *out) {
  for (size_t i = 0; i < rules->v.len; i++)
    walk(arena, rules->v.items[i], add_program, out);
}
