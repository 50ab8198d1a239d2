/* SPDX-License-Identifier: Apache-2.0 */
/* embed-default FILE: writes the C source of default_tree.h's tables. A tool of the build, not installed. */
#include <stdio.h>
#include <string.h>

#include "default_tree.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

struct output {
  struct sd_str cells, texts;
  size_t count, members, items;
  bool good; /* every number fits its field */
};

static uint32_t add_text(struct output *out, const char *text) {
  size_t at = out->texts.len;
  sd_str_add_bytes(&out->texts, text, strlen(text) + 1);
  return (uint32_t)at;
}

static void add_cell(struct output *out, const struct sd_json_member *member,
                     const struct sd_json *node, int64_t value) {
  const struct sd_json_member none = {.key = NULL};
  const struct sd_json_member *key = member != NULL ? member : &none;
  out->good = out->good && value >= 0 && value <= UINT32_MAX && node->line <= UINT16_MAX &&
              node->column <= UINT16_MAX && key->column <= UINT16_MAX;
  sd_str_addf(&out->cells, "  {%jdU, %uU, %u, %u, %u, %u, %u},\n", (intmax_t)value,
              key->key != NULL ? add_text(out, key->key) : 0, node->line, node->column, key->line,
              key->column, (unsigned)node->type);
  out->count++;
}

static void add_value(struct output *out, const struct sd_json_member *member,
                      const struct sd_json *node) {
  switch (node->type) {
  case SD_JSON_NULL:
    add_cell(out, member, node, 0);
    break;
  case SD_JSON_BOOL:
    add_cell(out, member, node, node->boolean ? 1 : 0);
    break;
  case SD_JSON_NUMBER:
    add_cell(out, member, node, node->number);
    break;
  case SD_JSON_STRING:
    add_cell(out, member, node, add_text(out, node->string));
    break;
  case SD_JSON_ARRAY:
    add_cell(out, member, node, (int64_t)node->items.len);
    for (size_t i = 0; i < node->items.len; i++, out->items++)
      add_value(out, NULL, node->items.items[i]);
    break;
  case SD_JSON_OBJECT:
    add_cell(out, member, node, (int64_t)node->members.len);
    for (size_t i = 0; i < node->members.len; i++, out->members++)
      add_value(out, &node->members.items[i], node->members.items[i].value);
    break;
  }
}

static void print(const struct output *out) {
  printf("/* Made by embed-default. */\n#include \"default_tree.h\"\n"
         "const struct sd_policy_cell sd_policy_default_cells[] = {\n%s};\n"
         "const size_t sd_policy_default_cells_count = %zu;\n"
         "const size_t sd_policy_default_members = %zu;\n"
         "const size_t sd_policy_default_items = %zu;\n"
         "const char sd_policy_default_texts[] = {",
         out->cells.data, out->count, out->members, out->items);
  for (size_t i = 0; i < out->texts.len; i++)
    printf("%d,%s", out->texts.data[i], i % 20 == 19 ? "\n" : "");
  printf("0};\n");
}

static bool embed(struct sd_arena *arena, const char *path, struct sd_error *err) {
  char *text = sd_arena_alloc(arena, SD_JSON_MAX_BYTES);
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return sd_fail(err, "%s cannot be opened", path);
  size_t len = fread(text, 1, SD_JSON_MAX_BYTES, file);
  (void)fclose(file);
  struct sd_json *tree = NULL;
  if (!sd_json_read(arena, path, text, len, true, &tree, err))
    return false;
  struct output out = {.good = true};
  sd_str_init(&out.cells, arena);
  sd_str_init(&out.texts, arena);
  add_value(&out, NULL, tree);
  if (!out.good)
    return sd_fail(err, "%s: a number is too large for its field", path);
  print(&out);
  return fflush(stdout) == 0 || sd_fail(err, "the output cannot be written");
}

int main(int argc, char **argv) {
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  bool good = argc == 2 && embed(&arena, argv[1], &err);
  if (!good)
    (void)fprintf(stderr, "embed-default: %s\n", err.message != NULL ? err.message : "FILE");
  sd_arena_finish(&arena);
  return good ? 0 : 1;
}
