/* SPDX-License-Identifier: Apache-2.0 */
/* Completion in four parts: completion.c reads the words before, completion_values.c knows the values of options
 * and the operands of commands, completion_own.c the words of safe-docker itself, completion_text.c makes the answer. */
#ifndef SAFE_DOCKER_REPORT_COMPLETION_PARTS_H
#define SAFE_DOCKER_REPORT_COMPLETION_PARTS_H

#include "safe-docker/report/completion.h"

/* Where the word that is completed stands. */
struct sd_completion_place {
  struct sd_arena *arena;
  const struct sd_policy *policy;
  const struct sd_command *command; /* NULL: before the command */
  size_t operand;                   /* how many operands stand before it */
  const char *type;                 /* of inspect: --type; NULL: not given */
  struct sd_completion *out;
};

/* Adds `word` where it begins with out->start and is of characters that no shell acts on. */
void sd_completion_add(const struct sd_completion_place *place, const char *word,
                       const char *description);
/* The values of an option of the command; those that stand before the command are "context" and "log-level". */
void sd_completion_values(const struct sd_completion_place *place, const char *option,
                          enum sd_kind kind);
/* What may stand at the place as an operand. */
void sd_completion_operands(const struct sd_completion_place *place);
/* What the value of an option looks like, or "". */
const char *sd_completion_kind(enum sd_kind kind);

enum sd_completion_own {
  SD_OWN_NOT,     /* the words are docker's */
  SD_OWN_DONE,    /* they are safe-docker's, and what may follow is added */
  SD_OWN_REQUEST, /* a request of docker's is in them; *words is moved to where it begins */
};
/* The first words of safe-docker itself. */
void sd_completion_own_groups(const struct sd_completion_place *place);
/* What may follow `*words`, those before the one that is completed, where they begin with one of these. */
enum sd_completion_own sd_completion_own(const struct sd_completion_place *place,
                                         const char *const **words);

#endif
