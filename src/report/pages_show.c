/* SPDX-License-Identifier: Apache-2.0 */
/* `policy explain`: what the pages say, and what the policy in force says about the keys that are named. */
#include <inttypes.h>
#include <string.h>

#include "json_out.h"
#include "safe-docker/base/json_write.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/pages.h"

#define COLUMNS 79
#define INDENT 2
#define NAME_COLUMNS 21
#define SUMMARY_COLUMNS 100

/* -- values in force ---------------------------------------------------------------------------- */

/* What stands at a path of keys, or what holds it; *path becomes the part of it that was gone. NULL: there is none. */
static const struct sd_json *find_value(struct sd_arena *arena, const struct sd_json *tree,
                                        const char **path) {
  const char *at = *path;
  while (*at != '\0' && tree != NULL && tree->type == SD_JSON_OBJECT) {
    size_t len = strcspn(at, ".[");
    tree = sd_json_get(tree, sd_arena_strndup(arena, at, len));
    at += len;
    if (*at == '[')
      break;
    at += *at == '.' ? 1 : 0;
  }
  size_t gone = (size_t)(at - *path);
  if (gone > 0 && (*path)[gone - 1] == '.')
    gone--;
  *path = sd_arena_strndup(arena, *path, gone);
  return tree;
}

typedef void leaf_adder(struct sd_str *out, const char *path, const struct sd_json *node);

/* A leaf is what a file of the policy replaces as a whole. */
static void each_leaf(struct sd_str *out, const char *path, const struct sd_json *node,
                      leaf_adder *add) {
  if (node->type != SD_JSON_OBJECT || node->members.len == 0) {
    add(out, path, node);
    return;
  }
  for (size_t i = 0; i < node->members.len; i++)
    each_leaf(out, sd_arena_printf(out->arena, "%s.%s", path, node->members.items[i].key),
              node->members.items[i].value, add);
}

static void add_leaf_text(struct sd_str *out, const char *path, const struct sd_json *node) {
  sd_str_addf(out, "    %s = ", path);
  sd_json_write(out, node);
  sd_str_addf(out, "\n        from %s:%u:%u\n", sd_text_safe(out->arena, node->source), node->line,
              node->column);
}

static void add_leaf_json(struct sd_str *out, const char *path, const struct sd_json *node) {
  sd_str_add(out, out->data[out->len - 1] == '[' ? "{" : ",{");
  sd_json_add_member(out, "key", path);
  sd_str_add(out, ",\"value\":");
  sd_json_write(out, node);
  sd_json_add_member(
      out, "origin",
      sd_arena_printf(out->arena, "%s:%u:%u", node->source, node->line, node->column));
  sd_str_add_char(out, '}');
}

/* Whether one of the keys is above it, so that it is among the leaves of that one. */
static bool is_below_one(const struct sd_strv *keys, const char *path) {
  for (size_t i = 0; i < keys->v.len; i++) {
    size_t len = strlen(keys->v.items[i]);
    if (strncmp(path, keys->v.items[i], len) == 0 && path[len] == '.')
      return true;
  }
  return false;
}

static void add_in_force(struct sd_str *out, const struct sd_explained *one,
                         const struct sd_policy *policy, leaf_adder *add) {
  for (size_t i = 0; i < one->keys.v.len; i++) {
    const char *path = one->keys.v.items[i];
    if (is_below_one(&one->keys, path))
      continue;
    const struct sd_json *node = find_value(out->arena, policy->effective, &path);
    if (node != NULL)
      each_leaf(out, path, node, add);
  }
}

/* -- for people --------------------------------------------------------------------------------- */

/* Lines of `first` blanks and then `rest` blanks, broken at blanks. */
static void add_wrapped(struct sd_str *out, const char *text) {
  size_t column = INDENT;
  sd_str_addf(out, "%*s", INDENT, "");
  for (size_t len = 0; *text != '\0'; text += len + strspn(text + len, " ")) {
    len = strcspn(text, " ");
    if (column > INDENT && column + 1 + len > COLUMNS) {
      sd_str_addf(out, "\n%*s", INDENT, "");
      column = INDENT;
    }
    if (column > INDENT) {
      sd_str_add_char(out, ' ');
      column++;
    }
    sd_str_add_bytes(out, text, len);
    column += len;
  }
  sd_str_add_char(out, '\n');
}

static void add_section(struct sd_str *out, const struct sd_page_section *section) {
  bool literal = false;
  for (size_t i = 0; i < section->lines.v.len; i++) {
    const char *line = section->lines.v.items[i];
    bool was = literal;
    literal = sd_text_starts_with(line, "    ");
    if (!(was && literal))
      sd_str_add_char(out, '\n');
    if (literal)
      sd_str_addf(out, "%s\n", line);
    else
      add_wrapped(out, line);
  }
}

static void add_text(struct sd_str *out, const struct sd_explained *one,
                     const struct sd_policy *policy) {
  struct sd_str values;
  sd_str_init(&values, out->arena);
  if (one->rule != NULL) {
    sd_str_addf(out, "Rule %s\n", one->word);
    add_section(out, one->rule);
  }
  if (one->key != NULL) {
    sd_str_addf(out, "%sKey %s\n", one->rule != NULL ? "\n" : "", one->key->names.v.items[0]);
    add_section(out, one->key);
  }
  if (one->group.v.len > 0)
    sd_str_addf(out, "\n  Keys below %s:\n", one->word);
  for (size_t i = 0; i < one->group.v.len; i++)
    sd_str_addf(out, "    %s\n", one->group.v.items[i]);
  if (policy != NULL)
    add_in_force(&values, one, policy, add_leaf_text);
  if (values.len > 0)
    sd_str_addf(out, "\n  In force for you:\n%s", sd_str_text(&values));
}

const char *sd_report_explained_text(struct sd_arena *arena, const struct sd_explained *all,
                                     size_t count, const struct sd_policy *policy) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < count; i++) {
    sd_str_add(&out, i > 0 ? "\n" : "");
    add_text(&out, &all[i], policy);
  }
  return sd_str_text(&out);
}

/* As much of a text as fits on a line, whole words. */
static const char *cut(struct sd_arena *arena, const char *text, size_t room) {
  size_t len = strlen(text);
  if (len <= room)
    return text;
  len = room - strlen("...");
  while (len > 0 && text[len] != ' ')
    len--;
  return sd_arena_printf(arena, "%.*s ...", (int)len, text);
}

const char *sd_report_rules_text(struct sd_arena *arena) {
  struct sd_page_sections rules = {0};
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_page_read(arena, SD_PAGE_RULES, &rules);
  for (size_t i = 0; i < rules.v.len; i++)
    for (size_t k = 0; k < rules.v.items[i].names.v.len; k++)
      sd_str_addf(&out, "%-*s %s\n", NAME_COLUMNS, rules.v.items[i].names.v.items[k],
                  cut(arena, sd_page_summary(arena, &rules.v.items[i]), SUMMARY_COLUMNS));
  return sd_str_text(&out);
}

/* -- for programs ------------------------------------------------------------------------------- */

static void add_paragraphs(struct sd_str *out, const char *key,
                           const struct sd_page_section *section) {
  static const struct {
    const char *mark, *key;
  } parts[] = {{"Why: ", "why"},
               {"Attack: ", "attack"},
               {"Instead: ", "instead"},
               {"To allow: ", "to_allow"}};
  struct sd_strv others = {0};
  for (size_t i = 0; i < section->lines.v.len; i++) {
    const char *line = section->lines.v.items[i];
    size_t p = 0;
    while (p < sizeof(parts) / sizeof(parts[0]) && !sd_text_starts_with(line, parts[p].mark))
      p++;
    if (p < sizeof(parts) / sizeof(parts[0]))
      sd_json_add_member(out, parts[p].key, line + strlen(parts[p].mark));
    else
      sd_strv_add(&others, out->arena, line);
  }
  sd_str_addf(out, ",\"%s\":", key);
  sd_json_add_strings(out, &others);
}

static void add_json(struct sd_str *out, const struct sd_explained *one,
                     const struct sd_policy *policy) {
  sd_str_add_char(out, '{');
  if (one->rule != NULL) {
    sd_json_add_member(out, "rule", one->word);
    add_paragraphs(out, "what", one->rule);
  }
  if (one->key != NULL) {
    sd_json_add_member(out, "key", one->key->names.v.items[0]);
    add_paragraphs(out, "text", one->key);
  }
  if (one->group.v.len > 0) {
    sd_str_add(out, ",\"keys\":");
    sd_json_add_strings(out, &one->group);
  }
  if (policy != NULL) {
    sd_str_add(out, ",\"in_force\":[");
    add_in_force(out, one, policy, add_leaf_json);
    sd_str_add_char(out, ']');
  }
  sd_str_add_char(out, '}');
}

const char *sd_report_explained_json(struct sd_arena *arena, const struct sd_explained *all,
                                     size_t count, const struct sd_policy *policy) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"explained\":[");
  for (size_t i = 0; i < count; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_json(&out, &all[i], policy);
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}

const char *sd_report_rules_json(struct sd_arena *arena) {
  struct sd_page_sections rules = {0};
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"rules\":[");
  sd_page_read(arena, SD_PAGE_RULES, &rules);
  for (size_t i = 0; i < rules.v.len; i++)
    for (size_t k = 0; k < rules.v.items[i].names.v.len; k++) {
      sd_str_add(&out, i + k > 0 ? ",{" : "{");
      sd_json_add_member(&out, "rule", rules.v.items[i].names.v.items[k]);
      sd_json_add_member(&out, "summary", sd_page_summary(arena, &rules.v.items[i]));
      sd_str_add_char(&out, '}');
    }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}
