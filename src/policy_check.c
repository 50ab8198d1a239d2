/* SPDX-License-Identifier: Apache-2.0 */
/* `policy check [FILE]`. */
#include "policy_command.h"

#include "safe-docker/base/text.h"
#include "safe-docker/sys/host.h"

#include "output.h"
#include "own_words.h"

static bool check_file(struct session *session, const char *path, struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  struct sd_policy_text text = {.name = sd_text_safe(session->arena, path)};
  struct sd_policy *policy = sd_arena_alloc(session->arena, sizeof(*policy));
  struct sd_error why;
  sd_error_init(&why, session->arena);
  if (!host->read_file(host->context, session->arena, path, SD_JSON_MAX_BYTES, &text.text,
                       &text.len, &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", text.name, why.message);
  return sd_policy_load(session->arena, &text, 1, &session->caller, policy, err) &&
         session_check_policy(session->arena, policy, session->who.uid, err);
}

static int check(struct session *session, const char *path) {
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (path == NULL && !session->has_policy)
    return output_complain(session->arena, &session->problem);
  if (path == NULL && !session_read_profile(session, &err))
    return output_complain(session->arena, &err);
  if (path != NULL && !check_file(session, path, &err))
    return output_complain(session->arena, &err);
  const char *what = path != NULL ? sd_text_safe(session->arena, path) : session->policy.sources;
  return output_answer(session->arena,
                       sd_arena_printf(session->arena, "%s: no mistakes found\n", what), 0);
}

int policy_check_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {{NULL, NULL}};
  static const struct own_form form = {.command = "policy check",
                                       .usage = "safe-docker policy check [FILE]",
                                       .options = options,
                                       .most = 1};
  struct own_words given;
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (!own_words_read(session->arena, words, &form, &given, &err))
    return output_complain(session->arena, &err);
  if (given.help)
    return output_answer(session->arena, "Usage:  safe-docker policy check [FILE]\n", 0);
  return check(session, given.operands.v.len > 0 ? given.operands.v.items[0] : NULL);
}
