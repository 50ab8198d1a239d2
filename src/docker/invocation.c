/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/invocation.h"

#include <inttypes.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "entries.h"

/* -- reading ------------------------------------------------------------------------------------ */

struct reader {
  struct sd_arena *arena;
  const struct sd_host *host;
  struct sd_invocation *out;
  struct sd_problems *problems;
  struct sd_entries file_env;
};

typedef bool set_value(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                       struct sd_error *err);

static bool set_bool(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                     struct sd_error *err) {
  (void)reader;
  return sd_number_bool(given->value, &out->flag, err);
}

static bool set_int(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                    struct sd_error *err) {
  (void)reader;
  if ((given->row->flags & SD_OPTION_UNSIGNED) != 0)
    return sd_number_go_uint16(given->value, &out->number, err);
  return sd_number_go_int(given->value, &out->number, err);
}

static bool set_size(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                     struct sd_error *err) {
  (void)reader;
  return sd_number_size(given->value, &out->number, err);
}

static bool set_cpus(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                     struct sd_error *err) {
  (void)reader;
  return sd_number_go_cpus(given->value, &out->number, err);
}

static bool set_text(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                     struct sd_error *err) {
  (void)reader;
  (void)err;
  out->text = given->value;
  return true;
}

static bool set_env(struct reader *reader, const struct sd_given *given, struct sd_setting *out,
                    struct sd_error *err) {
  (void)out;
  return sd_entries_add_env(reader->arena, reader->host, given, &reader->out->env, err);
}

static bool set_env_file(struct reader *reader, const struct sd_given *given,
                         struct sd_setting *out, struct sd_error *err) {
  (void)out;
  return sd_entries_add_env_file(reader->arena, reader->host, given, &reader->file_env, err);
}

/* The kinds that rows of command_options.def have. */
static set_value *const setters[] = {
    [SD_KIND_BOOL] = set_bool, [SD_KIND_INT] = set_int,           [SD_KIND_SIZE] = set_size,
    [SD_KIND_CPUS] = set_cpus, [SD_KIND_TEXT] = set_text,         [SD_KIND_LIST] = set_text,
    [SD_KIND_ENV] = set_env,   [SD_KIND_ENV_FILE] = set_env_file,
};

static bool is_entry(const struct sd_option *row) {
  return row->kind == SD_KIND_ENV || row->kind == SD_KIND_ENV_FILE;
}

/* Where the setting goes: of several but a LIST the last one counts. */
static struct sd_setting *place(struct sd_arena *arena, struct sd_invocation *to,
                                const struct sd_option *row) {
  for (size_t i = 0; row->kind != SD_KIND_LIST && i < to->settings.len; i++)
    if (to->settings.items[i].row == row)
      return &to->settings.items[i];
  return sd_vec_push(arena, &to->settings);
}

static void read_option(struct reader *reader, const struct sd_given *given) {
  struct sd_error err;
  struct sd_setting setting = {.row = given->row, .given = given};
  sd_error_init(&err, reader->arena);
  bool good = sd_text_is_utf8(given->value, strlen(given->value))
                  ? setters[given->row->kind](reader, given, &setting, &err)
                  : sd_fail(&err, "the value is not valid UTF-8, which Docker would change");
  if (!good)
    sd_problem_add_error(reader->problems, "invalid-value", given->option, given->typed, &err);
  else if (strcmp(given->row->name, "help") == 0)
    reader->out->help = setting.flag;
  else if (!is_entry(given->row))
    *place(reader->arena, reader->out, given->row) = setting;
}

static void read_operands(struct reader *reader, const struct sd_command_line *line) {
  const struct sd_command *command = line->known;
  size_t count = line->words.v.len;
  for (size_t i = 0; i < count; i++) {
    const char *word = line->words.v.items[i];
    const char *shown = sd_text_safe(reader->arena, word);
    if (!sd_text_is_utf8(word, strlen(word)))
      sd_problem_add(reader->problems, "invalid-value", shown, "write it in UTF-8",
                     "%s: not valid UTF-8, which Docker would change", shown);
    sd_strv_add(&reader->out->operands, reader->arena, word);
  }
  if (count >= command->min && count <= command->max)
    return;
  unsigned bound = count < command->min ? command->min : command->max;
  const char *limit = command->min == command->max ? "exactly"
                      : count < command->min       ? "at least"
                                                   : "at most";
  sd_problem_add(reader->problems, "operands", "",
                 sd_arena_printf(reader->arena, "see docker %s --help", command->name),
                 "docker %s: takes %s %u operand%s, and %zu %s given", line->path, limit, bound,
                 bound == 1 ? "" : "s", count, count == 1 ? "was" : "were");
}

void sd_invocation_build(struct sd_arena *arena, const struct sd_command_line *line,
                         const struct sd_host *host, struct sd_invocation *out,
                         struct sd_problems *problems) {
  *out = (struct sd_invocation){.command = line->known};
  struct reader reader = {.arena = arena, .host = host, .out = out, .problems = problems};
  for (size_t i = 0; i < line->options.len; i++)
    read_option(&reader, &line->options.items[i]);
  sd_entries_put_first(arena, &reader.file_env, &out->env);
  if (!out->help)
    read_operands(&reader, line);
}

/* -- settings ----------------------------------------------------------------------------------- */

const struct sd_setting *sd_setting_find(const struct sd_invocation *invocation, const char *name) {
  for (size_t i = 0; i < invocation->settings.len; i++)
    if (strcmp(invocation->settings.items[i].row->name, name) == 0)
      return &invocation->settings.items[i];
  return NULL;
}

const struct sd_option *sd_command_option(const struct sd_command *command, const char *name) {
  static const struct sd_option none = {
      .id = SD_OPT_COUNT, .name = "no-such-option", .kind = SD_KIND_TEXT, .disposition = SD_DENY};
  struct sd_option_table table = sd_command_options(command);
  const struct sd_option *row = sd_option_find(table.rows, table.count, name, strlen(name));
  return row != NULL ? row : &none;
}

static struct sd_setting *add(struct sd_arena *arena, struct sd_invocation *to, const char *name) {
  const struct sd_option *row = sd_command_option(to->command, name);
  struct sd_setting *setting = place(arena, to, row);
  *setting = (struct sd_setting){.row = row};
  return setting;
}

void sd_invocation_add_flag(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                            bool value) {
  add(arena, to, name)->flag = value;
}

void sd_invocation_add_number(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                              int64_t value) {
  add(arena, to, name)->number = value;
}

void sd_invocation_add_text(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                            const char *value) {
  add(arena, to, name)->text = value;
}

/* -- emitting ----------------------------------------------------------------------------------- */

static const char *value_text(struct sd_arena *arena, const struct sd_setting *setting) {
  const enum sd_kind kind = setting->row->kind;
  if (kind == SD_KIND_BOOL)
    return setting->flag ? "true" : "false";
  if (kind == SD_KIND_INT || kind == SD_KIND_SIZE)
    return sd_arena_printf(arena, "%" PRId64, setting->number);
  return kind == SD_KIND_CPUS ? sd_number_format_cpus(arena, setting->number) : setting->text;
}

static void emit_setting(struct sd_arena *arena, const struct sd_setting *setting,
                         struct sd_strv *argv) {
  const struct sd_option *row = setting->row;
  const char *value = value_text(arena, setting);
  sd_strv_add(argv, arena,
              (row->flags & SD_OPTION_SHORT) != 0
                  ? sd_arena_printf(arena, "-%c=%s", row->shorthand, value)
                  : sd_arena_printf(arena, "--%s=%s", row->name, value));
}

bool sd_invocation_emit(struct sd_arena *arena, const struct sd_invocation *invocation,
                        const struct sd_emit_paths *paths, struct sd_emitted *out,
                        struct sd_error *err) {
  *out = (struct sd_emitted){0};
  sd_command_words(arena, invocation->command->name, &out->argv);
  if (invocation->help) {
    sd_strv_add(&out->argv, arena, "--help");
    return true;
  }
  for (size_t i = 0; i < invocation->settings.len; i++)
    emit_setting(arena, &invocation->settings.items[i], &out->argv);
  if (!sd_entries_emit(arena, "env", &invocation->env, &out->argv, &out->env_file, err))
    return false;
  if (out->env_file != NULL)
    sd_strv_add(&out->argv, arena, sd_arena_printf(arena, "--env-file=%s", paths->env_file));
  if (invocation->operands.v.len > 0)
    sd_strv_add(&out->argv, arena, "--");
  for (size_t i = 0; i < invocation->operands.v.len; i++)
    sd_strv_add(&out->argv, arena, invocation->operands.v.items[i]);
  return true;
}
