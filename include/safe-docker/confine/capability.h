/* SPDX-License-Identifier: Apache-2.0 */
/* Capability names. The sole user of libcap. */
#ifndef SAFE_DOCKER_CONFINE_CAPABILITY_H
#define SAFE_DOCKER_CONFINE_CAPABILITY_H

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* As Docker normalises: blanks trimmed are an error here, case and CAP_ prefix do not matter. *out is the
 * upper-case name without CAP_ ("NET_ADMIN"), or "ALL". Unknown names are errors with the nearest known. */
bool sd_capability_parse(struct sd_arena *arena, const char *text, const char **out,
                         struct sd_error *err) SD_WARN_UNUSED;
/* The kernel's number of a name as profiles of the engine write it, "CAP_NET_ADMIN", byte by byte; -1: there is none. */
int sd_capability_number(const char *name);
/* The other way round, where there is a name. */
const char *sd_capability_name(struct sd_arena *arena, int number);

/* Every name that libcap knows, without CAP_. */
void sd_capability_list(struct sd_arena *arena, struct sd_strv *out);

#endif
