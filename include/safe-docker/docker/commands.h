/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of Docker 20.10 to 29.8 by path. Aliases are one command with one name. */
#ifndef SAFE_DOCKER_DOCKER_COMMANDS_H
#define SAFE_DOCKER_DOCKER_COMMANDS_H

#include "safe-docker/docker/cli.h"

struct sd_command {
  const char *path; /* words with single blanks: "container run" */
  const char *name; /* the name that policies and messages use: "run" */
  enum sd_verb verb;
};

/* Rows in order of path. */
extern const struct sd_command sd_commands[];
extern const size_t sd_command_count;

const struct sd_command *sd_command_find(const char *path);
/* True for words that take a command behind them: "container", "trust key". */
bool sd_command_is_group(const char *path);
/* The nearest known path, one that is handled before any other; or NULL. */
const char *sd_command_nearest(const char *path);

#endif
