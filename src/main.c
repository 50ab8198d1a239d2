/* SPDX-License-Identifier: Apache-2.0 */
/* Composes the stages. Its return ends the program.
 *
 * MUST: drop before the first word of argv is read; give argv to nothing but `dispatch`, and that only with the token of
 * the drop; leave with 125 and words where anything is in doubt. */
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"

#include "own/apparmor/apparmor_command.h"
#include "own/audit/audit_command.h"
#include "decide.h"
#include "endpoint.h"
#include "execute.h"
#include "output.h"
#include "trust.h"
#include "own/doctor/doctor.h"
#include "own/policy/policy_command.h"
#include "own/seccomp/seccomp_command.h"
#include "own/setup/setup.h"

enum explain { EXPLAIN_NOT, EXPLAIN_TEXT, EXPLAIN_JSON };

static int explain(struct run *run, enum explain how) {
  struct sd_outcome outcome = run_outcome(run);
  const char *text =
      how == EXPLAIN_JSON
          ? sd_report_explain_json(run->arena, &outcome)
          : sd_report_explain_text(run->arena, &outcome, output_wants_colour(STDOUT_FILENO));
  return output_answer(run->arena, text, outcome.argv != NULL ? 0 : SD_EXIT_DENIED);
}

static int request(struct session *session, const char *const *argv, const char *const *words,
                   enum explain how) {
  struct sd_arena *arena = session->arena;
  struct run run = {.arena = arena,
                    .looks_only = how != EXPLAIN_NOT,
                    .session = session,
                    .argv = argv,
                    .line = {.command = ""}};
  run_reset_decision(&run);
  if (!session->has_policy) {
    sd_problem_add(&run.decision.problems, "policy", "", "", "%s", session->problem.message);
    run_record_failure(&run, session->problem.message);
    return output_complain(arena, &session->problem);
  }
  decide_words(&run, words);
  if (run.stand_in != NULL)
    return endpoint_act(&run);
  if (run.line.verb == SD_VERB_HELP)
    return output_answer(arena, sd_report_help(arena, SD_VERSION, &session->policy), 0);
  if (how != EXPLAIN_NOT)
    return explain(&run, how);
  if (run.decision.problems.list.len == 0)
    trust_verify(&run);
  return run.decision.problems.list.len > 0 ? run_refuse(&run) : execute(&run);
}

/* These speak to docker.host alone. */
static int own_command(struct session *session,
                       int (*command)(struct session *session, const char *const *words),
                       const char *const *words) {
  sd_stand_ins_dismiss(&session->stand_ins, NULL);
  return command(session, words);
}

static int dispatch(const struct sd_dropped *dropped, struct session *session,
                    const char *const *argv) {
  static const struct {
    const char *word;
    enum explain how;
  } modes[] = {{"--explain", EXPLAIN_TEXT},
               {"--explain=text", EXPLAIN_TEXT},
               {"--explain=json", EXPLAIN_JSON}};
  static const struct {
    const char *word;
    int (*command)(struct session *session, const char *const *words);
  } own[] = {{"apparmor", apparmor_command}, {"audit", audit_command},
             {"doctor", doctor_command},     {"policy", policy_command},
             {"seccomp", seccomp_command},   {"setup", setup_command}};
  if (dropped == NULL)
    return SD_EXIT_DENIED;
  const char *const *words = argv + 1;
  if (words[0] == NULL)
    return request(session, argv, words, EXPLAIN_NOT);
  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    if (strcmp(words[0], modes[i].word) == 0)
      return request(session, argv, words + 1, modes[i].how);
  for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
    if (strcmp(words[0], own[i].word) == 0)
      return own_command(session, own[i].command, words + 1);
  return request(session, argv, words, EXPLAIN_NOT);
}

int main(int argc, char **argv) {
  static const char *const nameless[] = {"safe-docker", NULL};
  struct sd_arena arena;
  struct sd_error err;
  struct session session;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  int status = SD_EXIT_DENIED;
  const struct sd_dropped *dropped =
      sd_process_harden(&err) ? session_prepare(&arena, &session, &err) : NULL;
  if (dropped == NULL) {
    status = output_complain(&arena, &err);
  } else {
    status = dispatch(dropped, &session, argc > 0 ? (const char *const *)argv : nameless);
    sd_stand_ins_dismiss(&session.stand_ins, NULL);
  }
  sd_arena_finish(&arena);
  return status;
}
