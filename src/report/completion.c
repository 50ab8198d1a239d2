/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the words before the one that is completed, as docker/cli.c would, but forgiving; then says what may
 * stand there. */
#include "completion.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/rules/rules.h"

struct reader {
  struct sd_completion_place place;
  const char *const *words; /* those before the one that is completed, and NULL */
  const char *last;
};

/* -- commands ----------------------------------------------------------------------------------- */

/* Second spellings, which Docker's own completion does not offer either, and what is for shells alone. */
static bool is_alias(const char *path) {
  static const char *const aliases[] = {"list", "ps", "remove", "rmi"};
  const char *word = strrchr(path, ' ');
  for (size_t i = 0; word != NULL && i < sizeof(aliases) / sizeof(aliases[0]); i++)
    if (strcmp(word + 1, aliases[i]) == 0)
      return true;
  return strcmp(path, "remove") == 0 || sd_text_starts_with(path, "__");
}

static bool is_offered(const struct reader *reader, const struct sd_command *command) {
  return command->handling != SD_REFUSED && sd_rules_allow_command(reader->place.policy, command);
}

/* The words that can follow `group` ("" for none): groups once, and commands. */
static void complete_command(struct reader *reader, const char *group) {
  struct sd_arena *arena = reader->place.arena;
  size_t skip = group[0] == '\0' ? 0 : strlen(group) + 1;
  for (size_t i = 0; i < sd_command_path_count; i++) {
    const struct sd_command_path *path = &sd_command_paths[i];
    const struct sd_command *command = &sd_commands[path->id];
    bool below =
        skip == 0 || (sd_text_starts_with(path->path, group) && path->path[skip - 1] == ' ');
    if (!below || is_alias(path->path) || !is_offered(reader, command))
      continue;
    const char *rest = path->path + skip;
    size_t len = strcspn(rest, " ");
    const char *word = sd_arena_strndup(arena, rest, len);
    sd_completion_add(&reader->place, word,
                      rest[len] == '\0' ? sd_command_description(command)
                                        : sd_arena_printf(arena, "Commands of %s", word));
  }
}

/* -- options ------------------------------------------------------------------------------------ */

static const struct global {
  const char *name, *shorthand; /* as they are written */
  const char *value;            /* NULL: takes none; else what sd_completion_values calls it */
  const char *description;
  bool alone; /* only as the first word */
} globals[] = {
    {"--context", "-c", "context", "one of the daemons that the policy names", false},
    {"--debug", "-D", NULL, "debug output of the docker command", false},
    {"--explain", "", NULL, "decide and print what would run; run nothing", true},
    {"--explain=json", "", NULL, "the same as JSON", true},
    {"--help", "-h", NULL, "which commands there are", true},
    {"--log-level", "-l", "log-level", "debug, info, warn, error or fatal", false},
    {"--version", "-v", NULL, "version of the docker command", true},
};

static void complete_before(struct reader *reader, bool first) {
  for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
    const struct global *row = &globals[i];
    bool useless =
        strcmp(row->name, "--context") == 0 && reader->place.policy->docker.contexts.len == 0;
    if (useless || (row->alone && !first))
      continue;
    sd_completion_add(&reader->place, row->name, row->description);
    sd_completion_add(&reader->place, row->shorthand, row->description);
  }
}

/* --gpus is judged by devices.allow; without a GPU there no value of it passes. */
static bool has_gpu(const struct sd_policy *policy) {
  for (size_t i = 0; i < policy->devices.len; i++)
    if (sd_text_starts_with(policy->devices.items[i].path, "nvidia.com/gpu="))
      return true;
  return false;
}

/* An option whose name alone is refused is not offered. */
static bool is_open(const struct reader *reader, const struct sd_option *row) {
  bool refused = row->disposition == SD_DENY || row->disposition == SD_DENY_TRUE ||
                 (strcmp(row->name, "gpus") == 0 && !has_gpu(reader->place.policy));
  bool opened = (row->flags & SD_OPTION_POLICY) != 0 &&
                sd_strv_contains(&reader->place.policy->options, row->name);
  return (!refused || opened) && (row->flags & (SD_OPTION_HIDDEN | SD_OPTION_STUB)) == 0 &&
         sd_option_exists(reader->place.command, row);
}

static void complete_options(struct reader *reader) {
  struct sd_option_table table = sd_command_options(reader->place.command);
  struct sd_arena *arena = reader->place.arena;
  for (size_t i = 0; i < table.count; i++) {
    const struct sd_option *row = &table.rows[i];
    const char *description = strcmp(row->name, "help") == 0 ? "all options of the command"
                                                             : sd_completion_kind(row->kind);
    if (!is_open(reader, row))
      continue;
    sd_completion_add(&reader->place, sd_arena_printf(arena, "--%s", row->name), description);
    if (row->shorthand != 0)
      sd_completion_add(&reader->place, sd_arena_printf(arena, "-%c", row->shorthand), description);
  }
}

/* The option of the command that takes the next word as its value, or NULL. */
static const struct sd_option *waits(const struct sd_option_table *table, const char *word) {
  if (word[1] == '-') {
    const struct sd_option *row =
        sd_option_find(table->rows, table->count, word + 2, strlen(word + 2));
    return row != NULL && row->kind != SD_KIND_BOOL ? row : NULL;
  }
  for (const char *at = word + 1; *at != '\0'; at++) {
    const struct sd_option *row = sd_option_find_shorthand(table->rows, table->count, *at);
    if (row == NULL || row->kind != SD_KIND_BOOL)
      return row != NULL && at[1] == '\0' ? row : NULL;
  }
  return NULL;
}

static bool is_option(const char *word) {
  return word[0] == '-' && word[1] != '\0';
}

/* --type of inspect decides what its operands are. */
static void note_option(struct reader *reader, const char *name, const char *value) {
  if (strcmp(name, "type") == 0)
    reader->place.type = value;
}

/* `--name=value`: what is completed is the value. */
static bool complete_joined(struct reader *reader, const struct sd_option_table *table) {
  const char *value = strchr(reader->last, '=');
  if (!sd_text_starts_with(reader->last, "--") || value == NULL)
    return false;
  const struct sd_option *row = sd_option_find(table->rows, table->count, reader->last + 2,
                                               (size_t)(value - reader->last - 2));
  reader->place.out->start = value + 1;
  if (row != NULL)
    sd_completion_values(&reader->place, row->name, row->kind);
  return true;
}

/* Everything behind the command. */
static void complete_arguments(struct reader *reader) {
  struct sd_completion_place *place = &reader->place;
  struct sd_option_table table = sd_command_options(place->command);
  const struct sd_option *waiting = NULL;
  bool options = true;
  for (; *reader->words != NULL; reader->words++) {
    const char *word = *reader->words;
    if (waiting != NULL) {
      note_option(reader, waiting->name, word);
      waiting = NULL;
    } else if (options && strcmp(word, "--") == 0) {
      options = false;
    } else if (options && is_option(word)) {
      waiting = waits(&table, word);
      if (sd_text_starts_with(word, "--type="))
        note_option(reader, "type", word + strlen("--type="));
    } else {
      place->operand++;
      sd_strv_add(&place->out->taken, place->arena, word);
      options = options && (place->command->flags & SD_COMMAND_FIRST) == 0;
    }
  }
  if (waiting != NULL)
    sd_completion_values(place, waiting->name, waiting->kind);
  else if (options && reader->last[0] == '-' && !complete_joined(reader, &table))
    complete_options(reader);
  else if (!options || reader->last[0] != '-')
    sd_completion_operands(place);
}

/* -- the words before the command --------------------------------------------------------------- */

/* Steps over what may stand before the command; false where the value of such an option is what is completed. */
static bool read_before(struct reader *reader) {
  while (*reader->words != NULL && is_option(*reader->words)) {
    const char *word = *reader->words++;
    for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
      const struct global *row = &globals[i];
      if (row->value == NULL || (strcmp(word, row->name) != 0 && strcmp(word, row->shorthand) != 0))
        continue;
      if (*reader->words == NULL) {
        sd_completion_values(&reader->place, row->value, SD_KIND_TEXT);
        return false;
      }
      if (strcmp(row->value, "context") == 0)
        reader->place.out->context = *reader->words;
      reader->words++;
    }
    if (sd_text_starts_with(word, "--context="))
      reader->place.out->context = word + strlen("--context=");
  }
  return true;
}

/* Takes the words of a command; false where one of these is what is completed, or there is no such command. */
static bool read_command(struct reader *reader) {
  struct sd_arena *arena = reader->place.arena;
  const char *path = "";
  while (*reader->words != NULL) {
    path = path[0] == '\0' ? *reader->words : sd_arena_printf(arena, "%s %s", path, *reader->words);
    reader->words++;
    const struct sd_command *command = sd_command_find(path);
    if (command != NULL && !is_offered(reader, command))
      return false;
    reader->place.command = command;
    if (command != NULL)
      return true;
    if (!sd_command_is_group(path))
      return false;
  }
  complete_command(reader, path);
  return false;
}

/* -- everything --------------------------------------------------------------------------------- */

/* `--log-level=` and the like: what is completed is the value. */
static void complete_before_value(struct reader *reader, bool first) {
  const char *value = strchr(reader->last, '=') + 1;
  reader->place.out->start = value;
  if (first && sd_text_starts_with(reader->last, "--explain=")) {
    sd_completion_add(&reader->place, "json", "");
    sd_completion_add(&reader->place, "text", "");
  }
  for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
    const struct global *row = &globals[i];
    size_t len = strlen(row->name);
    if (row->value != NULL && strncmp(reader->last, row->name, len) == 0 &&
        reader->last[len] == '=')
      sd_completion_values(&reader->place, row->value, SD_KIND_TEXT);
  }
}

static void complete_first(struct reader *reader, bool first) {
  if (reader->last[0] == '-') {
    if (strchr(reader->last, '=') == NULL)
      complete_before(reader, first);
    else
      complete_before_value(reader, first);
    return;
  }
  complete_command(reader, "");
  sd_completion_add(&reader->place, "help", "Show what a command does and its options");
  if (first)
    sd_completion_own_groups(&reader->place);
}

/* The request of `seccomp learn`, which is always a `run`. */
static void complete_learned(struct reader *reader) {
  if (*reader->words == NULL)
    sd_completion_add(&reader->place, "run", "");
  else if (strcmp(*reader->words, "run") == 0 && read_command(reader))
    complete_arguments(reader);
}

static void complete(struct reader *reader) {
  bool first = *reader->words == NULL;
  switch (sd_completion_own(&reader->place, &reader->words)) {
  case SD_OWN_DONE:
    return;
  case SD_OWN_REQUEST:
    complete_learned(reader);
    return;
  case SD_OWN_NOT:
    break;
  }
  if (!first && sd_text_starts_with(*reader->words, "--explain"))
    reader->words++;
  if (!read_before(reader))
    return;
  if (*reader->words == NULL) {
    complete_first(reader, first);
  } else if (strcmp(*reader->words, "help") == 0) {
    reader->words++;
    (void)read_command(reader);
  } else if (read_command(reader)) {
    complete_arguments(reader);
  }
}

void sd_completion_make(struct sd_arena *arena, const struct sd_policy *policy,
                        const struct sd_strv *words, struct sd_completion *out) {
  size_t count = words->v.len;
  struct sd_strv before = {0};
  for (size_t i = 0; i + 1 < count; i++)
    sd_strv_add(&before, arena, words->v.items[i]);
  *out = (struct sd_completion){.directive = SD_DIRECTIVE_NO_FILES, .suffix = ""};
  struct reader reader = {
      .place = {.arena = arena, .policy = policy, .out = out},
      .words = (const char *const *)sd_strv_argv(&before, arena),
      .last = count > 0 ? words->v.items[count - 1] : "",
  };
  out->start = reader.last;
  complete(&reader);
}
