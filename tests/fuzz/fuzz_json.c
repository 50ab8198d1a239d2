/* SPDX-License-Identifier: Apache-2.0 */
/* What is read, written again as JSON, is read as the same tree; positions lie within the text and
 * rise. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct place {
  unsigned line, column;
};

static void rise(struct place *last, unsigned line, unsigned column) {
  if (line < last->line || (line == last->line && column <= last->column))
    abort();
  *last = (struct place){line, column};
}

static void write_value(struct sd_str *out, const struct sd_json *value, struct place *last);

static void write_object(struct sd_str *out, const struct sd_json *object, struct place *last) {
  sd_str_add_char(out, '{');
  for (size_t i = 0; i < object->members.len; i++) {
    const struct sd_json_member *member = &object->members.items[i];
    rise(last, member->line, member->column);
    if (sd_json_get(object, member->key) != member->value)
      abort();
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, member->key);
    sd_str_add_char(out, ':');
    write_value(out, member->value, last);
  }
  sd_str_add_char(out, '}');
}

static void write_array(struct sd_str *out, const struct sd_json *array, struct place *last) {
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < array->items.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    write_value(out, array->items.items[i], last);
  }
  sd_str_add_char(out, ']');
}

static void write_value(struct sd_str *out, const struct sd_json *value, struct place *last) {
  rise(last, value->line, value->column);
  switch (value->type) {
  case SD_JSON_NULL:
    sd_str_add(out, "null");
    break;
  case SD_JSON_BOOL:
    sd_str_add(out, value->boolean ? "true" : "false");
    break;
  case SD_JSON_NUMBER:
    sd_str_addf(out, "%lld", (long long)value->number);
    break;
  case SD_JSON_STRING:
    sd_str_add_json(out, value->string);
    break;
  case SD_JSON_ARRAY:
    write_array(out, value, last);
    break;
  case SD_JSON_OBJECT:
    write_object(out, value, last);
    break;
  }
}

static void check(struct sd_arena *arena, const char *text, size_t len, bool comments) {
  struct sd_error err;
  sd_error_init(&err, arena);
  struct sd_json *root = NULL;
  if (!sd_json_read(arena, "input", text, len, comments, &root, &err)) {
    if (root != NULL || err.message == NULL || !sd_text_starts_with(err.message, "input:") ||
        !sd_text_is_printable(err.message))
      abort();
    return;
  }
  struct sd_str first;
  struct sd_str second;
  sd_str_init(&first, arena);
  sd_str_init(&second, arena);
  write_value(&first, root, &(struct place){0});
  /* Escapes make a text longer: one near the limit of size need not fit again. */
  if (first.len > SD_JSON_MAX_BYTES)
    return;
  if (!sd_json_read(arena, "again", first.data, first.len, false, &root, &err))
    abort();
  write_value(&second, root, &(struct place){0});
  if (strcmp(first.data, second.data) != 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  check(&arena, (const char *)data, size, true);
  check(&arena, (const char *)data, size, false);
  sd_arena_finish(&arena);
  return 0;
}
