/* SPDX-License-Identifier: Apache-2.0 */
/* Source: spf13/pflag, FlagSet.parseArgs, parseLongArg and parseSingleShortArg.
 *
 * MUST: agree with pflag on where every option and its value begin and end; refuse the words that
 * pflag drops silently (-test.x). */
#include "lexer.h"

#include <string.h>

#include "safe-docker/base/text.h"

struct lexer {
  struct sd_arena *arena;
  struct sd_option_table table;
  const char *const *argv; /* the next word */
  struct sd_command_line *line;
  struct sd_problems *problems;
};

static bool refuse(struct lexer *lexer, const char *typed, const char *hint, const char *reason) {
  const char *shown = sd_text_safe(lexer->arena, typed);
  sd_problem_add(lexer->problems, "unknown-option", shown, hint, "%s: %s", shown, reason);
  return false;
}

static bool unknown(struct lexer *lexer, const char *typed, const char *nearest) {
  const char *hint =
      nearest != NULL
          ? sd_arena_printf(lexer->arena, "did you mean --%s?", nearest)
          : sd_arena_printf(lexer->arena, "see docker %s --help%s", lexer->line->command,
                            lexer->line->known->handling == SD_HANDLED_RUN
                                ? "; options of the program in the container come after the image"
                                : "");
  return refuse(lexer, typed, hint, "no option of this command that safe-docker knows");
}

static bool exists(const struct lexer *lexer, const struct sd_option *row) {
  return row != NULL && sd_option_exists(lexer->line->known, row);
}

static void add(struct lexer *lexer, const struct sd_option *row, const char *value,
                const char *typed) {
  struct sd_given *given = sd_vec_push(lexer->arena, &lexer->line->options);
  const char *option = sd_arena_printf(lexer->arena, "--%s=%s", row->name, value);
  *given = (struct sd_given){.row = row,
                             .value = value,
                             .option = sd_text_safe(lexer->arena, option),
                             .typed = sd_text_safe(lexer->arena, typed)};
}

/* The value of an option that has none joined: "true" for booleans, else the next word, whatever it
 * looks like. NULL: none is left. */
static const char *next_value(struct lexer *lexer, const struct sd_option *row) {
  if (row->kind == SD_KIND_BOOL)
    return "true";
  const char *value = *lexer->argv;
  if (value != NULL)
    lexer->argv += 1;
  return value;
}

static bool missing_value(struct lexer *lexer, const char *typed) {
  const char *shown = sd_text_safe(lexer->arena, typed);
  sd_problem_add(lexer->problems, "invalid-value", shown, "write --option=VALUE or --option VALUE",
                 "%s: needs a value", shown);
  return false;
}

static bool read_long(struct lexer *lexer, const char *word) {
  const char *name = word + 2;
  size_t len = strcspn(name, "=");
  if (len == 0 || name[0] == '-')
    return refuse(lexer, word, NULL, "not the form of an option");
  const struct sd_option *row = sd_option_find(lexer->table.rows, lexer->table.count, name, len);
  if (!exists(lexer, row))
    return unknown(lexer, word,
                   sd_option_find_nearest(lexer->table.rows, lexer->table.count,
                                          sd_arena_strndup(lexer->arena, name, len)));
  if (name[len] == '=') {
    add(lexer, row, name + len + 1, word);
    return true;
  }
  const char *value = next_value(lexer, row);
  if (value == NULL)
    return missing_value(lexer, word);
  add(lexer, row, value,
      row->kind == SD_KIND_BOOL ? word : sd_arena_printf(lexer->arena, "%s %s", word, value));
  return true;
}

/* One letter of a cluster; *rest moves behind it and its joined value. */
static bool read_short(struct lexer *lexer, const char *word, const char **rest) {
  const char *letters = *rest;
  if (sd_text_starts_with(letters, "test."))
    return refuse(lexer, word, "write the options apart",
                  "the real CLI drops what begins with test. without a word");
  const struct sd_option *row =
      sd_option_find_shorthand(lexer->table.rows, lexer->table.count, letters[0]);
  if (!exists(lexer, row))
    return unknown(lexer, word, NULL);
  const char *value = NULL;
  const char *joint = "";
  if (letters[1] == '=' && letters[2] != '\0') { /* "-u=" means the value "=" */
    value = letters + 2;
    joint = "=";
  } else if (row->kind == SD_KIND_BOOL) {
    *rest += 1;
    add(lexer, row, "true", sd_arena_printf(lexer->arena, "-%c", letters[0]));
    return true;
  } else if (letters[1] != '\0') {
    value = letters + 1;
  } else {
    value = next_value(lexer, row);
    joint = " ";
  }
  if (value == NULL)
    return missing_value(lexer, word);
  *rest = "";
  add(lexer, row, value, sd_arena_printf(lexer->arena, "-%c%s%s", letters[0], joint, value));
  return true;
}

static bool read_cluster(struct lexer *lexer, const char *word) {
  const char *rest = word + 1;
  while (*rest != '\0')
    if (!read_short(lexer, word, &rest))
      return false;
  return true;
}

bool sd_lexer_read(const char *const *argv, struct sd_command_line *line,
                   struct sd_problems *problems) {
  return sd_cli_read_options(argv, sd_command_options(line->known), line, problems);
}

bool sd_cli_read_options(const char *const *argv, struct sd_option_table table,
                         struct sd_command_line *line, struct sd_problems *problems) {
  struct lexer lexer = {problems->arena, table, argv, line, problems};
  bool first = (line->known->flags & SD_COMMAND_FIRST) != 0;
  while (*lexer.argv != NULL) {
    const char *word = *lexer.argv;
    bool operand = word[0] != '-' || word[1] == '\0';
    if (operand && first)
      break;
    lexer.argv += 1;
    if (operand)
      sd_strv_add(&line->words, lexer.arena, word);
    else if (strcmp(word, "--") == 0)
      break;
    else if (!(word[1] == '-' ? read_long(&lexer, word) : read_cluster(&lexer, word)))
      return false;
  }
  for (; *lexer.argv != NULL; lexer.argv++)
    sd_strv_add(&line->words, lexer.arena, *lexer.argv);
  return true;
}
