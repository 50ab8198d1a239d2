/* SPDX-License-Identifier: Apache-2.0 */
/* Composes the stages; the only place that writes to the terminal, exits or executes.
 *
 * MUST: drop before the first word of argv is read; hand the real CLI nothing but what was emitted;
 * leave with 125 and words where anything is in doubt. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/docker/emit.h"
#include "safe-docker/report/report.h"
#include "safe-docker/rules/rules.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"

#include "session.h"

#define CHUNK 4096       /* PIPE_BUF: a pipe that polls writable takes this much without blocking */
#define PATIENCE_MS 2000 /* for a reader that does not read */
#define FILE_MAX_BYTES ((size_t)1024 * 1024)

enum explain { EXPLAIN_NOT, EXPLAIN_TEXT, EXPLAIN_JSON };

/* One request from parsing to execve. */
struct run {
  struct sd_arena *arena;
  struct session *session;
  const char *const *argv; /* as typed, the program's name first */
  struct sd_command_line line;
  struct sd_decision decision;
  const struct sd_endpoint *endpoint;
  struct sd_emitted emitted;
  struct sd_strv full; /* the argv that is executed */
  struct sd_strv environ;
};

/* -- output ------------------------------------------------------------------------------------ */

/* Never blocks for good: a full pipe that nobody reads ends it. False where not all was taken. */
static bool put(int fd, const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    if (poll(&ready, 1, PATIENCE_MS) <= 0)
      return false;
    ssize_t written = write(fd, text, left < CHUNK ? left : CHUNK);
    if (written < 0 && errno != EINTR)
      return false;
    if (written > 0) {
      text += written;
      left -= (size_t)written;
    }
  }
  return true;
}

static void tell(const char *text) {
  (void)put(STDERR_FILENO, text); /* nobody is left who could be told that it failed */
}

static bool wants_colour(int fd) {
  const char *no_colour = sd_environ_get("NO_COLOR");
  const char *term = sd_environ_get("TERM");
  return isatty(fd) == 1 && (no_colour == NULL || no_colour[0] == '\0') && term != NULL &&
         strcmp(term, "dumb") != 0;
}

static int complain(struct sd_arena *arena, const struct sd_error *err) {
  tell(sd_arena_printf(arena, "safe-docker: %s\n",
                       err->message != NULL ? err->message : "failed for an unknown reason"));
  if (err->hint != NULL)
    tell(sd_arena_printf(arena, "  hint: %s\n", err->hint));
  return err->status;
}

/* What was asked for, on standard output; `status` where it got there. */
static int answer(struct sd_arena *arena, const char *text, int status) {
  struct sd_error err;
  sd_error_init(&err, arena);
  if (put(STDOUT_FILENO, text))
    return status;
  (void)sd_fail(&err, "the output could not be written");
  return complain(arena, &err);
}

/* -- audit ------------------------------------------------------------------------------------- */

static struct sd_outcome outcome_of(const struct run *run) {
  bool allowed = run->decision.problems.list.len == 0;
  return (struct sd_outcome){.who = &run->session->who,
                             .command = run->line.command,
                             .problems = &run->decision.problems,
                             .changes = run->decision.changes.items,
                             .change_count = run->decision.changes.len,
                             .argv = allowed ? &run->full : NULL,
                             .environ = allowed ? &run->environ : NULL};
}

/* A sink that is not there. The built-in default asks for syslog where the host has one; a policy
 * file that says `required` means it. */
static const char *missing_sink(const struct session *session) {
  const struct sd_audit_sink *sink = &session->sink;
  bool excused = sink->syslog_absent && !session->policy.audit.required_by_admin;
  if (sink->file_problem != NULL)
    return sink->file_problem;
  return excused ? NULL : sink->syslog_problem;
}

/* To every sink; what is too long for syslog is at least known there to have been. */
static bool record(const struct run *run, struct sd_audit_facts *facts, struct sd_error *err) {
  const struct sd_audit_sink *sink = &run->session->sink;
  struct sd_outcome outcome = outcome_of(run);
  struct sd_error ignored;
  bool too_long = false;
  sd_error_init(&ignored, run->arena);
  if (sd_audit_write(run->arena, sink, sd_report_audit(run->arena, &outcome, facts), &too_long,
                     err))
    return true;
  if (too_long) {
    struct sd_audit_sink syslog = {.syslog = sink->syslog, .file = -1};
    facts->brief = true;
    facts->error = "the record is too long for syslog";
    const char *brief = sd_report_audit(run->arena, &outcome, facts);
    bool noted = sd_audit_write(run->arena, &syslog, brief, &too_long, &ignored);
    (void)noted; /* `err` tells already */
  }
  return false;
}

/* False where the policy requires a record that could not be written. */
static bool audit(const struct run *run, const char *failure, struct sd_error *err) {
  const struct session *session = run->session;
  bool required = session->has_policy && session->policy.audit.required;
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  struct sd_audit_facts facts = {.typed = run->argv,
                                 .policy_hash = session->has_policy ? session->policy.hash : "",
                                 .policy_sources =
                                     session->has_policy ? session->policy.sources : "",
                                 .policy_variable_ignored = session->variable_ignored,
                                 .error = failure,
                                 .seconds = now.tv_sec,
                                 .milliseconds = (int)(now.tv_nsec / 1000000)};
  const char *missing = missing_sink(session);
  struct sd_error why;
  sd_error_init(&why, run->arena);
  bool written = record(run, &facts, &why);
  if (!required || (written && missing == NULL))
    return true;
  return sd_fail_rule(
      err, "audit", "the administrator's policy requires an audit record (audit.required)",
      "the request cannot be recorded: %s", missing != NULL ? missing : why.message);
}

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
  if (!command_allowed(policy, name))
    sd_problem_add(problems, "command-not-allowed", name,
                   sd_arena_printf(run->arena, "allowed here: %s",
                                   sd_strv_join(&policy->commands, run->arena, ", ")),
                   "%s: the policy does not allow this command", name);
  else if (run->line.verb == SD_VERB_OTHER)
    sd_problem_add(problems, "command-unsupported", name,
                   "run and create are handled; ask the administrator for the others",
                   "%s: this version of safe-docker does not handle this command", name);
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
    struct sd_error ignored;
    sd_error_init(&ignored, run->arena);
    (void)audit(run, err.message, &ignored);
    return complain(run->arena, &err);
  }
  if (audit(run, NULL, &err) && sd_privileges_take_up(&session->who, &session->run_as, &err))
    sd_launch(path, sd_strv_argv(&run->full, run->arena), sd_strv_argv(&run->environ, run->arena),
              &err);
  return complain(run->arena, &err);
}

static int refuse(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  /* Recorded first: the caller can hold up or end what is told. */
  bool recorded = audit(run, NULL, &err);
  tell(sd_report_denial(run->arena, &run->decision.problems, wants_colour(STDERR_FILENO)));
  return recorded ? SD_EXIT_DENIED : complain(run->arena, &err);
}

static int explain(struct run *run, enum explain how) {
  struct sd_outcome outcome = outcome_of(run);
  const char *text = how == EXPLAIN_JSON ? sd_report_explain_json(run->arena, &outcome)
                                         : sd_report_explain_text(run->arena, &outcome,
                                                                  wants_colour(STDOUT_FILENO));
  return answer(run->arena, text, outcome.argv != NULL ? 0 : SD_EXIT_DENIED);
}

static int request(struct session *session, const char *const *argv, const char *const *words,
                   enum explain how) {
  struct sd_arena *arena = session->arena;
  struct run run = {.arena = arena, .session = session, .argv = argv};
  run.decision.arena = arena;
  run.decision.problems.arena = arena;
  run.line.command = "";
  if (!session->has_policy) {
    struct sd_error ignored;
    sd_error_init(&ignored, arena);
    sd_problem_add(&run.decision.problems, "policy", "", "", "%s", session->problem.message);
    (void)audit(&run, session->problem.message, &ignored);
    return complain(arena, &session->problem);
  }
  sd_cli_parse(arena, words, &run.line, &run.decision.problems);
  if (run.line.verb == SD_VERB_HELP)
    return answer(arena, sd_report_help(arena, SD_VERSION, &session->policy), 0);
  decide(&run);
  if (how != EXPLAIN_NOT)
    return explain(&run, how);
  return run.decision.problems.list.len > 0 ? refuse(&run) : execute(&run);
}

/* -- safe-docker's own commands ---------------------------------------------------------------- */

static bool check_file(struct session *session, const char *path, struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  struct sd_policy_text text = {.name = sd_text_safe(session->arena, path)};
  struct sd_policy *policy = sd_arena_alloc(session->arena, sizeof(*policy));
  const char *ignored = NULL;
  struct sd_error why;
  sd_error_init(&why, session->arena);
  if (!host->read_file(host->context, session->arena, path, FILE_MAX_BYTES, &text.text, &text.len,
                       &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", text.name, why.message);
  return sd_policy_load(session->arena, &text, 1, &session->caller, policy, err) &&
         session_check_policy(session->arena, policy, session->who.uid, &ignored, err);
}

static int policy_check(struct session *session, const char *path) {
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (path == NULL && !session->has_policy)
    return complain(session->arena, &session->problem);
  if (path != NULL && !check_file(session, path, &err))
    return complain(session->arena, &err);
  const char *what = path != NULL ? sd_text_safe(session->arena, path) : session->policy.sources;
  return answer(session->arena, sd_arena_printf(session->arena, "%s: no mistakes found\n", what),
                0);
}

static int policy_command(struct session *session, const char *const *words) {
  struct sd_error err;
  sd_error_init(&err, session->arena);
  size_t count = 0;
  while (words[count] != NULL)
    count++;
  if (count >= 1 && count <= 2 && strcmp(words[0], "check") == 0)
    return policy_check(session, words[1]);
  if (count == 1 && strcmp(words[0], "show") == 0) {
    if (!session->has_policy)
      return complain(session->arena, &session->problem);
    return answer(session->arena,
                  sd_policy_show(session->arena, &session->policy, &session->caller), 0);
  }
  (void)sd_fail_rule(&err, NULL, "safe-docker policy show, or safe-docker policy check [FILE]",
                     "policy: not understood");
  return complain(session->arena, &err);
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
                   ? complain(&arena, &err)
                   : dispatch(&session, argc > 0 ? (const char *const *)argv : nameless);
  sd_arena_finish(&arena);
  return status;
}
