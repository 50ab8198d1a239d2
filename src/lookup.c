/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: ask for nothing that the caller could have written as anything but a name; show the caller no word of what the
 * daemon says about objects. */
#include "lookup.h"

#include <string.h>

#include "config.h"
#include "decide.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/launch.h"

/* -- asking ------------------------------------------------------------------------------------- */

bool lookup_ask(struct run *run, const struct sd_strv *words, struct sd_answer *out,
                struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  if (run_is_alone(run))
    return sd_fail(err, "the daemon is not asked here");
  sd_strv_add(&argv, run->arena, run->session->policy.docker.path);
  decide_add_endpoint(run->arena, run->endpoint, &argv);
  for (size_t i = 0; i < words->v.len; i++)
    sd_strv_add(&argv, run->arena, words->v.items[i]);
  /* Never with the caller's log-ins, which are handed to the command itself. */
  run_environ(run, run->session->policy.docker.config_dir, &variables);
  struct sd_child child = run_child(run, &argv, &variables);
  return sd_launch_check(run->arena, child.path, run->session->owner, err) &&
         sd_child_ask(run->arena, &child, SD_JSON_LARGE_BYTES, out, err);
}

/* -- what the real CLI says --------------------------------------------------------------------- */

/* Lines that say of one name that nothing is called so, or more than one thing: of 20.10 and of later CLIs, with small or
 * capital letters. What else the real CLI complains of is a failure to ask. */
static const struct {
  const char *start, *part;
} absences[] = {
    {"error: no such ", ""},
    {"error response from daemon: no such ", ""},
    {"error response from daemon: multiple ids found with provided prefix", ""},
    {"error response from daemon: network ", " not found"},
    {"error response from daemon: network ", " is ambiguous "},
    {"error response from daemon: get ", ": no such volume"},
};

static bool is_absence(const char *line) {
  for (size_t i = 0; i < sizeof(absences) / sizeof(absences[0]); i++)
    if (strncasecmp(line, absences[i].start, strlen(absences[i].start)) == 0 &&
        strstr(line, absences[i].part) != NULL)
      return true;
  return sd_text_starts_with(line, "WARNING: ");
}

/* The first line that is no word about absence, or NULL. */
static const char *first_failure(struct sd_arena *arena, const char *text) {
  for (const char *at = text; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    const char *line = sd_arena_strndup(arena, at, len);
    if (len > 0 && !is_absence(line))
      return sd_text_safe(arena, line);
    at += len + (at[len] == '\n' ? 1 : 0);
  }
  return NULL;
}

/* False where the answer says that the daemon could not be asked, or the caller ended who asked: that has another status. */
static bool judge_answer(struct run *run, const struct sd_answer *answer, struct sd_error *err) {
  const char *failure = first_failure(run->arena, answer->err);
  if (answer->status == 0 || (answer->status == 1 && failure == NULL && answer->err[0] != '\0'))
    return true;
  err->status = 1;
  return sd_fail(err, "%s",
                 failure != NULL ? failure : "the docker command failed and did not say why");
}

/* -- looking up --------------------------------------------------------------------------------- */

/* One call for so many names: a command line has an end. */
#define NAMES_A_CALL 500

static bool inspect(struct run *run, enum sd_object_kind kind, const struct sd_strv *names,
                    size_t first, struct sd_objects *out, struct sd_error *err) {
  struct sd_strv words = {0};
  struct sd_answer answer;
  if (kind != SD_OBJECT_ANY)
    sd_strv_add(&words, run->arena, sd_object_kind_name(kind));
  sd_strv_add(&words, run->arena, "inspect");
  sd_strv_add(&words, run->arena, "--");
  for (size_t i = first; i < names->v.len && i < first + NAMES_A_CALL; i++)
    sd_strv_add(&words, run->arena, names->v.items[i]);
  return lookup_ask(run, &words, &answer, err) && judge_answer(run, &answer, err) &&
         sd_objects_read(run->arena, kind, answer.out, answer.out_len, out, err);
}

static bool inspect_all(struct run *run, enum sd_object_kind kind, const struct sd_strv *names,
                        struct sd_objects *out, struct sd_error *err) {
  for (size_t first = 0; first < names->v.len; first += NAMES_A_CALL)
    if (!inspect(run, kind, names, first, out, err))
      return false;
  return true;
}

bool lookup_kind(struct run *run, const struct sd_wants *wants, enum sd_object_kind kind,
                 struct sd_objects *out, struct sd_error *err) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < wants->v.len; i++)
    if (wants->v.items[i].kind == kind)
      sd_strv_add(&names, run->arena, wants->v.items[i].text);
  return inspect_all(run, kind, &names, out, err);
}

/* Ids, one a line. */
static bool read_ids(struct run *run, const char *text, struct sd_strv *out, struct sd_error *err) {
  for (const char *at = text; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    const char *id = sd_arena_strndup(run->arena, at, len);
    if (len != 64 || strspn(id, "0123456789abcdef") != len)
      return sd_fail(err, "docker ps printed what is no id");
    sd_strv_add(out, run->arena, id);
    at += len + (at[len] == '\n' ? 1 : 0);
  }
  return true;
}

bool lookup_ids(struct run *run, const struct sd_strv *words, struct sd_strv *out,
                struct sd_error *err) {
  struct sd_answer answer;
  return lookup_ask(run, words, &answer, err) && judge_answer(run, &answer, err) &&
         read_ids(run, answer.out, out, err);
}

/* The containers with the caller's label. An image can have it, too: whoever reads `out` asks what else they are. */
static bool look_up_list(struct run *run, enum sd_own_list list, struct sd_objects *out,
                         struct sd_error *err) {
  struct sd_strv words = {0};
  struct sd_strv ids = {0};
  if (list == SD_OWN_LIST_NONE)
    return true;
  sd_strv_add(&words, run->arena, "ps");
  sd_strv_add(&words, run->arena, "--quiet=true");
  sd_strv_add(&words, run->arena, "--no-trunc=true");
  sd_strv_add(&words, run->arena,
              sd_arena_printf(run->arena, "--filter=label=" SD_OWNER_LABEL "=%u",
                              (unsigned)run->session->who.uid));
  if (list != SD_OWN_LIST_RUNNING)
    sd_strv_add(&words, run->arena, "--all=true");
  return lookup_ids(run, &words, &ids, err) &&
         inspect_all(run, SD_OBJECT_CONTAINER, &ids, out, err);
}

static bool fail(struct run *run, const struct sd_error *err) {
  sd_problem_add(&run->decision.problems, "lookup", "", err->hint,
                 "what the command names could not be looked up: %s", err->message);
  run->failed = err->status;
  if (err->status == 1)
    run->words = sd_arena_printf(run->arena, "%s\n", err->message);
  return false;
}

bool lookup(struct run *run, const struct sd_wants *wants, struct sd_objects *out) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  for (enum sd_object_kind kind = SD_OBJECT_CONTAINER; kind <= SD_OBJECT_ANY; kind++)
    if (!lookup_kind(run, wants, kind, out, &err))
      return fail(run, &err);
  for (size_t i = 0; i < wants->v.len; i++)
    *sd_vec_push(run->arena, &out->asked.v) = wants->v.items[i];
  if (wants->list != SD_OWN_LIST_NONE)
    out->asked.list = wants->list;
  return look_up_list(run, wants->list, out, &err) || fail(run, &err);
}
