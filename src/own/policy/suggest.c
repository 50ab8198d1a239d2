/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: believe no table: what is offered is kept where a decision with it refuses less, and dropped again where one
 * without it refuses no more. */
#include "suggest.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/clock.h"

#include "suggest_additions.h"
#include "suggest_judge.h"
#include "suggest_rules.h"

/* Whoever is refused chooses how often and how long: what is looked for stays within these. */
#define ROUNDS_MAX 60
#define REFUSALS_MAX 100 /* of one question */
#define DECISIONS_MAX 20000
#define ANSWERS_MAX ((size_t)48 * 1024 * 1024) /* bytes of all of them */
#define MILLISECONDS_MAX ((int64_t)300 * 1000)
#define DROP_IN "/etc/safe-docker/policy.d/zz-suggested.json" /* the last one to be merged */

struct asked {
  const struct whatif *question;
  struct sd_policy *policy;
  struct whatif_answer answer; /* with the additions so far */
};

struct search {
  struct session *session;
  struct sd_arena *arena;
  struct suggest_base base;
  struct suggest_additions found;
  struct sd_strv never;
  SD_VEC(struct asked) asked; /* what is refused without any addition */
  size_t decisions, answered; /* so far, and bytes of their answers */
  int64_t began;
  bool skipped; /* a question that could not be looked at: `never` tells */
};

/* -- how much ------------------------------------------------------------------------------------ */

static bool is_too_much(const struct search *search) {
  return search->decisions > DECISIONS_MAX || search->answered > ANSWERS_MAX ||
         sd_clock_now() - search->began > MILLISECONDS_MAX;
}

static bool fail_too_much(struct sd_error *err) {
  return sd_fail_rule(err, NULL,
                      "ask for less: one command line, or in audit suggest fewer with --user, "
                      "--rule, --command or --since",
                      "what is refused, and what could be added, is more than is looked at");
}

static bool decide(struct search *search, const struct whatif *question, struct whatif_answer *out,
                   struct sd_error *err) {
  if (is_too_much(search))
    return fail_too_much(err);
  search->decisions++;
  if (!whatif_decide(search->session, question, out, err))
    return false;
  search->answered += out->bytes;
  return true;
}

/* -- deciding with additions --------------------------------------------------------------------- */

static bool try_with(struct search *search, const struct whatif *question,
                     const struct suggest_additions *additions, size_t without,
                     struct whatif_answer *out, struct sd_error *err) {
  const char *text = suggest_drop_in(search->arena, &search->base, additions, without);
  struct sd_policy_texts texts = {{NULL, 0, 0}};
  struct whatif anew = *question;
  for (size_t i = 0; i < question->text_count; i++)
    *sd_vec_push(search->arena, &texts.v) = question->texts[i];
  *sd_vec_push(search->arena, &texts.v) = (struct sd_policy_text){DROP_IN, text, strlen(text)};
  anew.texts = texts.v.items;
  anew.text_count = texts.v.len;
  return decide(search, &anew, out, err);
}

static const char *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "";
}

static bool is_refusal(const struct sd_json *a, const struct sd_json *b) {
  return strcmp(text_at(a, "rule"), text_at(b, "rule")) == 0 &&
         strcmp(text_at(a, "option"), text_at(b, "option")) == 0 &&
         strcmp(text_at(a, "message"), text_at(b, "message")) == 0;
}

static bool has_refusal(const struct whatif_answer *answer, const struct sd_json *refusal) {
  const struct sd_json *all = sd_json_get(answer->explain, "violations");
  for (size_t i = 0; i < all->items.len; i++)
    if (is_refusal(all->items.items[i], refusal))
      return true;
  return false;
}

/* -- one refusal --------------------------------------------------------------------------------- */

static void split_option(struct sd_arena *arena, const char *text, struct suggest_refusal *out) {
  bool option = sd_text_starts_with(text, "--");
  size_t len = option ? strcspn(text, "=") : strlen(text);
  out->option = option ? sd_arena_strndup(arena, text + 2, len - 2) : text;
  out->value = option && text[len] == '=' ? text + len + 1 : "";
}

static bool is_found(const struct search *search, const struct suggest_addition *addition) {
  for (size_t i = 0; i < search->found.v.len; i++)
    if (strcmp(search->found.v.items[i].key, addition->key) == 0 &&
        strcmp(search->found.v.items[i].value, addition->value) == 0)
      return true;
  return false;
}

/* Keeps the offers from `from` to below `to` where this refusal is gone with them, or another one of the same option has
 * taken its place. */
static bool keep(struct search *search, struct asked *asked, const struct sd_json *refusal,
                 const struct suggest_additions *offered, size_t from, size_t to) {
  struct suggest_additions more = search->found;
  struct whatif_answer answer;
  struct sd_error ignored;
  more.v.cap = more.v.len; /* a copy where it grows */
  for (size_t i = from; i < to; i++)
    if (!is_found(search, &offered->v.items[i]))
      *sd_vec_push(search->arena, &more.v) = offered->v.items[i];
  sd_error_init(&ignored, search->arena);
  if (more.v.len == search->found.v.len ||
      !try_with(search, asked->question, &more, SIZE_MAX, &answer, &ignored) ||
      has_refusal(&answer, refusal))
    return false;
  search->found = more;
  asked->answer = answer;
  return true;
}

/* The first of what is offered that helps; else all of it together, such as an address and that it is the default one. */
static bool lift(struct search *search, struct asked *asked, const struct sd_json *refusal) {
  struct suggest_refusal parts = {.arena = search->arena,
                                  .rule = text_at(refusal, "rule"),
                                  .policy = asked->policy,
                                  .question = asked->question};
  struct suggest_additions offered = {{NULL, 0, 0}};
  split_option(search->arena, text_at(refusal, "option"), &parts);
  suggest_candidates(&parts, &offered);
  for (size_t i = 0; i < offered.v.len; i++)
    if (keep(search, asked, refusal, &offered, i, i + 1))
      return true;
  return offered.v.len > 1 && keep(search, asked, refusal, &offered, 0, offered.v.len);
}

static bool is_told(const struct search *search, const char *line) {
  return sd_strv_contains(&search->never, line);
}

static void give_up(struct search *search, const struct sd_json *refusal) {
  struct sd_arena *arena = search->arena;
  const char *hint = text_at(refusal, "hint");
  const char *line =
      sd_arena_printf(arena, "%s: %s%s%s", text_at(refusal, "rule"), text_at(refusal, "message"),
                      hint[0] != '\0' ? "; instead: " : "", hint);
  if (!is_told(search, line))
    sd_strv_add(&search->never, arena, line);
}

/* -- one question -------------------------------------------------------------------------------- */

/* True where a refusal was lifted; then there may be others behind it. */
static bool advance(struct search *search, struct asked *asked) {
  const struct sd_json *all = sd_json_get(asked->answer.explain, "violations");
  for (size_t i = 0; i < all->items.len; i++)
    if (lift(search, asked, all->items.items[i]))
      return true;
  return false;
}

static bool renew(struct search *search, struct asked *asked, struct sd_error *err) {
  return search->found.v.len == 0 ||
         try_with(search, asked->question, &search->found, SIZE_MAX, &asked->answer, err);
}

static bool search_one(struct search *search, struct asked *asked, struct sd_error *err) {
  if (!renew(search, asked, err))
    return false;
  for (int round = 0; round < ROUNDS_MAX && !asked->answer.allowed; round++)
    if (!advance(search, asked))
      break;
  return true;
}

/* -- all of them --------------------------------------------------------------------------------- */

/* Whether any of `now` is not among `before`. */
static bool has_other(const struct whatif_answer *now, const struct whatif_answer *before) {
  const struct sd_json *all = sd_json_get(now->explain, "violations");
  for (size_t i = 0; i < all->items.len; i++)
    if (!has_refusal(before, all->items.items[i]))
      return true;
  return false;
}

/* Whether any question is refused without that addition for what it is not refused for with it. */
static bool is_needed(struct search *search, size_t addition) {
  for (size_t i = 0; i < search->asked.len; i++) {
    struct whatif_answer answer;
    struct sd_error ignored;
    sd_error_init(&ignored, search->arena);
    if (!try_with(search, search->asked.items[i].question, &search->found, addition, &answer,
                  &ignored) ||
        has_other(&answer, &search->asked.items[i].answer))
      return true;
  }
  return false;
}

static void drop_needless(struct search *search) {
  for (size_t i = search->found.v.len; i > 0; i--) {
    if (is_needed(search, i - 1))
      continue;
    for (size_t k = i; k < search->found.v.len; k++)
      search->found.v.items[k - 1] = search->found.v.items[k];
    search->found.v.len--;
  }
}

static bool load_policy(struct search *search, const struct whatif *question,
                        struct sd_policy **out, struct sd_error *err) {
  *out = sd_arena_alloc(search->arena, sizeof(**out));
  struct session *scratch = sd_arena_alloc(search->arena, sizeof(*scratch));
  const struct session_pretence pretence = {
      .who = question->who,
      .group_names = question->group_names,
      .texts = question->texts,
      .text_count = question->text_count,
      .owner = search->session->owner,
      .other_machine = true,
  };
  if (!session_pretend(search->arena, &pretence, scratch, err))
    return false;
  **out = scratch->policy;
  return true;
}

static void skip(struct search *search, const struct whatif *question, const char *why) {
  const char *line =
      sd_arena_printf(search->arena, "a request of %s: %s", question->who->user, why);
  search->skipped = true;
  if (!is_told(search, line))
    sd_strv_add(&search->never, search->arena, line);
}

/* Of several questions one that cannot be looked at is no reason to look at none. */
static bool collect_one(struct search *search, const struct whatif *question, bool alone,
                        struct sd_error *err) {
  struct asked asked = {.question = question};
  struct sd_error why;
  sd_error_init(&why, search->arena);
  if (!decide(search, question, &asked.answer, alone ? err : &why)) {
    if (!alone)
      skip(search, question, why.message);
    return !alone;
  }
  if (asked.answer.allowed)
    return true;
  size_t count = sd_json_get(asked.answer.explain, "violations")->items.len;
  if (count > REFUSALS_MAX) {
    skip(search, question,
         sd_arena_printf(search->arena,
                         "it is refused for %zu reasons, and no more than %d are "
                         "looked at",
                         count, REFUSALS_MAX));
    return true;
  }
  if (!load_policy(search, question, &asked.policy, err))
    return false;
  *sd_vec_push(search->arena, &search->asked) = asked;
  return true;
}

static bool collect(struct search *search, const struct whatif *questions, size_t count,
                    struct sd_error *err) {
  for (size_t i = 0; i < count; i++)
    if (!collect_one(search, &questions[i], count == 1, err))
      return false;
  return true;
}

static bool search_all(struct search *search, struct sd_error *err) {
  for (size_t i = 0; i < search->asked.len; i++)
    if (!search_one(search, &search->asked.items[i], err))
      return false;
  /* A later one may have replaced what an earlier one needed. */
  for (size_t i = 0; i < search->asked.len; i++)
    if (!renew(search, &search->asked.items[i], err))
      return false;
  drop_needless(search);
  if (is_too_much(search))
    return fail_too_much(err);
  for (size_t i = 0; i < search->asked.len; i++) {
    const struct sd_json *left = sd_json_get(search->asked.items[i].answer.explain, "violations");
    for (size_t k = 0; k < left->items.len; k++)
      give_up(search, left->items.items[k]);
  }
  return true;
}

bool suggest_make(struct session *session, const struct whatif *questions, size_t count,
                  const struct suggest_target *target, struct suggestions *out,
                  struct sd_error *err) {
  struct search search = {.session = session, .arena = session->arena, .began = sd_clock_now()};
  *out = (struct suggestions){.enough = true};
  if (count == 0)
    return true;
  if (!suggest_base_read(session, questions[0].texts, questions[0].text_count, target, &search.base,
                         err) ||
      !collect(&search, questions, count, err) || !search_all(&search, err))
    return false;
  out->enough = !search.skipped;
  for (size_t i = 0; i < search.asked.len; i++)
    out->enough = out->enough && search.asked.items[i].answer.allowed;
  for (size_t i = 0; i < search.found.v.len; i++) {
    const struct suggest_addition *addition = &search.found.v.items[i];
    *sd_vec_push(session->arena, &out->list) =
        (struct suggestion){addition->rule, addition->key, addition->value, addition->risk};
  }
  out->never = search.never;
  if (search.found.v.len == 0)
    return true;
  out->policy = suggest_drop_in(session->arena, &search.base, &search.found, SIZE_MAX);
  const struct sd_policy_text drop_in = {DROP_IN, out->policy, strlen(out->policy)};
  return suggest_judge(session, &search.base.texts, &drop_in, &out->warnings, err);
}
