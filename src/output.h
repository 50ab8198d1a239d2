/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal: what the caller is told and answered. Texts are safe to show already. */
#ifndef SAFE_DOCKER_SRC_OUTPUT_H
#define SAFE_DOCKER_SRC_OUTPUT_H

#include "safe-docker/base/error.h"

/* To standard error; nobody is left who could be told that it failed, and nobody is waited for for long. */
void output_tell(const char *text);
/* The error and its hint to standard error; returns its exit status. */
int output_complain(struct sd_arena *arena, const struct sd_error *err);
/* What was asked for to standard output, for as long as its reader takes. Returns `status`; 141 and no words where the
 * reader closed it, as `head` does; 125 and words where it did not get there otherwise. */
int output_answer(struct sd_arena *arena, const char *text, int status);
/* A terminal that is not dumb, and no NO_COLOR. */
bool output_wants_colour(int fd);

#endif
