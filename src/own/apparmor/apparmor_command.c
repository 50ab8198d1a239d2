/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: show of the host's profiles none but those that the policy names and those that are shipped, since everybody
 * may ask; load for root itself only, never for whom a door lets in. */
#include "apparmor_command.h"

#include <string.h>

#include "config.h"
#include "safe-docker/report/apparmor.h"
#include "safe-docker/sys/host.h"

#include "own/admin.h"
#include "apparmor_load.h"
#include "output.h"

#define NOT_SATISFIED 1

/* The rule itself says what would become of a container with nothing asked for. */
static void decide_nothing_asked(const struct session *session, struct sd_decision *decision) {
  struct sd_arena *arena = session->arena;
  struct sd_request *request = sd_arena_alloc(arena, sizeof(*request));
  *request = (struct sd_request){.verb = SD_VERB_RUN};
  struct sd_rule_input in = {.arena = arena,
                             .policy = &session->policy,
                             .caller = &session->caller,
                             .request = request,
                             .host = sd_host_real(),
                             .apparmor = &session->apparmor,
                             .socket_group = (gid_t)-1,
                             .seccomp_profile = session->seccomp_profile,
                             .version = SD_VERSION,
                             .endpoint = &session->policy.docker.endpoint};
  *decision = (struct sd_decision){.arena = arena, .problems = {.arena = arena}};
  sd_rules_confinement(&in, decision);
}

static int tell_status(const struct session *session, bool json) {
  struct sd_decision decision;
  struct sd_apparmor_status status = {.view = &session->apparmor};
  if (session->has_policy) {
    decide_nothing_asked(session, &decision);
    status.policy = &session->policy;
    status.decision = &decision;
  } else {
    status.policy_problem = session->problem.message;
  }
  const char *text = json ? sd_report_apparmor_json(session->arena, &status)
                          : sd_report_apparmor_text(session->arena, &status);
  return output_answer(session->arena, text,
                       sd_report_apparmor_is_good(&status) ? 0 : NOT_SATISFIED);
}

/* -- load ---------------------------------------------------------------------------------------- */

static bool load(struct session *session, struct sd_error *err) {
  enum sd_lsm_kernel kernel = session->apparmor.kernel;
  err->status = NOT_SATISFIED;
  if (kernel == SD_LSM_WITHOUT || kernel == SD_LSM_OFF)
    return sd_fail_rule(err, NULL, "safe-docker apparmor status",
                        "apparmor load: this kernel has no AppArmor, or it is switched off");
  const char *said = "";
  bool loaded = apparmor_load(session->arena, &said, err);
  output_tell(said);
  return loaded;
}

static int load_and_tell(struct session *session, const char *const *words) {
  struct sd_error err;
  if (!admin_is(session))
    return admin_hand_over(session, "apparmor", words);
  sd_error_init(&err, session->arena);
  if (!load(session, &err))
    return output_complain(session->arena, &err);
  session_look_at_apparmor(session);
  return tell_status(session, false);
}

/* -- words --------------------------------------------------------------------------------------- */

/* --format=WORD or --format WORD, or nothing. False: something else. */
static bool read_format(const char *const *words, bool *json) {
  static const char option[] = "--format";
  const char *value = "text";
  if (words[0] != NULL && strcmp(words[0], option) == 0 && words[1] != NULL && words[2] == NULL)
    value = words[1];
  else if (words[0] != NULL && strncmp(words[0], "--format=", sizeof(option)) == 0 &&
           words[1] == NULL)
    value = words[0] + sizeof(option);
  else if (words[0] != NULL)
    return false;
  *json = strcmp(value, "json") == 0;
  return *json || strcmp(value, "text") == 0;
}

static const char USAGE[] = "Usage:  safe-docker apparmor status [--format text|json]\n"
                            "        safe-docker apparmor load\n"
                            "\n"
                            "See safe-docker-apparmor(8).\n";

int apparmor_command(struct session *session, const char *const *words) {
  struct sd_error err;
  bool json = false;
  sd_error_init(&err, session->arena);
  if (words[0] != NULL && words[1] == NULL &&
      (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0))
    return output_answer(session->arena, USAGE, 0);
  if (words[0] != NULL && strcmp(words[0], "status") == 0 && read_format(words + 1, &json))
    return tell_status(session, json);
  if (words[0] != NULL && strcmp(words[0], "load") == 0 && words[1] == NULL)
    return load_and_tell(session, words);
  (void)sd_fail_rule(
      &err, NULL, "safe-docker apparmor status [--format text|json], or safe-docker apparmor load",
      "apparmor: not understood");
  return output_complain(session->arena, &err);
}
