/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptions lie one behind the other, without a table of pointers: those would be relocated at every start. */
#include "safe-docker/policy/json_schema.h"

#include <string.h>

#include "safe-docker/base/str.h"

#define JOIN(a, b) a##b
#define MEMBER(letter, line) JOIN(letter, line)

/* Two members a row; characters have no gaps between them. */
static const struct texts {
#define KEY(path, what)                                                                            \
  char MEMBER(path_, __LINE__)[sizeof(path)];                                                      \
  char MEMBER(what_, __LINE__)[sizeof(what)];
#include "describe.def"
#undef KEY
} texts = {
#define KEY(path, what) path, what,
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

/* The path as the table has it. */
static const char *general(struct sd_arena *arena, const char *path) {
  struct sd_str out;
  sd_str_init(&out, arena);
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

const char *sd_policy_describe(struct sd_arena *arena, const char *path) {
  const char *wanted = general(arena, path);
  const char *first = (const char *)&texts;
  for (const char *at = first; at < first + sizeof(texts);) {
    const char *what = at + strlen(at) + 1;
    if (strcmp(at, wanted) == 0)
      return what;
    at = what + strlen(what) + 1;
  }
  return NULL;
}
