/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one request: tokens, request, decision and argv live here until exec. */
#ifndef SAFE_DOCKER_BASE_ARENA_H
#define SAFE_DOCKER_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#define SD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SD_WARN_UNUSED __attribute__((warn_unused_result))

struct sd_arena_block;

/* Owned by the caller; init before use, finish at the end. Not shared between threads. */
struct sd_arena {
  struct sd_arena_block *head;
};

void sd_arena_init(struct sd_arena *arena);
/* Frees every allocation; the arena can be used again. */
void sd_arena_reset(struct sd_arena *arena);
void sd_arena_finish(struct sd_arena *arena);

/* All of these return zeroed or filled memory that lives as long as the arena; never NULL.
 * Out of memory is the one abort of safe-docker: a message on descriptor 2 and exit status 125. */
void *sd_arena_alloc(struct sd_arena *arena, size_t size);
/* `memory` of `old` bytes (none where that is 0) made `size` bytes large, which is not less: where it lies,
 * when it was the last that was allocated, or as a copy. What is added is zero. */
void *sd_arena_extend(struct sd_arena *arena, void *memory, size_t old, size_t size);
char *sd_arena_strdup(struct sd_arena *arena, const char *text);
/* Copies `len` bytes and ends them with NUL; the bytes may hold anything. */
char *sd_arena_strndup(struct sd_arena *arena, const char *text, size_t len);
char *sd_arena_printf(struct sd_arena *arena, const char *format, ...) SD_PRINTF(2, 3);
char *sd_arena_vprintf(struct sd_arena *arena, const char *format, va_list args) SD_PRINTF(2, 0);

/* A growing array on an arena. SD_VEC(struct x) is a struct with items, len and cap; zeroed is empty. */
#define SD_VEC(type)                                                                               \
  struct {                                                                                         \
    type *items;                                                                                   \
    size_t len;                                                                                    \
    size_t cap;                                                                                    \
  }

/* Appends one zeroed item and returns a pointer to it (valid until the next push). */
#define sd_vec_push(arena, vec)                                                                    \
  ((__typeof__((vec)->items))sd_vec_grow((arena), (void **)&(vec)->items, &(vec)->len,             \
                                         &(vec)->cap, sizeof(*(vec)->items)))
void *sd_vec_grow(struct sd_arena *arena, void **items, size_t *len, size_t *cap, size_t size);

#endif
