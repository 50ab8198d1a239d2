/* SPDX-License-Identifier: Apache-2.0 */
/* The text has been read as JSON before, so this only has to find where values end. */
#include "daemon_edit.h"

#include <string.h>

#include "safe-docker/base/str.h"

struct span {
  const char *begin, *end; /* of "key": value */
  const char *value;
};

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " \t\r\n");
}

/* `at` is on the opening quote; behind the closing one. */
static const char *skip_string(const char *at) {
  for (at++; *at != '\0' && *at != '"'; at++)
    at += *at == '\\' && at[1] != '\0' ? 1 : 0;
  return *at == '"' ? at + 1 : at;
}

static const char *skip_value(const char *at) {
  unsigned depth = 0;
  do {
    if (*at == '"') {
      at = skip_string(at);
      continue;
    }
    if (*at == '{' || *at == '[')
      depth++;
    else if ((*at == '}' || *at == ']') && --depth == 0)
      return at + 1;
    at++;
  } while (*at != '\0' && (depth > 0 || strchr(",}] \t\r\n", *at) == NULL));
  return at;
}

/* The member with that index. */
static struct span find(const char *text, size_t index) {
  struct span span = {0};
  const char *at = skip_blanks(text) + 1;
  for (size_t i = 0; i <= index; i++) {
    span.begin = skip_blanks(at);
    at = skip_blanks(skip_string(span.begin));
    span.value = skip_blanks(at + 1);
    span.end = skip_value(span.value);
    at = skip_blanks(span.end);
    at += *at == ',' ? 1 : 0;
  }
  return span;
}

static bool index_of(const struct sd_json *root, const char *key, size_t *out) {
  for (size_t i = 0; i < root->members.len; i++) {
    if (strcmp(root->members.items[i].key, key) == 0) {
      *out = i;
      return true;
    }
  }
  return false;
}

/* `text` with what is between `from` and `to` replaced. */
static const char *splice(struct sd_arena *arena, const char *text, const char *from,
                          const char *to, const char *between) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_bytes(&out, text, (size_t)(from - text));
  sd_str_add(&out, between);
  sd_str_add(&out, to);
  return sd_str_text(&out);
}

static const char *member(struct sd_arena *arena, const char *key, const char *value) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_json(&out, key);
  sd_str_addf(&out, ": %s", value);
  return sd_str_text(&out);
}

/* Blanks that stand before the first member, so that the new one looks as its neighbours do. */
static const char *lead(struct sd_arena *arena, const char *text) {
  const char *open = skip_blanks(text) + 1;
  const char *first = skip_blanks(open);
  return memchr(open, '\n', (size_t)(first - open)) != NULL
             ? sd_arena_strndup(arena, open, (size_t)(first - open))
             : " ";
}

const char *daemon_edit_set(struct sd_arena *arena, const char *text, const struct sd_json *root,
                            const char *key, const char *value) {
  size_t index = 0;
  const char *line = member(arena, key, value);
  if (root == NULL)
    return sd_arena_printf(arena, "{\n  %s\n}\n", line);
  if (index_of(root, key, &index)) {
    struct span span = find(text, index);
    return splice(arena, text, span.value, span.end, value);
  }
  if (root->members.len == 0) {
    const char *open = skip_blanks(text) + 1;
    return splice(arena, text, open, skip_blanks(open), sd_arena_printf(arena, "\n  %s\n", line));
  }
  struct span last = find(text, root->members.len - 1);
  return splice(arena, text, last.end, last.end,
                sd_arena_printf(arena, ",%s%s", lead(arena, text), line));
}

const char *daemon_edit_unset(struct sd_arena *arena, const char *text, const struct sd_json *root,
                              const char *key) {
  size_t index = 0;
  if (!index_of(root, key, &index))
    return text;
  struct span span = find(text, index);
  if (root->members.len == 1)
    return splice(arena, text, skip_blanks(text) + 1, skip_blanks(span.end), "");
  if (index > 0)
    return splice(arena, text, find(text, index - 1).end, span.end, "");
  return splice(arena, text, span.begin, find(text, 1).begin, "");
}
