/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_again.h"

#include "safe-docker/sys/clock.h"

/* A user may stop the processes that decide as them: the requests of one take no longer than this. */
#define MILLISECONDS_MAX ((int64_t)300 * 1000)

const struct sd_identity *audit_again_account(struct session *session,
                                              struct audit_accounts *accounts, uint32_t uid,
                                              const char **why) {
  struct sd_arena *arena = session->arena;
  for (size_t i = 0; i < accounts->list.len; i++)
    if (accounts->list.items[i].uid == uid) {
      *why = accounts->list.items[i].problem;
      return accounts->list.items[i].who;
    }
  struct sd_error err;
  struct sd_identity *who = sd_arena_alloc(arena, sizeof(*who));
  sd_error_init(&err, arena);
  bool found = whatif_find_user(arena, sd_arena_printf(arena, "%u", (unsigned)uid), who, &err);
  *sd_vec_push(arena, &accounts->list) = (struct audit_account){
      .uid = uid, .who = found ? who : NULL, .problem = found ? NULL : err.message};
  *why = err.message;
  return found ? who : NULL;
}

static void fail(struct audit_again *again, const char *why) {
  if (again->unanswered++ == 0)
    again->why = why;
}

static struct audit_account *account_of(struct audit_accounts *accounts, uint32_t uid) {
  for (size_t i = 0; i < accounts->list.len; i++)
    if (accounts->list.items[i].uid == uid)
      return &accounts->list.items[i];
  return NULL;
}

/* Afterwards the account has none of its requests tried any more. */
static void count_time(struct sd_arena *arena, struct audit_account *account, int64_t began) {
  if (account == NULL)
    return;
  account->milliseconds += sd_clock_now() - began;
  if (account->milliseconds <= MILLISECONDS_MAX)
    return;
  account->who = NULL;
  account->problem = sd_arena_printf(
      arena, "the requests of uid %u take too long; choose fewer with --since or --command",
      (unsigned)account->uid);
}

/* Little is kept of an answer: all of them together could be more than the host has. */
static bool decide(struct session *session, const struct whatif *question,
                   struct whatif_answer *out, struct sd_error *err) {
  struct sd_arena scratch;
  struct session own = *session;
  struct sd_error why;
  struct whatif_answer answer;
  sd_arena_init(&scratch);
  sd_error_init(&why, &scratch);
  own.arena = &scratch;
  bool good = whatif_decide(&own, question, &answer, &why);
  *out = (struct whatif_answer){0};
  if (good) {
    *out = (struct whatif_answer){.allowed = answer.allowed, .note = answer.note};
    for (size_t i = 0; i < answer.rules.v.len; i++)
      sd_strv_add(&out->rules, session->arena,
                  sd_arena_strdup(session->arena, answer.rules.v.items[i]));
  } else {
    (void)sd_fail(err, "%s", why.message);
  }
  sd_arena_finish(&scratch);
  return good;
}

static void try_one(struct session *session, const struct sd_policy_texts *texts,
                    struct audit_accounts *accounts, const struct sd_audit_request *request,
                    struct audit_again *again) {
  const char *why = NULL;
  struct whatif_answer answer;
  struct sd_error err;
  sd_error_init(&err, session->arena);
  const struct sd_identity *who = audit_again_account(session, accounts, request->uid, &why);
  if (who == NULL) {
    fail(again, why);
    return;
  }
  const struct whatif question = {.texts = texts->v.items,
                                  .text_count = texts->v.len,
                                  .who = who,
                                  .folder = request->folder,
                                  .words = &request->words};
  int64_t began = sd_clock_now();
  bool decided = decide(session, &question, &answer, &err);
  count_time(session->arena, account_of(accounts, request->uid), began);
  if (!decided) {
    fail(again, err.message);
    return;
  }
  again->tried++;
  if (answer.allowed == request->denied)
    *sd_vec_push(session->arena, &again->different) =
        (struct audit_tried){.request = request, .answer = answer};
}

bool audit_again_try(struct session *session, const struct sd_audit_history *history,
                     struct audit_again *out, struct sd_error *err) {
  struct sd_policy_texts texts = {0};
  struct audit_accounts accounts = {0};
  *out = (struct audit_again){.tried = 0};
  if (history->requests.len > 0 && !whatif_texts(session, NULL, &texts, err))
    return false;
  for (size_t i = 0; i < history->requests.len; i++)
    try_one(session, &texts, &accounts, &history->requests.items[i], out);
  return true;
}
