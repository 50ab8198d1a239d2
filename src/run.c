/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/auths.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"

#include "output.h"

void run_reset_decision(struct run *run) {
  run->decision = (struct sd_decision){.arena = run->arena, .problems = {.arena = run->arena}};
}

const struct sd_host *run_host(const struct run *run) {
  bool made = run->imagined != NULL && run->imagined->host != NULL;
  return made ? run->imagined->host : sd_host_real();
}

bool run_is_alone(const struct run *run) {
  return run->imagined != NULL && run->imagined->alone;
}

struct sd_child run_child(const struct run *run, const struct sd_strv *argv,
                          const struct sd_strv *variables) {
  return (struct sd_child){.path = run->session->policy.docker.path,
                           .argv = argv,
                           .environ = variables,
                           .plan = &run->session->run_as,
                           .seconds = run->seconds};
}

static void put_ssh_first(const struct run *run, struct sd_strv *out) {
  if (run->endpoint != NULL && sd_text_starts_with(run->endpoint->host, "ssh://"))
    sd_environ_put_first(run->arena, RUN_SSH_FOLDER, out);
}

void run_environ(const struct run *run, const char *config_dir, struct sd_strv *out) {
  *out = (struct sd_strv){0};
  sd_environ_build(run->arena, config_dir, out);
  put_ssh_first(run, out);
}

void run_environ_alone(const struct run *run, const char *config_dir, struct sd_strv *out) {
  *out = (struct sd_strv){0};
  sd_environ_build_alone(run->arena, config_dir, out);
  put_ssh_first(run, out);
}

/* What does not exist for this caller, or does already, is answered as Docker answers, but recorded and explained as a
 * problem. */
static const struct sd_problems *with_absent(const struct run *run) {
  const struct sd_strv *absent = &run->decision.absent;
  const char *taken = run->decision.taken;
  if (absent->v.len == 0 && taken == NULL)
    return &run->decision.problems;
  struct sd_problems *all = sd_arena_alloc(run->arena, sizeof(*all));
  all->arena = run->arena;
  for (size_t i = 0; i < run->decision.problems.list.len; i++)
    *sd_vec_push(run->arena, &all->list) = run->decision.problems.list.items[i];
  for (size_t i = 0; i < absent->v.len; i++)
    sd_problem_add(all, "not-found", "",
                   "docker ps -a, docker volume ls and docker network ls show what is yours", "%s",
                   absent->v.items[i]);
  if (taken != NULL)
    sd_problem_add(all, "network-name", "", "choose another name", "%s", taken);
  return all;
}

/* Of a request for a container that got as far as its confinement. */
static const struct sd_confinement *confinement(const struct run *run) {
  const struct sd_decision *decision = &run->decision;
  if (decision->apparmor.state == NULL)
    return NULL;
  struct sd_confinement *out = sd_arena_alloc(run->arena, sizeof(*out));
  *out = (struct sd_confinement){.seccomp = decision->seccomp_name,
                                 .apparmor = decision->apparmor.profile,
                                 .apparmor_state = decision->apparmor.state};
  return out;
}

struct sd_outcome run_outcome(const struct run *run) {
  const struct sd_decision *decision = &run->decision;
  bool nothing_left = decision->taken != NULL ||
                      (decision->absent.v.len > 0 && decision->invocation.operands.v.len == 0);
  bool allowed = decision->problems.list.len == 0 && !nothing_left;
  return (struct sd_outcome){.who = &run->session->who,
                             .command = run->line.command,
                             .problems = with_absent(run),
                             .changes = run->decision.changes.items,
                             .change_count = run->decision.changes.len,
                             .argv = allowed ? &run->full : NULL,
                             .environ = allowed ? &run->environ : NULL,
                             .confinement = confinement(run),
                             .used = &decision->used};
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
static bool write_record(const struct run *run, struct sd_audit_facts *facts,
                         struct sd_error *err) {
  const struct sd_audit_sink *sink = &run->session->sink;
  struct sd_outcome outcome = run_outcome(run);
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

/* A password may stand on the command line of login, also of one that was not understood. */
static const char *const *typed_words(const struct run *run) {
  bool login = run->line.known != NULL && run->line.known->id == SD_COMMAND_LOGIN;
  for (size_t i = 0; run->line.known == NULL && !login && run->argv[i] != NULL; i++)
    login = strcmp(run->argv[i], "login") == 0;
  return login ? sd_auths_mask(run->arena, run->argv) : run->argv;
}

bool run_record(const struct run *run, const char *failure, struct sd_error *err) {
  if (run->imagined != NULL)
    return sd_fail_rule(err, "audit", NULL, "what nobody asked for is not recorded");
  const struct session *session = run->session;
  bool required = session->has_policy && session->policy.audit.required;
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  const char *const *typed = typed_words(run);
  struct sd_audit_facts facts = {.typed = typed,
                                 .masked = typed != run->argv,
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
  bool written = write_record(run, &facts, &why);
  if (!required || (written && missing == NULL))
    return true;
  return sd_fail_rule(
      err, "audit", "the administrator's policy requires an audit record (audit.required)",
      "the request cannot be recorded: %s", missing != NULL ? missing : why.message);
}

void run_record_failure(const struct run *run, const char *failure) {
  struct sd_error ignored;
  sd_error_init(&ignored, run->arena);
  bool recorded = run_record(run, failure, &ignored);
  (void)recorded;
}

int run_refuse(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  /* Recorded first: the caller can hold up or end what is told. */
  bool recorded = run_record(run, NULL, &err);
  output_tell(run->words != NULL ? run->words
                                 : sd_report_denial(run->arena, &run->decision.problems,
                                                    output_wants_colour(STDERR_FILENO)));
  int status = run->failed != 0 ? run->failed : SD_EXIT_DENIED;
  return recorded ? status : output_complain(run->arena, &err);
}
