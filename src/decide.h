/* SPDX-License-Identifier: Apache-2.0 */
/* From the words of a command line to what will be executed, or to the problems. */
#ifndef SAFE_DOCKER_SRC_DECIDE_H
#define SAFE_DOCKER_SRC_DECIDE_H

#include "run.h"

/* Reads the words behind the program's name, NULL-terminated, and fills run->line, run->decision, run->full and
 * run->environ. Of SD_VERB_HELP there is nothing to decide. */
void decide_words(struct run *run, const char *const *words);
/* The same from a run->line that was read. */
void decide(struct run *run);

/* Whether the policy allows the command at all. */
bool decide_is_allowed(const struct sd_policy *policy, const struct sd_command *command);
/* The options before the command: those that choose the daemon, and the caller's -D and -l. */
void decide_add_globals(const struct run *run, struct sd_strv *argv);
/* Those that choose the daemon alone. */
void decide_add_endpoint(struct sd_arena *arena, const struct sd_endpoint *endpoint,
                         struct sd_strv *argv);

#endif
