/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that was read or made, as text again. Strings are safe to show: see sd_str_add_json. */
#ifndef SAFE_DOCKER_BASE_JSON_WRITE_H
#define SAFE_DOCKER_BASE_JSON_WRITE_H

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"

/* On one line: {"a": 1, "b": ["c"]}. */
void sd_json_write(struct sd_str *out, const struct sd_json *node);
/* The same without blanks, for lines of a log. */
void sd_json_write_dense(struct sd_str *out, const struct sd_json *node);
/* A line for each member, and for each item of a list that holds objects; `depth` indents of two blanks stand before the
 * lines behind the first. */
void sd_json_write_lines(struct sd_str *out, const struct sd_json *node, unsigned depth);

#endif
