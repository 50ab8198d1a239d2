/* SPDX-License-Identifier: Apache-2.0 */
/* What the parsers of docker/specs.h make of a text, all of it, as one line. */
#ifndef SAFE_DOCKER_TESTS_UNIT_DOCKER_READ_VALUES_H
#define SAFE_DOCKER_TESTS_UNIT_DOCKER_READ_VALUES_H

#include "safe-docker/docker/request.h"

/* `kind` is the name of a parser: "mount", "port" ... Adds what came out and its canonical form, or the message and the
 * hint. False: there is no such parser. */
bool read_value(struct sd_arena *arena, const char *kind, const char *text, struct sd_str *out);

/* " NAME=VALUE"; nothing for NULL. */
void add_named(struct sd_str *out, const char *name, const char *value);
/* " NAME=[A, B]"; nothing for none. */
void add_list(struct sd_str *out, const char *name, const struct sd_strv *list);

#endif
