/* SPDX-License-Identifier: Apache-2.0 */
#include "learn.h"

#include "output.h"

int learn_command(struct session *session, const char *const *words) {
  struct sd_error err;
  (void)words;
  sd_error_init(&err, session->arena);
  (void)sd_fail(&err, "seccomp learn: not understood");
  return output_complain(session->arena, &err);
}
