/* SPDX-License-Identifier: Apache-2.0 */
/* A line with a key, a line with a value, and a daemon.json. A member that is set is there, one that is taken out is not, and
 * every other one stays what it was; what is masked for a record keeps its length and its lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "daemon_edit.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds)
    abort();
}

static struct sd_json *read_json(struct sd_arena *arena, const char *text) {
  struct sd_json *root = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  return sd_json_read(arena, "daemon.json", text, strlen(text), false, &root, &err) ? root : NULL;
}

static bool same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check_rest(const struct sd_json *before, const struct sd_json *after, const char *but) {
  for (size_t i = 0; before != NULL && i < before->members.len; i++) {
    const struct sd_json_member *member = &before->members.items[i];
    const struct sd_json *other = sd_json_get(after, member->key);
    if (strcmp(member->key, but) == 0)
      continue;
    require(other != NULL && other->type == member->value->type);
    require(other->members.len == member->value->members.len &&
            other->items.len == member->value->items.len &&
            same_text(other->string, member->value->string));
  }
}

static void check_edit(struct sd_arena *arena, const char *key, const char *value,
                       const char *text) {
  const struct sd_json *wanted = read_json(arena, value);
  const struct sd_json *root = read_json(arena, text);
  bool blank = text[strspn(text, " \t\r\n")] == '\0';
  if (key[0] == '\0' || !sd_text_is_utf8(key, strlen(key)) || wanted == NULL ||
      (root == NULL && !blank) || (root != NULL && root->type != SD_JSON_OBJECT))
    return;
  const char *with = daemon_edit_set(arena, text, root, key, value);
  const struct sd_json *after = read_json(arena, with);
  require(after != NULL && after->type == SD_JSON_OBJECT);
  const struct sd_json *set = sd_json_get(after, key);
  require(set != NULL && set->type == wanted->type);
  require(same_text(set->string, wanted->string) && set->members.len == wanted->members.len &&
          set->items.len == wanted->items.len);
  check_rest(root, after, key);
  const char *without = daemon_edit_unset(arena, with, after, key);
  const struct sd_json *last = read_json(arena, without);
  require(last != NULL && sd_json_get(last, key) == NULL);
  check_rest(after, last, key);
}

static void check_mask(struct sd_arena *arena, const char *text) {
  const char *masked = daemon_mask_json(arena, text);
  require(strlen(masked) == strlen(text));
  for (size_t i = 0; text[i] != '\0'; i++)
    require((text[i] == '\n') == (masked[i] == '\n'));
  require(strlen(daemon_mask(arena, text)) == strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  const char *key = strsep(&text, "\n");
  const char *value = text != NULL ? strsep(&text, "\n") : NULL;
  if (text != NULL && strlen(text) < SD_JSON_MAX_BYTES / 2) {
    check_edit(&arena, key, value, text);
    check_mask(&arena, text);
  }
  sd_arena_finish(&arena);
  return 0;
}
