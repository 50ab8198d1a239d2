/* SPDX-License-Identifier: Apache-2.0 */
/* Texts, each with what is known of it, that are found without a look at all of them. Whoever chooses the texts can make
 * that as slow as the look would be, and no slower. */
#ifndef SAFE_DOCKER_BASE_TEXT_MAP_H
#define SAFE_DOCKER_BASE_TEXT_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/arena.h"

struct sd_text_slot;

/* Begins as {.arena = arena}. */
struct sd_text_map {
  struct sd_arena *arena;
  struct sd_text_slot *slots;
  size_t len, cap;
};

/* Keeps `text` and `value`, which is not NULL and, as the text is, not copied. False where the text is there already: then
 * nothing changes. */
bool sd_text_map_add(struct sd_text_map *map, const char *text, const void *value);
/* The value of the first `len` bytes of `text`; NULL where they are not there. */
const void *sd_text_map_find(const struct sd_text_map *map, const char *text, size_t len);

#endif
