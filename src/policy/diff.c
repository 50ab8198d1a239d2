/* SPDX-License-Identifier: Apache-2.0 */
/* Two policies, key by key. */
#include "diff.h"

#include <string.h>

#include "schema.h"

const char *sd_policy_change_word(enum sd_policy_change change) {
  switch (change) {
  case SD_POLICY_LOOSENS:
    return "loosens";
  case SD_POLICY_TIGHTENS:
    return "tightens";
  case SD_POLICY_DIFFERS:
    break;
  }
  return "differs";
}

const struct sd_json *sd_policy_at(struct sd_arena *arena, const struct sd_json *tree,
                                   const char *key) {
  while (*key != '\0' && tree != NULL) {
    size_t len = strcspn(key, ".");
    tree =
        tree->type == SD_JSON_OBJECT ? sd_json_get(tree, sd_arena_strndup(arena, key, len)) : NULL;
    key += len + (key[len] == '.');
  }
  return tree;
}

/* -- overrides ---------------------------------------------------------------------------------- */

bool sd_policy_tree(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    struct sd_json **out, struct sd_error *err) {
  const char *hash = NULL;
  return sd_policy_merge_texts(arena, texts, count, out, &hash, err);
}

bool sd_policy_load_tree(struct sd_arena *arena, const struct sd_json *tree,
                         const struct sd_policy_caller *caller, struct sd_policy *out,
                         struct sd_error *err) {
  const struct sd_policy_reading in = {.arena = arena, .caller = caller};
  struct sd_policy policy = {0};
  if (!sd_policy_apply_overrides(arena, tree, caller, &policy.effective, err) ||
      !sd_policy_read_shape(&in, &sd_policy_root, NULL, policy.effective, &policy, err) ||
      !sd_policy_check_whole(&in, policy.effective, &policy, err))
    return false;
  *out = policy;
  return true;
}

/* Values are shared by all trees that they were merged into. */
static bool holds(const struct sd_json *tree, const struct sd_json *value) {
  if (tree == value)
    return true;
  for (size_t i = 0; tree != NULL && i < tree->members.len; i++)
    if (holds(tree->members.items[i].value, value))
      return true;
  return false;
}

const char *sd_policy_override_of(struct sd_arena *arena, const struct sd_json *tree,
                                  const struct sd_json *value) {
  const struct sd_json *list = sd_json_get(tree, "overrides");
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (holds(sd_json_get(list->items.items[i], "policy"), value))
      return sd_policy_override_name(arena, list->items.items[i]);
  return NULL;
}

/* -- walking ------------------------------------------------------------------------------------ */

struct walk {
  struct sd_arena *arena;
  const char *who;
  struct sd_policy_differences *out;
};

static bool is_known(const struct sd_policy_differences *known,
                     const struct sd_policy_difference *found) {
  for (size_t i = 0; i < known->v.len; i++) {
    const struct sd_policy_difference *other = &known->v.items[i];
    if (strcmp(other->key, found->key) == 0 && other->old_node == found->old_node &&
        other->new_node == found->new_node)
      return true;
  }
  return false;
}

static bool is_branch(const struct sd_json *node) {
  return node != NULL && node->type == SD_JSON_OBJECT;
}

static void compare_values(const struct walk *walk, const char *key, const struct sd_json *old,
                           const struct sd_json *new) {
  struct sd_policy_difference found;
  if (!diff_values(walk->arena, key, old, new, &found))
    return;
  found.key = key;
  found.who = walk->who;
  if (!is_known(walk->out, &found))
    *sd_vec_push(walk->arena, &walk->out->v) = found;
}

static void compare_trees(const struct walk *walk, const char *key, const struct sd_json *old,
                          const struct sd_json *new);

static void compare_member(const struct walk *walk, const char *key, const char *name,
                           const struct sd_json *old, const struct sd_json *new) {
  compare_trees(walk, sd_arena_printf(walk->arena, "%s%s%s", key, key[0] != '\0' ? "." : "", name),
                old, new);
}

static void compare_trees(const struct walk *walk, const char *key, const struct sd_json *old,
                          const struct sd_json *new) {
  if (!is_branch(old) && !is_branch(new)) {
    compare_values(walk, key, old, new);
    return;
  }
  for (size_t i = 0; old != NULL && is_branch(old) && i < old->members.len; i++) {
    const struct sd_json_member *member = &old->members.items[i];
    compare_member(walk, key, member->key, member->value,
                   is_branch(new) ? sd_json_get(new, member->key) : NULL);
  }
  for (size_t i = 0; new != NULL &&is_branch(new) && i < new->members.len; i++) {
    const struct sd_json_member *member = &new->members.items[i];
    if (!is_branch(old) || sd_json_get(old, member->key) == NULL)
      compare_member(walk, key, member->key, NULL, member->value);
  }
}

/* -- everybody, and each override ----------------------------------------------------------------- */

static struct sd_json *with_overrides(struct sd_arena *arena, const struct sd_json *tree,
                                      const char *who) {
  const struct sd_json *list = sd_json_get(tree, "overrides");
  struct sd_json *result = sd_policy_without(arena, tree, list);
  for (size_t i = 0; who != NULL && list != NULL && i < list->items.len; i++)
    if (strcmp(sd_policy_override_name(arena, list->items.items[i]), who) == 0)
      result = sd_policy_merge(arena, result, sd_json_get(list->items.items[i], "policy"));
  return result;
}

static void compare_for(struct sd_arena *arena, struct sd_json *const trees[2], const char *who,
                        struct sd_policy_differences *out) {
  const struct walk walk = {arena, who, out};
  compare_trees(&walk, "", with_overrides(arena, trees[0], who),
                with_overrides(arena, trees[1], who));
}

static void name_overrides(struct sd_arena *arena, const struct sd_json *tree,
                           struct sd_strv *out) {
  const struct sd_json *list = sd_json_get(tree, "overrides");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const char *name = sd_policy_override_name(arena, list->items.items[i]);
    if (!sd_strv_contains(out, name))
      sd_strv_add(out, arena, name);
  }
}

static bool diff_for_caller(struct sd_arena *arena, struct sd_json *const trees[2],
                            const struct sd_policy_caller *caller,
                            struct sd_policy_differences *out, struct sd_error *err) {
  struct sd_policy policies[2];
  const struct walk walk = {arena, NULL, out};
  if (!sd_policy_load_tree(arena, trees[0], caller, &policies[0], err) ||
      !sd_policy_load_tree(arena, trees[1], caller, &policies[1], err))
    return false;
  compare_trees(&walk, "", policies[0].effective, policies[1].effective);
  return true;
}

bool sd_policy_diff(struct sd_arena *arena, const struct sd_policy_side sides[2],
                    const struct sd_policy_caller *caller, struct sd_policy_differences *out,
                    struct sd_error *err) {
  struct sd_json *trees[2] = {NULL, NULL};
  struct sd_policy_differences found = {{NULL, 0, 0}};
  struct sd_strv names = {{NULL, 0, 0}};
  for (size_t i = 0; i < 2; i++)
    if (!sd_policy_tree(arena, sides[i].texts, sides[i].count, &trees[i], err))
      return false;
  if (caller != NULL && !diff_for_caller(arena, trees, caller, &found, err))
    return false;
  for (size_t i = 0; caller == NULL && i < 2; i++)
    name_overrides(arena, trees[i], &names);
  if (caller == NULL)
    compare_for(arena, trees, NULL, &found);
  for (size_t i = 0; i < names.v.len; i++)
    compare_for(arena, trees, names.v.items[i], &found);
  *out = found;
  return true;
}
