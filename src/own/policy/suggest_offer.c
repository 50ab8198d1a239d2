/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest_offer.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* -- offering ------------------------------------------------------------------------------------ */

void suggest_offer(const struct suggest_job *job, const char *key, bool list, const char *json) {
  *sd_vec_push(job->of->arena, &job->out->v) =
      (struct suggest_addition){job->of->rule, key, job->row->risk, json, list};
}

const char *suggest_quoted(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_json(&out, text);
  return sd_str_text(&out);
}

void suggest_offer_word(const struct suggest_job *job, const char *word) {
  if (word != NULL && word[0] != '\0')
    suggest_offer(job, job->row->key, true, suggest_quoted(job->of->arena, word));
}

void suggest_offer_text(const struct suggest_job *job, const char *text) {
  suggest_offer(job, job->row->key, false, suggest_quoted(job->of->arena, text));
}

void suggest_offer_number(const struct suggest_job *job, const char *key, int64_t number) {
  suggest_offer(job, key, false, sd_arena_printf(job->of->arena, "%lld", (long long)number));
}

/* The text up to the first of `ends`. */
const char *suggest_cut(struct sd_arena *arena, const char *text, const char *ends) {
  return sd_arena_strndup(arena, text, strcspn(text, ends));
}

/* The value behind one of the keys ("source=|src=") in a list with commas; NULL: none. */
const char *suggest_part(struct sd_arena *arena, const char *text, const char *keys) {
  for (const char *at = text;; at++) {
    size_t len = strcspn(at, ",");
    for (const char *key = keys; *key != '\0';) {
      size_t key_len = strcspn(key, "|");
      if (len >= key_len && strncmp(at, key, key_len) == 0)
        return sd_arena_strndup(arena, at + key_len, len - key_len);
      key += key_len + (key[key_len] == '|' ? 1 : 0);
    }
    at += len;
    if (*at == '\0')
      return NULL;
  }
}

bool suggest_count(const struct suggest_job *job, const char *text, int64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, job->of->arena);
  return sd_number_go_int(text, out, &ignored) && *out > 0;
}

const char *suggest_given(const struct suggest_job *job, const char *name, size_t *at) {
  const struct sd_strv *words = job->of->question->words;
  size_t len = strlen(name);
  while (*at < words->v.len) {
    const char *word = words->v.items[(*at)++];
    if (!sd_text_starts_with(word, name))
      continue;
    if (word[len] == '\0')
      return *at < words->v.len ? words->v.items[*at] : NULL;
    if (word[len] == '=')
      return word + len + 1;
    if (name[1] != '-')
      return word + len; /* -m1g */
  }
  return NULL;
}

/* -- kinds of rows ------------------------------------------------------------------------------- */

void suggest_offer_value(const struct suggest_job *job) {
  suggest_offer_word(job, job->of->value);
}

/* Of commands, and other texts that are no options. */
void suggest_offer_whole(const struct suggest_job *job) {
  suggest_offer_word(job, job->of->option);
}

void suggest_offer_before_equals(const struct suggest_job *job) {
  suggest_offer_word(job, suggest_cut(job->of->arena, job->of->value, "="));
}

void suggest_offer_option(const struct suggest_job *job) {
  const char *parts[] = {"ip=", "ip6=", "link-local-ip=", "mac-address="};
  bool network = strcmp(job->of->option, "network") == 0 || strcmp(job->of->option, "net") == 0;
  for (size_t i = 0; network && i < sizeof(parts) / sizeof(parts[0]); i++)
    if (suggest_part(job->of->arena, job->of->value, parts[i]) != NULL)
      suggest_offer_word(job, suggest_cut(job->of->arena, parts[i], "="));
  if (!network)
    suggest_offer_word(job, job->of->option);
}

void suggest_offer_true(const struct suggest_job *job) {
  suggest_offer(job, job->row->key, false, "true");
}

void suggest_offer_false(const struct suggest_job *job) {
  suggest_offer(job, job->row->key, false, "false");
}

void suggest_offer_trust(const struct suggest_job *job) {
  suggest_offer(job, job->row->key, false,
                job->of->policy->images.content_trust ? "false" : "true");
}

void suggest_offer_none(const struct suggest_job *job) {
  suggest_offer_text(job, "");
}

void suggest_offer_auto(const struct suggest_job *job) {
  suggest_offer_text(job, "auto");
}

void suggest_offer_default(const struct suggest_job *job) {
  suggest_offer_text(job, "default");
}

void suggest_offer_stricter(const struct suggest_job *job) {
  suggest_offer_text(job, "stricter");
}

void suggest_offer_callers(const struct suggest_job *job) {
  suggest_offer_text(job, "caller");
}

void suggest_offer_user(const struct suggest_job *job) {
  suggest_offer_text(job, "non-root");
  suggest_offer_text(job, "any");
}

void suggest_offer_as_text(const struct suggest_job *job) {
  if (job->of->value[0] != '\0')
    suggest_offer_text(job, job->of->value);
}
