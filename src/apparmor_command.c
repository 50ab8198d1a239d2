/* SPDX-License-Identifier: Apache-2.0 */
#include "apparmor_command.h"

#include "output.h"

int apparmor_command(struct session *session, const char *const *words) {
  struct sd_error err;
  (void)words;
  sd_error_init(&err, session->arena);
  (void)sd_fail(&err, "apparmor: not understood");
  return output_complain(session->arena, &err);
}
