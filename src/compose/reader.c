/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the model. Its text is the caller's: nothing is believed about its shape. */
#include "reader.h"

#include <inttypes.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

void sd_compose_refuse(struct sd_compose_reader *reader, const char *rule, const char *key,
                       const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(reader->arena, format, args);
  va_end(args);
  const char *place = sd_text_safe(reader->arena, reader->place);
  const char *shown = sd_text_safe(reader->arena, key);
  sd_problem_add(reader->problems, rule, shown, hint, "%s%s%s: %s", place,
                 shown[0] != '\0' ? ", " : "", shown, message);
}

static void refuse_value(struct sd_compose_reader *reader, const char *key, const char *expected) {
  sd_compose_refuse(reader, "compose-value", key,
                    "see what docker compose config makes of your files", "expected %s", expected);
}

const char *sd_compose_plain(struct sd_compose_reader *reader, const char *key, const char *text) {
  struct sd_str out;
  sd_str_init(&out, reader->arena);
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '$' && at[1] != '$') {
      sd_compose_refuse(reader, "compose-value", key, "write $$ in the file for a plain $",
                        "a $ is left over from replacing variables");
      return "";
    }
    at += *at == '$' ? 1 : 0;
    sd_str_add_char(&out, *at);
  }
  return sd_str_text(&out);
}

const char *sd_compose_text(struct sd_compose_reader *reader, const char *key,
                            const struct sd_json *value) {
  switch (value->type) {
  case SD_JSON_STRING:
    return sd_compose_plain(reader, key, value->string);
  case SD_JSON_NUMBER:
    return sd_arena_printf(reader->arena, "%" PRId64, value->number);
  case SD_JSON_BOOL:
    return value->boolean ? "true" : "false";
  case SD_JSON_NULL:
  case SD_JSON_ARRAY:
  case SD_JSON_OBJECT:
    break;
  }
  refuse_value(reader, key, "a text or a number");
  return NULL;
}

bool sd_compose_is_nothing(const struct sd_json *value) {
  switch (value->type) {
  case SD_JSON_NULL:
    return true;
  case SD_JSON_BOOL:
    return !value->boolean;
  case SD_JSON_NUMBER:
    return value->number == 0;
  case SD_JSON_STRING:
    return value->string[0] == '\0';
  case SD_JSON_ARRAY:
    return value->items.len == 0;
  case SD_JSON_OBJECT:
    return value->members.len == 0;
  }
  return false;
}

bool sd_compose_flag(struct sd_compose_reader *reader, const char *key,
                     const struct sd_json *value) {
  if (value->type != SD_JSON_BOOL)
    refuse_value(reader, key, "true or false");
  return value->type == SD_JSON_BOOL && value->boolean;
}

void sd_compose_texts(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value, struct sd_strv *out) {
  if (value->type != SD_JSON_ARRAY) {
    const char *text = sd_compose_text(reader, key, value);
    if (text != NULL)
      sd_strv_add(out, reader->arena, text);
    return;
  }
  for (size_t i = 0; i < value->items.len; i++) {
    const char *text = sd_compose_text(reader, key, value->items.items[i]);
    if (text != NULL)
      sd_strv_add(out, reader->arena, text);
  }
}

void sd_compose_pairs(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value, bool bare, struct sd_strv *out) {
  if (value->type == SD_JSON_ARRAY) {
    sd_compose_texts(reader, key, value, out);
    return;
  }
  if (!sd_compose_is_object(reader, key, value))
    return;
  for (size_t i = 0; i < value->members.len; i++) {
    const char *name = sd_compose_plain(reader, key, value->members.items[i].key);
    const struct sd_json *item = value->members.items[i].value;
    bool none = item->type == SD_JSON_NULL;
    const char *text = none ? "" : sd_compose_text(reader, key, item);
    if (text != NULL)
      sd_strv_add(out, reader->arena,
                  none && bare ? name : sd_arena_printf(reader->arena, "%s=%s", name, text));
  }
}

bool sd_compose_is_object(struct sd_compose_reader *reader, const char *key,
                          const struct sd_json *value) {
  if (value->type != SD_JSON_OBJECT)
    refuse_value(reader, key, "an object");
  return value->type == SD_JSON_OBJECT;
}

bool sd_compose_is_list(struct sd_compose_reader *reader, const char *key,
                        const struct sd_json *value) {
  if (value->type != SD_JSON_ARRAY)
    refuse_value(reader, key, "a list");
  return value->type == SD_JSON_ARRAY;
}

bool sd_compose_number(struct sd_compose_reader *reader, const char *key,
                       const struct sd_json *value, int64_t min, int64_t max, int64_t *out) {
  struct sd_error err;
  sd_error_init(&err, reader->arena);
  int64_t number = value->number;
  bool good = value->type == SD_JSON_NUMBER ||
              (value->type == SD_JSON_STRING && sd_number_go_int(value->string, &number, &err));
  if (!good || number < min || number > max) {
    refuse_value(
        reader, key,
        sd_arena_printf(reader->arena, "a whole number from %" PRId64 " to %" PRId64, min, max));
    return false;
  }
  *out = number;
  return true;
}

void sd_compose_word(struct sd_compose_reader *reader, const char *option, const char *value) {
  sd_strv_add(&reader->service->words, reader->arena,
              sd_arena_printf(reader->arena, "--%s=%s", option, value));
}

struct sd_compose_object *sd_compose_find_object(const struct sd_compose_objects *objects,
                                                 const char *key) {
  for (size_t i = 0; i < objects->v.len; i++)
    if (strcmp(objects->v.items[i].key, key) == 0)
      return &objects->v.items[i];
  return NULL;
}

/* -- keys --------------------------------------------------------------------------------------- */

static void words_of(struct sd_compose_reader *reader, const struct sd_compose_key *row,
                     const char *key, const struct sd_json *value) {
  struct sd_strv texts = {0};
  if (row->shape == SD_COMPOSE_KEY_PAIRS)
    sd_compose_pairs(reader, key, value, false, &texts);
  else
    sd_compose_texts(reader, key, value, &texts);
  for (size_t i = 0; i < texts.v.len; i++)
    sd_compose_word(reader, row->text, texts.v.items[i]);
}

static void read_by(struct sd_compose_reader *reader, const struct sd_compose_key *row,
                    const char *key, const struct sd_json *value) {
  switch (row->shape) {
  case SD_COMPOSE_KEY_TEXT:
    if (value->type == SD_JSON_ARRAY)
      refuse_value(reader, key, "a text or a number");
    else if (value->type != SD_JSON_STRING || value->string[0] != '\0')
      words_of(reader, row, key, value);
    return;
  case SD_COMPOSE_KEY_FLAG:
    sd_compose_word(reader, row->text, sd_compose_flag(reader, key, value) ? "true" : "false");
    return;
  case SD_COMPOSE_KEY_LIST:
  case SD_COMPOSE_KEY_PAIRS:
    words_of(reader, row, key, value);
    return;
  case SD_COMPOSE_KEY_READ:
    row->read(reader, key, value);
    return;
  case SD_COMPOSE_KEY_IGNORE:
    return;
  case SD_COMPOSE_KEY_NO:
    break;
  }
  if (!sd_compose_is_nothing(value))
    sd_compose_refuse(reader, "compose-key", key, row->hint, "%s", row->text);
}

static const char *name_at(const void *context, size_t index) {
  const struct sd_compose_key *keys = context;
  return keys[index].name;
}

static const struct sd_compose_key *find(const struct sd_compose_key *keys, size_t count,
                                         const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(keys[i].name, name) == 0)
      return &keys[i];
  return NULL;
}

void sd_compose_members(struct sd_compose_reader *reader, const struct sd_json *object,
                        const char *prefix, const struct sd_compose_key *keys, size_t count) {
  for (size_t i = 0; i < object->members.len; i++) {
    const struct sd_json_member *member = &object->members.items[i];
    const char *key = sd_arena_printf(reader->arena, "%s%s", prefix, member->key);
    const struct sd_compose_key *row = find(keys, count, member->key);
    if (sd_text_starts_with(member->key, "x-"))
      continue;
    if (row == NULL) {
      const char *nearest = sd_text_nearest(member->key, count, name_at, keys);
      sd_compose_refuse(reader, "compose-key", key,
                        nearest != NULL
                            ? sd_arena_printf(reader->arena, "did you mean %s?", nearest)
                            : "leave it out",
                        "no key that safe-docker knows");
    } else if (member->value->type != SD_JSON_NULL) {
      read_by(reader, row, key, member->value);
    }
  }
}
