/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion, in the form that cobra's programs speak with their shell scripts (__complete): what the caller
 * may write next.
 *
 * MUST: offer nothing that the policy refuses by its name alone; hand on no word of the caller; print one candidate a
 * line, of characters that neither a terminal nor a shell acts on. */
#ifndef SAFE_DOCKER_REPORT_COMPLETION_H
#define SAFE_DOCKER_REPORT_COMPLETION_H

#include "safe-docker/base/str.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/policy/policy.h"

/* What the last line of the answer tells the shell: bits of cobra's ShellCompDirective. */
enum sd_directive {
  SD_DIRECTIVE_FILES = 0,    /* names of files may follow the candidates */
  SD_DIRECTIVE_NO_SPACE = 2, /* no blank behind the candidate */
  SD_DIRECTIVE_NO_FILES = 4,
};

/* Names that only the daemon knows; bits. */
enum sd_names {
  SD_NAMES_ALL = 1, /* containers: all, running or paused, created or exited, paused */
  SD_NAMES_RUNNING = 2,
  SD_NAMES_STOPPED = 4,
  SD_NAMES_PAUSED = 8,
  SD_NAMES_IMAGES = 16,
  SD_NAMES_NETWORKS = 32,
  SD_NAMES_VOLUMES = 64,
};

struct sd_candidate {
  const char *word;
  const char *description; /* "": none */
};

struct sd_completion {
  SD_VEC(struct sd_candidate) candidates;
  unsigned directive;   /* enum sd_directive */
  unsigned names;       /* enum sd_names: to be asked for and added with sd_completion_add_names */
  const char *start;    /* what candidates begin with: the word so far, of --name=value the value */
  const char *suffix;   /* behind each name: "" or ":" */
  const char *context;  /* --context NAME of the words; NULL: not given */
  struct sd_strv taken; /* names that stand there already */
};

/* `words` is what stands behind the program's name; the last one, perhaps empty, is what is to be completed. Reads
 * leniently: what is wrong with the words before is not told here. */
void sd_completion_make(struct sd_arena *arena, const struct sd_policy *policy,
                        const struct sd_strv *words, struct sd_completion *out);

/* Adds names, one or several with commas between them a line. Those of other characters than names of Docker have
 * are left out. */
void sd_completion_add_names(struct sd_arena *arena, enum sd_names kind, const char *lines,
                             struct sd_completion *out);

/* The answer: a line for each candidate, with its description where `descriptions`, and the directive. */
const char *sd_completion_text(struct sd_arena *arena, const struct sd_completion *completion,
                               bool descriptions);

/* What the command does, in a few words; "" for those that are not handled. */
const char *sd_command_description(const struct sd_command *command);

/* The script for "bash", "zsh" or "fish" that completes safe-docker and docker. */
const char *sd_completion_script(struct sd_arena *arena, const char *shell, bool descriptions);

#endif
