/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown is always printable, short, and shown the same again; what is written as JSON is
 * read as the same text, or, where it was not UTF-8, as one that is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition)
    abort();
}

static void check_shown(struct sd_arena *arena, const char *text) {
  const char *shown = sd_text_safe(arena, text);
  require(sd_text_is_printable(shown) && strlen(shown) <= 200);
  require(strcmp(sd_text_safe(arena, shown), shown) == 0);
}

static void check_json(struct sd_arena *arena, const char *text) {
  struct sd_str json;
  sd_str_init(&json, arena);
  sd_str_add_json(&json, text);
  if (json.len > SD_JSON_MAX_BYTES)
    return;
  require(sd_text_is_printable(json.data));
  struct sd_error err;
  sd_error_init(&err, arena);
  struct sd_json *value = NULL;
  require(sd_json_read(arena, "x", json.data, json.len, false, &value, &err));
  bool same = strcmp(value->string, text) == 0;
  require(same == sd_text_is_utf8(text, strlen(text)));
  require(sd_text_is_utf8(value->string, strlen(value->string)));
  struct sd_str again;
  sd_str_init(&again, arena);
  sd_str_add_json(&again, value->string);
  require(!same || strcmp(again.data, json.data) == 0);
}

static const char *name_at(const void *context, size_t index) {
  return ((const char *const *)context)[index];
}

static void check_nearest(const char *text) {
  static const char *const names[] = {"memory", "memory-swap", "mount", "m", ""};
  const char *found = sd_text_nearest(text, sizeof(names) / sizeof(names[0]), name_at, names);
  require(found == NULL || text[0] != '\0');
}

/* A field is read back as RFC 4180 has it: up to the closing quote, doubled quotes being one. */
static void check_csv(struct sd_arena *arena, const char *text) {
  struct sd_str csv;
  sd_str_init(&csv, arena);
  sd_str_add_csv(&csv, text);
  const char *field = sd_str_text(&csv);
  if (field[0] != '"') {
    require(strcmp(field, text) == 0 && strpbrk(field, ",\"\r\n") == NULL);
    return;
  }
  size_t i = 1;
  for (; *text != '\0'; text++, i++) {
    require(field[i] == *text);
    if (*text == '"')
      require(field[++i] == '"');
  }
  require(strcmp(field + i, "\"") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  (void)sd_text_is_utf8((const char *)data, size);
  const char *text = sd_arena_strndup(&arena, (const char *)data, size);
  check_shown(&arena, text);
  check_json(&arena, text);
  check_csv(&arena, text);
  check_nearest(text);
  sd_arena_finish(&arena);
  return 0;
}
