/* SPDX-License-Identifier: Apache-2.0 */
/* Merging trees, and the overrides that concern the caller. Nodes keep where they were written. */
#include <errno.h>
#include <grp.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "schema.h"

/* A group with very many members needs a large buffer; one beyond this is an error. */
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

/* Who asks, and what went wrong while looking: an override that restricts must not be lost in silence. */
struct match {
  struct sd_arena *arena;
  const struct sd_policy_caller *caller;
  struct sd_error *err;
};

typedef bool matches(const struct match *match, const struct sd_json *item);

static bool is_user(const struct match *match, const struct sd_json *item) {
  uint64_t id = 0;
  if (as_id(match->arena, item, &id))
    return id == match->caller->uid;
  return match->caller->user != NULL && strcmp(item->string, match->caller->user) == 0;
}

/* getgrnam(3): some services say these where they mean "no such group". */
static bool means_unknown(int failed) {
  return failed == 0 || failed == ENOENT || failed == ESRCH || failed == EBADF || failed == EPERM;
}

/* By its name, or by `gid` where `name` is NULL. */
static int look_up(const struct match *match, const char *name, gid_t gid, struct group *entry,
                   struct group **found) {
  int failed = ERANGE;
  *found = NULL;
  for (size_t size = 1024; failed == ERANGE && size <= GROUP_BUFFER_MAX; size *= 4) {
    char *buffer = sd_arena_alloc(match->arena, size);
    failed = name != NULL ? getgrnam_r(name, entry, buffer, size, found)
                          : getgrgid_r(gid, entry, buffer, size, found);
  }
  return failed;
}

/* Of a caller who is only told of, this host's groups say nothing. */
static bool is_member(const struct match *match, const struct group *group) {
  if (match->caller->group_names != NULL)
    return false;
  for (char **name = group->gr_mem; match->caller->user != NULL && *name != NULL; name++)
    if (strcmp(*name, match->caller->user) == 0)
      return true;
  return false;
}

/* Where one database cannot be read and the next one does not know the group, the C library says that there is none: it
 * is asked twice. Nor does getgrouplist(3) tell of a database that it could not read: *member is what the group itself
 * says, for an override may be what keeps something from the caller. */
static bool find_group(const struct match *match, const struct sd_json *item, uint64_t *id,
                       bool *member) {
  struct group entry;
  struct group *found = NULL;
  bool number = as_id(match->arena, item, id);
  const char *name = number ? NULL : item->string;
  int failed = look_up(match, name, (gid_t)*id, &entry, &found);
  if (found == NULL && means_unknown(failed))
    failed = look_up(match, name, (gid_t)*id, &entry, &found);
  if (found != NULL) {
    *id = found->gr_gid;
    *member = is_member(match, found);
  } else if (!means_unknown(failed)) {
    (void)sd_fail_errno(match->err, failed, "%s:%u:%u: the group %s cannot be looked up",
                        item->source, item->line, item->column,
                        number ? sd_arena_printf(match->arena, "%llu", (unsigned long long)*id)
                               : sd_text_safe(match->arena, name));
    return false;
  }
  return found != NULL || number;
}

static bool is_named_group(const struct match *match, const struct sd_json *item) {
  const struct sd_strv *names = match->caller->group_names;
  return names != NULL && item->type == SD_JSON_STRING && sd_strv_contains(names, item->string);
}

static bool is_group(const struct match *match, const struct sd_json *item) {
  uint64_t id = 0;
  bool member = false;
  if (is_named_group(match, item))
    return true;
  if (!find_group(match, item, &id, &member))
    return false;
  if (member || id == match->caller->gid)
    return true;
  const struct sd_gids *groups = match->caller->groups(match->caller->context);
  for (size_t i = 0; i < groups->len; i++)
    if (id == groups->items[i])
      return true;
  return false;
}

static bool is_any(const struct match *match, const struct sd_json *list, matches *is) {
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (is(match, list->items.items[i]))
      return true;
  return false;
}

struct sd_json *sd_policy_without(struct sd_arena *arena, const struct sd_json *tree,
                                  const struct sd_json *member) {
  struct sd_json *result = sd_arena_alloc(arena, sizeof(*result));
  *result = *tree;
  memset(&result->members, 0, sizeof(result->members));
  for (size_t i = 0; i < tree->members.len; i++)
    if (tree->members.items[i].value != member)
      *sd_vec_push(arena, &result->members) = tree->members.items[i];
  return result;
}

bool sd_policy_apply_overrides(struct sd_arena *arena, const struct sd_json *tree,
                               const struct sd_policy_caller *caller, struct sd_json **out,
                               struct sd_error *err) {
  const struct match match = {arena, caller, err};
  const struct sd_json *list = sd_json_get(tree, "overrides");
  struct sd_json *result = sd_policy_without(arena, tree, list);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *entry = list->items.items[i];
    if (is_any(&match, sd_json_get(entry, "users"), is_user) ||
        is_any(&match, sd_json_get(entry, "groups"), is_group))
      result = sd_policy_merge(arena, result, sd_json_get(entry, "policy"));
  }
  if (err->message != NULL)
    return false;
  *out = result;
  return true;
}
