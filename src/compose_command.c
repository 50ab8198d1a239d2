/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: run the plugin on the caller's files with the caller's rights alone; with the socket's group run it on the
 * hardened model alone, in a memory file that nobody can change, with no other file, folder or variable to read. */
#include "compose_command.h"

#include <string.h>
#include <unistd.h>

#include "credentials.h"
#include "lookup.h"
#include "trust.h"
#include "volumes.h"
#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/compose/compose.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"

#define MODEL_MAX ((size_t)8 * 1024 * 1024)
#define LINES_MAX 20
#define ROUNDS_MAX 13

struct compose_run {
  struct sd_compose_line line;
  struct sd_compose_project project;
  bool has_model;       /* the command is executed on one */
  const char *warnings; /* of the plugin, about the caller's files */
};

/* -- asking the plugin --------------------------------------------------------------------------- */

static bool plain_child(struct run *run, const struct sd_compose_line *line, struct sd_strv *argv,
                        struct sd_strv *variables, struct sd_child *out, struct sd_error *err) {
  const struct sd_policy *policy = &run->session->policy;
  const struct sd_identity *who = &run->session->who;
  sd_strv_add(argv, run->arena, policy->docker.path);
  /* Of sudo and its like HOME is another account's. */
  sd_environ_callers(run->arena, policy->docker.config_dir,
                     who->door == SD_DOOR_DIRECT ? NULL : who->home, variables);
  *out = (struct sd_child){.path = policy->docker.path, .argv = argv, .environ = variables};
  return sd_launch_check(run->arena, out->path, run->session->owner, err) &&
         sd_compose_ask(run->arena, line, argv, err);
}

/* At most so many lines of what the plugin says, each safe to show. */
static const char *safe_lines(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (int lines = 0; *text != '\0' && lines < LINES_MAX; lines++) {
    size_t len = strcspn(text, "\n");
    sd_str_addf(&out, "%s\n", sd_text_safe(arena, sd_arena_strndup(arena, text, len)));
    text += len + (text[len] == '\n' ? 1 : 0);
  }
  return sd_str_text(&out);
}

/* Without the plugin it is docker itself that speaks, and shows its own usage. */
static bool has_no_plugin(const char *said) {
  return strstr(said, "Usage:  docker [OPTIONS] COMMAND") != NULL ||
         strstr(said, "is not a docker command") != NULL;
}

static bool ask_model(struct run *run, struct compose_run *compose, struct sd_answer *out,
                      struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  struct sd_child child;
  if (!plain_child(run, &compose->line, &argv, &variables, &child, err) ||
      !sd_child_ask(run->arena, &child, MODEL_MAX, out, err))
    return false;
  compose->warnings = safe_lines(run->arena, out->err);
  if (out->status == 0)
    return true;
  if (has_no_plugin(out->err))
    return sd_fail_rule(err, "compose-model",
                        "ask the administrator to install it, or write docker run for each service",
                        "this host has no compose plugin that docker finds");
  const char *why = out->err[0] != '\0' ? sd_text_safe(run->arena, out->err) : "it did not say why";
  return sd_fail_rule(err, "compose-model",
                      "try docker compose config; where there is no compose plugin, ask the "
                      "administrator",
                      "the compose plugin could not read the project: %s", why);
}

/* -- deciding ------------------------------------------------------------------------------------ */

static void problem(struct run *run, const struct sd_error *err) {
  sd_problem_add(&run->decision.problems, err->rule != NULL ? err->rule : "compose-model",
                 "compose", err->hint, "%s", err->message);
}

/* Every container that the plugin would take for one of the project's, whosever it is. */
static bool list_containers(struct run *run, struct sd_compose_project *project,
                            struct sd_error *err) {
  const char *const fixed[] = {
      "ps", "--all=true", "--quiet=true", "--no-trunc=true",
      sd_arena_printf(run->arena, "--filter=label=com.docker.compose.project=%s", project->name)};
  struct sd_strv words = {0};
  struct sd_answer answer;
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    sd_strv_add(&words, run->arena, fixed[i]);
  if (!lookup_ask(run, &words, &answer, err))
    return false;
  if (answer.status != 0)
    return sd_fail(err, "the containers of the project could not be listed: %s",
                   sd_text_safe(run->arena, answer.err));
  for (const char *at = answer.out; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    if (len > 0)
      sd_strv_add(&project->containers, run->arena, sd_arena_strndup(run->arena, at, len));
    at += len + (at[len] == '\n' ? 1 : 0);
  }
  return true;
}

static bool is_settled(const struct run *run) {
  const struct sd_decision *decision = &run->decision;
  return decision->problems.list.len > 0 ||
         (decision->wants.v.len == 0 && decision->wants.list == SD_OWN_LIST_NONE);
}

/* Again and again, with looks at the daemon in between: see rules/objects.h. The first time for what needs no look. */
static bool judge(struct run *run, struct sd_rule_input *in, struct compose_run *compose,
                  struct sd_error *err) {
  struct sd_objects *objects = sd_arena_alloc(run->arena, sizeof(*objects));
  struct sd_image_pulls *pulled = sd_arena_alloc(run->arena, sizeof(*pulled));
  in->pulled = pulled;
  struct sd_compose_project *project = &compose->project;
  sd_compose_judge(in, &compose->line, project, &run->decision);
  if (run->decision.problems.list.len > 0)
    return true;
  if (!list_containers(run, project, err))
    return false;
  for (int round = 0; round < ROUNDS_MAX; round++) {
    run_reset_decision(run);
    sd_compose_judge(in, &compose->line, project, &run->decision);
    struct sd_wants wants = run->decision.wants;
    if (is_settled(run) && !trust_must_pull(run))
      return true;
    if (is_settled(run)) {
      *objects = (struct sd_objects){0};
      in->objects = NULL;
      if (!trust_pull(run, pulled))
        return true;
    } else if (lookup(run, &wants, objects)) {
      in->objects = objects;
    } else {
      return true;
    }
  }
  return sd_fail_rule(err, "lookup", "split the project",
                      "what the project names leads to more and more");
}

/* What the project is, only the plugin can say. */
static bool be_unknown(struct run *run) {
  run->imagined->unknown = "what a compose project holds is known to the compose plugin alone, "
                           "which is not asked here";
  return true;
}

/* From the caller's files to what will be executed. */
static bool decide_project(struct run *run, struct sd_rule_input *in, struct compose_run *compose,
                           struct sd_error *err) {
  struct sd_answer answer;
  const char *ignored = NULL;
  credentials_prepare(run);
  if (run->decision.problems.list.len > 0)
    return true;
  if (run_is_alone(run))
    return be_unknown(run);
  if (!ask_model(run, compose, &answer, err))
    return false;
  if (!sd_compose_read(run->arena, in, &compose->line, answer.out, answer.out_len,
                       &compose->project, &run->decision.problems))
    return true;
  if (!judge(run, in, compose, err))
    return false;
  compose->has_model = true;
  return run->decision.problems.list.len > 0 ||
         (sd_compose_write(run->arena, &compose->line, &compose->project,
                           sd_handed_path(SD_HANDED_SECCOMP), &ignored, err) &&
          sd_compose_emit(run->arena, &compose->line, &compose->project,
                          sd_handed_path(SD_HANDED_COMPOSE), &run->full, err));
}

void compose_decide(struct run *run, struct sd_rule_input *in) {
  struct compose_run *compose = sd_arena_alloc(run->arena, sizeof(*compose));
  struct sd_error err;
  sd_error_init(&err, run->arena);
  run->compose = compose;
  compose->warnings = "";
  sd_rules_command(in, &run->decision);
  if (run->decision.problems.list.len > 0 ||
      !sd_compose_read_line(run->arena, in->invocation, in->host, &compose->line,
                            &run->decision.problems))
    return;
  enum sd_compose_handling handling = compose->line.command->handling;
  bool good = true;
  if (compose->line.own.help || handling == SD_COMPOSE_PLAIN)
    good = sd_compose_emit(run->arena, &compose->line, &compose->project, "", &run->full, &err);
  else if (handling == SD_COMPOSE_PRINT)
    good = sd_compose_ask(run->arena, &compose->line, &run->full, &err);
  else
    good = decide_project(run, in, compose, &err);
  if (!good)
    problem(run, &err);
  else
    sd_strv_add(&run->environ, run->arena, "COMPOSE_MENU=false");
}

/* -- carrying out -------------------------------------------------------------------------------- */

static int fail(struct run *run, const struct sd_error *err) {
  run_record_failure(run, err->message);
  return output_complain(run->arena, err);
}

/* With the caller's rights it may read, show and write what the caller could without safe-docker. */
static int print(struct run *run, struct compose_run *compose, struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  struct sd_child child;
  int status = 0;
  if (!plain_child(run, &compose->line, &argv, &variables, &child, err))
    return fail(run, err);
  if (!run_record(run, NULL, err) || !sd_child_run(&child, &status, err))
    return output_complain(run->arena, err);
  return status;
}

/* The id that the daemon gives is that of the network just made, whatever else has its name by now. */
static bool create_network(struct run *run, struct sd_compose_object *network,
                           struct sd_error *err) {
  struct sd_answer answer;
  if (!lookup_ask(run, &network->make, &answer, err))
    return false;
  size_t len = strcspn(answer.out, "\n");
  if (answer.status != 0 || len != 64 || strspn(answer.out, "0123456789abcdef") != len)
    return sd_fail(err, "the network %s could not be created: %s", network->name,
                   sd_text_safe(run->arena, answer.err));
  network->id = sd_arena_strndup(run->arena, answer.out, len);
  return true;
}

static bool create_objects(struct run *run, struct sd_compose_project *project,
                           struct sd_error *err) {
  for (size_t i = 0; i < project->networks.v.len; i++)
    if (project->networks.v.items[i].make.v.len > 0 &&
        !create_network(run, &project->networks.v.items[i], err))
      return false;
  return run->decision.volumes.v.len == 0 || (volumes_create(run, err) && volumes_verify(run, err));
}

static bool hand_over(struct run *run, struct compose_run *compose, struct sd_error *err) {
  const char *model = NULL;
  if (run->config != NULL && !sd_hand_over(SD_HANDED_CONFIG, "config", run->config, err))
    return false;
  if (!compose->has_model)
    return true;
  return create_objects(run, &compose->project, err) &&
         sd_compose_write(run->arena, &compose->line, &compose->project,
                          sd_handed_path(SD_HANDED_SECCOMP), &model, err) &&
         sd_hand_over(SD_HANDED_COMPOSE, "compose", model, err) &&
         sd_hand_over(SD_HANDED_SECCOMP, "seccomp", run->session->seccomp_profile, err);
}

int compose_carry_out(struct run *run) {
  struct compose_run *compose = run->compose;
  const char *path = run->session->policy.docker.path;
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (compose->line.command->handling == SD_COMPOSE_PRINT && !compose->line.own.help)
    return print(run, compose, &err);
  if (!sd_launch_check(run->arena, path, run->session->owner, &err))
    return fail(run, &err);
  if (!run_record(run, NULL, &err))
    return output_complain(run->arena, &err);
  output_tell(compose->warnings);
  if (run->note != NULL)
    output_tell(run->note);
  if (!hand_over(run, compose, &err))
    return fail(run, &err);
  if (sd_privileges_take_up(&run->session->run_as, &err))
    sd_launch(path, sd_strv_argv(&run->full, run->arena), sd_strv_argv(&run->environ, run->arena),
              &err);
  return output_complain(run->arena, &err);
}
