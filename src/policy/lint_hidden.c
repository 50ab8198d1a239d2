/* SPDX-License-Identifier: Apache-2.0 */
/* Overrides of one file that those of a later file take the place of: lists replace, they are not added to. */
#include <string.h>

#include "lint.h"
#include "safe-docker/base/json_write.h"
#include "safe-docker/base/text.h"
#include "schema.h"

static const struct lint_words hidden = {
    SD_POLICY_WARNING, "override-hidden",
    "nothing is won by it, but what it was to tighten is not tightened",
    "write all overrides in one file: the list that is read last replaces those before it"};
static const struct lint_words copied = {
    SD_POLICY_NOTE, "override-hidden",
    "nothing is won by it, but who changes it here changes nothing",
    "take it away here, or there; the list that is read last replaces those before it"};

static const char *written(struct sd_arena *arena, const struct sd_json *node) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_json_write(&out, node);
  return sd_str_text(&out);
}

static bool has(struct sd_arena *arena, const struct sd_json *list, const struct sd_json *entry) {
  const char *text = written(arena, entry);
  for (size_t i = 0; i < list->items.len; i++)
    if (strcmp(written(arena, list->items.items[i]), text) == 0)
      return true;
  return false;
}

static void compare(const struct lint *lint, const struct sd_json *early,
                    const struct sd_json *late) {
  for (size_t i = 0; i < early->items.len; i++) {
    const struct sd_json *entry = early->items.items[i];
    bool there = has(lint->arena, late, entry);
    lint_add(lint, entry, "overrides", there ? &copied : &hidden,
             "overrides: the one for %s %s %s:%u:%u", sd_policy_override_name(lint->arena, entry),
             there ? "holds by its copy alone, at" : "does not hold: in its place are those of",
             sd_text_safe(lint->arena, late->source), late->line, late->column);
  }
}

void lint_hidden(const struct lint *lint, const struct sd_policy_text *texts, size_t count) {
  const struct sd_json *late = NULL;
  for (size_t i = count; i-- > 0;) {
    struct sd_json *tree = NULL;
    struct sd_error ignored;
    sd_error_init(&ignored, lint->arena);
    if (!sd_json_read(lint->arena, texts[i].name, texts[i].text, texts[i].len, true, &tree,
                      &ignored))
      continue; /* they were read before */
    const struct sd_json *list = sd_json_get(tree, "overrides");
    if (list != NULL && late != NULL)
      compare(lint, list, late);
    else if (list != NULL)
      late = list;
  }
}
