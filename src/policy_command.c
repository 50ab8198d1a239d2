/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_command.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/host.h"

#include "output.h"

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

static int policy_check(struct session *session, const char *path) {
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

static const char USAGE[] = "Usage:  safe-docker policy show\n"
                            "        safe-docker policy check [FILE]\n"
                            "\n"
                            "See safe-docker-policy(5).\n";

int policy_command(struct session *session, const char *const *words) {
  struct sd_error err;
  sd_error_init(&err, session->arena);
  size_t count = 0;
  while (words[count] != NULL)
    count++;
  if (count == 1 && (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0))
    return output_answer(session->arena, USAGE, 0);
  if (count >= 1 && count <= 2 && strcmp(words[0], "check") == 0)
    return policy_check(session, words[1]);
  if (count == 1 && strcmp(words[0], "show") == 0) {
    if (!session->has_policy)
      return output_complain(session->arena, &session->problem);
    return output_answer(session->arena,
                         sd_policy_show(session->arena, &session->policy, &session->caller), 0);
  }
  (void)sd_fail_rule(&err, NULL, "safe-docker policy show, or safe-docker policy check [FILE]",
                     "policy: not understood");
  return output_complain(session->arena, &err);
}
