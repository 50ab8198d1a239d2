/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptions lie one behind the other, without a table of pointers: those would be relocated at every start. */
#include "safe-docker/policy/json_schema.h"

#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define JOIN(a, b) a##b
#define MEMBER(letter, line) JOIN(letter, line)

/* Three members a row; characters have no gaps between them. */
static const struct texts {
#define KEY(path, example, what)                                                                   \
  char MEMBER(path_, __LINE__)[sizeof(path)];                                                      \
  char MEMBER(example_, __LINE__)[sizeof(example)];                                                \
  char MEMBER(what_, __LINE__)[sizeof(what)];
#include "describe.def"
#undef KEY
} texts = {
#define KEY(path, example, what) path, example, what,
#include "describe.def"
#undef KEY
};

/* Of the keys below these the administrator chooses the first one. */
static const char maps[][24] = {"docker.contexts.", "resources.ulimits."};

static size_t map_prefix(const char *path) {
  for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
    if (strncmp(path, maps[i], strlen(maps[i])) == 0)
      return strlen(maps[i]);
  return 0;
}

/* The path as the table has it: an override holds what the policy does. */
static const char *general(struct sd_arena *arena, const char *path) {
  struct sd_str out;
  sd_str_init(&out, arena);
  const char *inside = strstr(path, "].policy.");
  if (sd_text_starts_with(path, "overrides[") && inside != NULL)
    path = inside + strlen("].policy.");
  size_t prefix = map_prefix(path);
  sd_str_add_bytes(&out, path, prefix);
  path += prefix;
  if (prefix > 0 && *path != '\0') {
    sd_str_add(&out, "NAME");
    path += strcspn(path, ".");
  }
  while (*path != '\0') {
    sd_str_add_char(&out, *path);
    path += *path == '[' ? 1 + strspn(path + 1, "0123456789") : 1;
  }
  return sd_str_text(&out);
}

/* One row, read out of the members. */
struct row {
  const char *path, *example, *what;
};

/* The row at `place`, which is moved behind it; false at the end. NULL begins. */
static bool next_row(const char **place, struct row *out) {
  const char *first = (const char *)&texts;
  if (*place == NULL)
    *place = first;
  if (*place >= first + sizeof(texts))
    return false;
  out->path = *place;
  out->example = out->path + strlen(out->path) + 1;
  out->what = out->example + strlen(out->example) + 1;
  *place = out->what + strlen(out->what) + 1;
  return true;
}

static bool find_row(struct sd_arena *arena, const char *path, struct row *out) {
  const char *wanted = general(arena, path);
  for (const char *place = NULL; next_row(&place, out);)
    if (strcmp(out->path, wanted) == 0)
      return true;
  return false;
}

const char *sd_policy_describe(struct sd_arena *arena, const char *path) {
  struct row row;
  return find_row(arena, path, &row) ? row.what : NULL;
}

const char *sd_policy_example(struct sd_arena *arena, const char *path) {
  struct row row;
  return find_row(arena, path, &row) && *row.example != '\0' ? row.example : NULL;
}

const char *sd_policy_find_key(const char *key) {
  struct row row;
  const char *found = NULL;
  for (const char *place = NULL; next_row(&place, &row);) {
    const char *dot = strrchr(row.path, '.');
    if (dot == NULL || strcmp(dot + 1, key) != 0)
      continue;
    if (found != NULL)
      return NULL;
    found = row.path;
  }
  return found;
}
