/* SPDX-License-Identifier: Apache-2.0 */
/* Capability names. The sole user of libcap. */
#ifndef SAFE_DOCKER_CONFINE_CAPABILITY_H
#define SAFE_DOCKER_CONFINE_CAPABILITY_H

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* As Docker normalises names: case and the prefix CAP_ do not matter; but blanks around one, which Docker trims, are an
 * error here. *out is the upper-case name without CAP_ ("NET_ADMIN"), or "ALL". Unknown names are errors with the
 * nearest known as the hint. */
bool sd_capability_parse(struct sd_arena *arena, const char *text, const char **out,
                         struct sd_error *err) SD_WARN_UNUSED;
/* The kernel's number of a name as profiles of the engine write it, "CAP_NET_ADMIN", byte by byte; -1: there is none. */
int sd_capability_number(const char *name);
/* The other way round: "CAP_NET_ADMIN"; "capability 70" where libcap has no name. */
const char *sd_capability_name(struct sd_arena *arena, int number);

/* Adds every name that libcap knows, without CAP_, in the order of their numbers. */
void sd_capability_list(struct sd_arena *arena, struct sd_strv *out);

#endif
