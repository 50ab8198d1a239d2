/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of src/suggest_rules.c offer, and the parts of it. */
#ifndef SAFE_DOCKER_SRC_SUGGEST_OFFER_H
#define SAFE_DOCKER_SRC_SUGGEST_OFFER_H

#include "suggest_rules.h"

struct suggest_row;
struct suggest_job {
  const struct suggest_refusal *of;
  const struct suggest_row *row;
  struct suggest_additions *out;
};

/* Adds what could be tried for the refusal to job->out, the narrowest first; nothing where its value is not understood. */
typedef void suggest_offerer(const struct suggest_job *job);

enum suggest_offer {
#define OFFER(name) OFFER_##name,
#include "suggest_offerers.def"
#undef OFFER
};

/* Its texts lie in it: see base/row.h. */
struct suggest_row {
  char rule[24];
  enum suggest_offer offer;
  char key[32]; /* of the policy */
  char risk[144];
};

/* -- for the offerers ---------------------------------------------------------------------------- */

/* `json` for the key, or as an item of its list. */
void suggest_offer(const struct suggest_job *job, const char *key, bool list, const char *json);
/* For the key of the row: an item, unless it is empty or NULL; a text; and a number for any key. */
void suggest_offer_word(const struct suggest_job *job, const char *word);
void suggest_offer_text(const struct suggest_job *job, const char *text);
void suggest_offer_number(const struct suggest_job *job, const char *key, int64_t number);

/* A JSON string. */
const char *suggest_quoted(struct sd_arena *arena, const char *text);
/* The text up to the first of `ends`. */
const char *suggest_cut(struct sd_arena *arena, const char *text, const char *ends);
/* The value behind one of the keys ("source=|src=") in a list with commas; NULL: none. */
const char *suggest_part(struct sd_arena *arena, const char *text, const char *keys);
/* The next value of the option `name` ("--memory", "-m") among the words of the command line from *at on; NULL: none. */
const char *suggest_given(const struct suggest_job *job, const char *name, size_t *at);
/* A whole number above 0. */
bool suggest_count(const struct suggest_job *job, const char *text, int64_t *out);

/* -- the offerers -------------------------------------------------------------------------------- */

#define OFFER(name) suggest_offerer suggest_offer_##name;
#include "suggest_offerers.def"
#undef OFFER

#endif
