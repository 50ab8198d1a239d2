/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_command.h"

#include "output.h"

int seccomp_command(struct session *session, const char *const *words) {
  struct sd_error err;
  (void)words;
  sd_error_init(&err, session->arena);
  (void)sd_fail(&err, "seccomp: not understood");
  return output_complain(session->arena, &err);
}
