/* SPDX-License-Identifier: Apache-2.0 */
/* `policy check [FILE]`: mistakes, then what is doubtful. */
#include "policy_command.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/report/policy.h"
#include "safe-docker/sys/trusted.h"

#include "output.h"
#include "own/own_words.h"
#include "policy_facts.h"
#include "policy_input.h"

#define DANGERS 1 /* exit status */

struct check {
  struct session *session;
  struct sd_policy_texts texts;
  struct sd_policy_views views;
  struct sd_policy_findings findings;
};

/* -- seccomp: what only those can judge who read profiles ----------------------------------------- */

static bool read_docker(struct sd_arena *arena, struct sd_seccomp_profile **out,
                        struct sd_error *err) {
  size_t len = 0;
  const char *text = sd_seccomp_docker(arena, &len);
  return sd_seccomp_parse(arena, "Docker's default profile", text, len, out, err);
}

static void add_looser(struct check *check, const struct sd_policy_view *view, const char *why) {
  struct sd_arena *arena = check->session->arena;
  const struct sd_json *node =
      sd_json_get(sd_json_get(view->policy.effective, "seccomp"), "profile");
  struct sd_policy_finding finding = {
      .severity = SD_POLICY_WARNING,
      .kind = "seccomp-looser",
      .key = "seccomp.profile",
      .source = node->source,
      .line = node->line,
      .column = node->column,
      .who = view->who,
      .message = sd_arena_printf(arena,
                                 "seccomp.profile: it cannot be shown that %s refuses all that "
                                 "Docker's own profile refuses: %s",
                                 sd_text_safe(arena, view->policy.seccomp.profile), why),
      .attack = "makes system calls that Docker keeps from containers, and reaches the mistakes of "
                "the kernel behind them",
      .advice =
          "write \"default\", or see with safe-docker seccomp diff docker FILE what is wider"};
  sd_policy_findings_add(arena, &check->findings, &finding);
}

/* Shipped profiles are stricter than Docker's: their tests say so. */
static bool judge_profile(struct check *check, const struct sd_policy_view *view,
                          struct sd_error *err) {
  struct sd_arena *arena = check->session->arena;
  const char *path = view->policy.seccomp.profile;
  const char *text = NULL;
  size_t len = 0;
  struct sd_seccomp_profile *profile = NULL;
  struct sd_seccomp_profile *docker = NULL;
  if (path[0] != '/')
    return true;
  if (!sd_trusted_read(arena, path, check->session->owner, SD_JSON_MAX_BYTES, &text, &len, NULL,
                       err) ||
      !sd_seccomp_parse(arena, path, text, len, &profile, err) || !read_docker(arena, &docker, err))
    return false;
  struct sd_strv capabilities = {{NULL, 0, 0}};
  const struct sd_seccomp_place place = {.capabilities = &capabilities};
  for (size_t i = 0; i < view->policy.capabilities.allow.v.len; i++)
    sd_strv_add(&capabilities, arena, view->policy.capabilities.allow.v.items[i]);
  struct sd_error why;
  sd_error_init(&why, arena);
  if (!sd_seccomp_is_stricter_at(profile, docker, &place, &why))
    add_looser(check, view, why.message);
  return true;
}

/* -- the check ----------------------------------------------------------------------------------- */

/* What an override names must be there, too, before somebody needs it. */
static bool check_views(struct check *check, struct sd_error *err) {
  struct session *session = check->session;
  for (size_t i = 0; i < check->views.v.len; i++) {
    const struct sd_policy_view *view = &check->views.v.items[i];
    if (!session_check_policy(session->arena, &view->policy, session->owner, err) ||
        !judge_profile(check, view, err))
      return false;
  }
  return true;
}

static bool run_check(struct check *check, const char *operand, struct sd_error *err) {
  struct session *session = check->session;
  struct sd_policy_facts facts;
  struct sd_policy_findings seccomp;
  if (operand == NULL && !session->has_policy)
    return sd_fail_rule(err, session->problem.rule, session->problem.hint, "%s",
                        session->problem.message);
  if (!policy_input_texts(session, operand, &check->texts, err) ||
      !sd_policy_view_all(session->arena, check->texts.v.items, check->texts.v.len, &check->views,
                          err) ||
      !check_views(check, err))
    return false;
  policy_facts_find(session->arena, check->views.v.items[0].policy.docker.endpoint.host, &facts);
  seccomp = check->findings;
  if (!sd_policy_lint(session->arena, check->texts.v.items, check->texts.v.len, &facts,
                      &check->findings, err))
    return false;
  for (size_t i = 0; i < seccomp.v.len; i++)
    sd_policy_findings_add(session->arena, &check->findings, &seccomp.v.items[i]);
  sd_policy_findings_sort(&check->findings);
  return true;
}

bool policy_check_find(struct session *session, const char *operand, struct sd_policy_findings *out,
                       struct sd_error *err) {
  struct check check = {.session = session};
  if (!run_check(&check, operand, err))
    return false;
  *out = check.findings;
  return true;
}

static int answer(struct check *check, const char *operand, const struct own_words *given) {
  struct sd_arena *arena = check->session->arena;
  bool json = own_words_is(given, "--format", "json");
  const char *what =
      operand != NULL ? policy_input_name(check->session, operand) : check->session->policy.sources;
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!run_check(check, operand, &err))
    return json ? output_answer(arena, sd_report_policy_error_json(arena, what, &err), err.status)
                : output_complain(arena, &err);
  bool bad = check->findings.dangers > 0 ||
             (own_words_value(given, "--strict") != NULL && check->findings.warnings > 0);
  return output_answer(arena,
                       json ? sd_report_policy_check_json(arena, what, &check->findings)
                            : sd_report_policy_check_text(arena, what, &check->findings),
                       bad ? DANGERS : 0);
}

static int run(struct session *session, const struct own_words *given) {
  struct check check = {.session = session};
  return answer(&check, given->operands.v.len > 0 ? given->operands.v.items[0] : NULL, given);
}

static const char help[] =
    "Usage:  safe-docker policy check [--strict] [--format text|json] [FILE]\n"
    "\n"
    "Reads the policy in force, a file, or one that comes with safe-docker (default, ci,\n"
    "lab, strict), and tells its mistakes, or what is dangerous or doubtful about it: what\n"
    "somebody would do with it, and what to write instead. Every override is judged, too.\n"
    "\n"
    "Exit status: 0 nothing dangerous, 1 a danger (with --strict also a warning), 125 a\n"
    "mistake. See safe-docker-policy(1).\n";

int policy_check_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--format", "text|json"}, {"--strict", NULL}, {NULL, NULL}};
  static const struct own_form form = {
      .command = "policy check",
      .usage = "safe-docker policy check [--strict] [--format text|json] [FILE]",
      .options = options,
      .most = 1,
      .help = help,
      .run = run};
  return own_command(session, words, &form);
}
