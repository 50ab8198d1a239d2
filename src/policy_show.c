/* SPDX-License-Identifier: Apache-2.0 */
/* `policy show`. */
#include "policy_command.h"

#include "output.h"
#include "own_words.h"

int policy_show_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {{NULL, NULL}};
  static const struct own_form form = {
      .command = "policy show", .usage = "safe-docker policy show", .options = options};
  struct own_words given;
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (!own_words_read(session->arena, words, &form, &given, &err))
    return output_complain(session->arena, &err);
  if (given.help)
    return output_answer(session->arena, "Usage:  safe-docker policy show\n", 0);
  if (!session->has_policy)
    return output_complain(session->arena, &session->problem);
  return output_answer(session->arena,
                       sd_policy_show(session->arena, &session->policy, &session->caller), 0);
}
