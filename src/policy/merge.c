/* SPDX-License-Identifier: Apache-2.0 */
/* Merging trees, and the overrides that concern the caller. Nodes keep where they were written. */
#include <errno.h>
#include <grp.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "schema.h"

/* A group with very many members needs a large buffer; one beyond this is taken as unknown. */
#define GROUP_BUFFER_MAX ((size_t)1024 * 1024)

static struct sd_json_member *find_member(struct sd_json *object, const char *key) {
  for (size_t i = 0; i < object->members.len; i++)
    if (strcmp(object->members.items[i].key, key) == 0)
      return &object->members.items[i];
  return NULL;
}

struct sd_json *sd_policy_merge(struct sd_arena *arena, struct sd_json *base,
                                struct sd_json *over) {
  if (base->type != SD_JSON_OBJECT || over->type != SD_JSON_OBJECT)
    return over;
  struct sd_json *merged = sd_arena_alloc(arena, sizeof(*merged));
  *merged = *over;
  memset(&merged->members, 0, sizeof(merged->members));
  for (size_t i = 0; i < base->members.len; i++)
    *sd_vec_push(arena, &merged->members) = base->members.items[i];
  for (size_t i = 0; i < over->members.len; i++) {
    const struct sd_json_member *member = &over->members.items[i];
    struct sd_json_member *old = find_member(merged, member->key);
    if (old == NULL)
      *sd_vec_push(arena, &merged->members) = *member;
    else
      old->value = sd_policy_merge(arena, old->value, member->value);
  }
  return merged;
}

/* An id written as a number or as a string of digits. */
static bool as_id(struct sd_arena *arena, const struct sd_json *item, uint64_t *id) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (item->type == SD_JSON_NUMBER) {
    *id = (uint64_t)item->number;
    return true;
  }
  return sd_number_decimal(item->string, 0, UINT32_MAX - 1, id, &ignored);
}

static bool is_user(struct sd_arena *arena, const struct sd_json *item,
                    const struct sd_policy_caller *caller) {
  uint64_t id = 0;
  if (as_id(arena, item, &id))
    return id == caller->uid;
  return caller->user != NULL && strcmp(item->string, caller->user) == 0;
}

static bool find_group(struct sd_arena *arena, const char *name, uint64_t *id) {
  for (size_t size = 1024; size <= GROUP_BUFFER_MAX; size *= 4) {
    struct group entry;
    struct group *found = NULL;
    int failed = getgrnam_r(name, &entry, sd_arena_alloc(arena, size), size, &found);
    if (failed != ERANGE) {
      *id = found != NULL ? found->gr_gid : 0;
      return failed == 0 && found != NULL;
    }
  }
  return false;
}

static bool is_group(struct sd_arena *arena, const struct sd_json *item,
                     const struct sd_policy_caller *caller) {
  uint64_t id = 0;
  if (!as_id(arena, item, &id) && !find_group(arena, item->string, &id))
    return false;
  if (id == caller->gid)
    return true;
  const struct sd_gids *groups = caller->groups(caller->context);
  for (size_t i = 0; i < groups->len; i++)
    if (id == groups->items[i])
      return true;
  return false;
}

static bool
is_any(struct sd_arena *arena, const struct sd_json *list, const struct sd_policy_caller *caller,
       bool (*is)(struct sd_arena *, const struct sd_json *, const struct sd_policy_caller *)) {
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (is(arena, list->items.items[i], caller))
      return true;
  return false;
}

struct sd_json *sd_policy_apply_overrides(struct sd_arena *arena, struct sd_json *tree,
                                          const struct sd_policy_caller *caller) {
  const struct sd_json *list = sd_json_get(tree, "overrides");
  struct sd_json *result = sd_arena_alloc(arena, sizeof(*result));
  *result = *tree;
  memset(&result->members, 0, sizeof(result->members));
  for (size_t i = 0; i < tree->members.len; i++)
    if (tree->members.items[i].value != list)
      *sd_vec_push(arena, &result->members) = tree->members.items[i];
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *entry = list->items.items[i];
    if (is_any(arena, sd_json_get(entry, "users"), caller, is_user) ||
        is_any(arena, sd_json_get(entry, "groups"), caller, is_group))
      result = sd_policy_merge(arena, result, sd_json_get(entry, "policy"));
  }
  return result;
}
