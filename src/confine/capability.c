/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: give a name only as libcap spells it back. cap_from_name alone is too kind: it also takes
 * numbers, and stops at the first byte that is of no name. The names are those of libcap's own
 * table, whatever kernel runs: Docker itself decides whether a kernel has one. */
#include "safe-docker/confine/capability.h"

#include <string.h>
#include <sys/capability.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define PREFIX "CAP_"
/* No name is nearly as long; what is longer is not even looked up. */
#define NAME_MAX_LEN 64
#define NUMBERS 64 /* bits of a set of the kernel */

static void free_name(char **name) {
  if (*name != NULL)
    (void)cap_free(*name);
}

/* ASCII alone: Docker upper-cases in Unicode, where U+017F and U+0131 become S and I; here they are
 * unknown. */
static const char *upper(struct sd_arena *arena, const char *text) {
  char *copy = sd_arena_strdup(arena, text);
  for (char *s = copy; *s != '\0'; s++)
    if (*s >= 'a' && *s <= 'z')
      *s = (char)(*s - 'a' + 'A');
  return copy;
}

/* libcap's name of `value` in upper case and without the prefix, or NULL where it has none but the
 * number. */
static const char *name_of(struct sd_arena *arena, cap_value_t value) {
  __attribute__((cleanup(free_name))) char *name = cap_to_name(value);
  if (name == NULL)
    return NULL;
  const char *found = upper(arena, name);
  return sd_text_starts_with(found, PREFIX) ? found + strlen(PREFIX) : NULL;
}

static const char *lookup(struct sd_arena *arena, const char *name) {
  if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] != '\0')
    return NULL;
  cap_value_t value = 0;
  if (cap_from_name(sd_arena_printf(arena, PREFIX "%s", name), &value) != 0)
    return NULL;
  const char *found = name_of(arena, value);
  return found != NULL && strcmp(found, name) == 0 ? found : NULL;
}

static const char *name_at(const void *context, size_t index) {
  const struct sd_strv *names = context;
  return names->v.items[index];
}

static const char *nearest(struct sd_arena *arena, const char *name) {
  struct sd_strv names = {0};
  sd_strv_add(&names, arena, "ALL");
  sd_capability_list(arena, &names);
  return sd_text_nearest(name, names.v.len, name_at, &names);
}

bool sd_capability_parse(struct sd_arena *arena, const char *text, const char **out,
                         struct sd_error *err) {
  const char *known = NULL;
  const char *near = NULL;
  if (strlen(text) <= NAME_MAX_LEN) {
    const char *name = upper(arena, text);
    if (strcmp(name, "ALL") == 0) {
      *out = "ALL";
      return true;
    }
    name += sd_text_starts_with(name, PREFIX) ? strlen(PREFIX) : 0;
    known = lookup(arena, name);
    near = known == NULL ? nearest(arena, name) : NULL;
  }
  if (known != NULL) {
    *out = known;
    return true;
  }
  const char *hint =
      near != NULL ? sd_arena_printf(arena, "did you mean %s?", near) : "see capabilities(7)";
  return sd_fail_rule(err, NULL, hint, "\"%s\" is not a capability", sd_text_safe(arena, text));
}

int sd_capability_number(const char *name) {
  cap_value_t value = 0;
  if (!sd_text_starts_with(name, PREFIX) || strlen(name) > NAME_MAX_LEN ||
      name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] != '\0' ||
      cap_from_name(name, &value) != 0 || value < 0 || value >= NUMBERS)
    return -1;
  /* It stops at the first byte that is of no name. */
  __attribute__((cleanup(free_name))) char *back = cap_to_name(value);
  return back != NULL && strlen(back) == strlen(name) ? (int)value : -1;
}

const char *sd_capability_name(struct sd_arena *arena, int number) {
  const char *name = name_of(arena, number);
  return name != NULL ? sd_arena_printf(arena, PREFIX "%s", name)
                      : sd_arena_printf(arena, "capability %d", number);
}

void sd_capability_list(struct sd_arena *arena, struct sd_strv *out) {
  for (cap_value_t value = 0; value < NUMBERS; value++) {
    const char *known = name_of(arena, value);
    if (known != NULL)
      sd_strv_add(out, arena, known);
  }
}
