/* SPDX-License-Identifier: Apache-2.0 */
/* A command line as a shell splits it into words, without expanding anything. */
#ifndef SAFE_DOCKER_BASE_WORDS_H
#define SAFE_DOCKER_BASE_WORDS_H

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* Blanks, '...', "..." and \ as in sh(1) (POSIX, Shell Command Language, 2.2 Quoting); # at the beginning of a word begins a
 * comment. What a shell would expand or take for an operator is a mistake unless it is quoted: $ ` | & ; < > ( ), and ~ at
 * the beginning of a word. Patterns (* ? [) stay as they are, as where no file matches. False: *where is the offset of
 * the mistake in `text`. */
bool sd_words_split(struct sd_arena *arena, const char *text, struct sd_strv *out, size_t *where,
                    struct sd_error *err) SD_WARN_UNUSED;

#endif
