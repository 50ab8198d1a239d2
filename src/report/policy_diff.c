/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `policy diff`. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/policy.h"

#include "json_out.h"

static const char *place(struct sd_arena *arena, const struct sd_json *node) {
  return node != NULL ? sd_arena_printf(arena, "%s:%u:%u", node->source, node->line, node->column)
                      : NULL;
}

static size_t count_of(const struct sd_policy_differences *differences,
                       enum sd_policy_change change) {
  size_t count = 0;
  for (size_t i = 0; i < differences->v.len; i++)
    count += differences->v.items[i].change == change;
  return count;
}

/* -- text ---------------------------------------------------------------------------------------- */

static void add_items(struct sd_str *out, char sign, const struct sd_strv *items) {
  for (size_t i = 0; i < items->v.len; i++)
    sd_str_addf(out, "    %c %s\n", sign, items->v.items[i]);
}

static const char *or_none(const char *text) {
  return text != NULL ? text : "nothing";
}

static void add_difference(struct sd_str *out, const struct sd_policy_difference *difference) {
  sd_str_addf(out, "%-8s  %s", sd_policy_change_word(difference->change), difference->key);
  if (difference->list)
    sd_str_add_char(out, '\n');
  else
    sd_str_addf(out, ": %s -> %s\n", sd_text_safe(out->arena, or_none(difference->old_text)),
                sd_text_safe(out->arena, or_none(difference->new_text)));
  add_items(out, '-', &difference->removed);
  add_items(out, '+', &difference->added);
  sd_str_addf(out, "    from %s to %s\n", or_none(place(out->arena, difference->old_node)),
              or_none(place(out->arena, difference->new_node)));
}

static bool is_same_text(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const char *sd_report_policy_diff_text(struct sd_arena *arena, const struct sd_policy_pair *pair) {
  const struct sd_policy_differences *differences = pair->differences;
  struct sd_str out;
  sd_str_init(&out, arena);
  if (differences->v.len == 0)
    return sd_arena_printf(arena, "%s and %s: no differences%s%s\n", pair->names[0], pair->names[1],
                           pair->who != NULL ? " for " : "", pair->who != NULL ? pair->who : "");
  sd_str_addf(&out, "From %s to %s, for %s:\n", pair->names[0], pair->names[1],
              pair->who != NULL ? pair->who : "everybody");
  for (size_t i = 0; i < differences->v.len; i++) {
    const struct sd_policy_difference *difference = &differences->v.items[i];
    if (!is_same_text(difference->who, i > 0 ? differences->v.items[i - 1].who : NULL))
      sd_str_addf(&out, "\nFor %s:\n", difference->who);
    add_difference(&out, difference);
  }
  sd_str_addf(&out, "\nloosens %zu, tightens %zu, differs %zu\n",
              count_of(differences, SD_POLICY_LOOSENS), count_of(differences, SD_POLICY_TIGHTENS),
              count_of(differences, SD_POLICY_DIFFERS));
  return sd_str_text(&out);
}

/* -- JSON ---------------------------------------------------------------------------------------- */

/* "key":VALUE, where the value is JSON already. */
static void add_raw(struct sd_str *out, const char *key, const char *value) {
  sd_str_addf(out, ",\"%s\":%s", key, value != NULL ? value : "null");
}

static void add_difference_json(struct sd_str *out, const struct sd_policy_difference *difference) {
  sd_str_addf(out, "{\"change\":\"%s\"", sd_policy_change_word(difference->change));
  sd_json_add_member(out, "key", difference->key);
  sd_json_add_member(out, "for", difference->who);
  add_raw(out, "old", difference->old_text);
  add_raw(out, "new", difference->new_text);
  sd_json_add_member(out, "old_place", place(out->arena, difference->old_node));
  sd_json_add_member(out, "new_place", place(out->arena, difference->new_node));
  sd_str_add(out, ",\"added\":");
  sd_json_add_strings(out, difference->list ? &difference->added : NULL);
  sd_str_add(out, ",\"removed\":");
  sd_json_add_strings(out, difference->list ? &difference->removed : NULL);
  sd_str_add_char(out, '}');
}

const char *sd_report_policy_diff_json(struct sd_arena *arena, const struct sd_policy_pair *pair) {
  const struct sd_policy_differences *differences = pair->differences;
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"first\":");
  sd_str_add_json(&out, pair->names[0]);
  sd_json_add_member(&out, "second", pair->names[1]);
  sd_json_add_member(&out, "user", pair->who);
  sd_str_addf(&out, ",\"loosens\":%zu,\"tightens\":%zu,\"differs\":%zu,\"differences\":[",
              count_of(differences, SD_POLICY_LOOSENS), count_of(differences, SD_POLICY_TIGHTENS),
              count_of(differences, SD_POLICY_DIFFERS));
  for (size_t i = 0; i < differences->v.len; i++) {
    sd_str_add(&out, i > 0 ? ",\n" : "\n");
    add_difference_json(&out, &differences->v.items[i]);
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}
