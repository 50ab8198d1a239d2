/* SPDX-License-Identifier: Apache-2.0 */
/* String builder and string vector, both on an arena. */
#ifndef SAFE_DOCKER_BASE_STR_H
#define SAFE_DOCKER_BASE_STR_H

#include <stdbool.h>

#include "safe-docker/base/arena.h"

struct sd_str {
  struct sd_arena *arena;
  char *data; /* always NUL-terminated; NULL while nothing was added */
  size_t len;
  size_t cap;
};

void sd_str_init(struct sd_str *str, struct sd_arena *arena);
void sd_str_add(struct sd_str *str, const char *text);
void sd_str_add_bytes(struct sd_str *str, const char *bytes, size_t len);
void sd_str_add_char(struct sd_str *str, char byte);
void sd_str_addf(struct sd_str *str, const char *format, ...) SD_PRINTF(2, 3);
/* A JSON string with its quotes, safe to show on a terminal: what sd_text_is_deceptive names is escaped, and
 * bytes that are not valid UTF-8 become U+FFFD. NULL is null. */
void sd_str_add_json(struct sd_str *str, const char *text);
/* One field of a CSV record: quoted ("" for a quote) when it holds a comma, a quote, CR, LF or leading blank. */
void sd_str_add_csv(struct sd_str *str, const char *text);
/* The text so far, never NULL. */
const char *sd_str_text(const struct sd_str *str);

/* A vector of strings; zeroed is empty. */
struct sd_strv {
  SD_VEC(const char *) v;
};
void sd_strv_add(struct sd_strv *strv, struct sd_arena *arena, const char *text);
bool sd_strv_contains(const struct sd_strv *strv, const char *text);
/* Joined with `separator`; "" for an empty vector. */
const char *sd_strv_join(const struct sd_strv *strv, struct sd_arena *arena, const char *separator);
/* The items and a final NULL, as execve wants them. */
char **sd_strv_argv(const struct sd_strv *strv, struct sd_arena *arena);

#endif
