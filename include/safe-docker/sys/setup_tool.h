/* SPDX-License-Identifier: Apache-2.0 */
/* The host's own tools (groupadd, visudo, dpkg-divert ...), as root. */
#ifndef SAFE_DOCKER_SYS_SETUP_TOOL_H
#define SAFE_DOCKER_SYS_SETUP_TOOL_H

#include "safe-docker/sys/child.h"

/* Where the tool is: in /usr/sbin, /usr/bin, /sbin or /bin, root's and writable by nobody else; NULL: nowhere. */
const char *sd_setup_tool(struct sd_arena *arena, const char *name);

/* Runs `words` (the tool's name first, NULL-terminated) with an environment of its own and no input. False: it is not there or cannot
 * be run; what it ended with is in `out`. */
bool sd_setup_ask(struct sd_arena *arena, const char *const *words, struct sd_answer *out,
                  struct sd_error *err) SD_WARN_UNUSED;
/* The same; also false where it ended with another status than 0: `err` has what it said. */
bool sd_setup_run(struct sd_arena *arena, const char *const *words,
                  struct sd_error *err) SD_WARN_UNUSED;

#endif
