/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Too large for what malloc(3) keeps at hand, so that the C library maps every block afresh and calloc(3) need
 * not clear it: a page costs time only where it is used. */
#define BLOCK_SIZE ((size_t)256 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct sd_arena_block {
  struct sd_arena_block *next;
  size_t used;
  size_t size;
  _Alignas(max_align_t) unsigned char data[];
};

/* No stdio here: it could allocate. 125 is what every other failure of ours exits with. */
__attribute__((noreturn)) static void out_of_memory(void) {
  static const char text[] = "safe-docker: out of memory; nothing was run\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
  (void)ignored;
  _exit(125);
}

void sd_arena_init(struct sd_arena *arena) {
  arena->head = NULL;
}

void sd_arena_reset(struct sd_arena *arena) {
  while (arena->head != NULL) {
    struct sd_arena_block *next = arena->head->next;
    free(arena->head);
    arena->head = next;
  }
}

void sd_arena_finish(struct sd_arena *arena) {
  sd_arena_reset(arena);
}

static size_t aligned(size_t size) {
  if (size > SIZE_MAX / 2)
    out_of_memory();
  return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct sd_arena_block *add_block(struct sd_arena *arena, size_t size) {
  size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
  struct sd_arena_block *block = calloc(1, sizeof(*block) + room);
  if (block == NULL)
    out_of_memory();
  block->next = arena->head;
  block->size = room;
  arena->head = block;
  return block;
}

/* What has not been handed out yet is zero, as calloc made it. */
void *sd_arena_alloc(struct sd_arena *arena, size_t size) {
  size = aligned(size);
  struct sd_arena_block *block = arena->head;
  if (block == NULL || block->size - block->used < size)
    block = add_block(arena, size);
  void *memory = block->data + block->used;
  block->used += size;
  return memory;
}

void *sd_arena_extend(struct sd_arena *arena, void *memory, size_t old, size_t size) {
  struct sd_arena_block *block = arena->head;
  size_t had = aligned(old);
  size_t more = aligned(size) - had;
  if (old > 0 && block != NULL && (unsigned char *)memory + had == block->data + block->used &&
      block->size - block->used >= more) {
    block->used += more;
    return memory;
  }
  void *bigger = sd_arena_alloc(arena, size);
  if (old > 0)
    memcpy(bigger, memory, old);
  return bigger;
}

char *sd_arena_strndup(struct sd_arena *arena, const char *text, size_t len) {
  char *copy = sd_arena_alloc(arena, len < SIZE_MAX ? len + 1 : len);
  if (len > 0)
    memcpy(copy, text, len);
  return copy;
}

char *sd_arena_strdup(struct sd_arena *arena, const char *text) {
  return sd_arena_strndup(arena, text, strlen(text));
}

void *sd_vec_grow(struct sd_arena *arena, void **items, size_t *len, size_t *cap, size_t size) {
  if (*len == *cap) {
    size_t wanted = *cap == 0 ? 4 : *cap * 2;
    if (wanted > SIZE_MAX / 4 / size)
      out_of_memory();
    *items = sd_arena_extend(arena, *items, *cap * size, wanted * size);
    *cap = wanted;
  }
  void *item = (unsigned char *)*items + *len * size;
  memset(item, 0, size); /* a vector that was shortened still has what stood there */
  *len += 1;
  return item;
}
