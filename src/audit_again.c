/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_again.h"

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
  if (!whatif_decide(session, &question, &answer, &err)) {
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
