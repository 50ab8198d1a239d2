/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing: a text is in the first free slot from the one that its hash names. */
#include "safe-docker/base/text_map.h"

#include <stdint.h>
#include <string.h>

#define FIRST_CAP ((size_t)16) /* a power of two, as every other one */

struct sd_text_slot {
  const char *text; /* NULL: free */
  size_t len;
  const void *value;
};

/* FNV-1a. */
static uint64_t hash(const char *text, size_t len) {
  uint64_t value = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < len; i++)
    value = (value ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
  return value;
}

/* Where the text is, or would be. There is always a free one. */
static struct sd_text_slot *find_slot(const struct sd_text_map *map, const char *text, size_t len) {
  for (size_t at = hash(text, len);; at++) {
    struct sd_text_slot *slot = &map->slots[at & (map->cap - 1)];
    if (slot->text == NULL || (slot->len == len && memcmp(slot->text, text, len) == 0))
      return slot;
  }
}

/* At most half of it is full. */
static void make_room(struct sd_text_map *map) {
  const struct sd_text_map old = *map;
  if (old.len * 2 < old.cap)
    return;
  map->cap = old.cap == 0 ? FIRST_CAP : old.cap * 2;
  map->slots = sd_arena_alloc(map->arena, map->cap * sizeof(*map->slots));
  for (size_t i = 0; i < old.cap; i++)
    if (old.slots[i].text != NULL)
      *find_slot(map, old.slots[i].text, old.slots[i].len) = old.slots[i];
}

bool sd_text_map_add(struct sd_text_map *map, const char *text, const void *value) {
  size_t len = strlen(text);
  make_room(map);
  struct sd_text_slot *slot = find_slot(map, text, len);
  if (slot->text != NULL)
    return false;
  *slot = (struct sd_text_slot){.text = text, .len = len, .value = value};
  map->len++;
  return true;
}

const void *sd_text_map_find(const struct sd_text_map *map, const char *text, size_t len) {
  return map->len > 0 ? find_slot(map, text, len)->value : NULL;
}
