/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-commands of docker compose.
 *
 * MUST: let the plugin read no file that the caller names with more than the caller's rights: those options go into the
 * words of sd_compose_ask alone, which are for a process without the socket's group. */
#include "safe-docker/compose/compose.h"

#include <stdio.h>
#include <string.h>

#include "safe-docker/base/text.h"

/* -- tables ------------------------------------------------------------------------------------- */

#define NOT_SO "only some sub-commands of compose are handled"
#define RUNS_APART                                                                                 \
  "it would run something in a container without the rules of docker exec and docker run",         \
      "use docker exec with the name that docker ps shows"
#define BUILDS                                                                                     \
  "compose builds and pushes nothing here",                                                        \
      "use docker build and docker push, where the administrator allows them"
#define READS_FILES                                                                                \
  "the plugin would read and write files of the host with the rights of the daemon's group",       \
      "use docker cp"

static const struct sd_compose_command commands[] = {
    {"attach", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker attach"},
    {"build", SD_COMPOSE_REFUSED, 0, BUILDS},
    {"commit", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker commit"},
    {"config", SD_COMPOSE_PRINT, 0, NULL, NULL},
    {"convert", SD_COMPOSE_REFUSED, 0, "it is the old name of config", "use docker compose config"},
    {"cp", SD_COMPOSE_REFUSED, 0, READS_FILES},
    {"create", SD_COMPOSE_CREATE, 0, NULL, NULL},
    {"down", SD_COMPOSE_USE, 0, NULL, NULL},
    {"events", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker events"},
    {"exec", SD_COMPOSE_REFUSED, 0, RUNS_APART},
    {"export", SD_COMPOSE_REFUSED, 0, READS_FILES},
    {"images", SD_COMPOSE_USE, 0, NULL, NULL},
    {"kill", SD_COMPOSE_USE, 0, NULL, NULL},
    {"logs", SD_COMPOSE_USE, 0, NULL, NULL},
    {"ls", SD_COMPOSE_REFUSED, 0, "it shows the projects of everybody", "use docker ps"},
    {"pause", SD_COMPOSE_USE, 0, NULL, NULL},
    {"port", SD_COMPOSE_USE, 1, NULL, NULL},
    {"ps", SD_COMPOSE_USE, 0, NULL, NULL},
    {"publish", SD_COMPOSE_REFUSED, 0, BUILDS},
    {"pull", SD_COMPOSE_USE, 0, NULL, NULL},
    {"push", SD_COMPOSE_REFUSED, 0, BUILDS},
    {"restart", SD_COMPOSE_USE, 0, NULL, NULL},
    {"rm", SD_COMPOSE_USE, 0, NULL, NULL},
    {"run", SD_COMPOSE_REFUSED, 0,
     "it would run something in a container without the rules of docker run", "use docker run"},
    {"scale", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker compose up --scale SERVICE=NUMBER"},
    {"start", SD_COMPOSE_USE, 0, NULL, NULL},
    {"stats", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker stats"},
    {"stop", SD_COMPOSE_USE, 0, NULL, NULL},
    {"top", SD_COMPOSE_USE, 0, NULL, NULL},
    {"unpause", SD_COMPOSE_USE, 0, NULL, NULL},
    {"up", SD_COMPOSE_CREATE, 0, NULL, NULL},
    {"version", SD_COMPOSE_PLAIN, 0, NULL, NULL},
    {"volumes", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker volume ls"},
    {"wait", SD_COMPOSE_REFUSED, 0, NOT_SO, "use docker wait"},
    {"watch", SD_COMPOSE_REFUSED, 0, BUILDS},
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

#define SD_COMPOSE_OPTION(command, name, shorthand, kind, disposition, ...)                        \
  {SD_OPT_COUNT, name,           shorthand, SD_KIND_##kind,   0,                                   \
   disposition,  SD_SINCE_20_10, 0,         "compose-option", __VA_ARGS__},
static const struct sd_option rows[] = {
#include "safe-docker/compose/options.def"
};
#undef SD_COMPOSE_OPTION
#define FITS(name, ...) SD_OPTION_FITS(name, "compose-option", __VA_ARGS__)
#define SD_COMPOSE_OPTION(command, name, shorthand, kind, disposition, ...) FITS(name, __VA_ARGS__)
#include "safe-docker/compose/options.def"
#undef SD_COMPOSE_OPTION
#define SD_COMPOSE_OPTION(command, ...) #command,
static const char owners[][12] = {
#include "safe-docker/compose/options.def"
};
#undef SD_COMPOSE_OPTION
#define SD_COMPOSE_OPTION(command, ...)                                                            \
  _Static_assert(sizeof(#command) <= sizeof(owners[0]), "too long for its row");
#include "safe-docker/compose/options.def"
#undef SD_COMPOSE_OPTION

static struct sd_option_table options_of(const char *command) {
  struct sd_option_table table = {0};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if (strcmp(owners[i], command) != 0)
      continue;
    if (table.count == 0)
      table.rows = &rows[i];
    table.count++;
  }
  return table;
}

static const char *name_at(const void *context, size_t index) {
  const struct sd_compose_command *all = context;
  return all[index].name;
}

static const struct sd_compose_command *find(const char *name) {
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

/* -- reading ------------------------------------------------------------------------------------ */

static bool refuse(struct sd_problems *problems, const char *word, const char *hint,
                   const char *reason) {
  const char *shown = sd_text_safe(problems->arena, word);
  sd_problem_add(problems, "compose-command", shown, hint, "compose %s: %s", shown, reason);
  return false;
}

static bool find_command(struct sd_problems *problems, const struct sd_invocation *globals,
                         const struct sd_compose_command **out) {
  if (globals->operands.v.len == 0)
    return refuse(problems, "", "for example: docker compose up -d", "a sub-command must follow");
  const char *word = globals->operands.v.items[0];
  *out = find(word);
  if (*out == NULL) {
    const char *nearest = sd_text_nearest(word, COMMANDS, name_at, commands);
    return refuse(problems, word,
                  nearest != NULL
                      ? sd_arena_printf(problems->arena, "did you mean compose %s?", nearest)
                      : "docs/compose.md lists what is handled",
                  "no sub-command that safe-docker knows");
  }
  return (*out)->handling != SD_COMPOSE_REFUSED ||
         refuse(problems, word, (*out)->hint, (*out)->reason);
}

/* SD_CHECK ones are read with the model. */
static void judge_settings(const struct sd_invocation *own, struct sd_problems *problems) {
  for (size_t i = 0; i < own->settings.len; i++) {
    const struct sd_setting *setting = &own->settings.items[i];
    const struct sd_option *row = setting->row;
    if (row->disposition == SD_DENY || (row->disposition == SD_DENY_TRUE && setting->flag))
      sd_problem_add(problems, row->rule, setting->given->option, row->hint, "%s: %s",
                     setting->given->typed, row->reason);
  }
}

/* A model on standard input would be gone when it has been read once. */
static void judge_files(const struct sd_invocation *globals, struct sd_problems *problems) {
  for (size_t i = 0; i < globals->settings.len; i++) {
    const struct sd_setting *setting = &globals->settings.items[i];
    if (strcmp(setting->row->name, "file") == 0 && strcmp(setting->text, "-") == 0)
      sd_problem_add(problems, "compose-option", setting->given->option, "name a file",
                     "%s: the model is not read from standard input", setting->given->typed);
  }
}

bool sd_compose_read_line(struct sd_arena *arena, const struct sd_invocation *globals,
                          const struct sd_host *host, struct sd_compose_line *out,
                          struct sd_problems *problems) {
  size_t before = problems->list.len;
  *out = (struct sd_compose_line){.globals = globals};
  if (!find_command(problems, globals, &out->command))
    return false;
  struct sd_command *known = sd_arena_alloc(arena, sizeof(*known));
  *known = (struct sd_command){
      .id = SD_COMMAND_COMPOSE,
      .handling = SD_HANDLED,
      .operands = SD_OPERANDS_WORDS,
      .max = out->command->handling == SD_COMPOSE_PLAIN ? 0 : SD_MANY,
  };
  (void)snprintf(known->name, sizeof(known->name), "compose %s", out->command->name);
  struct sd_command_line line = {
      .verb = SD_VERB_OTHER, .known = known, .command = known->name, .path = known->name};
  const char *const *words = (const char *const *)sd_strv_argv(&globals->operands, arena);
  if (!sd_cli_read_options(words + 1, options_of(out->command->name), &line, problems))
    return false;
  sd_invocation_build(arena, &line, host, &out->own, problems);
  judge_settings(&out->own, problems);
  judge_files(globals, problems);
  return problems->list.len == before;
}

/* -- emitting ----------------------------------------------------------------------------------- */

/* Options that name what the caller's model is made from. */
static bool is_source(const char *name) {
  static const char *const names[] = {"all-resources", "env-file",          "file",
                                      "profile",       "project-directory", "project-name"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

static bool emit(struct sd_arena *arena, const struct sd_invocation *invocation,
                 struct sd_strv *words, struct sd_error *err) {
  const struct sd_emit_paths paths = {0};
  struct sd_emitted emitted;
  if (!sd_invocation_emit(arena, invocation, &paths, &emitted, err))
    return false;
  for (size_t i = 0; i < emitted.argv.v.len; i++)
    sd_strv_add(words, arena, emitted.argv.v.items[i]);
  return true;
}

/* The global options, those that name sources or the others. */
static bool emit_globals(struct sd_arena *arena, const struct sd_compose_line *line, bool sources,
                         struct sd_strv *words, struct sd_error *err) {
  struct sd_invocation some = {.command = line->globals->command};
  for (size_t i = 0; i < line->globals->settings.len; i++)
    if (is_source(line->globals->settings.items[i].row->name) == sources)
      *sd_vec_push(arena, &some.settings) = line->globals->settings.items[i];
  return emit(arena, &some, words, err);
}

/* A container that is made anew takes over volumes of the one that it replaces. Where there was none when it was
 * looked, none may turn up meanwhile. */
static void forbid_inheriting(struct sd_arena *arena, struct sd_invocation *own) {
  static const char option[] = "renew-anon-volumes";
  struct sd_option_table table = options_of("up");
  if (sd_setting_find(own, option) == NULL && sd_setting_find(own, "no-recreate") == NULL)
    *sd_vec_push(arena, &own->settings) = (struct sd_setting){
        .row = sd_option_find(table.rows, table.count, option, strlen(option)), .flag = true};
}

/* Its own words: "up", its options, and the services. */
static bool emit_own(struct sd_arena *arena, const struct sd_compose_line *line,
                     const struct sd_compose_project *project, struct sd_strv *words,
                     struct sd_error *err) {
  struct sd_command named = {.id = SD_COMMAND_COMPOSE};
  (void)snprintf(named.name, sizeof(named.name), "%s", line->command->name);
  struct sd_invocation own = {
      .command = &named, .help = line->own.help, .operands = line->own.operands};
  for (size_t i = 0; i < line->own.settings.len; i++)
    if (line->own.settings.items[i].row->disposition == SD_PASS)
      *sd_vec_push(arena, &own.settings) = line->own.settings.items[i];
  if (project != NULL && project->containers.v.len == 0 && strcmp(named.name, "up") == 0)
    forbid_inheriting(arena, &own);
  return emit(arena, &own, words, err);
}

bool sd_compose_ask(struct sd_arena *arena, const struct sd_compose_line *line,
                    struct sd_strv *words, struct sd_error *err) {
  if (!emit_globals(arena, line, true, words, err))
    return false;
  if (line->command->handling == SD_COMPOSE_PRINT)
    return emit_own(arena, line, NULL, words, err);
  sd_strv_add(words, arena, "config");
  sd_strv_add(words, arena, "--format=json");
  return true;
}

bool sd_compose_emit(struct sd_arena *arena, const struct sd_compose_line *line,
                     const struct sd_compose_project *project, const char *model,
                     struct sd_strv *words, struct sd_error *err) {
  if (line->own.help || line->command->handling == SD_COMPOSE_PLAIN) {
    sd_strv_add(words, arena, "compose");
    return emit_own(arena, line, NULL, words, err);
  }
  if (!emit_globals(arena, line, false, words, err))
    return false;
  sd_strv_add(words, arena, sd_arena_printf(arena, "--project-name=%s", project->name));
  /* Neither the caller's folder nor a file .env in any folder is looked at. */
  sd_strv_add(words, arena, "--project-directory=/");
  sd_strv_add(words, arena, "--env-file=/dev/null");
  sd_strv_add(words, arena, sd_arena_printf(arena, "--file=%s", model));
  return emit_own(arena, line, project, words, err);
}
