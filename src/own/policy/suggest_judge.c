/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest_judge.h"

#include <string.h>

#include "policy_facts.h"

static bool is_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool has_finding(const struct sd_policy_findings *findings,
                        const struct sd_policy_finding *wanted) {
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct sd_policy_finding *one = &findings->v.items[i];
    if (is_text(one->kind, wanted->kind) && is_text(one->message, wanted->message) &&
        is_text(one->who, wanted->who))
      return true;
  }
  return false;
}

static const char *line_of(struct sd_arena *arena, const struct sd_policy_finding *finding) {
  return sd_arena_printf(arena, "%s: %s%s%s; an attacker %s",
                         sd_policy_severity_word(finding->severity), finding->message,
                         finding->who != NULL ? ", for " : "",
                         finding->who != NULL ? finding->who : "", finding->attack);
}

bool suggest_judge(struct session *session, const struct sd_policy_texts *texts,
                   const struct sd_policy_text *drop_in, struct sd_strv *out,
                   struct sd_error *err) {
  struct sd_arena *arena = session->arena;
  struct sd_policy_texts all = {{NULL, 0, 0}};
  struct sd_policy_facts facts;
  struct sd_policy_findings before = {0};
  struct sd_policy_findings after = {0};
  policy_facts_find(arena, "", &facts);
  for (size_t i = 0; i < texts->v.len; i++)
    *sd_vec_push(arena, &all.v) = texts->v.items[i];
  *sd_vec_push(arena, &all.v) = *drop_in;
  if (!sd_policy_lint(arena, texts->v.items, texts->v.len, &facts, &before, err) ||
      !sd_policy_lint(arena, all.v.items, all.v.len, &facts, &after, err))
    return false;
  for (size_t i = 0; i < after.v.len; i++)
    if (after.v.items[i].severity != SD_POLICY_NOTE && !has_finding(&before, &after.v.items[i]))
      sd_strv_add(out, arena, line_of(arena, &after.v.items[i]));
  return true;
}
