/* SPDX-License-Identifier: Apache-2.0 */
#include "default_tree.h"

#include "schema.h"

struct builder {
  const struct sd_policy_cell *cell; /* the next one of each */
  struct sd_json *value;
  struct sd_json_member *member;
  struct sd_json **item;
};

static struct sd_json *build(struct builder *next);

static void build_members(struct builder *next, struct sd_json *object, size_t count) {
  object->members.items = next->member;
  object->members.len = object->members.cap = count;
  next->member += count;
  for (size_t i = 0; i < count; i++) {
    const struct sd_policy_cell *cell = next->cell;
    object->members.items[i] = (struct sd_json_member){.key = sd_policy_default_texts + cell->key,
                                                       .line = cell->key_line,
                                                       .column = cell->key_column,
                                                       .value = build(next)};
  }
}

static void build_items(struct builder *next, struct sd_json *list, size_t count) {
  list->items.items = next->item;
  list->items.len = list->items.cap = count;
  next->item += count;
  for (size_t i = 0; i < count; i++)
    list->items.items[i] = build(next);
}

static struct sd_json *build(struct builder *next) {
  const struct sd_policy_cell *cell = next->cell++;
  struct sd_json *node = next->value++;
  node->type = (enum sd_json_type)cell->type;
  node->source = SD_POLICY_BUILTIN_NAME;
  node->line = cell->line;
  node->column = cell->column;
  switch (node->type) {
  case SD_JSON_NULL:
    break;
  case SD_JSON_BOOL:
    node->boolean = cell->value != 0;
    break;
  case SD_JSON_NUMBER:
    node->number = cell->value;
    break;
  case SD_JSON_STRING:
    node->string = sd_policy_default_texts + cell->value;
    break;
  case SD_JSON_ARRAY:
    build_items(next, node, cell->value);
    break;
  case SD_JSON_OBJECT:
    build_members(next, node, cell->value);
    break;
  }
  return node;
}

struct sd_json *sd_policy_builtin_tree(struct sd_arena *arena) {
  struct builder next = {
      .cell = sd_policy_default_cells,
      .value = sd_arena_alloc(arena, sd_policy_default_cells_count * sizeof(*next.value)),
      .member = sd_arena_alloc(arena, sd_policy_default_members * sizeof(*next.member)),
      .item = sd_arena_alloc(arena, sd_policy_default_items * sizeof(struct sd_json *))};
  return build(&next);
}
