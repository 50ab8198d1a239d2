/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest_additions.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/json_write.h"
#include "safe-docker/base/str.h"

/* -- the policy below ---------------------------------------------------------------------------- */

struct nobody {
  struct sd_gids groups;
};

static const struct sd_gids *groups_of(void *context) {
  const struct nobody *nobody = context;
  return &nobody->groups;
}

/* The last of the texts that has them; lists replace. */
static bool find_overrides(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                           const struct sd_json **out, struct sd_error *err) {
  *out = NULL;
  for (size_t i = 0; i < count; i++) {
    struct sd_json *tree = NULL;
    if (!sd_json_read(arena, texts[i].name, texts[i].text, texts[i].len, true, &tree, err))
      return false;
    const struct sd_json *found = sd_json_get(tree, "overrides");
    *out = found != NULL ? found : *out;
  }
  return true;
}

static bool describe(struct session *session, const struct suggest_target *target,
                     struct sd_identity *who, struct sd_error *err) {
  static const gid_t none[] = {(gid_t)-2};
  bool user = target->users.v.len == 1 && target->groups.v.len == 0;
  struct sd_error ignored;
  sd_error_init(&ignored, session->arena);
  if (user && whatif_find_user(session->arena, target->users.v.items[0], who, &ignored))
    return true;
  *who = (struct sd_identity){.uid = (uid_t)-2,
                              .gid = (gid_t)-2,
                              .user = user ? target->users.v.items[0] : "",
                              .home = "/",
                              .groups = {none, 1}};
  (void)err;
  return true;
}

bool suggest_base_read(struct session *session, const struct sd_policy_text *texts, size_t count,
                       const struct suggest_target *target, struct suggest_base *out,
                       struct sd_error *err) {
  struct sd_arena *arena = session->arena;
  struct sd_policy *policy = sd_arena_alloc(arena, sizeof(*policy));
  struct sd_identity who;
  if (!describe(session, target, &who, err))
    return false;
  struct nobody nobody = {who.groups};
  struct sd_policy_caller caller = {.uid = who.uid,
                                    .gid = who.gid,
                                    .user = who.user,
                                    .home = who.home,
                                    .groups = groups_of,
                                    .context = &nobody,
                                    .group_names = &target->groups};
  struct suggest_base base = {.target = target};
  for (size_t i = 0; i < count; i++)
    *sd_vec_push(arena, &base.texts.v) = texts[i];
  if (!find_overrides(arena, texts, count, &base.overrides, err) ||
      !sd_policy_load(arena, texts, count, &caller, policy, err))
    return false;
  base.policy = policy->effective;
  *out = base;
  return true;
}

/* -- trees --------------------------------------------------------------------------------------- */

static struct sd_json *make(struct sd_arena *arena, enum sd_json_type type) {
  struct sd_json *node = sd_arena_alloc(arena, sizeof(*node));
  node->type = type;
  return node;
}

static void set(struct sd_arena *arena, struct sd_json *object, const char *key,
                struct sd_json *value) {
  for (size_t i = 0; i < object->members.len; i++)
    if (strcmp(object->members.items[i].key, key) == 0) {
      object->members.items[i].value = value;
      return;
    }
  *sd_vec_push(arena, &object->members) = (struct sd_json_member){.key = key, .value = value};
}

/* The values of additions are this program's own spelling. */
static struct sd_json *parse(struct sd_arena *arena, const char *text) {
  struct sd_json *value = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  return sd_json_read(arena, "addition", text, strlen(text), false, &value, &ignored)
             ? value
             : make(arena, SD_JSON_NULL);
}

static const struct sd_json *find_in(struct sd_arena *arena, const struct sd_json *tree,
                                     const char *key) {
  while (tree != NULL && *key != '\0') {
    size_t len = strcspn(key, ".");
    tree = sd_json_get(tree, sd_arena_strndup(arena, key, len));
    key += len + (key[len] == '.' ? 1 : 0);
  }
  return tree;
}

/* {"source": X, ...} and {"source": X, ...} are about one thing, as are equal words. */
static bool is_same(const struct sd_json *a, const struct sd_json *b) {
  if (a->type != b->type)
    return false;
  if (a->type == SD_JSON_STRING)
    return strcmp(a->string, b->string) == 0;
  return a->type == SD_JSON_OBJECT && a->members.len > 0 && b->members.len > 0 &&
         a->members.items[0].value->type == SD_JSON_STRING &&
         b->members.items[0].value->type == SD_JSON_STRING &&
         strcmp(a->members.items[0].value->string, b->members.items[0].value->string) == 0;
}

static void put(struct sd_arena *arena, struct sd_json *list, struct sd_json *item) {
  for (size_t i = 0; i < list->items.len; i++)
    if (is_same(list->items.items[i], item)) {
      list->items.items[i] = item;
      return;
    }
  *sd_vec_push(arena, &list->items) = item;
}

/* The list that stands there, copied from below where it does not yet. */
static struct sd_json *list_of(struct sd_arena *arena, const struct suggest_base *base,
                               const char *key, struct sd_json *present) {
  if (present != NULL)
    return present;
  const struct sd_json *below = find_in(arena, base->policy, key);
  struct sd_json *list = make(arena, SD_JSON_ARRAY);
  for (size_t i = 0; below != NULL && i < below->items.len; i++)
    *sd_vec_push(arena, &list->items) = below->items.items[i];
  return list;
}

static void add(struct sd_arena *arena, const struct suggest_base *base,
                const struct suggest_addition *addition, struct sd_json *tree) {
  const char *key = addition->key;
  struct sd_json *value = parse(arena, addition->value);
  while (strchr(key, '.') != NULL) {
    size_t len = strcspn(key, ".");
    const char *part = sd_arena_strndup(arena, key, len);
    struct sd_json *next = sd_json_get(tree, part);
    if (next == NULL) {
      next = make(arena, SD_JSON_OBJECT);
      set(arena, tree, part, next);
    }
    tree = next;
    key += len + 1;
  }
  if (addition->list) {
    struct sd_json *list = list_of(arena, base, addition->key, sd_json_get(tree, key));
    put(arena, list, value);
    value = list;
  }
  set(arena, tree, key, value);
}

static struct sd_json *words(struct sd_arena *arena, const struct sd_strv *names) {
  struct sd_json *list = make(arena, SD_JSON_ARRAY);
  for (size_t i = 0; i < names->v.len; i++) {
    struct sd_json *word = make(arena, SD_JSON_STRING);
    word->string = names->v.items[i];
    *sd_vec_push(arena, &list->items) = word;
  }
  return list;
}

/* One override behind those that are there, which a list of its own would take away. */
static struct sd_json *as_override(struct sd_arena *arena, const struct suggest_base *base,
                                   struct sd_json *policy) {
  const struct suggest_target *target = base->target;
  struct sd_json *root = make(arena, SD_JSON_OBJECT);
  struct sd_json *list = make(arena, SD_JSON_ARRAY);
  struct sd_json *entry = make(arena, SD_JSON_OBJECT);
  for (size_t i = 0; base->overrides != NULL && i < base->overrides->items.len; i++)
    *sd_vec_push(arena, &list->items) = base->overrides->items.items[i];
  if (target->users.v.len > 0)
    set(arena, entry, "users", words(arena, &target->users));
  if (target->groups.v.len > 0)
    set(arena, entry, "groups", words(arena, &target->groups));
  set(arena, entry, "policy", policy);
  *sd_vec_push(arena, &list->items) = entry;
  set(arena, root, "overrides", list);
  return root;
}

/* -- writing ------------------------------------------------------------------------------------- */

#define LINE_MAX_COLUMNS 90

/* On one line where it fits. */
static void write_pretty(struct sd_str *out, const struct sd_json *node, int indent) {
  struct sd_str flat;
  sd_str_init(&flat, out->arena);
  sd_json_write(&flat, node);
  bool object = node->type == SD_JSON_OBJECT;
  size_t count = object ? node->members.len : node->items.len;
  if ((flat.len + (size_t)indent <= LINE_MAX_COLUMNS && indent > 0) || count == 0) {
    sd_str_add(out, sd_str_text(&flat));
    return;
  }
  sd_str_add(out, object ? "{\n" : "[\n");
  for (size_t i = 0; i < count; i++) {
    sd_str_addf(out, "%*s", indent + 2, "");
    if (object) {
      sd_str_add_json(out, node->members.items[i].key);
      sd_str_add(out, ": ");
    }
    write_pretty(out, object ? node->members.items[i].value : node->items.items[i], indent + 2);
    sd_str_add(out, i + 1 < count ? ",\n" : "\n");
  }
  sd_str_addf(out, "%*s%s", indent, "", object ? "}" : "]");
}

const char *suggest_drop_in(struct sd_arena *arena, const struct suggest_base *base,
                            const struct suggest_additions *additions, size_t without) {
  struct sd_json *tree = make(arena, SD_JSON_OBJECT);
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < additions->v.len; i++)
    if (i != without)
      add(arena, base, &additions->v.items[i], tree);
  if (base->target->users.v.len + base->target->groups.v.len > 0)
    tree = as_override(arena, base, tree);
  write_pretty(&out, tree, 0);
  sd_str_add_char(&out, '\n');
  return sd_str_text(&out);
}
