/* SPDX-License-Identifier: Apache-2.0 */
/* The first words: global options and the command. The options behind it are read in lexer.c.
 *
 * MUST: take a command as the first word that is no global option of the few understood; cobra
 * would run a command that stands behind decoys (`docker -v run`, `docker container -- ps run`), so
 * those are refused. */
#include "safe-docker/docker/cli.h"

#include <string.h>
#include <strings.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"

#include "lexer.h"

/* -- global options ---------------------------------------------------------------------------- */

struct global {
  const char *name;
  const char *shorthand; /* "" : none */
  bool takes_value;
  bool understood;
  const char *reason; /* where it is refused, with what works */
  const char *hint;
};

#define DAEMON                                                                                     \
  "the policy chooses the daemon, its certificates and the configuration", "leave it out"
#define DECOY                                                                                      \
  "it is understood only where nothing else stands; the real CLI would run the command behind it", \
      "write docker COMMAND --help, or docker --version on its own"
#define UNDERSTOOD NULL, NULL

static const struct global *global_find(const char *name, size_t len, bool shorthand) {
  static const struct global globals[] = {
      {"config", "", true, false, DAEMON},     {"context", "c", true, true, UNDERSTOOD},
      {"debug", "D", false, true, UNDERSTOOD}, {"help", "h", false, false, DECOY},
      {"host", "H", true, false, DAEMON},      {"log-level", "l", true, true, UNDERSTOOD},
      {"tls", "", false, false, DAEMON},       {"tlscacert", "", true, false, DAEMON},
      {"tlscert", "", true, false, DAEMON},    {"tlskey", "", true, false, DAEMON},
      {"tlsverify", "", false, false, DAEMON}, {"version", "v", false, false, DECOY},
  };
  for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
    const char *other = shorthand ? globals[i].shorthand : globals[i].name;
    if (strlen(other) == len && strncmp(other, name, len) == 0)
      return &globals[i];
  }
  return NULL;
}

/* Those of logrus, in any case; an empty one is the same as none. */
static bool set_log_level(const char *value, struct sd_command_line *out) {
  static const char *const levels[] = {"debug", "error", "fatal",   "info",
                                       "panic", "trace", "warning", "warn"};
  for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
    if (strcasecmp(value, levels[i]) == 0) {
      out->log_level = levels[i];
      return true;
    }
  out->log_level = NULL;
  return value[0] == '\0';
}

static bool set_global(struct sd_arena *arena, const struct global *row, const char *value,
                       struct sd_command_line *out) {
  struct sd_error err;
  sd_error_init(&err, arena);
  if (strcmp(row->name, "debug") == 0)
    return sd_number_bool(value, &out->debug, &err);
  if (strcmp(row->name, "log-level") == 0)
    return set_log_level(value, out);
  out->context = value[0] != '\0' ? value : NULL;
  return true;
}

/* Where the name of the word at `word` ends and its joined value begins (NULL: none). */
static const struct global *split_global(const char *word, const char **value) {
  *value = NULL;
  if (word[1] == '-') {
    size_t len = strcspn(word + 2, "=");
    if (word[2 + len] == '=')
      *value = word + 2 + len + 1;
    return global_find(word + 2, len, false);
  }
  const struct global *row = global_find(word + 1, 1, true);
  if (word[2] == '=' && word[3] != '\0')
    *value = word + 3;
  else if (word[2] != '\0')
    *value = word + 2;
  return row;
}

/* "-Dl debug" is "-D -l debug": takes each D that has another letter joined to it. */
static const char *without_flags(struct sd_arena *arena, const char *word,
                                 struct sd_command_line *out) {
  size_t flags = 0;
  while (word[1 + flags] == 'D' && strchr("=-", word[2 + flags]) == NULL) /* nor is it the end */
    flags++;
  if (flags == 0)
    return word;
  out->debug = true;
  return sd_arena_printf(arena, "-%s", word + 1 + flags);
}

/* Reads one global option at **argv and steps over it; false: refused, with a problem. */
static bool read_global(struct sd_arena *arena, const char *const **argv,
                        struct sd_command_line *out, struct sd_problems *problems) {
  const char *word = **argv;
  const char *shown = sd_text_safe(arena, word);
  const char *value = NULL;
  word = without_flags(arena, word, out);
  const struct global *row = split_global(word, &value);
  bool cluster = value != NULL && word[1] != '-' && word[2] != '=';
  if (row == NULL || (!row->takes_value && cluster)) {
    sd_problem_add(
        problems, "unknown-option", shown,
        "before the command only -D, -l LEVEL and --context NAME are understood, each on its own",
        "%s: no option of docker that can stand before the command", shown);
    return false;
  }
  if (!row->understood) {
    sd_problem_add(problems, "global-option", shown, row->hint, "%s: %s", shown, row->reason);
    return false;
  }
  *argv += 1;
  if (row->takes_value && value == NULL) {
    value = **argv;
    if (value != NULL)
      *argv += 1;
  }
  if (!row->takes_value && value == NULL)
    value = "true";
  if (value == NULL || !set_global(arena, row, value, out)) {
    sd_problem_add(problems, "invalid-value", shown,
                   "-D; -l with trace, debug, info, warn, error, fatal or panic; --context NAME",
                   "%s: %s%s", shown, value == NULL ? "a value must follow" : "not a value of it: ",
                   value == NULL ? "" : sd_text_safe(arena, value));
    return false;
  }
  return true;
}

/* -- the command ------------------------------------------------------------------------------- */

static void unknown_command(const char *path, struct sd_problems *problems) {
  struct sd_arena *arena = problems->arena;
  const char *shown = sd_text_safe(arena, path);
  const char *nearest = sd_command_nearest(path);
  const char *hint = nearest != NULL ? sd_arena_printf(arena, "did you mean %s?", nearest)
                                     : "see safe-docker --help for the commands that are allowed";
  sd_problem_add(problems, "unknown-command", shown, hint,
                 "%s: no command of docker that safe-docker knows; names it does not know could be "
                 "CLI plugins",
                 shown);
}

/* `container`, `container --help`: what the sub-commands are is asked for. */
static bool asks_for_group(const char *const *rest) {
  return rest[0] == NULL ||
         ((strcmp(rest[0], "--help") == 0 || strcmp(rest[0], "-h") == 0) && rest[1] == NULL);
}

static void set_command(const struct sd_command_path *path, struct sd_command_line *out) {
  out->known = &sd_commands[path->id];
  out->command = out->known->name;
  out->path = path->path;
  out->verb = path->id == SD_COMMAND_RUN      ? SD_VERB_RUN
              : path->id == SD_COMMAND_CREATE ? SD_VERB_CREATE
                                              : SD_VERB_OTHER;
}

/* Takes one word, and one more for each group, off `argv`; false: not a command, with a problem. */
static bool read_command(struct sd_arena *arena, const char *const **argv,
                         struct sd_command_line *out, struct sd_problems *problems) {
  const char *path = **argv;
  *argv += 1;
  /* `builder` and `trust` are groups, `network` is; no group but `builder` does anything on its own. */
  while (sd_command_is_group(path)) {
    const char *word = **argv;
    if (asks_for_group(*argv)) {
      out->verb = SD_VERB_GROUP;
      out->command = out->path = path;
      return true;
    }
    if (word[0] == '-') {
      sd_problem_add(problems, "unknown-command", path,
                     "put the sub-command right behind it and options after that",
                     "%s: a sub-command must follow", path);
      return false;
    }
    path = sd_arena_printf(arena, "%s %s", path, word);
    *argv += 1;
  }
  const struct sd_command_path *found = sd_command_path_find(path);
  if (found == NULL)
    unknown_command(path, problems);
  else
    set_command(found, out);
  return found != NULL;
}

/* What stands alone: `--help`, `help`, `--version`, nothing at all. */
static enum sd_verb alone(const char *const *argv) {
  static const struct {
    const char *word;
    enum sd_verb verb;
  } words[] = {{"--help", SD_VERB_HELP},
               {"-h", SD_VERB_HELP},
               {"help", SD_VERB_HELP},
               {"--version", SD_VERB_VERSION},
               {"-v", SD_VERB_VERSION}};
  if (argv[0] == NULL)
    return SD_VERB_HELP;
  for (size_t i = 0; argv[1] == NULL && i < sizeof(words) / sizeof(words[0]); i++)
    if (strcmp(argv[0], words[i].word) == 0)
      return words[i].verb;
  return SD_VERB_NONE;
}

/* Options are read where the command is handled; what is refused is refused whatever stands behind it. */
static void read_options(const char *const *argv, struct sd_command_line *out,
                         struct sd_problems *problems) {
  if (out->verb == SD_VERB_GROUP || out->known->handling == SD_REFUSED)
    return;
  if ((out->known->flags & SD_COMMAND_RAW) != 0)
    for (; *argv != NULL; argv++)
      sd_strv_add(&out->words, problems->arena, *argv);
  else if (!sd_lexer_read(argv, out, problems))
    out->verb = SD_VERB_NONE;
}

/* `help run` is what `run --help` is. */
static void read_help(const char *const *argv, struct sd_command_line *out,
                      struct sd_problems *problems) {
  static const char *const help[] = {"--help", NULL};
  if (!read_command(problems->arena, &argv, out, problems))
    return;
  if (out->verb != SD_VERB_GROUP && *argv != NULL) {
    sd_problem_add(problems, "unknown-command", "help", "write help COMMAND",
                   "help %s: more words follow than a command has", out->path);
    out->verb = SD_VERB_NONE;
    return;
  }
  read_options(help, out, problems);
}

void sd_cli_parse(struct sd_arena *arena, const char *const *argv, struct sd_command_line *out,
                  struct sd_problems *problems) {
  *out = (struct sd_command_line){.verb = alone(argv), .command = "", .path = ""};
  if (out->verb != SD_VERB_NONE)
    return;
  while (*argv != NULL && (*argv)[0] == '-') {
    if ((*argv)[1] == '\0' || strcmp(*argv, "--") == 0) {
      sd_problem_add(problems, "global-option", *argv, "leave it out",
                     "%s: it cannot stand before the command; the real CLI would swallow the next "
                     "word and run the one behind it",
                     *argv);
      return;
    }
    if (!read_global(arena, &argv, out, problems))
      return;
  }
  if (*argv == NULL) {
    sd_problem_add(problems, "unknown-command", "", "for example: docker run IMAGE",
                   "no command follows the options");
    return;
  }
  if (strcmp(*argv, "help") == 0) {
    argv += 1;
    read_help(argv, out, problems);
    return;
  }
  if (read_command(arena, &argv, out, problems))
    read_options(argv, out, problems);
}
