/* SPDX-License-Identifier: Apache-2.0 */
#include "setup.h"

#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/terminal.h"

#include "own/admin.h"
#include "output.h"
#include "own/own_words.h"
#include "setup_show.h"

#define NOT_DONE 1
#define ANSWER_MAX 64

static const char USAGE[] =
    "Usage:  safe-docker setup DEPLOYMENT [OPTIONS]\n"
    "        safe-docker setup policy PRESET [OPTIONS]\n"
    "        safe-docker setup status [--format text|json]\n"
    "\n"
    "Makes one deployment complete: shows each step, asks, and does it; or undoes it.\n"
    "\n"
    "Deployments:\n"
    "  sudo           A sudo rule for a group; docker='sudo safe-docker' in their shells\n"
    "  doas           The same with doas\n"
    "  setgid         safe-docker setgid to the socket's group, first in PATH as docker\n"
    "  divert         docker itself becomes safe-docker, for scripts, too\n"
    "  alias          docker='safe-docker' in every shell: a guard rail, and no boundary\n"
    "  policy PRESET  A policy that comes along (strict, ci, lab) as the policy of the host\n"
    "  status         What is in place, what is missing, and who goes round it\n"
    "\n"
    "Options:\n"
    "      --group NAME  Group of those who run containers (default \"containers\")\n"
    "      --user NAME   Somebody who is to be in it; may be given again\n"
    "      --dry-run     Show what would be done, and do nothing\n"
    "      --undo        Take away what setup put there\n"
    "      --yes         Do not ask\n"
    "\n"
    "See safe-docker-setup(8).\n";

/* -- doing it ----------------------------------------------------------------------------------- */

/* One after the other, each from what is there now; the first that fails ends it. */
static bool do_steps(struct setup *setup, const struct setup_deployment *deployment,
                     struct sd_error *err) {
  for (size_t i = 0; i < deployment->count; i++) {
    const struct setup_step *step = &deployment->steps[setup->undo ? deployment->count - 1 - i : i];
    struct setup_view view = {0};
    step->look(setup, step, &view);
    if (setup->undo ? !view.ours : view.complete)
      continue;
    const char *line = setup->undo ? view.undo : view.line;
    if (view.problem != NULL)
      return sd_fail_rule(err, NULL, view.hint, "%s", view.problem);
    if (!(setup->undo ? step->unmake : step->make)(setup, step, err))
      return false;
    output_tell(sd_arena_printf(setup->arena, "done: %s\n", line));
  }
  return true;
}

/* What is to be known behind it, since nothing of it is seen in the session that is open. */
static int tell_next(struct setup *setup, const struct setup_deployment *deployment) {
  if (!setup->undo && deployment->next != NULL)
    output_tell(sd_arena_printf(setup->arena, "%s\n", deployment->next));
  return 0;
}

static int run(struct setup *setup, const struct setup_deployment *deployment) {
  struct sd_error err;
  struct sd_error why;
  sd_error_init(&err, setup->arena);
  sd_error_init(&why, setup->arena);
  if (do_steps(setup, deployment, &why))
    return tell_next(setup, deployment);
  err.status = NOT_DONE;
  (void)sd_fail_rule(&err, NULL,
                     why.hint != NULL
                         ? why.hint
                         : "put that right and run it again: what is done is not done twice",
                     "setup %s is not complete: %s", setup->name, why.message);
  return output_complain(setup->arena, &err);
}

/* -- showing and asking ------------------------------------------------------------------------- */

static int refuse(struct setup *setup, const char *hint, const char *message) {
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  err.status = NOT_DONE;
  (void)sd_fail_rule(&err, NULL, hint, "setup %s: %s", setup->name, message);
  return output_complain(setup->arena, &err);
}

/* "y" or "yes"; anything else is no. */
static bool agrees(struct setup *setup, struct sd_error *err) {
  const char *line = "";
  output_tell(setup->undo ? "Undo this? [y/N] " : "Do this? [y/N] ");
  if (!sd_terminal_line(setup->arena, true, ANSWER_MAX, &line, err))
    return false;
  return strcmp(line, "y") == 0 || strcmp(line, "yes") == 0 ||
         sd_fail(err, "not agreed to, and nothing was changed");
}

static int decide(struct setup *setup, const struct setup_deployment *deployment,
                  const struct own_words *words, const struct setup_views *views) {
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  if (views->blocked != NULL)
    return refuse(
        setup, views->blocked->hint,
        sd_arena_printf(setup->arena, "nothing was changed: %s", views->blocked->problem));
  if (views->open == 0)
    return output_answer(setup->arena, setup->undo ? "nothing to undo\n" : "nothing to do\n", 0);
  if (own_words_value(words, "--dry-run") != NULL)
    return output_answer(setup->arena, "this was only shown (--dry-run)\n", 0);
  if (own_words_value(words, "--yes") != NULL)
    return run(setup, deployment);
  if (isatty(STDIN_FILENO) != 1)
    return refuse(setup, "read it, and add --yes",
                  "nothing was changed: there is no terminal to ask on");
  if (!agrees(setup, &err))
    return refuse(setup, err.hint, err.message);
  return run(setup, deployment);
}

static int deploy(struct setup *setup, const struct setup_deployment *deployment,
                  const struct own_words *words) {
  struct setup_views views;
  struct sd_strv warnings = {0};
  setup->name = deployment->name;
  setup_views_look(setup, deployment, &views);
  if (!setup->undo)
    setup_warnings(setup, &warnings);
  int shown = output_answer(setup->arena, setup_views_text(setup, &views, &warnings), 0);
  return shown != 0 ? shown : decide(setup, deployment, words, &views);
}

/* -- words -------------------------------------------------------------------------------------- */

const char *setup_group_in_place(struct session *session) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  sd_error_init(&ignored, session->arena);
  if (!admin_is(session) || setup_owner_of(session->arena, SETUP_SUDOERS) == NULL ||
      !sd_setup_look(session->arena, SETUP_SUDOERS, &seen, &ignored))
    return SETUP_GROUP;
  const char *rule = strstr(seen.text, "\n%");
  if (rule == NULL)
    return SETUP_GROUP;
  const char *name = sd_arena_strndup(session->arena, rule + 2, strcspn(rule + 2, " \n"));
  return sd_setup_is_name(name) ? name : SETUP_GROUP;
}

static bool check_name(struct sd_arena *arena, const char *option, const char *name,
                       struct sd_error *err) {
  return sd_setup_is_name(name) ||
         sd_fail_rule(err, NULL,
                      "letters, digits, dots, - and _, a letter or _ first, 32 characters at most",
                      "setup: \"%s\" is no name for %s", sd_text_safe(arena, name), option);
}

static bool read_names(struct setup *setup, const struct own_words *words, struct sd_error *err) {
  const char *group = own_words_value(words, "--group");
  setup->group = group != NULL ? group : setup_group_in_place(setup->session);
  if (!check_name(setup->arena, "--group", setup->group, err))
    return false;
  for (size_t i = 0; i < words->given.len; i++) {
    const struct own_given *given = &words->given.items[i];
    if (strcmp(given->name, "--user") != 0)
      continue;
    if (!check_name(setup->arena, "--user", given->value, err))
      return false;
    if (!sd_strv_contains(&setup->users, given->value))
      sd_strv_add(&setup->users, setup->arena, given->value);
  }
  return true;
}

static const char *name_at(const void *context, size_t index) {
  (void)context;
  return setup_deployments[index].name;
}

static bool find(struct setup *setup, const struct own_words *words,
                 const struct setup_deployment **out, struct sd_error *err) {
  const char *word = words->operands.v.items[0];
  const char *near = NULL;
  for (size_t i = 0; i < setup_deployments_count; i++)
    if (strcmp(setup_deployments[i].name, word) == 0)
      *out = &setup_deployments[i];
  if (*out == NULL) {
    near = sd_text_nearest(word, setup_deployments_count, name_at, NULL);
    return sd_fail_rule(err, NULL,
                        near != NULL ? sd_arena_printf(setup->arena, "did you mean %s?", near)
                                     : "safe-docker setup --help lists them",
                        "setup: there is no deployment \"%s\"", sd_text_safe(setup->arena, word));
  }
  bool presets = strcmp(word, "policy") == 0;
  setup->preset = words->operands.v.len > 1 ? words->operands.v.items[1] : NULL;
  if (presets && setup->preset == NULL && !setup->undo)
    return sd_fail_rule(err, NULL, "safe-docker setup policy strict", "setup policy: which one?");
  if (setup->preset == NULL)
    return true;
  return (presets || sd_fail(err, "setup %s: too many words", word)) &&
         check_name(setup->arena, "a policy", setup->preset, err);
}

static int answer(struct session *session, const struct own_words *words) {
  struct setup setup = {.session = session, .arena = session->arena};
  struct sd_error err;
  const struct setup_deployment *deployment = NULL;
  bool status = strcmp(words->operands.v.items[0], "status") == 0;
  sd_error_init(&err, setup.arena);
  if (!admin_is(session))
    return admin_hand_over(session, "setup", words->typed);
  setup.undo = own_words_value(words, "--undo") != NULL;
  if (!read_names(&setup, words, &err))
    return output_complain(setup.arena, &err);
  if (status)
    return setup_status(&setup, own_words_is(words, "--format", "json"));
  return find(&setup, words, &deployment, &err) && deployment != NULL
             ? deploy(&setup, deployment, words)
             : output_complain(setup.arena, &err);
}

int setup_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--dry-run", NULL}, {"--format", "text|json"}, {"--group", ""}, {"--undo", NULL},
      {"--user", ""},      {"--yes", NULL},           {NULL, NULL}};
  static const struct own_form form = {.command = "setup",
                                       .usage = "safe-docker setup --help",
                                       .options = options,
                                       .least = 1,
                                       .most = 2,
                                       .help = USAGE,
                                       .run = answer};
  return words[0] == NULL ? output_answer(session->arena, USAGE, 0)
                          : own_command(session, words, &form);
}
