/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: pull nothing that is not recorded first; take nothing but status 0 of the program for its approval; run it as the
 * real CLI is run, so that the caller can stop or end it, and change nothing of what it does. */
#include "trust.h"

#include <string.h>
#include <unistd.h>

#include "decide.h"
#include "output.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/launch.h"

#define OUTPUT_MAX ((size_t)16 * 1024)
#define LINES_MAX 10

static void add(struct run *run, struct sd_strv *words, const char *word) {
  sd_strv_add(words, run->arena, word);
}

/* -- pulling ------------------------------------------------------------------------------------- */

bool trust_must_pull(const struct run *run) {
  return run->decision.pulls.v.len > 0 && run->decision.problems.list.len == 0 &&
         !run->looks_only && run->imagined == NULL;
}

static void pull_words(struct run *run, const struct sd_image_pull *pull, struct sd_strv *argv) {
  add(run, argv, run->session->policy.docker.path);
  decide_add_globals(run, argv);
  add(run, argv, "pull");
  if (pull->platform[0] != '\0')
    add(run, argv, sd_arena_printf(run->arena, "--platform=%s", pull->platform));
  if (pull->quiet)
    add(run, argv, "--quiet=true");
  add(run, argv, "--");
  add(run, argv, pull->reference);
}

/* A record of its own, of what is executed now: what follows is decided when the image is there. */
static bool record(struct run *run, const struct sd_strv *argv, struct sd_error *err) {
  struct sd_strv kept = run->full;
  run->full = *argv;
  bool recorded = run_record(run, NULL, err);
  run->full = kept;
  return recorded;
}

/* As docker run tells of it: all of it is no output of the container's. */
static bool pull_one(struct run *run, const struct sd_image_pull *pull, struct sd_error *err) {
  static const struct sd_child_files files = {-1, STDERR_FILENO, STDERR_FILENO};
  struct sd_strv argv = {0};
  pid_t pid = 0;
  pull_words(run, pull, &argv);
  struct sd_child child = run_child(run, &argv, &run->environ);
  if (!sd_launch_check(run->arena, child.path, run->session->owner, err) ||
      (run->config != NULL && !sd_hand_over(SD_HANDED_CONFIG, "config", run->config, err)) ||
      !record(run, &argv, err))
    return false;
  if (pull->absent != NULL && !pull->quiet)
    output_tell(sd_arena_printf(run->arena, "Unable to find image '%s' locally\n", pull->absent));
  if (!sd_child_start(&child, &files, true, &pid, err))
    return false;
  if (sd_child_wait(pid) == 0)
    return true;
  run->words = ""; /* the real CLI has said why */
  return sd_fail(err, "%s could not be pulled", sd_text_safe(run->arena, pull->reference));
}

static bool is_pulled(const struct sd_image_pulls *pulled, const struct sd_image_pull *pull) {
  for (size_t i = 0; i < pulled->v.len; i++)
    if (strcmp(pulled->v.items[i].reference, pull->reference) == 0 &&
        strcmp(pulled->v.items[i].platform, pull->platform) == 0)
      return true;
  return false;
}

bool trust_pull(struct run *run, struct sd_image_pulls *pulled) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  const struct sd_image_pulls pulls = run->decision.pulls;
  for (size_t i = 0; i < pulls.v.len; i++) {
    const struct sd_image_pull *pull = &pulls.v.items[i];
    if (is_pulled(pulled, pull))
      continue;
    if (!pull_one(run, pull, &err)) {
      sd_problem_add(&run->decision.problems, err.rule != NULL ? err.rule : "lookup", "", err.hint,
                     "%s", err.message);
      run->failed = err.status;
      return false;
    }
    *sd_vec_push(run->arena, &pulled->v) = *pull;
  }
  return true;
}

/* -- signatures ---------------------------------------------------------------------------------- */

/* The first releases of the docker command that look for no signature, though they take the option: pull and run lost it with
 * 29 (docker/cli, pull request 6603), the classic builder of build after 28.3 (6195). */
static const struct {
  enum sd_command_id id;
  uint64_t major, minor;
} ends[] = {{SD_COMMAND_BUILD, 28, 4},
            {SD_COMMAND_CREATE, 29, 0},
            {SD_COMMAND_PULL, 29, 0},
            {SD_COMMAND_RUN, 29, 0}};

static bool read_number(struct sd_arena *arena, const char **at, uint64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  size_t len = strspn(*at, "0123456789");
  const char *text = sd_arena_strndup(arena, *at, len);
  *at += len;
  return sd_number_decimal(text, 0, 10000, out, &ignored);
}

/* "Docker version 20.10.24+dfsg1, build 297e128" */
static bool is_before(struct sd_arena *arena, const char *version, uint64_t major, uint64_t minor) {
  static const char start[] = "Docker version ";
  uint64_t found[2] = {0, 0};
  if (!sd_text_starts_with(version, start))
    return false;
  const char *at = version + strlen(start);
  if (!read_number(arena, &at, &found[0]) || *at++ != '.' || !read_number(arena, &at, &found[1]))
    return false;
  return found[0] < major || (found[0] == major && found[1] < minor);
}

static bool ask_version(struct run *run, struct sd_answer *out, struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  add(run, &argv, run->session->policy.docker.path);
  add(run, &argv, "--version");
  sd_environ_build(run->arena, run->session->policy.docker.config_dir, &variables);
  struct sd_child child = run_child(run, &argv, &variables);
  return sd_launch_check(run->arena, child.path, run->session->owner, err) &&
         sd_child_ask(run->arena, &child, OUTPUT_MAX, out, err);
}

static bool looks_for_signatures(struct run *run, size_t row) {
  struct sd_answer answer;
  struct sd_error err;
  sd_error_init(&err, run->arena);
  return ask_version(run, &answer, &err) && answer.status == 0 &&
         is_before(run->arena, answer.out, ends[row].major, ends[row].minor);
}

bool trust_signatures(struct run *run) {
  const struct sd_command *command = run->line.known;
  if (!run->session->policy.images.content_trust || command == NULL || run_is_alone(run))
    return true;
  for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
    if (command->id != ends[i].id || looks_for_signatures(run, i))
      continue;
    sd_problem_add(&run->decision.problems, "content-trust", "",
                   "ask the administrator to require digests (images.require_digest) or to have "
                   "images verified (images.verify) instead",
                   "docker %s: the policy requires signed images, and it is not known that the "
                   "docker command of this host still looks for signatures: those from %d.%d on "
                   "do not",
                   command->name, (int)ends[i].major, (int)ends[i].minor);
    return false;
  }
  return true;
}

/* -- approval ------------------------------------------------------------------------------------ */

static const char *replace(struct sd_arena *arena, const char *word, const char *content) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (const char *at = strstr(word, SD_POLICY_IMAGE_TEMPLATE); at != NULL;
       at = strstr(word, SD_POLICY_IMAGE_TEMPLATE)) {
    sd_str_add_bytes(&out, word, (size_t)(at - word));
    sd_str_add(&out, content);
    word = at + strlen(SD_POLICY_IMAGE_TEMPLATE);
  }
  sd_str_add(&out, word);
  return sd_str_text(&out);
}

/* At most so many lines of what it said, each safe to show. */
static const char *last_lines(struct sd_arena *arena, const char *text) {
  struct sd_strv lines = {0};
  struct sd_strv shown = {0};
  for (const char *at = text; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    if (len > 0)
      sd_strv_add(&lines, arena, sd_text_safe(arena, sd_arena_strndup(arena, at, len)));
    at += len + (at[len] == '\n' ? 1 : 0);
  }
  for (size_t i = lines.v.len > LINES_MAX ? lines.v.len - LINES_MAX : 0; i < lines.v.len; i++)
    sd_strv_add(&shown, arena, lines.v.items[i]);
  return shown.v.len > 0 ? sd_strv_join(&shown, arena, "; ") : "it did not say why";
}

/* *answered: it ended by itself, and so what it said is about the image. */
static bool approve(struct run *run, const char *content, bool *answered, struct sd_error *err) {
  const struct sd_strv *command = &run->session->policy.images.verify.command;
  const char *program = command->v.items[0];
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  struct sd_answer answer;
  for (size_t i = 0; i < command->v.len; i++)
    add(run, &argv, replace(run->arena, command->v.items[i], content));
  /* With the administrator's log-ins alone, whoever's fetched the image. */
  sd_environ_build(run->arena, run->session->policy.docker.config_dir, &variables);
  struct sd_child child = run_child(run, &argv, &variables);
  child.path = program;
  child.apart = true;
  if (!sd_launch_check(run->arena, program, run->session->owner, err) ||
      !sd_child_ask_within(run->arena, &child, run->session->policy.images.verify.timeout,
                           OUTPUT_MAX, &answer, err))
    return false;
  *answered = true;
  return answer.status == 0 || sd_fail(err, "it ended with status %d: %s", answer.status,
                                       last_lines(run->arena, answer.out));
}

static bool is_approved(const struct sd_used_images *used, size_t count, const char *content) {
  for (size_t i = 0; i < count; i++)
    if (used->v.items[i].verified && strcmp(used->v.items[i].content, content) == 0)
      return true;
  return false;
}

void trust_verify(struct run *run) {
  struct sd_used_images *used = &run->decision.used;
  for (size_t i = 0; i < used->v.len; i++) {
    struct sd_used_image *image = &used->v.items[i];
    struct sd_error err;
    bool answered = false;
    sd_error_init(&err, run->arena);
    if (!image->verify)
      continue;
    image->verified =
        is_approved(used, i, image->content) || approve(run, image->content, &answered, &err);
    if (image->verified)
      continue;
    sd_problem_add(
        &run->decision.problems, "image-verify", image->name,
        answered ? "use an image that the administrator's program approves"
                 : "ask the administrator: without its answer no image runs",
        "%s: %s %s %s: %s", image->name, run->session->policy.images.verify.command.v.items[0],
        answered ? "does not approve of" : "could not be asked about", image->content, err.message);
    return;
  }
}
