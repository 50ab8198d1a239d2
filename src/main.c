/* SPDX-License-Identifier: Apache-2.0 */
/* Composes the stages; the only place that executes, and whose return ends the program.
 *
 * MUST: drop before the first word of argv is read; hand the real CLI nothing but what was emitted;
 * leave with 125 and words where anything is in doubt. */
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"

#include "output.h"
#include "policy_command.h"
#include "run.h"

enum explain { EXPLAIN_NOT, EXPLAIN_TEXT, EXPLAIN_JSON };

/* -- deciding ---------------------------------------------------------------------------------- */

static bool command_allowed(const struct sd_policy *policy, const char *name) {
  for (size_t i = 0; i < policy->commands.v.len; i++) {
    const struct sd_command *command = sd_command_find(policy->commands.v.items[i]);
    if (command != NULL && strcmp(command->name, name) == 0)
      return true;
  }
  return false;
}

static void judge_command(struct run *run) {
  struct sd_problems *problems = &run->decision.problems;
  const struct sd_policy *policy = &run->session->policy;
  const char *name = run->line.command;
  const char *path = run->line.path;
  if (!command_allowed(policy, name))
    sd_problem_add(problems, "command-not-allowed", name,
                   sd_arena_printf(run->arena, "allowed here: %s",
                                   sd_strv_join(&policy->commands, run->arena, ", ")),
                   "%s: the policy does not allow this command", path);
  else if (run->line.verb == SD_VERB_OTHER)
    sd_problem_add(problems, "command-unsupported", name,
                   "run and create are handled; ask the administrator for the others",
                   "%s: this version of safe-docker does not handle this command", path);
}

/* The daemon that the request goes to: the policy's, or the one of a context that the policy names.
 */
static void choose_endpoint(struct run *run) {
  const struct session *session = run->session;
  const struct sd_policy *policy = &session->policy;
  run->endpoint = &policy->docker.endpoint;
  if (run->line.context == NULL)
    return;
  const char *shown = sd_text_safe(run->arena, run->line.context);
  for (size_t i = 0; i < policy->docker.contexts.len; i++) {
    if (strcmp(policy->docker.contexts.items[i].name, run->line.context) != 0)
      continue;
    run->endpoint = &policy->docker.contexts.items[i];
    if (!sd_run_as_equal(&session->contexts.items[i], &session->run_as))
      sd_problem_add(&run->decision.problems, "context", "--context",
                     "ask the administrator to give both endpoints the same group and run_as",
                     "--context %s: its socket needs another group or user than docker.host, and "
                     "only one can be kept",
                     shown);
    return;
  }
  sd_problem_add(&run->decision.problems, "context", "--context", "leave --context out",
                 "--context %s: the policy names no such context", shown);
}

static void add_endpoint(struct run *run) {
  const struct sd_endpoint *endpoint = run->endpoint;
  struct sd_arena *arena = run->arena;
  const struct {
    const char *option, *value;
  } tls[] = {{"tlscacert", endpoint->tls.ca},
             {"tlscert", endpoint->tls.cert},
             {"tlskey", endpoint->tls.key}};
  sd_strv_add(&run->full, arena, sd_arena_printf(arena, "--host=%s", endpoint->host));
  if (endpoint->tls.ca[0] != '\0')
    sd_strv_add(&run->full, arena, "--tlsverify=true");
  for (size_t i = 0; i < sizeof(tls) / sizeof(tls[0]); i++)
    if (tls[i].value[0] != '\0')
      sd_strv_add(&run->full, arena,
                  sd_arena_printf(arena, "--%s=%s", tls[i].option, tls[i].value));
  if (run->line.debug)
    sd_strv_add(&run->full, arena, "--debug=true");
  if (run->line.log_level != NULL)
    sd_strv_add(&run->full, arena, sd_arena_printf(arena, "--log-level=%s", run->line.log_level));
}

/* The option row that a problem of emitting is about is not known there; the message names the
 * variable. */
static void emit(struct run *run, const struct sd_request *request) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  struct sd_emit_paths paths = {
      .env_file = sd_handed_path(SD_HANDED_ENV),
      .label_file = sd_handed_path(SD_HANDED_LABELS),
      .seccomp = run->decision.seccomp_profile != NULL ? sd_handed_path(SD_HANDED_SECCOMP) : NULL};
  if (!sd_emit(run->arena, request, &paths, &run->emitted, &err)) {
    sd_problem_add(&run->decision.problems, err.rule, "", err.hint, "%s", err.message);
    return;
  }
  for (size_t i = 0; i < run->emitted.argv.v.len; i++)
    sd_strv_add(&run->full, run->arena, run->emitted.argv.v.items[i]);
}

static void decide_container(struct run *run) {
  struct session *session = run->session;
  struct sd_request *request = sd_arena_alloc(run->arena, sizeof(*request));
  sd_request_build(run->arena, &run->line, sd_host_real(), request, &run->decision.problems);
  if (request->help.value) {
    emit(run, request);
    return;
  }
  struct sd_rule_input in = {.arena = run->arena,
                             .policy = &session->policy,
                             .caller = &session->caller,
                             .request = request,
                             .host = sd_host_real(),
                             .apparmor = session->apparmor,
                             .socket_group =
                                 session->run_as.has_group ? session->run_as.group : (gid_t)-1,
                             .seccomp_profile = session->seccomp_profile,
                             .version = SD_VERSION,
                             .endpoint = run->endpoint};
  sd_rules_decide(&in, &run->decision);
  if (run->decision.problems.list.len == 0)
    emit(run, &run->decision.out);
}

static void decide(struct run *run) {
  const struct sd_policy *policy = &run->session->policy;
  sd_strv_add(&run->full, run->arena, policy->docker.path);
  sd_environ_build(run->arena, policy->docker.config_dir, &run->environ);
  if (run->line.verb == SD_VERB_VERSION) {
    sd_strv_add(&run->full, run->arena, "--version");
    return;
  }
  if (run->line.verb == SD_VERB_NONE)
    return;
  judge_command(run);
  choose_endpoint(run);
  add_endpoint(run);
  if (run->decision.problems.list.len == 0)
    decide_container(run);
}

/* -- handing over ------------------------------------------------------------------------------ */

static bool hand_over(struct run *run, struct sd_error *err) {
  const struct {
    enum sd_handed number;
    const char *name, *text;
  } files[] = {{SD_HANDED_SECCOMP, "seccomp", run->decision.seccomp_profile},
               {SD_HANDED_ENV, "env", run->emitted.env_file},
               {SD_HANDED_LABELS, "labels", run->emitted.label_file}};
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
    if (files[i].text != NULL && !sd_hand_over(files[i].number, files[i].name, files[i].text, err))
      return false;
  return true;
}

/* The real CLI writes --cidfile with rights that the caller of a boundary lacks. */
static bool confine(const struct run *run, struct sd_error *err) {
  const char *file = run->decision.out.cidfile.value;
  return file == NULL || file[0] == '\0' || run->session->who.door == SD_DOOR_DIRECT ||
         sd_launch_confine_writes(run->arena, file, err);
}

static int execute(struct run *run) {
  struct session *session = run->session;
  const char *path = session->policy.docker.path;
  struct sd_error err;
  sd_error_init(&err, run->arena);
  bool ready = sd_launch_check(run->arena, path, session->owner, &err) && hand_over(run, &err) &&
               confine(run, &err);
  if (!ready) {
    run_record_failure(run, err.message);
    return output_complain(run->arena, &err);
  }
  if (run_record(run, NULL, &err) && sd_privileges_take_up(&session->run_as, &err))
    sd_launch(path, sd_strv_argv(&run->full, run->arena), sd_strv_argv(&run->environ, run->arena),
              &err);
  return output_complain(run->arena, &err);
}

static int refuse(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  /* Recorded first: the caller can hold up or end what is told. */
  bool recorded = run_record(run, NULL, &err);
  output_tell(
      sd_report_denial(run->arena, &run->decision.problems, output_wants_colour(STDERR_FILENO)));
  return recorded ? SD_EXIT_DENIED : output_complain(run->arena, &err);
}

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
  struct run run = {.arena = arena, .session = session, .argv = argv};
  run.decision.arena = arena;
  run.decision.problems.arena = arena;
  run.line.command = "";
  if (!session->has_policy) {
    sd_problem_add(&run.decision.problems, "policy", "", "", "%s", session->problem.message);
    run_record_failure(&run, session->problem.message);
    return output_complain(arena, &session->problem);
  }
  sd_cli_parse(arena, words, &run.line, &run.decision.problems);
  if (run.line.verb == SD_VERB_HELP)
    return output_answer(arena, sd_report_help(arena, SD_VERSION, &session->policy), 0);
  decide(&run);
  if (how != EXPLAIN_NOT)
    return explain(&run, how);
  return run.decision.problems.list.len > 0 ? refuse(&run) : execute(&run);
}

static int dispatch(struct session *session, const char *const *argv) {
  static const struct {
    const char *word;
    enum explain how;
  } modes[] = {{"--explain", EXPLAIN_TEXT},
               {"--explain=text", EXPLAIN_TEXT},
               {"--explain=json", EXPLAIN_JSON}};
  const char *const *words = argv + 1;
  if (words[0] == NULL)
    return request(session, argv, words, EXPLAIN_NOT);
  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    if (strcmp(words[0], modes[i].word) == 0)
      return request(session, argv, words + 1, modes[i].how);
  if (strcmp(words[0], "policy") == 0)
    return policy_command(session, words + 1);
  return request(session, argv, words, EXPLAIN_NOT);
}

int main(int argc, char **argv) {
  static const char *const nameless[] = {"safe-docker", NULL};
  struct sd_arena arena;
  struct sd_error err;
  struct session session;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  int status = !sd_process_harden(&err) || !session_prepare(&arena, &session, &err)
                   ? output_complain(&arena, &err)
                   : dispatch(&session, argc > 0 ? (const char *const *)argv : nameless);
  sd_arena_finish(&arena);
  return status;
}
