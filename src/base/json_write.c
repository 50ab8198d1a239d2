/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/json_write.h"

#include <stdint.h>

static void write_scalar(struct sd_str *out, const struct sd_json *node) {
  if (node->type == SD_JSON_BOOL)
    sd_str_add(out, node->boolean ? "true" : "false");
  else if (node->type == SD_JSON_NUMBER)
    sd_str_addf(out, "%jd", (intmax_t)node->number);
  else if (node->type == SD_JSON_STRING)
    sd_str_add_json(out, node->string);
  else
    sd_str_add(out, "null");
}

static void write_line(struct sd_str *out, const struct sd_json *node, const char *blank) {
  if (node->type != SD_JSON_ARRAY && node->type != SD_JSON_OBJECT) {
    write_scalar(out, node);
    return;
  }
  sd_str_add_char(out, node->type == SD_JSON_ARRAY ? '[' : '{');
  for (size_t i = 0; i < node->items.len; i++) {
    if (i > 0)
      sd_str_addf(out, ",%s", blank);
    write_line(out, node->items.items[i], blank);
  }
  for (size_t i = 0; i < node->members.len; i++) {
    if (i > 0)
      sd_str_addf(out, ",%s", blank);
    sd_str_add_json(out, node->members.items[i].key);
    sd_str_addf(out, ":%s", blank);
    write_line(out, node->members.items[i].value, blank);
  }
  sd_str_add_char(out, node->type == SD_JSON_ARRAY ? ']' : '}');
}

void sd_json_write(struct sd_str *out, const struct sd_json *node) {
  write_line(out, node, " ");
}

void sd_json_write_dense(struct sd_str *out, const struct sd_json *node) {
  write_line(out, node, "");
}

static void indent(struct sd_str *out, unsigned depth) {
  sd_str_add_char(out, '\n');
  for (unsigned i = 0; i < depth; i++)
    sd_str_add(out, "  ");
}

static bool holds_objects(const struct sd_json *node) {
  for (size_t i = 0; i < node->items.len; i++)
    if (node->items.items[i]->type == SD_JSON_OBJECT)
      return true;
  return false;
}

static void write_items(struct sd_str *out, const struct sd_json *node, unsigned depth) {
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < node->items.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    indent(out, depth + 1);
    sd_json_write_lines(out, node->items.items[i], depth + 1);
  }
  indent(out, depth);
  sd_str_add_char(out, ']');
}

static void write_members(struct sd_str *out, const struct sd_json *node, unsigned depth) {
  sd_str_add_char(out, '{');
  for (size_t i = 0; i < node->members.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    indent(out, depth + 1);
    sd_str_add_json(out, node->members.items[i].key);
    sd_str_add(out, ": ");
    sd_json_write_lines(out, node->members.items[i].value, depth + 1);
  }
  indent(out, depth);
  sd_str_add_char(out, '}');
}

void sd_json_write_lines(struct sd_str *out, const struct sd_json *node, unsigned depth) {
  if (holds_objects(node))
    write_items(out, node, depth);
  else if (node->members.len > 0)
    write_members(out, node, depth);
  else
    sd_json_write(out, node);
}
