/* SPDX-License-Identifier: Apache-2.0 */
/* Violations: why a request is refused. All of a command line are collected and reported at once. */
#ifndef SAFE_DOCKER_BASE_PROBLEM_H
#define SAFE_DOCKER_BASE_PROBLEM_H

#include "safe-docker/base/arena.h"
#include "safe-docker/base/error.h"

struct sd_problem {
  const char *rule;    /* stable, kebab-case; described in safe-docker-rules(7) */
  const char *option;  /* as in --explain=json: "--volume=/a:/b"; "" when no option is to blame */
  const char *message; /* starts with what the caller typed, then the reason */
  const char *hint;    /* what would work; may be "" */
};

struct sd_problems {
  struct sd_arena *arena;
  SD_VEC(struct sd_problem) list;
};

/* `rule`, `option` and `hint` must live as long as the arena (literals or arena texts); NULL is "". */
void sd_problem_add(struct sd_problems *problems, const char *rule, const char *option,
                    const char *hint, const char *format, ...) SD_PRINTF(5, 6);
/* Turns an error about an option into a problem: rule err->rule or `rule`, "typed: message"; `typed`
 * goes through sd_text_safe here. */
void sd_problem_add_error(struct sd_problems *problems, const char *rule, const char *option,
                          const char *typed, const struct sd_error *err);

#endif
