/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: let nothing reach the daemon before the request is found faultless but for what must be looked up; hand
 * the real CLI nothing but what was emitted. */
#include "decide.h"

#include <string.h>
#include <time.h>

#include "complete.h"
#include "compose_command.h"
#include "config.h"
#include "credentials.h"
#include "endpoint.h"
#include "lookup.h"
#include "trust.h"
#include "volumes.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/socket.h"

/* -- the command and the daemon ------------------------------------------------------------------ */

bool decide_is_allowed(const struct sd_policy *policy, const struct sd_command *command) {
  return sd_rules_allow_command(policy, command);
}

static void refuse_command(struct run *run, const struct sd_command *command) {
  sd_problem_add(&run->decision.problems, "command-refused", command->name, command->hint, "%s: %s",
                 run->line.path, command->reason);
}

static void judge_command(struct run *run) {
  const struct sd_command *command = run->line.known;
  if (command->handling == SD_REFUSED)
    refuse_command(run, command);
  else if (!decide_is_allowed(&run->session->policy, command))
    sd_problem_add(&run->decision.problems, "command-not-allowed", command->name,
                   "docker --help lists the commands that are allowed here; the administrator can "
                   "allow others (commands.allow)",
                   "%s: the policy does not allow this command", run->line.path);
}

/* A group is refused where all of its commands are. */
static void judge_group(struct run *run) {
  const char *below = sd_arena_printf(run->arena, "%s ", run->line.path);
  const struct sd_command *refused = NULL;
  for (size_t i = 0; i < sd_command_path_count; i++) {
    const struct sd_command *command = &sd_commands[sd_command_paths[i].id];
    if (!sd_text_starts_with(sd_command_paths[i].path, below))
      continue;
    if (command->handling != SD_REFUSED)
      return;
    refused = command;
  }
  if (refused != NULL)
    refuse_command(run, refused);
}

void decide_add_endpoint(struct sd_arena *arena, const struct sd_endpoint *endpoint,
                         struct sd_strv *argv) {
  const struct {
    const char *option, *value;
  } tls[] = {{"tlscacert", endpoint->tls.ca},
             {"tlscert", endpoint->tls.cert},
             {"tlskey", endpoint->tls.key}};
  sd_strv_add(argv, arena, sd_arena_printf(arena, "--host=%s", endpoint->host));
  if (endpoint->tls.ca[0] != '\0')
    sd_strv_add(argv, arena, "--tlsverify=true");
  for (size_t i = 0; i < sizeof(tls) / sizeof(tls[0]); i++)
    if (tls[i].value[0] != '\0')
      sd_strv_add(argv, arena, sd_arena_printf(arena, "--%s=%s", tls[i].option, tls[i].value));
}

void decide_add_globals(const struct run *run, struct sd_strv *argv) {
  struct sd_arena *arena = run->arena;
  decide_add_endpoint(arena, run->endpoint, argv);
  if (run->line.debug)
    sd_strv_add(argv, arena, "--debug=true");
  if (run->line.log_level != NULL)
    sd_strv_add(argv, arena, sd_arena_printf(arena, "--log-level=%s", run->line.log_level));
}

/* The command would fail with the caller's own rights, which are all it has there, and could not tell why. */
static void judge_place(struct run *run) {
  const struct session *session = run->session;
  if (run->imagined != NULL || !session->run_as.bare ||
      !sd_socket_is_foreign(run->endpoint->host, session->who.uid))
    return;
  sd_problem_add(&run->decision.problems, "socket-place", "",
                 "ask the administrator to keep the socket in a folder that only root can write to",
                 "%s is not your own daemon, and others than root decide what lies at that path: "
                 "the rights that reach a daemon of root's are not used for it",
                 run->endpoint->host);
}

/* -- judging ------------------------------------------------------------------------------------- */

/* A run whose named volumes must be verified while a container holds them is create and start: src/volumes.h. */
static const struct sd_request *request_to_emit(struct run *run) {
  const struct sd_request *out = &run->decision.out;
  if (!volumes_are_held(run))
    return out;
  struct sd_request *create = sd_arena_alloc(run->arena, sizeof(*create));
  *create = *out;
  create->verb = SD_VERB_CREATE;
  create->sig_proxy = (struct sd_flag){0};
  create->detach = (struct sd_flag){0};
  create->detach_keys = (struct sd_text){0};
  sd_changed(
      &run->decision, "volume-owner",
      "the container is made first and started when its volumes are verified, so that nobody "
      "can put others in their place",
      "start --attach=true -- ID");
  return create;
}

/* The option row that a problem of emitting is about is not known there; the message names the
 * variable. */
static void emit(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  const struct sd_decision *decision = &run->decision;
  struct sd_emit_paths paths = {
      .env_file = sd_handed_path(SD_HANDED_ENV),
      .label_file = sd_handed_path(SD_HANDED_LABELS),
      .seccomp = decision->seccomp_profile != NULL ? sd_handed_path(SD_HANDED_SECCOMP) : NULL};
  bool good =
      run->invocation != NULL
          ? sd_invocation_emit(run->arena, &decision->invocation, &paths, &run->emitted, &err)
          : sd_emit(run->arena, request_to_emit(run), &paths, &run->emitted, &err);
  if (!good) {
    sd_problem_add(&run->decision.problems, err.rule, "", err.hint, "%s", err.message);
    return;
  }
  for (size_t i = 0; i < run->emitted.argv.v.len; i++)
    sd_strv_add(&run->full, run->arena, run->emitted.argv.v.items[i]);
  for (size_t i = 0; i < decision->variables.v.len; i++)
    sd_strv_add(&run->environ, run->arena, decision->variables.v.items[i]);
}

/* By the words that were typed, aliases too: the real CLI's help names them. */
static void emit_help(struct run *run) {
  if (run->decision.problems.list.len > 0)
    return;
  sd_command_words(run->arena, run->line.path, &run->full);
  sd_strv_add(&run->full, run->arena, "--help");
}

/* Of another machine nothing is known. */
static bool is_own_daemon(const struct run *run) {
  return run_host(run) == sd_host_real() &&
         sd_socket_is_own_daemon(run->endpoint->host, &run->session->who);
}

static gid_t group_of_socket(const struct run *run) {
  const char *ignored = NULL;
  const struct sd_run_as *plan = session_plan_of(run->session, run->endpoint, &ignored);
  return plan != NULL && plan->has_group ? plan->group : (gid_t)-1;
}

static struct sd_rule_input rule_input(struct run *run) {
  struct session *session = run->session;
  return (struct sd_rule_input){
      .arena = run->arena,
      .policy = &session->policy,
      .caller = &session->caller,
      .request = run->request,
      .invocation = run->invocation,
      .host = run_host(run),
      .apparmor = &session->apparmor,
      .socket_group = group_of_socket(run),
      .own_daemon = is_own_daemon(run),
      .seccomp_profile = session->seccomp_profile,
      .seccomp_rules = session->seccomp_rules,
      .kernel = sd_host_kernel(),
      .version = SD_VERSION,
      .endpoint = run->endpoint,
      .blind = run_is_alone(run),
      .now = (int64_t)time(NULL),
  };
}

/* Before anything is decided that would hand the profile on. */
static bool read_profile(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (session_read_profile(run->session, &err))
    return true;
  sd_problem_add(&run->decision.problems, "policy", "",
                 err.hint != NULL ? err.hint
                                  : "ask the administrator to run: safe-docker policy check",
                 "%s", err.message);
  return false;
}

static void judge(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->invocation != NULL)
    sd_rules_command(in, decision);
  else
    sd_rules_decide(in, decision);
}

static bool is_wanting(const struct run *run) {
  return run->decision.problems.list.len == 0 &&
         (run->decision.wants.v.len > 0 || run->decision.wants.list != SD_OWN_LIST_NONE);
}

/* Containers lead to their volumes; an image that was pulled is looked at anew, and so is all else. */
#define ROUNDS_MAX 12

static bool learn(struct run *run, struct sd_rule_input *in, struct sd_objects *objects,
                  struct sd_image_pulls *pulled) {
  struct sd_wants wants = run->decision.wants;
  if (is_wanting(run)) {
    in->objects = objects;
    return lookup(run, &wants, objects);
  }
  *objects = (struct sd_objects){0};
  in->objects = NULL;
  return trust_pull(run, pulled);
}

/* Again and again, while something must be looked up in between: see rules/objects.h. */
static void judge_and_emit(struct run *run) {
  struct sd_rule_input in = rule_input(run);
  struct sd_caller_profile caller_profile = {NULL, NULL, NULL};
  struct sd_objects objects = {0};
  struct sd_image_pulls pulled = {0};
  in.pulled = &pulled;
  in.caller_profile = &caller_profile;
  if (run->line.known == NULL || (run->line.known->flags & SD_COMMAND_ALWAYS) == 0)
    endpoint_check(run);
  credentials_prepare(run);
  bool read = run->decision.problems.list.len == 0;
  judge(&in, &run->decision);
  if (run_is_alone(run)) /* so far everything was taken for there and the caller's own */
    read = false;
  for (int round = 0; read && (is_wanting(run) || trust_must_pull(run)); round++) {
    if (round == ROUNDS_MAX)
      sd_problem_add(&run->decision.problems, "lookup", "", "name fewer things at once",
                     "what the command names leads to more and more");
    if (round == ROUNDS_MAX || !learn(run, &in, &objects, &pulled))
      return;
    run_reset_decision(run);
    judge(&in, &run->decision);
  }
  if (run->decision.problems.list.len == 0 && trust_signatures(run))
    emit(run);
}

static void decide_container(struct run *run) {
  struct sd_request *request = sd_arena_alloc(run->arena, sizeof(*request));
  sd_request_build(run->arena, &run->line, run_host(run), request, &run->decision.problems);
  run->request = request;
  if (request->help.value)
    emit_help(run);
  else if (read_profile(run))
    judge_and_emit(run);
}

static void decide_compose(struct run *run) {
  if (!read_profile(run))
    return;
  struct sd_rule_input in = rule_input(run);
  endpoint_check(run);
  credentials_prepare(run);
  compose_decide(run, &in);
}

static void decide_invocation(struct run *run) {
  struct sd_invocation *invocation = sd_arena_alloc(run->arena, sizeof(*invocation));
  sd_invocation_build(run->arena, &run->line, run_host(run), invocation, &run->decision.problems);
  run->invocation = invocation;
  if (invocation->help) {
    emit_help(run);
  } else if (invocation->command->id == SD_COMMAND_COMPOSE) {
    decide_compose(run);
  } else {
    judge_and_emit(run);
  }
  if (!invocation->help && (invocation->command->flags & SD_COMMAND_ALWAYS) != 0)
    run->full = (struct sd_strv){0}; /* safe-docker answers itself */
}

static bool is_completion(const struct run *run) {
  const struct sd_command *known = run->line.known;
  return known != NULL &&
         (known->id == SD_COMMAND_COMPLETE || known->id == SD_COMMAND_COMPLETE_NO_DESC);
}

void decide(struct run *run) {
  const struct sd_policy *policy = &run->session->policy;
  sd_strv_add(&run->full, run->arena, policy->docker.path);
  if (run->line.verb == SD_VERB_NONE)
    return;
  if (run->line.verb == SD_VERB_VERSION) {
    endpoint_choose(run, NULL);
    run_environ(run, policy->docker.config_dir, &run->environ);
    sd_strv_add(&run->full, run->arena, "--version");
    return;
  }
  if (run->line.verb == SD_VERB_GROUP)
    judge_group(run);
  else
    judge_command(run);
  endpoint_choose(run, is_completion(run) ? complete_context(run) : run->line.context);
  if (run->stand_in != NULL)
    return;
  run_environ(run, policy->docker.config_dir, &run->environ);
  judge_place(run);
  decide_add_globals(run, &run->full);
  if (run->decision.problems.list.len > 0)
    return;
  if (run->line.verb == SD_VERB_GROUP)
    emit_help(run);
  else if (run->line.verb == SD_VERB_OTHER)
    decide_invocation(run);
  else
    decide_container(run);
}

void decide_words(struct run *run, const char *const *words) {
  sd_cli_parse(run->arena, words, &run->line, &run->decision.problems);
  if (run->line.verb != SD_VERB_HELP)
    decide(run);
}
