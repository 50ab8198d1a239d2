/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of a profile: default action, architectures, list of rules. A profile without a default
 * action MUST be an error: the engine takes one without rules for "no seccomp at all". */
#include <string.h>

#include "safe-docker/base/text.h"
#include "seccomp_profile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool sd_seccomp_fail_at(const struct sd_json *where, struct sd_error *err, const char *format,
                        ...) {
  va_list args;
  va_start(args, format);
  char *what = sd_arena_vprintf(err->arena, format, args);
  va_end(args);
  return sd_fail(err, "%s:%u:%u: %s", sd_text_safe(err->arena, where->source), where->line,
                 where->column, what);
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

bool sd_seccomp_expect(const struct sd_json *value, enum sd_json_type type, const char *what,
                       struct sd_error *err) {
  return value->type == type
             ? true
             : sd_seccomp_fail_at(value, err, "%s: expected %s", what, type_words(type));
}

struct key_list {
  const char *const *keys;
};

static const char *key_at(const void *context, size_t index) {
  return ((const struct key_list *)context)->keys[index];
}

static bool unknown_key(const struct sd_json *object, const struct sd_json_member *member,
                        const char *const *keys, size_t count, struct sd_error *err) {
  struct key_list list = {keys};
  const char *near = sd_text_nearest(member->key, count, key_at, &list);
  struct sd_json place = {.source = object->source, .line = member->line, .column = member->column};
  const char *shown = sd_text_safe(err->arena, member->key);
  return near != NULL ? sd_seccomp_fail_at(&place, err, "unknown key \"%s\", did you mean \"%s\"",
                                           shown, near)
                      : sd_seccomp_fail_at(&place, err, "unknown key \"%s\"", shown);
}

bool sd_seccomp_known_keys(const struct sd_json *object, const char *const *keys, size_t count,
                           struct sd_error *err) {
  for (size_t i = 0; i < object->members.len; i++) {
    const struct sd_json_member *member = &object->members.items[i];
    bool known = false;
    for (size_t k = 0; k < count && !known; k++)
      known = strcmp(keys[k], member->key) == 0;
    if (!known)
      return unknown_key(object, member, keys, count, err);
  }
  return true;
}

const struct sd_json *sd_seccomp_member(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type != SD_JSON_NULL ? value : NULL;
}

static bool find_arch(const struct sd_json *value, const struct sd_seccomp_arch **out,
                      struct sd_error *err) {
  if (!sd_seccomp_expect(value, SD_JSON_STRING, "an architecture", err))
    return false;
  const struct sd_seccomp_arch *arch = sd_seccomp_find_arch(value->string);
  if (arch == NULL)
    return sd_seccomp_fail_at(value, err, "unknown architecture \"%s\"",
                              sd_text_safe(err->arena, value->string));
  *out = arch;
  return true;
}

static bool parse_entry(struct sd_arena *arena, const struct sd_json *value,
                        struct sd_seccomp_profile *profile, struct sd_error *err) {
  static const char *const keys[] = {"architecture", "subArchitectures"};
  struct sd_seccomp_arch_entry made = {.arch = NULL};
  if (!sd_seccomp_expect(value, SD_JSON_OBJECT, "an entry of archMap", err) ||
      !sd_seccomp_known_keys(value, keys, COUNT(keys), err))
    return false;
  const struct sd_json *name = sd_json_get(value, "architecture");
  if (name == NULL)
    return sd_seccomp_fail_at(value, err, "the entry lacks \"architecture\"");
  if (!find_arch(name, &made.arch, err))
    return false;
  /* The engine takes the first entry of an architecture; a reader may see the last. */
  for (size_t i = 0; i < profile->arch_map.len; i++)
    if (profile->arch_map.items[i].arch == made.arch)
      return sd_seccomp_fail_at(name, err, "%s stands twice in archMap", made.arch->name);
  const struct sd_json *subs = sd_seccomp_member(value, "subArchitectures");
  if (subs != NULL && !sd_seccomp_expect(subs, SD_JSON_ARRAY, "subArchitectures", err))
    return false;
  for (size_t i = 0; subs != NULL && i < subs->items.len; i++) {
    const struct sd_seccomp_arch *sub;
    if (!find_arch(subs->items.items[i], &sub, err))
      return false;
    *sd_vec_push(arena, &made.sub) = sub;
  }
  *sd_vec_push(arena, &profile->arch_map) = made;
  return true;
}

static bool parse_architectures(struct sd_arena *arena, const struct sd_json *root,
                                struct sd_seccomp_profile *profile, struct sd_error *err) {
  const struct sd_json *list = sd_seccomp_member(root, "architectures");
  const struct sd_json *map = sd_seccomp_member(root, "archMap");
  if (list != NULL && !sd_seccomp_expect(list, SD_JSON_ARRAY, "architectures", err))
    return false;
  if (map != NULL && !sd_seccomp_expect(map, SD_JSON_ARRAY, "archMap", err))
    return false;
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_seccomp_arch *arch;
    if (!find_arch(list->items.items[i], &arch, err))
      return false;
    *sd_vec_push(arena, &profile->architectures) = arch;
  }
  for (size_t i = 0; map != NULL && i < map->items.len; i++)
    if (!parse_entry(arena, map->items.items[i], profile, err))
      return false;
  if (profile->architectures.len > 0 && profile->arch_map.len > 0)
    return sd_seccomp_fail_at(map, err, "either archMap or architectures, not both");
  return true;
}

static bool parse_rules(struct sd_arena *arena, const struct sd_json *root,
                        struct sd_seccomp_profile *profile, struct sd_error *err) {
  const struct sd_json *list = sd_seccomp_member(root, "syscalls");
  if (list == NULL)
    return true;
  if (!sd_seccomp_expect(list, SD_JSON_ARRAY, "syscalls", err))
    return false;
  for (size_t i = 0; i < list->items.len; i++) {
    struct sd_seccomp_rule rule;
    if (!sd_seccomp_parse_rule(arena, list->items.items[i], &rule, err))
      return false;
    *sd_vec_push(arena, &profile->rules) = rule;
  }
  return true;
}

static bool check_top(const struct sd_json *root, struct sd_error *err) {
  static const char *const keys[] = {"defaultAction", "defaultErrnoRet", "architectures", "archMap",
                                     "syscalls"};
  static const char *const refused[] = {"flags", "listenerPath", "listenerMetadata"};
  if (!sd_seccomp_expect(root, SD_JSON_OBJECT, "a seccomp profile", err))
    return false;
  for (size_t i = 0; i < COUNT(refused); i++) {
    const struct sd_json *value = sd_json_get(root, refused[i]);
    if (value != NULL)
      return sd_seccomp_fail_at(value, err,
                                "\"%s\" is not supported: it changes the filter beyond its rules",
                                refused[i]);
  }
  return sd_seccomp_known_keys(root, keys, COUNT(keys), err);
}

bool sd_seccomp_parse(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      struct sd_seccomp_profile **out, struct sd_error *err) {
  struct sd_json *root;
  if (!sd_json_read(arena, source, text, len, false, &root, err) || !check_top(root, err))
    return false;
  const struct sd_json *action = sd_seccomp_member(root, "defaultAction");
  if (action == NULL)
    return sd_seccomp_fail_at(root, err, "the profile lacks \"defaultAction\"");
  struct sd_seccomp_profile *profile = sd_arena_alloc(arena, sizeof(*profile));
  profile->source = sd_arena_strdup(arena, source);
  if (!sd_seccomp_parse_action(action, sd_seccomp_member(root, "defaultErrnoRet"),
                               &profile->default_action, err) ||
      !parse_architectures(arena, root, profile, err) || !parse_rules(arena, root, profile, err))
    return false;
  *out = profile;
  return true;
}

bool sd_seccomp_parse_all(struct sd_arena *arena, const char *source, const char *text, size_t len,
                          struct sd_seccomp_profile **out, struct sd_seccomp_mistakes *mistakes) {
  struct sd_error err;
  sd_error_init(&err, arena);
  *out = NULL;
  if (sd_seccomp_parse(arena, source, text, len, out, &err))
    return true;
  *sd_vec_push(arena, &mistakes->v) =
      (struct sd_seccomp_mistake){.line = 1, .column = 1, .message = err.message, .hint = err.hint};
  return false;
}
