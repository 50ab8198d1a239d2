/* SPDX-License-Identifier: Apache-2.0 */
/* Reads values by the table of keys. What is read once is checked: a value that arrives in struct
 * sd_policy has the right type, is within its range and in its canonical form. */
#include "safe-docker/base/number.h"

#include <stddef.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/base/text_map.h"
#include "safe-docker/policy/json_schema.h"
#include "schema.h"

#define FEW ((size_t)64)

/* Any SD_VEC. */
struct any_vec {
  void *items;
  size_t len, cap;
};

static const char *list_words(struct sd_arena *arena, const char *const *words) {
  struct sd_strv list = {0};
  for (; *words != NULL; words++)
    sd_strv_add(&list, arena, **words != '\0' ? *words : "\"\"");
  return sd_strv_join(&list, arena, ", ");
}

static const char *word_at(const void *context, size_t index) {
  return ((const char *const *)context)[index];
}

static bool not_a_word(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                       const struct sd_policy_path *path, const struct sd_json *node,
                       struct sd_error *err) {
  size_t count = 0;
  while (field->words[count] != NULL)
    count++;
  const char *near = sd_text_nearest(node->string, count, word_at, field->words);
  return sd_policy_fail(err, node, path, "\"%s\" is not one of %s%s%s%s",
                        sd_text_safe(in->arena, node->string), list_words(in->arena, field->words),
                        near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                        near != NULL ? "\"?" : "");
}

/* -- scalars ----------------------------------------------------------------------------------- */

bool sd_policy_read_bool(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  (void)in;
  (void)field;
  if (node->type != SD_JSON_BOOL)
    return sd_policy_wrong_type_quoted(
        err, node, path, "true or false",
        node->type == SD_JSON_STRING &&
            (strcmp(node->string, "true") == 0 || strcmp(node->string, "false") == 0));
  *(bool *)dest = node->boolean;
  return true;
}

bool sd_policy_read_count(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  uint64_t ignored = 0;
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (node->type != SD_JSON_NUMBER)
    return sd_policy_wrong_type_quoted(
        err, node, path, "a whole number",
        node->type == SD_JSON_STRING &&
            sd_number_decimal(node->string, 0, INT64_MAX, &ignored, &inner));
  if (node->number < field->min || node->number > field->max)
    return sd_policy_fail(err, node, path, "%jd is not within %jd to %jd", (intmax_t)node->number,
                          (intmax_t)field->min, (intmax_t)field->max);
  *(int64_t *)dest = node->number;
  return true;
}

bool sd_policy_read_size(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  int64_t bytes = node->number;
  if (node->type != SD_JSON_NUMBER && node->type != SD_JSON_STRING)
    return sd_policy_wrong_type(err, node, path, "a size or a number of bytes");
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (node->type == SD_JSON_STRING && !sd_number_size(node->string, &bytes, &inner))
    return sd_policy_fail(err, node, path, "%s", inner.message);
  if (bytes < field->min || bytes > field->max)
    return sd_policy_fail(err, node, path, "must be %s", field->min > 0 ? "above 0" : "0 or above");
  *(int64_t *)dest = bytes;
  return true;
}

#define NANO_PER_CPU INT64_C(1000000000)

bool sd_policy_read_cpus(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  int64_t nano = 0;
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (node->type == SD_JSON_NUMBER)
    nano = node->number >= 0 && node->number <= field->max / NANO_PER_CPU
               ? node->number * NANO_PER_CPU
               : -1;
  else if (node->type != SD_JSON_STRING)
    return sd_policy_wrong_type(err, node, path, "a number of CPUs");
  else if (!sd_number_nano_cpus(node->string, &nano, &inner))
    return sd_policy_fail(err, node, path, "%s", inner.message);
  if (nano < field->min || nano > field->max)
    return sd_policy_fail(err, node, path, "must be within %s to %s CPUs",
                          sd_number_format_cpus(in->arena, field->min),
                          sd_number_format_cpus(in->arena, field->max));
  *(int64_t *)dest = nano;
  return true;
}

static bool find_word(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                      const struct sd_policy_path *path, const struct sd_json *node,
                      unsigned *index, struct sd_error *err) {
  if (node->type != SD_JSON_STRING)
    return sd_policy_wrong_type(
        err, node, path,
        sd_arena_printf(in->arena, "one of %s", list_words(in->arena, field->words)));
  for (unsigned i = 0; field->words[i] != NULL; i++)
    if (strcmp(field->words[i], node->string) == 0) {
      *index = i;
      return true;
    }
  return not_a_word(in, field, path, node, err);
}

/* Enumerations without negative values are unsigned in the ABI that gcc and clang share. */
bool sd_policy_read_enum(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  _Static_assert(sizeof(enum sd_isolation) == sizeof(unsigned),
                 "enumerations are stored as unsigned");
  return find_word(in, field, path, node, dest, err);
}

/* Words of which the second one means true. */
bool sd_policy_read_access(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                           const struct sd_policy_path *path, const struct sd_json *node,
                           void *dest, struct sd_error *err) {
  unsigned index = 0;
  if (!find_word(in, field, path, node, &index, err))
    return false;
  *(bool *)dest = index == 1;
  return true;
}

/* -- texts ------------------------------------------------------------------------------------- */

/* *out is NULL where an optional text has no meaning for this caller. */
static bool expand_text(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                        const struct sd_policy_path *path, const struct sd_json *node,
                        const char **out, struct sd_error *err) {
  *out = node->string;
  if ((field->flags & SD_POLICY_TEMPLATE) == 0)
    return true;
  const char *why = NULL;
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (!sd_policy_expand(in, node->string, field->flags, out, &why, &inner))
    return sd_policy_fail(err, node, path, "\"%s\": %s", sd_text_safe(in->arena, node->string),
                          inner.message);
  if (*out == NULL && (field->flags & SD_POLICY_OPTIONAL) == 0)
    return sd_policy_fail(err, node, path, "\"%s\" cannot be expanded: %s",
                          sd_text_safe(in->arena, node->string), why);
  return true;
}

static bool read_one_text(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node,
                          const char **out, struct sd_error *err) {
  unsigned index = 0;
  const char *text = NULL;
  if (node->type != SD_JSON_STRING)
    return sd_policy_wrong_type(err, node, path, "a string");
  if (!sd_text_is_printable(node->string))
    return sd_policy_fail(err, node, path, "\"%s\" has control characters",
                          sd_text_safe(in->arena, node->string));
  if (field->words != NULL && !find_word(in, field, path, node, &index, err))
    return false;
  if (!expand_text(in, field, path, node, &text, err))
    return false;
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (text == NULL || field->check == NULL || field->check(in->arena, text, &text, &inner)) {
    *out = text;
    return true;
  }
  if (strcmp(text, node->string) == 0)
    return sd_policy_fail(err, node, path, "%s", inner.message);
  return sd_policy_fail(err, node, path, "\"%s\": %s", sd_text_safe(in->arena, node->string),
                        inner.message);
}

bool sd_policy_read_text(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  return read_one_text(in, field, path, node, (const char **)dest, err);
}

/* A short list is quicker looked through. */
static bool is_new(const struct sd_strv *texts, struct sd_text_map *known, size_t len,
                   const char *text) {
  return len > FEW ? sd_text_map_add(known, text, text) : !sd_strv_contains(texts, text);
}

static bool read_list(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                      const struct sd_policy_path *path, const struct sd_json *node, bool each_once,
                      struct sd_strv *dest, struct sd_error *err) {
  if (node->type != SD_JSON_ARRAY)
    return sd_policy_wrong_type(err, node, path, "a list of strings");
  struct sd_strv texts = {0};
  struct sd_text_map known = {.arena = in->arena};
  for (size_t i = 0; i < node->items.len; i++) {
    const char *text = NULL;
    const struct sd_policy_path at = {.up = path, .index = i};
    if (!read_one_text(in, field, &at, node->items.items[i], &text, err))
      return false;
    if (text != NULL && (!each_once || is_new(&texts, &known, node->items.len, text)))
      sd_strv_add(&texts, in->arena, text);
  }
  *dest = texts;
  return true;
}

bool sd_policy_read_texts(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  return read_list(in, field, path, node, true, dest, err);
}

bool sd_policy_read_words(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  return read_list(in, field, path, node, false, dest, err);
}

/* -- objects, lists, maps ---------------------------------------------------------------------- */

static const char *key_at(const void *context, size_t index) {
  return ((const struct sd_policy_shape *)context)->fields[index].key;
}

static const char *list_keys(struct sd_arena *arena, const struct sd_policy_shape *shape) {
  struct sd_strv list = {0};
  for (size_t i = 0; i < shape->count; i++)
    sd_strv_add(&list, arena, shape->fields[i].key);
  return sd_strv_join(&list, arena, ", ");
}

static const struct sd_policy_field *find_field(const struct sd_policy_shape *shape,
                                                const char *key) {
  for (size_t i = 0; i < shape->count; i++)
    if (shape->fields[i].key[0] == key[0] && strcmp(shape->fields[i].key, key) == 0)
      return &shape->fields[i];
  return NULL;
}

/* Positions of a key's own mistakes are those of the key. */
static bool bad_key(const struct sd_policy_reading *in, const struct sd_policy_shape *shape,
                    const struct sd_policy_path *path, const struct sd_json *object,
                    const struct sd_json_member *member, struct sd_error *err) {
  const struct sd_json at = {
      .source = object->source, .line = member->line, .column = member->column};
  const struct sd_policy_path whole = {.up = path, .key = member->key};
  const char *name = sd_policy_path_text(in->arena, &whole);
  const struct sd_policy_field *field = find_field(shape, member->key);
  if (field != NULL)
    return sd_policy_fail(err, &at, NULL, "\"%s\" cannot stand in an override", name);
  const char *near = sd_text_nearest(member->key, shape->count, key_at, shape);
  if (near == NULL)
    near = sd_policy_find_key(member->key);
  return sd_policy_fail(
      err, &at, NULL, "unknown key \"%s\"; %s", name,
      near != NULL ? sd_arena_printf(in->arena, "did you mean \"%s\"?", near)
                   : sd_arena_printf(in->arena, "there are %s", list_keys(in->arena, shape)));
}

static bool has_required(const struct sd_policy_shape *shape, const struct sd_policy_path *path,
                         const struct sd_json *node, struct sd_error *err) {
  for (size_t i = 0; i < shape->count; i++)
    if ((shape->fields[i].flags & SD_POLICY_REQUIRED) != 0 &&
        sd_json_get(node, shape->fields[i].key) == NULL)
      return sd_policy_fail(err, node, path, "the key \"%s\" is missing", shape->fields[i].key);
  return true;
}

bool sd_policy_read_shape(const struct sd_policy_reading *in, const struct sd_policy_shape *shape,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  static const struct sd_policy_path whole = {.key = "the policy"};
  if (node->type != SD_JSON_OBJECT)
    return sd_policy_wrong_type(err, node, path != NULL ? path : &whole, "an object");
  for (size_t i = 0; i < node->members.len; i++) {
    const struct sd_json_member *member = &node->members.items[i];
    const struct sd_policy_field *field = find_field(shape, member->key);
    if (field == NULL || (in->in_override && (field->flags & SD_POLICY_ROOT_ONLY) != 0))
      return bad_key(in, shape, path, node, member, err);
    const struct sd_policy_path at = {.up = path, .key = member->key};
    if (!field->read(in, field, &at, member->value, (unsigned char *)dest + field->offset, err))
      return false;
  }
  return has_required(shape, path, node, err);
}

bool sd_policy_read_object(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                           const struct sd_policy_path *path, const struct sd_json *node,
                           void *dest, struct sd_error *err) {
  return sd_policy_read_shape(in, field->shape, path, node, dest, err);
}

static void *push(struct sd_arena *arena, struct any_vec *vec, size_t size) {
  return sd_vec_grow(arena, &vec->items, &vec->len, &vec->cap, size);
}

/* Items start with the text that names them; one without (see SD_POLICY_OPTIONAL) is left out. */
bool sd_policy_read_list(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                         const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                         struct sd_error *err) {
  if (node->type != SD_JSON_ARRAY)
    return sd_policy_wrong_type(err, node, path, "a list of objects");
  struct any_vec items = {0};
  for (size_t i = 0; i < node->items.len; i++) {
    const struct sd_policy_path at = {.up = path, .index = i};
    void *item = push(in->arena, &items, field->item);
    if (!sd_policy_read_shape(in, field->shape, &at, node->items.items[i], item, err))
      return false;
    if (*(const char **)item == NULL) {
      memset(item, 0, field->item);
      items.len--;
    }
  }
  memcpy(dest, &items, sizeof(items));
  return true;
}

static bool check_name(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                       const struct sd_policy_path *path, const struct sd_json *object,
                       const struct sd_json_member *member, struct sd_error *err) {
  const struct sd_json at = {.source = object->source,
                             .line = member->line,
                             .column = member->column,
                             .string = member->key};
  unsigned index = 0;
  const char *name = NULL;
  struct sd_error inner;
  sd_error_init(&inner, in->arena);
  if (field->words != NULL) {
    struct sd_json text = at;
    text.type = SD_JSON_STRING;
    return find_word(in, field, path, &text, &index, err);
  }
  if (field->check(in->arena, member->key, &name, &inner))
    return true;
  return sd_policy_fail(err, &at, path, "%s", inner.message);
}

bool sd_policy_read_map(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                        const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                        struct sd_error *err) {
  if (node->type != SD_JSON_OBJECT)
    return sd_policy_wrong_type(err, node, path, "an object");
  struct any_vec items = {0};
  for (size_t i = 0; i < node->members.len; i++) {
    const struct sd_json_member *member = &node->members.items[i];
    if (!check_name(in, field, path, node, member, err))
      return false;
    void *item = push(in->arena, &items, field->item);
    *(const char **)item = member->key;
    const struct sd_policy_path at = {.up = path, .key = member->key};
    if (!sd_policy_read_shape(in, field->shape, &at, member->value, item, err))
      return false;
  }
  memcpy(dest, &items, sizeof(items));
  return true;
}
