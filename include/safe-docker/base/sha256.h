/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for naming a policy text in the audit record; nothing secret goes through it. */
#ifndef SAFE_DOCKER_BASE_SHA256_H
#define SAFE_DOCKER_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "safe-docker/base/arena.h"

/* Owned by the caller; init, then any number of adds, then one finish. */
struct sd_sha256 {
  uint32_t state[8];
  uint64_t len;            /* bytes so far */
  unsigned char block[64]; /* the last len % 64 of them */
};

void sd_sha256_init(struct sd_sha256 *hash);
void sd_sha256_add(struct sd_sha256 *hash, const void *bytes, size_t len);
/* The digest as 64 lower-case hex digits; `hash` must be initialised before it is used again. */
const char *sd_sha256_finish(struct sd_sha256 *hash, struct sd_arena *arena);

#endif
