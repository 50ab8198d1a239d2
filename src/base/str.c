/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/str.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"

void sd_str_init(struct sd_str *str, struct sd_arena *arena) {
  *str = (struct sd_str){.arena = arena};
}

void sd_str_add_bytes(struct sd_str *str, const char *bytes, size_t len) {
  if (str->data == NULL || str->cap - str->len <= len) {
    size_t cap = (str->cap + len + 1) * 2;
    char *bigger = sd_arena_alloc(str->arena, cap);
    if (str->len > 0)
      memcpy(bigger, str->data, str->len);
    str->data = bigger;
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

static size_t utf8_length(const char *text) {
  unsigned char byte = (unsigned char)*text;
  size_t len = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return strnlen(text, len) == len && sd_text_is_utf8(text, len) ? len : 0;
}

void sd_str_add_json(struct sd_str *str, const char *text) {
  if (text == NULL) {
    sd_str_add(str, "null");
    return;
  }
  sd_str_add_char(str, '"');
  while (*text != '\0') {
    unsigned char byte = (unsigned char)*text;
    size_t len = utf8_length(text);
    if (len == 0) {
      sd_str_add(str, "\\ufffd");
      len = 1;
    } else if (byte == '"' || byte == '\\') {
      sd_str_addf(str, "\\%c", byte);
    } else if (byte < 0x20 || byte == 0x7F) {
      sd_str_addf(str, "\\u%04x", byte);
    } else {
      sd_str_add_bytes(str, text, len);
    }
    text += len;
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
    if (strcmp(strv->v.items[i], text) == 0)
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
