/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_last.h"

#define WASTE_MIN ((size_t)1024 * 1024) /* less is not worth moving anything */

void audit_last_init(struct audit_last *last, struct sd_arena *arena, size_t count) {
  *last = (struct audit_last){.count = count};
  sd_arena_init(&last->arenas[0]);
  sd_arena_init(&last->arenas[1]);
  if (count > 0)
    last->slots = sd_arena_alloc(arena, count * sizeof(*last->slots));
}

void audit_last_finish(struct audit_last *last) {
  sd_arena_finish(&last->arenas[0]);
  sd_arena_finish(&last->arenas[1]);
}

/* What is still kept moves to the other arena, and the rest of this one is given back. */
static void compact(struct audit_last *last) {
  struct sd_arena *old = &last->arenas[last->current];
  last->current = 1 - last->current;
  for (size_t i = 0; i < last->used; i++) {
    struct audit_kept *slot = &last->slots[i];
    slot->text = sd_arena_strndup(&last->arenas[last->current], slot->text, slot->len);
  }
  sd_arena_reset(old);
  last->taken = last->live;
}

void audit_last_keep(struct audit_last *last, const char *text, size_t len,
                     const struct sd_audit_input *input) {
  if (last->count == 0)
    return;
  struct audit_kept *slot = &last->slots[last->next];
  if (last->used < last->count)
    last->used++;
  last->live += len - slot->len;
  last->taken += len;
  *slot = (struct audit_kept){.text = sd_arena_strndup(&last->arenas[last->current], text, len),
                              .len = len,
                              .input = *input};
  last->next = (last->next + 1) % last->count;
  if (last->taken > WASTE_MIN && last->taken / 2 > last->live)
    compact(last);
}

bool audit_last_each(struct audit_last *last,
                     bool (*each)(void *context, const char *text, size_t len,
                                  const struct sd_audit_input *input),
                     void *context) {
  size_t first = last->used < last->count ? 0 : last->next;
  for (size_t i = 0; i < last->used; i++) {
    const struct audit_kept *slot = &last->slots[(first + i) % last->count];
    if (!each(context, slot->text, slot->len, &slot->input))
      return false;
  }
  return true;
}
