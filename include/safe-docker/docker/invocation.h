/* SPDX-License-Identifier: Apache-2.0 */
/* A command other than run and create as the caller meant it: typed values, no policy. Rules read one of these
 * (what was asked) and fill another (what will be executed). */
#ifndef SAFE_DOCKER_DOCKER_INVOCATION_H
#define SAFE_DOCKER_DOCKER_INVOCATION_H

#include "safe-docker/docker/commands.h"
#include "safe-docker/docker/emit.h"
#include "safe-docker/docker/request.h"

/* One option. Which member has the value follows from row->kind: BOOL `flag`; INT, SIZE, CPUS and DURATION
 * `number`; TEXT and LIST `text`. Those of the kinds ENV and ENV_FILE are in sd_invocation.env. */
struct sd_setting {
  const struct sd_option *row;
  bool flag;
  int64_t number;
  const char *text;
  const struct sd_given *given; /* NULL: not from the caller */
};

struct sd_invocation {
  const struct sd_command *command;
  bool help; /* --help: nothing else counts */
  SD_VEC(struct sd_setting)
  settings; /* a LIST once for each time it was given, others once: the last */
  struct sd_entries env;
  struct sd_strv operands; /* valid UTF-8, not judged any further */
};

/* Options and words to typed values; env files and variables are read through `host`. What cannot be understood
 * becomes a problem (rules: invalid-value, operands), all of them. */
void sd_invocation_build(struct sd_arena *arena, const struct sd_command_line *line,
                         const struct sd_host *host, struct sd_invocation *out,
                         struct sd_problems *problems);

/* The first setting of that option, or NULL. */
const struct sd_setting *sd_setting_find(const struct sd_invocation *invocation, const char *name);
/* The row of that option of the command; where there is none, which is a bug, a row that no
 * real CLI knows, so that it refuses the command. */
const struct sd_option *sd_command_option(const struct sd_command *command, const char *name);
/* Adds a setting that is not the caller's: a BOOL, a number, or a TEXT or LIST. */
void sd_invocation_add_flag(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                            bool value);
void sd_invocation_add_number(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                              int64_t value);
void sd_invocation_add_text(struct sd_arena *arena, struct sd_invocation *to, const char *name,
                            const char *value);

/* To the argv of the real CLI: the command's words, one --long-name=value token a setting, then, where there are
 * operands, "--" and these. paths->env_file as in docker/emit.h. */
bool sd_invocation_emit(struct sd_arena *arena, const struct sd_invocation *invocation,
                        const struct sd_emit_paths *paths, struct sd_emitted *out,
                        struct sd_error *err) SD_WARN_UNUSED;

#endif
