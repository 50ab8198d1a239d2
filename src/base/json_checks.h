/* SPDX-License-Identifier: Apache-2.0 */
/* What two readers of JSON could take for two things, and yajl does not refuse. */
#ifndef SAFE_DOCKER_BASE_JSON_CHECKS_H
#define SAFE_DOCKER_BASE_JSON_CHECKS_H

#include "safe-docker/base/json.h"

/* `text` is a number by the grammar of JSON: an optional minus and digits, or a fraction or an exponent. False where it is no
 * whole number of 64 bits. */
bool sd_json_whole_number(const char *text, size_t len, int64_t *out);

/* Whether each \u escape of half a surrogate pair stands before the one of the other half. yajl turns half a pair into "?" or
 * into bytes that are no UTF-8; other readers do not. */
bool sd_json_surrogates_paired(const char *text, size_t len);

/* The second of two members with equal keys, or NULL. */
const struct sd_json_member *sd_json_second_key(struct sd_arena *arena,
                                                const struct sd_json *object);

#endif
