/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: never ask the real CLI to complete (it would list the things of everybody, and run plugins); hand it no word
 * that the caller wrote; show no name that is not the caller's. */
#include "complete.h"

#include <string.h>

#include "decide.h"
#include "endpoint.h"
#include "lookup.h"
#include "output.h"
#include "safe-docker/report/completion.h"

/* -- names -------------------------------------------------------------------------------------- */

#define MAX_WORDS 8

/* How the real CLI is asked for them. Images are everybody's, so these are not filtered. */
static const struct {
  enum sd_names names;
  bool owned;
  const char *words[MAX_WORDS];
} questions[] = {
    {SD_NAMES_ALL, true, {"ps", "--all=true", "--format={{.Names}}"}},
    {SD_NAMES_RUNNING, true, {"ps", "--format={{.Names}}"}},
    {SD_NAMES_STOPPED,
     true,
     {"ps", "--all=true", "--filter=status=created", "--filter=status=exited",
      "--format={{.Names}}"}},
    {SD_NAMES_PAUSED, true, {"ps", "--filter=status=paused", "--format={{.Names}}"}},
    {SD_NAMES_IMAGES, false, {"images", "--format={{.Repository}}:{{.Tag}}"}},
    {SD_NAMES_NETWORKS, true, {"network", "ls", "--format={{.Name}}"}},
    {SD_NAMES_VOLUMES, true, {"volume", "ls", "--format={{.Name}}"}},
};

/* The words that ask it, all of them safe-docker's own. */
static struct sd_strv question_words(const struct run *run, size_t question) {
  const struct session *session = run->session;
  struct sd_strv words = {0};
  for (size_t i = 0; i < MAX_WORDS && questions[question].words[i] != NULL; i++)
    sd_strv_add(&words, run->arena, questions[question].words[i]);
  if (questions[question].owned && session->policy.isolation != SD_ISOLATION_SHARED)
    sd_strv_add(&words, run->arena,
                sd_arena_printf(run->arena, "--filter=label=" SD_OWNER_LABEL "=%u",
                                (unsigned)session->caller.uid));
  return words;
}

/* Recorded as what it is: a list of the caller's own. False where it must be recorded and cannot be. */
static bool record(struct run *run, const struct sd_strv *words, struct sd_error *err) {
  run->full = (struct sd_strv){0};
  sd_strv_add(&run->full, run->arena, run->session->policy.docker.path);
  decide_add_endpoint(run->arena, run->endpoint, &run->full);
  for (size_t i = 0; i < words->v.len; i++)
    sd_strv_add(&run->full, run->arena, words->v.items[i]);
  return run_record(run, NULL, err);
}

static bool ask_names(struct run *run, struct sd_completion *completion, struct sd_error *err) {
  struct sd_answer answer;
  struct sd_error ignored; /* a shell that completes has no place for messages */
  sd_error_init(&ignored, run->arena);
  for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
    if ((completion->names & questions[i].names) == 0)
      continue;
    struct sd_strv words = question_words(run, i);
    if (!record(run, &words, err))
      return false;
    if (!lookup_ask(run, &words, &answer, &ignored) || answer.status != 0)
      return true;
    sd_completion_add_names(run->arena, questions[i].names, answer.out, completion);
  }
  return true;
}

/* A shell that completes has no place for messages: a daemon that cannot be had has no names. */
const char *complete_context(struct run *run) {
  struct sd_completion completion;
  sd_completion_make(run->arena, &run->session->policy, &run->line.words, &completion);
  bool wanted = completion.names != 0 && completion.context != NULL;
  return wanted && endpoint_can_be_had(run, completion.context) ? completion.context : NULL;
}

static bool is_chosen(const struct run *run, const char *context) {
  return strcmp(run->endpoint->name, context != NULL ? context : "") == 0;
}

/* -- the commands ------------------------------------------------------------------------------- */

int complete_words(struct run *run) {
  struct sd_completion completion;
  struct sd_error err;
  sd_error_init(&err, run->arena);
  sd_completion_make(run->arena, &run->session->policy, &run->line.words, &completion);
  if (completion.names != 0 && is_chosen(run, completion.context) &&
      !ask_names(run, &completion, &err))
    return output_complain(run->arena, &err);
  bool descriptions = run->line.known->id == SD_COMMAND_COMPLETE;
  return output_answer(run->arena, sd_completion_text(run->arena, &completion, descriptions), 0);
}

int complete_script(struct run *run) {
  struct sd_error err;
  const struct sd_setting *plain = sd_setting_find(run->invocation, "no-descriptions");
  const char *shell = strrchr(run->line.command, ' ') + 1;
  sd_error_init(&err, run->arena);
  const char *text = sd_completion_script(run->arena, shell, plain == NULL || !plain->flag);
  return run_record(run, NULL, &err) ? output_answer(run->arena, text, 0)
                                     : output_complain(run->arena, &err);
}
