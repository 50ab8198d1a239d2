/* SPDX-License-Identifier: Apache-2.0 */
/* The structure to JSON and back: two walks over the tables of its members. */
#include <string.h>

#include "doctor.h"
#include "safe-docker/base/json_write.h"
#include "safe-docker/base/text.h"

#define FORMAT 1

/* Any SD_VEC. */
struct any_vec {
  char *items;
  size_t len, cap;
};

/* -- writing ------------------------------------------------------------------------------------ */

static void write_shape(struct sd_str *out, const struct fact_shape *shape, const void *from,
                        unsigned depth);

static void indent(struct sd_str *out, unsigned depth) {
  sd_str_addf(out, "\n%*s", (int)(2 * depth), "");
}

static void write_texts(struct sd_str *out, const struct fact_texts *texts) {
  if (!texts->known) {
    sd_str_add(out, "null");
    return;
  }
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < texts->list.v.len; i++) {
    sd_str_add(out, i > 0 ? ", " : "");
    sd_str_add_json(out, texts->list.v.items[i]);
  }
  sd_str_add_char(out, ']');
}

static void write_objects(struct sd_str *out, const struct fact_shape *shape,
                          const struct any_vec *vec, unsigned depth) {
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < vec->len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    indent(out, depth + 1);
    write_shape(out, shape, vec->items + i * shape->size, depth + 1);
  }
  if (vec->len > 0)
    indent(out, depth);
  sd_str_add_char(out, ']');
}

static void write_row(struct sd_str *out, const struct fact_row *row, const void *at,
                      unsigned depth) {
  static const char *const truths[] = {
      [FACT_UNKNOWN] = "null", [FACT_NO] = "false", [FACT_YES] = "true"};
  const struct fact_number *number = at;
  const char *const *text = at;
  switch (row->kind) {
  case FACT_TEXT:
    if (*text == NULL)
      sd_str_add(out, "null");
    else
      sd_str_add_json(out, *text);
    return;
  case FACT_TRUTH:
    sd_str_add(out, truths[*(const enum fact_truth *)at]);
    return;
  case FACT_NUMBER:
    if (number->known)
      sd_str_addf(out, "%lld", (long long)number->value);
    else
      sd_str_add(out, "null");
    return;
  case FACT_TEXTS:
    write_texts(out, at);
    return;
  case FACT_OBJECT:
    write_shape(out, row->shape, at, depth);
    return;
  case FACT_OBJECTS:
    write_objects(out, row->shape, at, depth);
    return;
  }
}

static void write_shape(struct sd_str *out, const struct fact_shape *shape, const void *from,
                        unsigned depth) {
  sd_str_add_char(out, '{');
  for (size_t i = 0; i < shape->count; i++) {
    const struct fact_row *row = &shape->rows[i];
    sd_str_add(out, i > 0 ? "," : "");
    indent(out, depth + 1);
    sd_str_add_json(out, row->name);
    sd_str_add(out, ": ");
    write_row(out, row, (const char *)from + row->offset, depth + 1);
  }
  indent(out, depth);
  sd_str_add_char(out, '}');
}

void facts_write(struct sd_arena *arena, const struct facts *facts, struct sd_str *out) {
  struct sd_str body;
  sd_str_init(&body, arena);
  write_shape(&body, &facts_shape, facts, 0);
  sd_str_addf(out, "{\n  \"format\": %d,%s\n", FORMAT, sd_str_text(&body) + 1);
}

/* -- reading ------------------------------------------------------------------------------------ */

struct reader {
  struct sd_arena *arena;
  struct sd_error *err;
};

static bool read_shape(struct reader *in, const struct fact_shape *shape,
                       const struct sd_json *node, void *to);

static bool wrong(struct reader *in, const struct sd_json *node, const char *what) {
  return sd_fail(in->err, "%s:%u:%u: %s", node->source, node->line, node->column, what);
}

static bool read_texts(struct reader *in, const struct sd_json *node, struct fact_texts *to) {
  if (node->type != SD_JSON_ARRAY)
    return wrong(in, node, "a list of texts must stand here");
  to->known = true;
  for (size_t i = 0; i < node->items.len; i++) {
    if (node->items.items[i]->type != SD_JSON_STRING)
      return wrong(in, node->items.items[i], "a text must stand here");
    sd_strv_add(&to->list, in->arena, node->items.items[i]->string);
  }
  return true;
}

static bool read_objects(struct reader *in, const struct fact_shape *shape,
                         const struct sd_json *node, struct any_vec *to) {
  if (node->type != SD_JSON_ARRAY)
    return wrong(in, node, "a list of objects must stand here");
  for (size_t i = 0; i < node->items.len; i++) {
    void *item = sd_vec_grow(in->arena, (void **)&to->items, &to->len, &to->cap, shape->size);
    if (!read_shape(in, shape, node->items.items[i], item))
      return false;
  }
  return true;
}

static bool read_row(struct reader *in, const struct fact_row *row, const struct sd_json *node,
                     void *at) {
  if (node->type == SD_JSON_NULL)
    return true;
  switch (row->kind) {
  case FACT_TEXT:
    *(const char **)at = node->string;
    return node->type == SD_JSON_STRING || wrong(in, node, "a text must stand here");
  case FACT_TRUTH:
    *(enum fact_truth *)at = node->boolean ? FACT_YES : FACT_NO;
    return node->type == SD_JSON_BOOL || wrong(in, node, "true or false must stand here");
  case FACT_NUMBER:
    *(struct fact_number *)at = fact_number_of(node->number);
    return node->type == SD_JSON_NUMBER || wrong(in, node, "a whole number must stand here");
  case FACT_TEXTS:
    return read_texts(in, node, at);
  case FACT_OBJECT:
    return read_shape(in, row->shape, node, at);
  case FACT_OBJECTS:
    return read_objects(in, row->shape, node, at);
  }
  return wrong(in, node, "this cannot be read");
}

static const struct fact_row *find_row(const struct fact_shape *shape, const char *name) {
  for (size_t i = 0; i < shape->count; i++)
    if (strcmp(shape->rows[i].name, name) == 0)
      return &shape->rows[i];
  return NULL;
}

static bool read_shape(struct reader *in, const struct fact_shape *shape,
                       const struct sd_json *node, void *to) {
  if (node->type != SD_JSON_OBJECT)
    return wrong(in, node, "an object must stand here");
  for (size_t i = 0; i < node->members.len; i++) {
    const struct sd_json_member *member = &node->members.items[i];
    const struct fact_row *row = find_row(shape, member->key);
    bool format = row == NULL && shape == &facts_shape && strcmp(member->key, "format") == 0;
    if (format)
      continue;
    if (row == NULL)
      return sd_fail(in->err, "%s:%u:%u: there is no fact called %s", node->source, member->line,
                     member->column, sd_text_safe(in->arena, member->key));
    if (!read_row(in, row, member->value, (char *)to + row->offset))
      return false;
  }
  return true;
}

bool facts_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                struct facts *out, struct sd_error *err) {
  struct reader in = {arena, err};
  struct sd_json *root = NULL;
  struct facts facts = {0};
  if (!sd_json_read_large(arena, source, text, len, &root, err))
    return false;
  const struct sd_json *format = sd_json_get(root, "format");
  if (format == NULL || format->type != SD_JSON_NUMBER || format->number != FORMAT)
    return sd_fail_rule(err, NULL, "record it anew: safe-docker doctor --record",
                        "%s: \"format\": %d is missing", source, FORMAT);
  if (!read_shape(&in, &facts_shape, root, &facts))
    return false;
  *out = facts;
  return true;
}
