/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: let no request reach a daemon with what is parked for another one. */
#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/launch.h"

/* -- which daemon ------------------------------------------------------------------------------- */

static const struct sd_endpoint *find(const struct sd_policy *policy, const char *context) {
  for (size_t i = 0; i < policy->docker.contexts.len; i++)
    if (strcmp(policy->docker.contexts.items[i].name, context) == 0)
      return &policy->docker.contexts.items[i];
  return NULL;
}

static void deny(struct run *run, const char *context, const char *hint, const char *reason) {
  sd_problem_add(&run->decision.problems, "context", "--context", hint, "--context %s: %s",
                 sd_text_safe(run->arena, context), reason);
}

static void judge_plan(struct run *run, const char *context) {
  static const char administrator[] = "leave --context out, or ask the administrator";
  struct session *session = run->session;
  const char *problem = NULL;
  const struct sd_run_as *plan = session_plan_of(session, run->endpoint, &problem);
  if (plan == NULL) {
    deny(run, context, administrator, problem);
    return;
  }
  if (run_is_alone(run) || sd_run_as_equal(plan, &session->run_as))
    return;
  run->stand_in = sd_stand_in_find(&session->stand_ins, plan);
  if (run->stand_in == NULL)
    deny(run, context, administrator,
         "it needs another group or user than docker.host, which this command does not take up");
}

bool endpoint_can_be_had(const struct run *run, const char *context) {
  const struct session *session = run->session;
  const struct sd_endpoint *named = find(&session->policy, context);
  const char *problem = NULL;
  const struct sd_run_as *plan = named != NULL ? session_plan_of(session, named, &problem) : NULL;
  return plan != NULL && (sd_run_as_equal(plan, &session->run_as) ||
                          sd_stand_in_find(&session->stand_ins, plan) != NULL);
}

void endpoint_choose(struct run *run, const char *context) {
  const struct sd_policy *policy = &run->session->policy;
  run->endpoint = &policy->docker.endpoint;
  const struct sd_endpoint *named = context != NULL ? find(policy, context) : NULL;
  if (named != NULL)
    run->endpoint = named;
  if (context != NULL && named == NULL)
    deny(run, context, "leave --context out", "the policy names no such context");
  else if (context != NULL)
    judge_plan(run, context);
  if (run->decision.problems.list.len > 0)
    run->stand_in = NULL; /* what is refused is refused by whoever saw it */
  if (run->imagined == NULL)
    sd_stand_ins_dismiss(&run->session->stand_ins, run->stand_in);
}

bool endpoint_is_held(const struct run *run) {
  const char *problem = NULL;
  const struct sd_run_as *plan = session_plan_of(run->session, run->endpoint, &problem);
  return plan != NULL && sd_run_as_equal(plan, &run->session->run_as);
}

int endpoint_act(struct run *run) {
  struct sd_error err;
  int status = SD_EXIT_DENIED;
  sd_error_init(&err, run->arena);
  if (sd_stand_in_act(run->stand_in, &status, &err))
    return status;
  run_record_failure(run, err.message);
  return output_complain(run->arena, &err);
}

/* -- what the way to it needs ------------------------------------------------------------------- */

struct look {
  const struct sd_run_as *plan;
  const char *paths[3];
};

/* In a process of its own, as whom the docker command will run: which of the files cannot be read, and why, as bytes of the
 * exit status. The numbers of errors are below 64 where files are opened. */
#define FILE_SHIFT 6
#define UNKNOWN_FAILURE 63

static int look_as_account(void *context) {
  const struct look *look = context;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  if (!sd_privileges_take_up(look->plan, &err))
    return UNKNOWN_FAILURE;
  for (int i = 0; i < 3; i++) {
    int fd = open(look->paths[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int failure = errno;
    if (fd >= 0)
      (void)close(fd);
    else
      return (i << FILE_SHIFT) | (failure < UNKNOWN_FAILURE ? failure : UNKNOWN_FAILURE);
  }
  return 0;
}

static const char *key_of(const struct run *run, const char *name) {
  const char *context = run->endpoint->name;
  return context[0] != '\0'
             ? sd_arena_printf(run->arena, "docker.contexts.%s.tls.%s", context, name)
             : sd_arena_printf(run->arena, "docker.tls.%s", name);
}

static void deny_unreadable(struct run *run, const char *name, const char *path, int number) {
  const char *account =
      strcmp(run->endpoint->run_as, "caller") == 0 ? "the caller" : run->endpoint->run_as;
  const char *reason = number != UNKNOWN_FAILURE ? strerrordesc_np(number) : NULL;
  bool missing = number == ENOENT || number == ENOTDIR;
  sd_problem_add(
      &run->decision.problems, "endpoint-files", "",
      missing
          ? "ask the administrator to put the file there, or to correct the policy"
          : sd_arena_printf(run->arena,
                            "ask the administrator to give %s the file (chown, chmod 0600), and "
                            "its primary group, or others, the right to pass the folders above",
                            account),
      "%s: %s cannot be read by %s, whom the docker command runs as: %s", key_of(run, name),
      sd_text_safe(run->arena, path), account, reason != NULL ? reason : "unknown error");
}

/* Who reads the key needs no safe-docker. Only where the policy meant to keep it from callers. */
static void judge_secret(struct run *run, const struct sd_run_as *plan) {
  const char *path = run->endpoint->tls.key;
  if (!plan->other_uid || run->session->who.uid == 0 || access(path, R_OK) != 0)
    return;
  sd_problem_add(&run->decision.problems, "endpoint-files", "",
                 sd_arena_printf(run->arena, "ask the administrator to run: chmod 0600 %s",
                                 sd_text_safe(run->arena, path)),
                 "%s: %s can be read by who asks, and with it the daemon be given orders past this "
                 "policy; a key that is no secret is not used",
                 key_of(run, "key"), sd_text_safe(run->arena, path));
}

static void check_tls(struct run *run) {
  static const char *const names[] = {"ca", "cert", "key"};
  const struct sd_tls *tls = &run->endpoint->tls;
  struct look look = {&run->session->run_as, {tls->ca, tls->cert, tls->key}};
  struct sd_error err;
  pid_t pid = 0;
  sd_error_init(&err, run->arena);
  if (!sd_child_fork(look_as_account, &look, &pid, &err)) {
    sd_problem_add(&run->decision.problems, "endpoint-files", "", NULL, "%s", err.message);
    return;
  }
  int status = sd_child_wait(pid);
  int file = status >> FILE_SHIFT;
  if (status != 0)
    deny_unreadable(run, names[file < 3 ? file : 2], look.paths[file < 3 ? file : 2],
                    status & UNKNOWN_FAILURE);
  else
    judge_secret(run, look.plan);
}

/* Without it the docker command would find the ssh of the system, which asks whoever sits at the terminal. */
static void check_ssh(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (!sd_launch_check(run->arena, RUN_SSH_FOLDER "/ssh", 0, &err))
    sd_problem_add(&run->decision.problems, "endpoint-files", "",
                   err.hint != NULL ? err.hint
                                    : "ask the administrator to install safe-docker in full",
                   "ssh:// needs the program that asks nobody anything: %s", err.message);
}

void endpoint_check(struct run *run) {
  if (run->imagined != NULL)
    return;
  if (sd_text_starts_with(run->endpoint->host, "tcp://"))
    check_tls(run);
  else if (sd_text_starts_with(run->endpoint->host, "ssh://"))
    check_ssh(run);
}
