/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes of a profile, and what every part of its format has in common. */
#include "seccomp_reading.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* More are not gathered: hints take time, and whoever has so many reads none of them. */
#define MAX_MISTAKES 100

static void gather(struct sd_seccomp_mistakes *mistakes, struct sd_arena *arena,
                   const struct sd_json *where, const char *hint, const char *message) {
  mistakes->more = mistakes->v.len == MAX_MISTAKES;
  if (!mistakes->more)
    *sd_vec_push(arena, &mistakes->v) = (struct sd_seccomp_mistake){
        .line = where->line, .column = where->column, .message = message, .hint = hint};
}

bool sd_seccomp_mistake(const struct sd_seccomp_reading *reading, const struct sd_json *where,
                        const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *what = sd_arena_vprintf(reading->arena, format, args);
  va_end(args);
  const char *message =
      sd_arena_printf(reading->arena, "%s:%u:%u: %s", sd_text_safe(reading->arena, where->source),
                      where->line, where->column, what);
  if (reading->mistakes != NULL)
    gather(reading->mistakes, reading->arena, where, hint, message);
  return sd_fail_rule(reading->err, NULL, hint, "%s", message);
}

bool sd_seccomp_goes_on(const struct sd_seccomp_reading *reading) {
  return reading->mistakes != NULL && !reading->mistakes->more;
}

static const char *type_words(enum sd_json_type type) {
  switch (type) {
  case SD_JSON_NULL:
    return "null";
  case SD_JSON_BOOL:
    return "true or false";
  case SD_JSON_NUMBER:
    return "a number";
  case SD_JSON_STRING:
    return "a string";
  case SD_JSON_ARRAY:
    return "a list";
  case SD_JSON_OBJECT:
    return "an object";
  }
  return "something else";
}

bool sd_seccomp_expect(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                       enum sd_json_type type, const char *what) {
  return value->type == type
             ? true
             : sd_seccomp_mistake(reading, value, NULL, "%s: expected %s", what, type_words(type));
}

const struct sd_json *sd_seccomp_member(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type != SD_JSON_NULL ? value : NULL;
}

bool sd_seccomp_list(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                     const char *key, const struct sd_json **out) {
  *out = sd_seccomp_member(object, key);
  if (*out == NULL || sd_seccomp_expect(reading, *out, SD_JSON_ARRAY, key))
    return true;
  *out = NULL;
  return false;
}

static bool is_known(const char *key, const char *const *keys, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(keys[i], key) == 0)
      return true;
  return false;
}

bool sd_seccomp_known_keys(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                           const char *const *keys, size_t count) {
  bool known = true;
  for (size_t i = 0; i < object->members.len && (known || sd_seccomp_goes_on(reading)); i++) {
    const struct sd_json_member *member = &object->members.items[i];
    if (is_known(member->key, keys, count))
      continue;
    const struct sd_json place = {
        .source = object->source, .line = member->line, .column = member->column};
    known = sd_seccomp_mistake(reading, &place,
                               sd_seccomp_meant_key(reading->arena, member->key, keys, count),
                               "unknown key \"%s\"", sd_text_safe(reading->arena, member->key));
  }
  return known;
}

/* A number beyond int64 is read as a string; that it was no string in the text, its first byte tells. */
static bool is_bare(const struct sd_seccomp_reading *reading, const struct sd_json *value) {
  const char *at = reading->text;
  const char *end = reading->text + reading->len;
  for (unsigned line = 1; line < value->line && at != NULL; line++) {
    at = memchr(at, '\n', (size_t)(end - at));
    at = at != NULL ? at + 1 : NULL;
  }
  return at != NULL && value->column <= (size_t)(end - at) && at[value->column - 1] != '"';
}

bool sd_seccomp_number(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                       const char *what, uint64_t *out) {
  struct sd_error unused;
  sd_error_init(&unused, reading->arena);
  if (value->type == SD_JSON_NUMBER && value->number < 0)
    return sd_seccomp_mistake(reading, value, NULL, "%s is negative", what);
  if (value->type == SD_JSON_NUMBER) {
    *out = (uint64_t)value->number;
    return true;
  }
  if (value->type != SD_JSON_STRING || !is_bare(reading, value))
    return sd_seccomp_mistake(reading, value, NULL, "%s: expected a number", what);
  return sd_number_decimal(value->string, 0, UINT64_MAX, out, &unused)
             ? true
             : sd_seccomp_mistake(reading, value, NULL, "%s: not a whole number of at most 64 bits",
                                  what);
}
