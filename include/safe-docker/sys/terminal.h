/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a person at a terminal. */
#ifndef SAFE_DOCKER_SYS_TERMINAL_H
#define SAFE_DOCKER_SYS_TERMINAL_H

#include <stddef.h>

#include "safe-docker/base/error.h"

/* Reads one line of at most `max` bytes from the terminal that standard input must be; without `echo` it is not shown.
 * *line has no end of line. The terminal is as before afterwards, also where a signal ends this program meanwhile. */
bool sd_terminal_line(struct sd_arena *arena, bool echo, size_t max, const char **line,
                      struct sd_error *err) SD_WARN_UNUSED;

#endif
