/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion: `__complete`, and the scripts of `completion bash`. */
#ifndef SAFE_DOCKER_SRC_COMPLETE_H
#define SAFE_DOCKER_SRC_COMPLETE_H

#include "run.h"

/* Answers what may stand in place of the last word, with names of the caller's own things. The daemon is asked
 * only where names are wanted; where it cannot be asked there are none. Returns the exit status. */
int complete_words(struct run *run);

/* The context that the words to complete name, where names of its daemon's things are wanted and it can be had; else
 * NULL. */
const char *complete_context(struct run *run);

/* Prints the script for the shell that the command names. Returns the exit status. */
int complete_script(struct run *run);

#endif
