/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of a profile: default action, architectures, list of rules. A profile without a default
 * action MUST be an error: the engine takes one without rules for "no seccomp at all". */
#include <string.h>

#include "safe-docker/base/text.h"
#include "seccomp_reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool find_arch(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                      const struct sd_seccomp_arch **out) {
  if (!sd_seccomp_expect(reading, value, SD_JSON_STRING, "an architecture"))
    return false;
  *out = sd_seccomp_find_arch(value->string);
  return *out != NULL
             ? true
             : sd_seccomp_mistake(
                   reading, value, sd_seccomp_meant_arch(reading->arena, value->string, false),
                   "unknown architecture \"%s\"", sd_text_safe(reading->arena, value->string));
}

struct arch_list {
  SD_VEC(const struct sd_seccomp_arch *) v;
};

static bool parse_arches(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                         const char *key, struct arch_list *out) {
  const struct sd_json *list;
  bool right = sd_seccomp_list(reading, object, key, &list);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_seccomp_arch *arch;
    if (find_arch(reading, list->items.items[i], &arch))
      *sd_vec_push(reading->arena, &out->v) = arch;
    else if (!sd_seccomp_goes_on(reading))
      return false;
    else
      right = false;
  }
  return right;
}

static bool parse_entry(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                        struct sd_seccomp_profile *profile) {
  static const char *const keys[] = {"architecture", "subArchitectures"};
  struct sd_seccomp_arch_entry made = {.arch = NULL};
  if (!sd_seccomp_expect(reading, value, SD_JSON_OBJECT, "an entry of archMap") ||
      !sd_seccomp_known_keys(reading, value, keys, COUNT(keys)))
    return false;
  const struct sd_json *name = sd_json_get(value, "architecture");
  if (name == NULL)
    return sd_seccomp_mistake(reading, value, NULL, "the entry lacks \"architecture\"");
  if (!find_arch(reading, name, &made.arch))
    return false;
  /* The engine takes the first entry of an architecture; a reader may see the last. */
  for (size_t i = 0; i < profile->arch_map.len; i++)
    if (profile->arch_map.items[i].arch == made.arch)
      return sd_seccomp_mistake(reading, name, "make one entry of both",
                                "%s stands twice in archMap", made.arch->name);
  struct arch_list sub = {{NULL, 0, 0}};
  if (!parse_arches(reading, value, "subArchitectures", &sub))
    return false;
  made.sub.items = sub.v.items;
  made.sub.len = sub.v.len;
  *sd_vec_push(reading->arena, &profile->arch_map) = made;
  return true;
}

static bool parse_architectures(const struct sd_seccomp_reading *reading,
                                const struct sd_json *root, struct sd_seccomp_profile *profile) {
  const struct sd_json *map;
  struct arch_list arches = {{NULL, 0, 0}};
  bool right = parse_arches(reading, root, "architectures", &arches);
  profile->architectures.items = arches.v.items;
  profile->architectures.len = arches.v.len;
  if (!right && !sd_seccomp_goes_on(reading))
    return false;
  right = sd_seccomp_list(reading, root, "archMap", &map) && right;
  for (size_t i = 0; map != NULL && i < map->items.len && (right || sd_seccomp_goes_on(reading));
       i++)
    right = parse_entry(reading, map->items.items[i], profile) && right;
  if (profile->architectures.len > 0 && profile->arch_map.len > 0)
    return sd_seccomp_mistake(reading, map, "the engine refuses a profile with both",
                              "either archMap or architectures, not both");
  return right;
}

static bool parse_rules(const struct sd_seccomp_reading *reading, const struct sd_json *root,
                        struct sd_seccomp_profile *profile) {
  const struct sd_json *list;
  bool right = sd_seccomp_list(reading, root, "syscalls", &list);
  profile->rules.cap = list != NULL ? list->items.len : 0;
  profile->rules.items =
      sd_arena_alloc(reading->arena, profile->rules.cap * sizeof(*profile->rules.items));
  for (size_t i = 0; list != NULL && i < list->items.len && (right || sd_seccomp_goes_on(reading));
       i++) {
    struct sd_seccomp_rule *rule = &profile->rules.items[profile->rules.len];
    right = sd_seccomp_parse_rule(reading, list->items.items[i], rule) && right;
    if (rule->names.v.len > 0)
      profile->rules.len++;
  }
  return right;
}

static bool is_empty(const struct sd_json *value) {
  switch (value->type) {
  case SD_JSON_NULL:
    return true;
  case SD_JSON_ARRAY:
    return value->items.len == 0;
  case SD_JSON_STRING:
    return value->string[0] == '\0';
  case SD_JSON_BOOL:
  case SD_JSON_NUMBER:
  case SD_JSON_OBJECT:
    break;
  }
  return false;
}

static bool check_top(const struct sd_seccomp_reading *reading, const struct sd_json *root) {
  static const char *const keys[] = {"defaultAction", "defaultErrnoRet", "defaultErrno",
                                     "architectures", "archMap",         "syscalls",
                                     "flags",         "listenerPath",    "listenerMetadata"};
  /* Of the OCI's form: they change the filter beyond its rules, and not every engine hands them on. */
  static const char *const refused[] = {"flags", "listenerPath", "listenerMetadata"};
  bool right = sd_seccomp_known_keys(reading, root, keys, COUNT(keys));
  for (size_t i = 0; i < COUNT(refused) && (right || sd_seccomp_goes_on(reading)); i++) {
    const struct sd_json *value = sd_json_get(root, refused[i]);
    if (value != NULL && !is_empty(value))
      right = sd_seccomp_mistake(reading, value, "leave it out",
                                 "\"%s\" is not supported: it changes the filter beyond its rules",
                                 refused[i]);
  }
  return right;
}

static bool parse_default(const struct sd_seccomp_reading *reading, const struct sd_json *root,
                          struct sd_seccomp_profile *profile) {
  const struct sd_json *action = sd_seccomp_member(root, "defaultAction");
  if (action == NULL)
    return sd_seccomp_mistake(reading, root,
                              "\"defaultAction\": \"SCMP_ACT_ERRNO\" refuses what no rule names",
                              "the profile lacks \"defaultAction\"");
  return sd_seccomp_parse_action(reading, action, sd_seccomp_member(root, "defaultErrnoRet"),
                                 sd_seccomp_member(root, "defaultErrno"), &profile->default_action);
}

/* With UINT64_MAX, which JSON's reader takes for too large. */
static bool read_text(const struct sd_seccomp_reading *reading, const char *source,
                      struct sd_json **out) {
  const struct sd_json top = {.source = source, .line = 1, .column = 1};
  if (reading->len > SD_JSON_MAX_BYTES)
    return sd_seccomp_mistake(reading, &top, NULL, "larger than %zu bytes", SD_JSON_MAX_BYTES);
  return sd_json_read_fractions(reading->arena, source, reading->text, reading->len, out,
                                reading->err) &&
         sd_seccomp_expect(reading, *out, SD_JSON_OBJECT, "a seccomp profile");
}

/* Whether `profile` is what the text says; `*usable`: at least it says what happens by default. */
static bool parse_root(const struct sd_seccomp_reading *reading, const struct sd_json *root,
                       struct sd_seccomp_profile *profile, bool *usable) {
  bool right = check_top(reading, root);
  if (!right && !sd_seccomp_goes_on(reading))
    return false;
  *usable = parse_default(reading, root, profile);
  right = *usable && right;
  if (!right && !sd_seccomp_goes_on(reading))
    return false;
  right = parse_architectures(reading, root, profile) && right;
  if (!right && !sd_seccomp_goes_on(reading))
    return false;
  return parse_rules(reading, root, profile) && right;
}

bool sd_seccomp_parse(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      struct sd_seccomp_profile **out, struct sd_error *err) {
  const struct sd_seccomp_reading reading = {arena, text, len, err, NULL};
  struct sd_json *root = NULL;
  bool usable = false;
  if (!read_text(&reading, source, &root))
    return false;
  struct sd_seccomp_profile *profile = sd_arena_alloc(arena, sizeof(*profile));
  profile->source = sd_arena_strdup(arena, source);
  if (!parse_root(&reading, root, profile, &usable))
    return false;
  *out = profile;
  return true;
}

static bool is_before(const struct sd_seccomp_mistake *a, const struct sd_seccomp_mistake *b) {
  return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* There are few, and those of one place stay in order. */
static void sort(struct sd_seccomp_mistakes *mistakes) {
  for (size_t i = 1; i < mistakes->v.len; i++) {
    const struct sd_seccomp_mistake moved = mistakes->v.items[i];
    size_t k = i;
    for (; k > 0 && is_before(&moved, &mistakes->v.items[k - 1]); k--)
      mistakes->v.items[k] = mistakes->v.items[k - 1];
    mistakes->v.items[k] = moved;
  }
}

/* ":12" is 12; *at goes on behind it. */
static unsigned place_part(const char **at) {
  unsigned value = 0;
  if (**at == ':')
    for (*at += 1; **at >= '0' && **at <= '9'; *at += 1)
      value = value * 10 + (unsigned)(**at - '0');
  return value == 0 ? 1 : value;
}

/* The place of an error about JSON is in its words only: "SOURCE:LINE:COLUMN: ...". */
static void add_json_error(struct sd_arena *arena, const char *source, const struct sd_error *err,
                           struct sd_seccomp_mistakes *mistakes) {
  const char *at = err->message;
  size_t skip = strlen(sd_text_safe(arena, source));
  at += strlen(at) < skip ? 0 : skip;
  struct sd_seccomp_mistake *made = sd_vec_push(arena, &mistakes->v);
  made->line = place_part(&at);
  made->column = place_part(&at);
  made->message = err->message;
  made->hint = err->hint;
}

bool sd_seccomp_parse_all(struct sd_arena *arena, const char *source, const char *text, size_t len,
                          struct sd_seccomp_profile **out, struct sd_seccomp_mistakes *mistakes) {
  struct sd_error err;
  sd_error_init(&err, arena);
  const struct sd_seccomp_reading reading = {arena, text, len, &err, mistakes};
  struct sd_json *root = NULL;
  bool usable = false;
  *out = NULL;
  if (!read_text(&reading, source, &root)) {
    if (mistakes->v.len == 0)
      add_json_error(arena, source, &err, mistakes);
    return false;
  }
  struct sd_seccomp_profile *profile = sd_arena_alloc(arena, sizeof(*profile));
  profile->source = sd_arena_strdup(arena, source);
  bool right = parse_root(&reading, root, profile, &usable);
  if (usable)
    *out = profile;
  sort(mistakes);
  return right;
}
