/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a shell, which are safe to show on a terminal. */
#ifndef SAFE_DOCKER_SRC_REPORT_SHELL_WORDS_H
#define SAFE_DOCKER_SRC_REPORT_SHELL_WORDS_H

#include "safe-docker/base/str.h"

/* Quoted where it has to be and whole, so that what is shown can be copied. */
void sd_shell_add_word(struct sd_str *out, const char *word);

#endif
