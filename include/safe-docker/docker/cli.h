/* SPDX-License-Identifier: Apache-2.0 */
/* The docker command line: words to a command and its options, by the grammar of cobra and spf13/pflag.
 * Syntax only: no policy, no meaning of values.
 *
 * MUST: accept no word that the real CLI would read otherwise; keep no word of the caller as a token of the
 * new command line (they go out as values only, see docker/emit.h). */
#ifndef SAFE_DOCKER_DOCKER_CLI_H
#define SAFE_DOCKER_DOCKER_CLI_H

#include "safe-docker/base/problem.h"
#include "safe-docker/base/str.h"
#include "safe-docker/docker/commands.h"

enum sd_verb {
  SD_VERB_NONE,    /* the command line was not understood: see the problems */
  SD_VERB_HELP,    /* nothing, `help` or `--help` alone */
  SD_VERB_VERSION, /* `--version` or `-v` alone */
  SD_VERB_RUN,
  SD_VERB_CREATE,
  SD_VERB_GROUP, /* `container` or `container --help`: words that take a command behind them */
  SD_VERB_OTHER, /* any other command of Docker that is known */
};

/* One option as the caller gave it. */
struct sd_given {
  const struct sd_option *row;
  const char *value;  /* raw text; "true" for a boolean without one */
  const char *option; /* "--volume=/a:/b", safe to show */
  const char *typed;  /* "-v /a:/b", safe to show */
};

struct sd_command_line {
  enum sd_verb verb;
  const struct sd_command *known;  /* NULL: none was understood */
  const char *command;             /* its name: "run", "container prune"; "" for none */
  const char *path;                /* as it was typed, perhaps an alias: "container run" */
  const char *context;             /* --context NAME before the command; NULL: not given */
  bool debug;                      /* -D before the command */
  const char *log_level;           /* -l before the command; NULL: not given */
  SD_VEC(struct sd_given) options; /* in order */
  struct sd_strv words;            /* from the first word that is no option */
};

/* `argv` are the words after the program's name, NULL-terminated. */
void sd_cli_parse(struct sd_arena *arena, const char *const *argv, struct sd_command_line *out,
                  struct sd_problems *problems);

/* Options and words of a command that has a table of its own, such as the sub-commands of `compose`, by the same
 * grammar: into line->options and line->words. line->known and line->command say which one it is. False: a word was not
 * understood; what it and the words behind it mean is then unknown. */
bool sd_cli_read_options(const char *const *argv, struct sd_option_table table,
                         struct sd_command_line *line, struct sd_problems *problems) SD_WARN_UNUSED;

#endif
