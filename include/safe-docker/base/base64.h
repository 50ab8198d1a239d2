/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 with the standard alphabet and padding (RFC 4648, section 4). */
#ifndef SAFE_DOCKER_BASE_BASE64_H
#define SAFE_DOCKER_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/arena.h"

const char *sd_base64_encode(struct sd_arena *arena, const char *bytes, size_t len);
/* The one canonical spelling alone: no blanks, no line ends, padded, unused bits zero. The result is ended with a NUL
 * that *len does not count. Writes only on success. */
bool sd_base64_decode(struct sd_arena *arena, const char *text, const char **out,
                      size_t *len) SD_WARN_UNUSED;

#endif
