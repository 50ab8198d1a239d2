/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of safe-docker-rules(7) and safe-docker-policy(5) that are about one rule or one key: `policy explain`.
 * scripts/embed-page takes them from the pages at build time; nothing of them is touched unless somebody asks. */
#ifndef SAFE_DOCKER_REPORT_PAGES_H
#define SAFE_DOCKER_REPORT_PAGES_H

#include "safe-docker/policy/policy.h"

enum sd_page { SD_PAGE_RULES, SD_PAGE_KEYS };

struct sd_page_section {
  struct sd_strv names; /* of one section: all that stand before it */
  struct sd_strv lines; /* a paragraph each; lines of a literal block begin with four blanks */
};
struct sd_page_sections {
  SD_VEC(struct sd_page_section) v;
};

/* The sections of a page, in its order. */
void sd_page_read(struct sd_arena *arena, enum sd_page page, struct sd_page_sections *out);

/* What there is about a word: a rule, a key, or both (isolation is a rule and a key). */
struct sd_explained {
  const char *word;
  const struct sd_page_section *rule, *key; /* NULL: there is none of this name */
  struct sd_strv group;                     /* the keys below it */
  struct sd_strv
      keys; /* those whose values matter: the key itself, or those that allow what a rule refuses */
};
/* False: there is nothing about the word; *nearest is the name of a rule or key that is like it, or NULL. */
bool sd_page_explain(struct sd_arena *arena, const char *word, struct sd_explained *out,
                     const char **nearest) SD_WARN_UNUSED;

/* For people, lines of at most 79 columns, and as {"explained":[...]}. `policy` NULL: no values are shown. */
const char *sd_report_explained_text(struct sd_arena *arena, const struct sd_explained *all,
                                     size_t count, const struct sd_policy *policy);
const char *sd_report_explained_json(struct sd_arena *arena, const struct sd_explained *all,
                                     size_t count, const struct sd_policy *policy);
/* Every rule with the first sentence about it. */
const char *sd_report_rules_text(struct sd_arena *arena);
const char *sd_report_rules_json(struct sd_arena *arena);
/* The first sentence of a section. */
const char *sd_page_summary(struct sd_arena *arena, const struct sd_page_section *section);

#endif
