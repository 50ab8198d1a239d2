/* SPDX-License-Identifier: Apache-2.0 */
/* The lint as a whole: which policies are judged, and what is told once. */
#include "lint.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"

#include "schema.h"

#define PAIRS_MAX 24 /* overrides that are judged two by two: 276 pairs */

/* -- findings ----------------------------------------------------------------------------------- */

const char *sd_policy_severity_word(enum sd_policy_severity severity) {
  switch (severity) {
  case SD_POLICY_NOTE:
    return "note";
  case SD_POLICY_WARNING:
    return "warning";
  case SD_POLICY_DANGER:
    break;
  }
  return "danger";
}

static bool is_same(const struct sd_policy_finding *a, const struct sd_policy_finding *b) {
  return strcmp(a->kind, b->kind) == 0 && strcmp(a->message, b->message) == 0 &&
         a->line == b->line && a->column == b->column && strcmp(a->source, b->source) == 0;
}

void sd_policy_findings_add(struct sd_arena *arena, struct sd_policy_findings *findings,
                            const struct sd_policy_finding *finding) {
  for (size_t i = 0; i < findings->v.len; i++)
    if (is_same(&findings->v.items[i], finding))
      return;
  *sd_vec_push(arena, &findings->v) = *finding;
  findings->dangers += finding->severity == SD_POLICY_DANGER;
  findings->warnings += finding->severity == SD_POLICY_WARNING;
  findings->notes += finding->severity == SD_POLICY_NOTE;
}

const struct sd_json *lint_at(const struct lint *lint, const char *key) {
  const struct sd_json *node = lint->view->policy.effective;
  while (*key != '\0' && node != NULL && node->type == SD_JSON_OBJECT) {
    size_t len = strcspn(key, ".");
    node = sd_json_get(node, sd_arena_strndup(lint->arena, key, len));
    key += len + (key[len] == '.');
  }
  return *key == '\0' ? node : NULL;
}

void lint_add(const struct lint *lint, const struct sd_json *node, const char *key,
              const struct lint_words *words, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(lint->arena, format, args);
  va_end(args);
  struct sd_policy_finding finding = {.severity = words->severity,
                                      .kind = words->kind,
                                      .key = key,
                                      .source =
                                          node != NULL ? node->source : SD_POLICY_BUILTIN_NAME,
                                      .line = node != NULL ? node->line : 1,
                                      .column = node != NULL ? node->column : 1,
                                      .who = lint->view->who,
                                      .message = message,
                                      .attack = words->attack,
                                      .advice = words->advice};
  sd_policy_findings_add(lint->arena, lint->out, &finding);
}

static int compare_row(const void *name, const void *row) {
  return strcmp(name, ((const struct lint_row *)row)->name);
}

const struct lint_row *lint_find(const struct lint_row *rows, size_t count, const char *name) {
  return bsearch(name, rows, count, sizeof(*rows), compare_row);
}

void lint_add_row(const struct lint *lint, const struct sd_json *node, const char *key,
                  const char *kind, const struct lint_row *row) {
  const struct lint_words words = {row->severity, kind, row->attack, row->advice};
  if (!row->harmless)
    lint_add(lint, node, key, &words, "%s: %s %s", key, lint_text(lint, node), row->what);
}

const char *lint_text(const struct lint *lint, const struct sd_json *node) {
  return node->type == SD_JSON_STRING ? sd_text_safe(lint->arena, node->string) : "";
}

/* In the order of files and lines; of one place the worse one first. */
static int by_place(const void *a, const void *b) {
  const struct sd_policy_finding *left = a;
  const struct sd_policy_finding *right = b;
  int order = strcmp(left->source, right->source);
  if (order == 0)
    order = (left->line > right->line) - (left->line < right->line);
  if (order == 0)
    order = (left->column > right->column) - (left->column < right->column);
  if (order == 0)
    order = (int)right->severity - (int)left->severity;
  if (order == 0)
    order = strcmp(left->kind, right->kind);
  return order != 0 ? order : strcmp(left->message, right->message);
}

void sd_policy_findings_sort(struct sd_policy_findings *findings) {
  if (findings->v.len > 1)
    qsort(findings->v.items, findings->v.len, sizeof(findings->v.items[0]), by_place);
}

/* -- what is judged ----------------------------------------------------------------------------- */

static void add_names(struct sd_strv *out, struct sd_arena *arena, const struct sd_json *entry,
                      const char *key, const char *word) {
  const struct sd_json *list = sd_json_get(entry, key);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    sd_strv_add(out, arena,
                item->type == SD_JSON_NUMBER
                    ? sd_arena_printf(arena, "%s %jd", word, (intmax_t)item->number)
                    : sd_arena_printf(arena, "%s %s", word, sd_text_safe(arena, item->string)));
  }
}

/* "user alice, group ml" */
const char *sd_policy_override_name(struct sd_arena *arena, const struct sd_json *entry) {
  struct sd_strv names = {{NULL, 0, 0}};
  add_names(&names, arena, entry, "users", "user");
  add_names(&names, arena, entry, "groups", "group");
  return names.v.len > 0 ? sd_strv_join(&names, arena, ", ") : "nobody";
}

static bool read_view(struct sd_arena *arena, struct sd_json *tree, const char *who,
                      struct sd_policy_view *out, struct sd_error *err) {
  const struct sd_policy_reading in = {.arena = arena, .caller = &sd_policy_anybody};
  struct sd_error why;
  sd_error_init(&why, arena);
  *out = (struct sd_policy_view){.who = who};
  out->policy.effective = tree;
  if (sd_policy_read_shape(&in, &sd_policy_root, NULL, tree, &out->policy, &why) &&
      sd_policy_check_whole(&in, tree, &out->policy, &why))
    return true;
  return who == NULL ? sd_fail_rule(err, why.rule, why.hint, "%s", why.message)
                     : sd_fail_rule(err, why.rule, why.hint, "%s (in the override for %s)",
                                    why.message, who);
}

static bool add_views(struct sd_arena *arena, const struct sd_json *tree,
                      struct sd_policy_views *out, struct sd_error *err) {
  const struct sd_json *list = sd_json_get(tree, "overrides");
  struct sd_json *all = sd_policy_without(arena, tree, list);
  if (!read_view(arena, all, NULL, sd_vec_push(arena, &out->v), err))
    return false;
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *entry = list->items.items[i];
    if (!read_view(arena, sd_policy_merge(arena, all, sd_json_get(entry, "policy")),
                   sd_policy_override_name(arena, entry), sd_vec_push(arena, &out->v), err))
      return false;
  }
  return true;
}

bool sd_policy_view_all(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                        struct sd_policy_views *out, struct sd_error *err) {
  struct sd_json *tree = NULL;
  const char *hash = NULL;
  struct sd_policy_views views = {{NULL, 0, 0}};
  if (!sd_policy_merge_texts(arena, texts, count, &tree, &hash, err) ||
      !add_views(arena, tree, &views, err))
    return false;
  *out = views;
  return true;
}

/* -- judging ------------------------------------------------------------------------------------ */

static lint_part *const parts[] = {
    lint_docker, lint_commands,    lint_capabilities, lint_limits,  lint_user,
    lint_mounts, lint_network,     lint_images,       lint_devices, lint_options,
    lint_others, lint_confinement, lint_audit,
};

static void judge(struct sd_arena *arena, const struct sd_policy_facts *facts,
                  const struct sd_policy_view *view, struct sd_policy_findings *out) {
  const struct lint lint = {arena, facts, view, out};
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
    parts[i](&lint);
}

/* Two overrides for users alone concern one caller where they share one. */
static bool may_meet(const struct sd_json *first, const struct sd_json *second) {
  const struct sd_json *users[2] = {sd_json_get(first, "users"), sd_json_get(second, "users")};
  if (sd_json_get(first, "groups") != NULL || sd_json_get(second, "groups") != NULL)
    return true;
  for (size_t i = 0; users[0] != NULL && i < users[0]->items.len; i++)
    for (size_t k = 0; users[1] != NULL && k < users[1]->items.len; k++) {
      const struct sd_json *a = users[0]->items.items[i];
      const struct sd_json *b = users[1]->items.items[k];
      /* A name and a number may be one account. */
      if (a->type != b->type ||
          (a->type == SD_JSON_NUMBER ? a->number == b->number : strcmp(a->string, b->string) == 0))
        return true;
    }
  return false;
}

/* What two overrides make of a policy together. That they contradict each other is found only where both concern
 * somebody, and then nothing runs. */
static void judge_pair(struct sd_arena *arena, const struct sd_policy_facts *facts,
                       struct sd_json *tree, const struct sd_json *const pair[2],
                       struct sd_policy_findings *out) {
  static const struct lint_words words = {
      SD_POLICY_WARNING, "override-contradiction",
      "nothing is won by it: whoever is concerned by both cannot run anything",
      "write default and max together in each override, or the one that is wanted last"};
  const char *who =
      sd_arena_printf(arena, "%s together with %s", sd_policy_override_name(arena, pair[0]),
                      sd_policy_override_name(arena, pair[1]));
  struct sd_policy_view view = {.who = who};
  struct sd_error why;
  sd_error_init(&why, arena);
  struct sd_json *merged =
      sd_policy_merge(arena, sd_policy_merge(arena, tree, sd_json_get(pair[0], "policy")),
                      sd_json_get(pair[1], "policy"));
  if (read_view(arena, merged, NULL, &view, &why)) {
    view.who = who;
    judge(arena, facts, &view, out);
    return;
  }
  const struct lint lint = {arena, facts, &view, out};
  lint_add(&lint, pair[1], "overrides", &words, "overrides: with the override for %s: %s",
           sd_policy_override_name(arena, pair[0]), why.message);
}

static void judge_pairs(struct sd_arena *arena, const struct sd_policy_facts *facts,
                        struct sd_json *tree, const struct sd_json *list,
                        struct sd_policy_findings *out) {
  size_t count = list != NULL && list->items.len <= PAIRS_MAX ? list->items.len : 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = i + 1; k < count; k++) {
      const struct sd_json *const pair[2] = {list->items.items[i], list->items.items[k]};
      if (may_meet(pair[0], pair[1]))
        judge_pair(arena, facts, tree, pair, out);
    }
}

bool sd_policy_lint(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    const struct sd_policy_facts *facts, struct sd_policy_findings *out,
                    struct sd_error *err) {
  struct sd_json *tree = NULL;
  const char *hash = NULL;
  struct sd_policy_views views = {{NULL, 0, 0}};
  struct sd_policy_findings found = {{NULL, 0, 0}, 0, 0, 0};
  if (!sd_policy_merge_texts(arena, texts, count, &tree, &hash, err) ||
      !add_views(arena, tree, &views, err))
    return false;
  for (size_t i = 0; i < views.v.len; i++)
    judge(arena, facts, &views.v.items[i], &found);
  const struct sd_json *list = sd_json_get(tree, "overrides");
  judge_pairs(arena, facts, views.v.items[0].policy.effective, list, &found);
  const struct lint whole = {arena, facts, &views.v.items[0], &found};
  lint_people(&whole, list);
  lint_hidden(&whole, texts, count);
  sd_policy_findings_sort(&found);
  *out = found;
  return true;
}
