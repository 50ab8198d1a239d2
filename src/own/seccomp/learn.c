/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: trace for root alone, who came by no door; run nothing but what the policy allows; write a profile only when it
 * is proven to be a part of the one it was learned under. */
#include "learn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_learn.h"
#include "safe-docker/confine/seccomp_strace.h"
#include "safe-docker/sys/host.h"

#include "own/admin.h"
#include "decide.h"
#include "learn_folder.h"
#include "learn_output.h"
#include "learn_trace.h"
#include "output.h"

static const char USAGE[] =
    "Usage:  safe-docker seccomp learn [OPTIONS] -- run [OPTIONS] IMAGE [COMMAND] [ARG...]\n"
    "        safe-docker seccomp learn [OPTIONS] --strace FILE\n"
    "\n"
    "Writes the smallest seccomp profile that served a program, as a part of the policy's.\n"
    "\n"
    "Options:\n"
    "      --output FILE       Write the profile there, not to standard output\n"
    "      --profile PROFILE   Learn under this profile, not the policy's: a name or a file\n"
    "      --strace FILE       Take what strace wrote; may be given again\n"
    "\n"
    "See safe-docker-seccomp(1), LEARNING.\n";

#define STRACE_MAX ((size_t)1024 * 1024 * 1024)

struct plan {
  const char *output;  /* NULL: standard output */
  const char *profile; /* NULL: the policy's */
  struct sd_strv straces;
  const char *const *words; /* of the request; NULL: none */
};

struct lesson_facts {
  struct sd_seccomp_target target;
  struct sd_strv capabilities;
  const char *name; /* of the profile, for messages */
  const char *text;
};

/* -- the command line ----------------------------------------------------------------------------- */

/* "--NAME=VALUE" or "--NAME VALUE"; *words is at the last word of it then. */
static const char *option_value(const char *const **words, const char *name, bool *bare) {
  const char *word = **words;
  size_t len = strlen(name);
  *bare = false;
  if (strncmp(word, name, len) != 0 || (word[len] != '\0' && word[len] != '='))
    return NULL;
  if (word[len] == '=')
    return word + len + 1;
  *bare = (*words)[1] == NULL;
  return *bare ? NULL : *++*words;
}

static bool take_option(struct sd_arena *arena, const char *const **words, struct plan *plan,
                        struct sd_error *err) {
  static const char hint[] = "safe-docker seccomp learn --help shows the options";
  static const char *const names[] = {"--output", "--profile", "--strace"};
  const char *word = **words;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    bool bare = false;
    const char *value = option_value(words, names[i], &bare);
    if (bare || (value != NULL && value[0] == '\0'))
      return sd_fail_rule(err, NULL, hint, "seccomp learn: %s needs a value", names[i]);
    if (value == NULL)
      continue;
    if (i == 2)
      sd_strv_add(&plan->straces, arena, value);
    else
      *(i == 0 ? &plan->output : &plan->profile) = value;
    return true;
  }
  return sd_fail_rule(err, NULL, hint, "seccomp learn: \"%s\" is not understood",
                      sd_text_safe(arena, word));
}

static bool read_plan(struct sd_arena *arena, const char *const *words, struct plan *plan,
                      struct sd_error *err) {
  for (; words[0] != NULL && strcmp(words[0], "--") != 0; words++)
    if (!take_option(arena, &words, plan, err))
      return false;
  if (words[0] != NULL)
    plan->words = words + 1;
  if (plan->words == NULL && plan->straces.v.len == 0)
    return sd_fail_rule(err, NULL, "safe-docker seccomp learn -- run IMAGE, or --strace FILE",
                        "seccomp learn: there is nothing to learn from");
  return true;
}

/* -- who may -------------------------------------------------------------------------------------- */

/* Tracing the engine's processes is for root itself. */
static int hand_over(struct session *session, const char *const *words) {
  struct sd_strv all = {0};
  sd_strv_add(&all, session->arena, "learn");
  for (; *words != NULL; words++)
    sd_strv_add(&all, session->arena, *words);
  return admin_hand_over(session, "seccomp",
                         (const char *const *)sd_strv_argv(&all, session->arena));
}

/* -- the profile it is a part of ------------------------------------------------------------------ */

static bool read_profile(struct session *session, const char *profile, struct lesson_facts *facts,
                         struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  size_t len = 0;
  if (profile == NULL) {
    if (!session->has_policy)
      return sd_fail_rule(err, NULL, session->problem.hint, "%s", session->problem.message);
    facts->name = "the policy's profile";
    facts->text = session->seccomp_profile;
    return true;
  }
  facts->name = sd_text_safe(session->arena, profile);
  facts->text = sd_seccomp_builtin(profile, &len);
  struct sd_error why;
  sd_error_init(&why, session->arena);
  return facts->text != NULL ||
         host->read_file(host->context, session->arena, profile, SD_JSON_MAX_BYTES, &facts->text,
                         &len, &why) ||
         sd_fail_rule(err, NULL, why.hint, "%s: %s", facts->name, why.message);
}

/* Those that the container is given; for strace's output those that the policy gives when nothing is asked for. */
static void add_capabilities(struct session *session, const struct run *run,
                             struct lesson_facts *facts) {
  static const char prefix[] = "CAP_";
  const struct sd_texts *granted = run != NULL ? &run->decision.out.cap_add : NULL;
  for (size_t i = 0; granted != NULL && i < granted->v.len; i++) {
    const char *name = granted->v.items[i].value;
    sd_strv_add(&facts->capabilities, session->arena,
                sd_text_starts_with(name, prefix) ? name + strlen(prefix) : name);
  }
  for (size_t i = 0; granted == NULL && i < session->policy.capabilities.defaults.v.len; i++)
    sd_strv_add(&facts->capabilities, session->arena,
                session->policy.capabilities.defaults.v.items[i]);
}

static bool start_lesson(struct session *session, const struct run *run, struct lesson_facts *facts,
                         struct sd_seccomp_lesson **out, struct sd_error *err) {
  struct sd_seccomp_profile *profile = NULL;
  if (run != NULL && run->decision.seccomp_profile != facts->text) {
    facts->text = run->decision.seccomp_profile;
    facts->name = "the profile of --security-opt";
  }
  add_capabilities(session, run, facts);
  uint32_t kernel = sd_host_kernel();
  facts->target = (struct sd_seccomp_target){.arch = sd_seccomp_native_arch(),
                                             .kernel = kernel != 0 ? kernel : SD_SECCOMP_NEWEST,
                                             .capabilities = &facts->capabilities};
  return sd_seccomp_parse(session->arena, facts->name, facts->text, strlen(facts->text), &profile,
                          err) &&
         sd_seccomp_lesson_create(session->arena, profile, &facts->target, out, err);
}

/* -- strace's output ------------------------------------------------------------------------------ */

static void note(void *context, const struct sd_seccomp_call *call, unsigned known) {
  sd_seccomp_lesson_note(context, call, known);
}

static bool read_strace(struct sd_arena *arena, const char *path, struct sd_seccomp_lesson *lesson,
                        struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  const char *shown = sd_text_safe(arena, path);
  const char *text = NULL;
  size_t len = 0;
  struct sd_seccomp_strace found;
  struct sd_error why;
  sd_error_init(&why, arena);
  if (!host->read_file(host->context, arena, path, STRACE_MAX, &text, &len, &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", shown, why.message);
  sd_seccomp_strace_read(arena, sd_seccomp_native_arch(), text, len, note, lesson, &found);
  if (found.calls == 0)
    return sd_fail_rule(err, NULL, "strace -f -o FILE PROGRAM writes such a file",
                        "%s: no system call was found in it", shown);
  if (found.unread > 0)
    output_tell(sd_arena_printf(
        arena, "safe-docker: %s: %zu lines were not understood, the first is line %u\n", shown,
        found.unread, found.first_unread));
  return true;
}

/* Each text is gone before the next is read: strace -ff writes a file for each process. */
static bool read_straces(const struct plan *plan, struct sd_seccomp_lesson *lesson,
                         struct sd_error *err) {
  bool good = true;
  for (size_t i = 0; i < plan->straces.v.len && good; i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    good = read_strace(&arena, plan->straces.v.items[i], lesson, err);
    sd_arena_finish(&arena);
  }
  return good;
}

/* -- the request ---------------------------------------------------------------------------------- */

/* With a --cidfile before the caller's own options, so that a --cidfile among these is the one that counts. */
static bool add_cidfile(struct sd_arena *arena, const char *const *words, const char *folder,
                        struct sd_strv *out, struct sd_error *err) {
  size_t verb = words[0] != NULL && strcmp(words[0], "container") == 0 ? 1 : 0;
  if (words[0] == NULL || words[verb] == NULL || strcmp(words[verb], "run") != 0)
    return sd_fail_rule(err, NULL, "safe-docker seccomp learn -- run [OPTIONS] IMAGE [COMMAND]",
                        "seccomp learn: only \"run\" can be learned from");
  for (size_t i = 0; words[i] != NULL; i++) {
    sd_strv_add(out, arena, words[i]);
    if (i == verb)
      sd_strv_add(out, arena, sd_arena_printf(arena, "--cidfile=%s/id", folder));
  }
  return true;
}

static const char *const *typed_words(struct sd_arena *arena, const char *const *words) {
  struct sd_strv typed = {0};
  const char *const first[] = {"safe-docker", "seccomp", "learn", "--"};
  for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
    sd_strv_add(&typed, arena, first[i]);
  for (size_t i = 0; words[i] != NULL; i++)
    sd_strv_add(&typed, arena, words[i]);
  return (const char *const *)sd_strv_argv(&typed, arena);
}

/* Judges the request; run->decision.problems tells whether it may be carried out. */
static bool decide_request(struct run *run, const char *const *words, const char *folder,
                           struct sd_error *err) {
  struct sd_strv with = {0};
  run_reset_decision(run);
  if (!add_cidfile(run->arena, words, folder, &with, err))
    return false;
  run->argv = typed_words(run->arena, words);
  sd_cli_parse(run->arena, (const char *const *)sd_strv_argv(&with, run->arena), &run->line,
               &run->decision.problems);
  decide(run);
  return run->request == NULL || !run->request->help.value ||
         sd_fail_rule(err, NULL, "safe-docker run --help", "seccomp learn: --help runs nothing");
}

/* -- the end -------------------------------------------------------------------------------------- */

static void tell_learned(struct sd_arena *arena, const struct lesson_facts *facts,
                         const struct sd_seccomp_learned *learned) {
  output_tell(sd_arena_printf(arena,
                              "safe-docker: learned %zu of the %zu system calls that %s allows\n",
                              learned->served, learned->allowed, facts->name));
  for (size_t i = 0; i < learned->refused.v.len; i++)
    output_tell(sd_arena_printf(arena, "safe-docker: refused, as %s does: %s\n", facts->name,
                                learned->refused.v.items[i]));
  if (learned->vague.v.len > 0)
    output_tell(sd_arena_printf(arena,
                                "safe-docker: all rules are kept of these, because their arguments "
                                "could not be read: %s\n",
                                sd_strv_join(&learned->vague, arena, ", ")));
}

static bool finish(struct sd_arena *arena, const struct lesson_facts *facts,
                   struct sd_seccomp_lesson *lesson, struct learn_output *output,
                   struct sd_error *err) {
  struct sd_seccomp_learned learned;
  const char *comment =
      sd_arena_printf(arena, "Made by safe-docker seccomp learn, as a part of %s.", facts->name);
  if (!sd_seccomp_lesson_write(lesson, comment, &learned, err) ||
      !learn_output_write(output, learned.text, err))
    return false;
  tell_learned(arena, facts, &learned);
  return true;
}

static int learn_from_strace(struct session *session, const struct plan *plan,
                             struct lesson_facts *facts) {
  struct sd_error err;
  struct sd_seccomp_lesson *lesson = NULL;
  struct learn_output output;
  sd_error_init(&err, session->arena);
  if (!learn_output_open(session->arena, plan->output, &output, &err))
    return output_complain(session->arena, &err);
  bool good = start_lesson(session, NULL, facts, &lesson, &err) &&
              read_straces(plan, lesson, &err) &&
              finish(session->arena, facts, lesson, &output, &err);
  learn_output_close(&output);
  return good ? 0 : output_complain(session->arena, &err);
}

static const char *learning_untraced(const struct learning *learning) {
  return (learning->untraced & LEARN_TRACES) != 0
             ? "the program traces processes (ptrace), which fails while it is traced itself: what "
               "it does then was learned, not what it does otherwise"
             : "the program started processes with CLONE_UNTRACED, which cannot be learned from: "
               "their calls are missing";
}

static bool learn_request(struct run *run, const struct plan *plan, struct lesson_facts *facts,
                          struct learn_output *output, int *status, struct sd_error *err) {
  struct session *session = run->session;
  struct learning learning = {.run = run, .quiet = plan->output == NULL};
  if (!start_lesson(session, run, facts, &learning.lesson, err) ||
      !read_straces(plan, learning.lesson, err) || !learn_trace(&learning, err))
    return false;
  *status = learning.status;
  if (!learning.found) {
    output_tell("safe-docker: no container was seen, so nothing was learned\n");
    *status = learning.status != 0 ? learning.status : SD_EXIT_DENIED;
    return true;
  }
  if (learning.untraced != 0)
    output_tell(sd_arena_printf(run->arena, "safe-docker: %s\n", learning_untraced(&learning)));
  if (!learning.seen)
    return sd_fail_rule(err, NULL, "Linux 5.3 or later is needed; or learn from strace's output",
                        "no call behind a seccomp filter was seen, so nothing was learned");
  return finish(run->arena, facts, learning.lesson, output, err);
}

static int learn_from_run(struct session *session, const struct plan *plan,
                          struct lesson_facts *facts, const char *folder) {
  struct run run = {.arena = session->arena, .session = session, .line = {.command = ""}};
  struct sd_error err;
  struct learn_output output;
  int status = 0;
  sd_error_init(&err, session->arena);
  session->seccomp_profile = facts->text; /* as if the policy named it */
  if (!decide_request(&run, plan->words, folder, &err))
    return output_complain(session->arena, &err);
  if (run.decision.problems.list.len > 0)
    return run_refuse(&run);
  if (!learn_output_open(session->arena, plan->output, &output, &err))
    return output_complain(session->arena, &err);
  bool good = learn_request(&run, plan, facts, &output, &status, &err);
  learn_output_close(&output);
  return good ? status : output_complain(session->arena, &err);
}

static int learn_in_folder(struct session *session, const struct plan *plan,
                           struct lesson_facts *facts) {
  struct sd_error err;
  struct learn_folder folder;
  sd_error_init(&err, session->arena);
  if (!learn_folder_open(session->arena, &folder, &err))
    return output_complain(session->arena, &err);
  int status = learn_from_run(session, plan, facts, folder.path);
  learn_folder_close(&folder);
  return status;
}

int learn_command(struct session *session, const char *const *words) {
  struct plan plan = {0};
  struct lesson_facts facts = {0};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (words[0] != NULL && words[1] == NULL &&
      (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0))
    return output_answer(session->arena, USAGE, 0);
  if (!read_plan(session->arena, words, &plan, &err))
    return output_complain(session->arena, &err);
  if (plan.words != NULL && !admin_is(session))
    return hand_over(session, words);
  if (plan.words != NULL && !session->has_policy)
    return output_complain(session->arena, &session->problem);
  if (!read_profile(session, plan.profile, &facts, &err))
    return output_complain(session->arena, &err);
  return plan.words != NULL ? learn_in_folder(session, &plan, &facts)
                            : learn_from_strace(session, &plan, &facts);
}
