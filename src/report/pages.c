/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/pages.h"

#include <string.h>

#include "safe-docker/base/text.h"

/* Made by scripts/embed-page and scripts/embed. */
extern const char sd_page_rules_text[];
extern const char sd_page_keys_text[];

static void split(struct sd_arena *arena, const char *text, size_t len, struct sd_strv *out) {
  for (const char *end = text + len; text < end;) {
    const char *blank = memchr(text, ' ', (size_t)(end - text));
    size_t size = blank != NULL ? (size_t)(blank - text) : (size_t)(end - text);
    sd_strv_add(out, arena, sd_arena_strndup(arena, text, size));
    text += size + 1;
  }
}

void sd_page_read(struct sd_arena *arena, enum sd_page page, struct sd_page_sections *out) {
  const char *text = page == SD_PAGE_RULES ? sd_page_rules_text : sd_page_keys_text;
  struct sd_page_section *section = NULL;
  for (size_t len = 0; *text != '\0'; text += len + (text[len] == '\n' ? 1 : 0)) {
    len = strcspn(text, "\n");
    if (*text == '\f') {
      section = sd_vec_push(arena, &out->v);
      split(arena, text + 1, len - 1, &section->names);
    } else if (section != NULL) {
      sd_strv_add(&section->lines, arena, sd_arena_strndup(arena, text, len));
    }
  }
}

/* A full stop ends a sentence where a capital letter, or nothing, comes behind it: "label=... is refused" goes on. */
static bool is_end(const char *at) {
  return *at == '.' && (at[1] == '\0' || (at[1] == ' ' && !(at[2] >= 'a' && at[2] <= 'z')));
}

const char *sd_page_summary(struct sd_arena *arena, const struct sd_page_section *section) {
  size_t count = section->lines.v.len;
  /* The entry of a key begins with its type and default. */
  size_t first = count > 1 && sd_text_starts_with(section->lines.v.items[0], "Type: ") ? 1 : 0;
  const char *text = count > first ? section->lines.v.items[first] : "";
  for (const char *at = text; *at != '\0'; at++)
    if (is_end(at))
      return sd_arena_strndup(arena, text, (size_t)(at - text) + 1);
  return text;
}

/* -- finding ------------------------------------------------------------------------------------ */

/* One part of a path; what stands in brackets behind it does not count. */
static size_t part_len(const char *path) {
  return strcspn(path, ".[");
}

static const char *next_part(const char *path) {
  path += strcspn(path, ".");
  return *path == '.' ? path + 1 : path;
}

/* Whether `key` is the one that a section is called by. There NAME is any name, and [] any item of a list. */
static bool is_key(const char *name, const char *key) {
  for (; *name != '\0' && *key != '\0'; name = next_part(name), key = next_part(key)) {
    size_t len = part_len(name);
    bool any = len == strlen("NAME") && strncmp(name, "NAME", len) == 0;
    if (!any && (part_len(key) != len || strncmp(name, key, len) != 0))
      return false;
  }
  return *name == *key;
}

static const struct sd_page_section *find_key(const struct sd_page_sections *keys,
                                              const char *word) {
  for (size_t i = 0; i < keys->v.len; i++)
    for (size_t k = 0; k < keys->v.items[i].names.v.len; k++)
      if (is_key(keys->v.items[i].names.v.items[k], word))
        return &keys->v.items[i];
  return NULL;
}

static void find_group(struct sd_arena *arena, const struct sd_page_sections *keys,
                       const char *word, struct sd_strv *out) {
  const char *start = sd_arena_printf(arena, "%s.", word);
  for (size_t i = 0; i < keys->v.len; i++)
    for (size_t k = 0; k < keys->v.items[i].names.v.len; k++)
      if (sd_text_starts_with(keys->v.items[i].names.v.items[k], start))
        sd_strv_add(out, arena, keys->v.items[i].names.v.items[k]);
}

static const struct sd_page_section *find_rule(const struct sd_page_sections *rules,
                                               const char *word) {
  for (size_t i = 0; i < rules->v.len; i++)
    if (sd_strv_contains(&rules->v.items[i].names, word))
      return &rules->v.items[i];
  return NULL;
}

/* The keys that the part "To allow" of a rule names. */
static void add_allowing(struct sd_arena *arena, const struct sd_page_section *rule,
                         const struct sd_page_sections *keys, struct sd_strv *out) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz_.";
  for (size_t i = 0; i < rule->lines.v.len; i++) {
    const char *at = rule->lines.v.items[i];
    if (!sd_text_starts_with(at, "To allow: "))
      continue;
    while (*at != '\0') {
      size_t len = strspn(at, letters);
      size_t size = len > 0 && at[len - 1] == '.' ? len - 1 : len;
      const char *word = sd_arena_strndup(arena, at, size);
      if (strchr(word, '.') != NULL && find_key(keys, word) != NULL && !sd_strv_contains(out, word))
        sd_strv_add(out, arena, word);
      at += len + strcspn(at + len, letters);
    }
  }
}

static const char *name_at(const void *context, size_t index) {
  const struct sd_strv *names = context;
  return names->v.items[index];
}

static const char *find_nearest(struct sd_arena *arena, const struct sd_page_sections *rules,
                                const struct sd_page_sections *keys, const char *word) {
  const struct sd_page_sections *pages[] = {rules, keys};
  struct sd_strv names = {0};
  for (size_t p = 0; p < sizeof(pages) / sizeof(pages[0]); p++)
    for (size_t i = 0; i < pages[p]->v.len; i++)
      for (size_t k = 0; k < pages[p]->v.items[i].names.v.len; k++)
        sd_strv_add(&names, arena, pages[p]->v.items[i].names.v.items[k]);
  return sd_text_nearest(word, names.v.len, name_at, &names);
}

bool sd_page_explain(struct sd_arena *arena, const char *word, struct sd_explained *out,
                     const char **nearest) {
  struct sd_page_sections rules = {0};
  struct sd_page_sections keys = {0};
  sd_page_read(arena, SD_PAGE_RULES, &rules);
  sd_page_read(arena, SD_PAGE_KEYS, &keys);
  *out = (struct sd_explained){
      .word = word, .rule = find_rule(&rules, word), .key = find_key(&keys, word)};
  find_group(arena, &keys, word, &out->group);
  if (out->key != NULL)
    sd_strv_add(&out->keys, arena, word);
  if (out->rule != NULL)
    add_allowing(arena, out->rule, &keys, &out->keys);
  if (out->rule != NULL || out->key != NULL || out->group.v.len > 0)
    return true;
  *nearest = find_nearest(arena, &rules, &keys, word);
  return false;
}
