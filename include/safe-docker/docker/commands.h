/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of Docker 20.10 to 29.8: one row each in commands.def, their options in options.def (run and
 * create) and command_options.def (the others), their other spellings ("container ls" for ps) in commands.c. */
#ifndef SAFE_DOCKER_DOCKER_COMMANDS_H
#define SAFE_DOCKER_DOCKER_COMMANDS_H

#include "safe-docker/base/str.h"
#include "safe-docker/docker/options.h"

enum sd_command_id {
#define SD_COMMAND(id, name, handling, operands, min, max, flags, reason, hint) SD_COMMAND_##id,
#include "safe-docker/docker/commands.def"
#undef SD_COMMAND
  SD_COMMAND_COUNT
};

enum sd_handling {
  SD_HANDLED,     /* read as a struct sd_invocation (docker/invocation.h) */
  SD_HANDLED_RUN, /* read as a struct sd_request (docker/request.h) */
  SD_REFUSED,     /* whatever the policy says: `reason` and `hint` tell why and what to use */
};

/* What the words behind the options are. */
enum sd_operands {
  SD_OPERANDS_NONE,
  SD_OPERANDS_CONTAINERS,
  SD_OPERANDS_IMAGES,
  SD_OPERANDS_NETWORKS,
  SD_OPERANDS_VOLUMES,
  SD_OPERANDS_OBJECTS, /* any of these four: inspect without --type */
  SD_OPERANDS_WORDS,   /* mixed: the command's own rule knows */
};

#define SD_MANY 1000000U

enum sd_command_flags {
  SD_COMMAND_DEFAULT = 1, /* the built-in policy allows it (a test compares) */
  SD_COMMAND_FIRST = 2, /* options end at the first operand; else they may stand between operands */
  SD_COMMAND_ALWAYS = 4, /* needs no leave of the policy */
  SD_COMMAND_RAW = 8,    /* every word behind it is a word: nothing is read as an option */
};

/* Its texts lie in it: see base/row.h. */
struct sd_command {
  enum sd_command_id id;
  char name[24]; /* what policies, messages and the real CLI call it: "ps", "container prune" */
  enum sd_handling handling;
  enum sd_operands operands;
  unsigned min, max; /* operands */
  unsigned flags;
  char reason[96], hint[96]; /* SD_REFUSED; else "" */
};

/* One spelling of a command. */
struct sd_command_path {
  /* Words with single blanks: "container run". In the row: a pointer would be relocated at every start. */
  char path[32];
  enum sd_command_id id;
};

extern const struct sd_command sd_commands[SD_COMMAND_COUNT]; /* in order of name, by id */
extern const struct sd_command_path sd_command_paths[];       /* in order of path */
extern const size_t sd_command_path_count;

/* The path that is `path`, or NULL. */
const struct sd_command_path *sd_command_path_find(const char *path);
/* The command of which `path` is a spelling, or NULL. */
const struct sd_command *sd_command_find(const char *path);
/* True for words that take a command behind them: "container", "trust key". */
bool sd_command_is_group(const char *path);
/* The nearest known path, one that is handled before any other; or NULL. */
const char *sd_command_nearest(const char *path);
/* "container prune" as two words, appended to `argv`. */
void sd_command_words(struct sd_arena *arena, const char *path, struct sd_strv *argv);
/* The rows of the options of the command, sorted by name; empty for refused ones. Some rows of run and create are
 * for one of them alone: sd_option_exists. */
struct sd_option_table {
  const struct sd_option *rows;
  size_t count;
};
struct sd_option_table sd_command_options(const struct sd_command *command);
/* Whether the command has the option of that row of its table. */
bool sd_option_exists(const struct sd_command *command, const struct sd_option *row);

#endif
