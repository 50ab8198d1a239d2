/* SPDX-License-Identifier: Apache-2.0 */
/* The options of one command, by the grammar of spf13/pflag. */
#ifndef SAFE_DOCKER_SRC_DOCKER_LEXER_H
#define SAFE_DOCKER_SRC_DOCKER_LEXER_H

#include "safe-docker/docker/cli.h"

/* Reads options into line->options and the other words into line->words. line->known says whether options
 * end at the first other word (SetInterspersed(false)).
 * False: a word was not understood; what it and the words behind it mean is then unknown. */
bool sd_lexer_read(const char *const *argv, struct sd_command_line *line,
                   struct sd_problems *problems) SD_WARN_UNUSED;

#endif
