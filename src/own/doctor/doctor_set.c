/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"
#include "output.h"

static int refuse(struct session *session) {
  struct sd_error err;
  sd_error_init(&err, session->arena);
  (void)sd_fail(&err, "daemon.json is not written yet");
  return output_complain(session->arena, &err);
}

int doctor_set_command(struct session *session, const char *const *words) {
  (void)words;
  return refuse(session);
}

int doctor_unset_command(struct session *session, const char *const *words) {
  (void)words;
  return refuse(session);
}
