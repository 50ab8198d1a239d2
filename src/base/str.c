/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/str.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"

#define UTF8_MAX 4 /* bytes of a character */

void sd_str_init(struct sd_str *str, struct sd_arena *arena) {
  *str = (struct sd_str){.arena = arena};
}

void sd_str_add_bytes(struct sd_str *str, const char *bytes, size_t len) {
  if (str->data == NULL || str->cap - str->len <= len) {
    /* A length that wraps must not end as a small block: the arena refuses what is too large. */
    size_t cap = len < SIZE_MAX / 8 ? (str->cap + len + 1) * 2 : SIZE_MAX;
    str->data = sd_arena_extend(str->arena, str->data, str->cap, cap);
    str->cap = cap;
  }
  if (len > 0)
    memcpy(str->data + str->len, bytes, len);
  str->len += len;
  str->data[str->len] = '\0';
}

void sd_str_add(struct sd_str *str, const char *text) {
  sd_str_add_bytes(str, text, strlen(text));
}

void sd_str_add_char(struct sd_str *str, char byte) {
  sd_str_add_bytes(str, &byte, 1);
}

void sd_str_addf(struct sd_str *str, const char *format, ...) {
  va_list args;
  va_start(args, format);
  sd_str_add(str, sd_arena_vprintf(str->arena, format, args));
  va_end(args);
}

/* Code points above U+FFFF take a surrogate pair (RFC 8259, section 7). */
static void add_json_escape(struct sd_str *str, uint32_t point) {
  if (point > 0xFFFF) {
    sd_str_addf(str, "\\u%04x", 0xD800 + ((point - 0x10000) >> 10));
    point = 0xDC00 + ((point - 0x10000) & 0x3FF);
  }
  sd_str_addf(str, "\\u%04x", point);
}

/* How many bytes from the start on stand for themselves in a JSON string. */
static size_t count_plain(const char *text) {
  size_t len = 0;
  while (text[len] >= ' ' && text[len] <= '~' && text[len] != '"' && text[len] != '\\')
    len++;
  return len;
}

/* One character that does not; returns how many bytes it takes. */
static size_t add_json_character(struct sd_str *str, const char *text) {
  uint32_t point = 0xFFFD;
  size_t step = sd_text_decode(text, strnlen(text, UTF8_MAX), &point);
  if (point == '"' || point == '\\') {
    sd_str_add_char(str, '\\');
    sd_str_add_char(str, (char)point);
  } else if (step == 0 || sd_text_is_deceptive(point)) {
    add_json_escape(str, point);
  } else {
    sd_str_add_bytes(str, text, step);
  }
  return step == 0 ? 1 : step;
}

void sd_str_add_json(struct sd_str *str, const char *text) {
  if (text == NULL) {
    sd_str_add(str, "null");
    return;
  }
  sd_str_add_char(str, '"');
  for (;;) {
    size_t plain = count_plain(text);
    sd_str_add_bytes(str, text, plain);
    text += plain;
    if (*text == '\0')
      break;
    text += add_json_character(str, text);
  }
  sd_str_add_char(str, '"');
}

void sd_str_add_csv(struct sd_str *str, const char *text) {
  if (text[strcspn(text, ",\"\r\n")] == '\0' && text[0] != ' ' && text[0] != '\t') {
    sd_str_add(str, text);
    return;
  }
  sd_str_add_char(str, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      sd_str_add_char(str, '"');
    sd_str_add_char(str, *text);
  }
  sd_str_add_char(str, '"');
}

const char *sd_str_text(const struct sd_str *str) {
  return str->data != NULL ? str->data : "";
}

void sd_strv_add(struct sd_strv *strv, struct sd_arena *arena, const char *text) {
  *sd_vec_push(arena, &strv->v) = text;
}

bool sd_strv_contains(const struct sd_strv *strv, const char *text) {
  for (size_t i = 0; i < strv->v.len; i++)
    if (strv->v.items[i][0] == text[0] && strcmp(strv->v.items[i], text) == 0)
      return true;
  return false;
}

const char *sd_strv_join(const struct sd_strv *strv, struct sd_arena *arena,
                         const char *separator) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < strv->v.len; i++) {
    if (i > 0)
      sd_str_add(&out, separator);
    sd_str_add(&out, strv->v.items[i]);
  }
  return sd_str_text(&out);
}

char **sd_strv_argv(const struct sd_strv *strv, struct sd_arena *arena) {
  char **argv = sd_arena_alloc(arena, (strv->v.len + 1) * sizeof(*argv));
  for (size_t i = 0; i < strv->v.len; i++)
    argv[i] = (char *)(uintptr_t)strv->v.items[i];
  return argv;
}
