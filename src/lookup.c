/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: ask for nothing that the caller could have written as anything but a name; show the caller no word of what the
 * daemon says about objects. */
#include "lookup.h"

#include <string.h>

#include "config.h"
#include "decide.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/launch.h"

/* -- asking ------------------------------------------------------------------------------------- */

bool lookup_ask(struct run *run, const struct sd_strv *words, struct sd_answer *out,
                struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  sd_strv_add(&argv, run->arena, run->session->policy.docker.path);
  decide_add_endpoint(run->arena, run->endpoint, &argv);
  for (size_t i = 0; i < words->v.len; i++)
    sd_strv_add(&argv, run->arena, words->v.items[i]);
  /* Never with the caller's log-ins, which are handed to the command itself. */
  sd_environ_build(run->arena, run->session->policy.docker.config_dir, &variables);
  struct sd_child child = {.path = run->session->policy.docker.path,
                           .argv = &argv,
                           .environ = &variables,
                           .plan = &run->session->run_as};
  return sd_launch_check(run->arena, child.path, run->session->owner, err) &&
         sd_child_ask(run->arena, &child, SD_JSON_LARGE_BYTES, out, err);
}

/* Lines that say of one name that nothing is called so. What else the real CLI complains of is a failure to ask. */
static bool is_absence(const char *line) {
  static const char *const phrases[] = {"No such container", "No such image",     "No such network",
                                        "No such volume",    "No such object",    "no such volume",
                                        "not found",         "ultiple IDs found", "is ambiguous"};
  for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
    if (strstr(line, phrases[i]) != NULL)
      return true;
  return false;
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

/* -- looking up --------------------------------------------------------------------------------- */

static bool look_up_kind(struct run *run, const struct sd_wants *wants, enum sd_object_kind kind,
                         struct sd_objects *out, struct sd_error *err) {
  struct sd_strv words = {0};
  struct sd_answer answer;
  if (kind != SD_OBJECT_ANY)
    sd_strv_add(&words, run->arena, sd_object_kind_name(kind));
  sd_strv_add(&words, run->arena, "inspect");
  sd_strv_add(&words, run->arena, "--");
  size_t before = words.v.len;
  for (size_t i = 0; i < wants->v.len; i++)
    if (wants->v.items[i].kind == kind)
      sd_strv_add(&words, run->arena, wants->v.items[i].text);
  if (words.v.len == before)
    return true;
  if (!lookup_ask(run, &words, &answer, err))
    return false;
  const char *failure = first_failure(run->arena, answer.err);
  if (answer.status != 0 && (failure != NULL || answer.err[0] == '\0')) {
    err->status = 1;
    return sd_fail(err, "%s",
                   failure != NULL ? failure : "the docker command failed and did not say why");
  }
  return sd_objects_read(run->arena, kind, answer.out, answer.out_len, out, err);
}

bool lookup(struct run *run, const struct sd_wants *wants, struct sd_objects *out) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  for (enum sd_object_kind kind = SD_OBJECT_CONTAINER; kind <= SD_OBJECT_ANY; kind++)
    if (!look_up_kind(run, wants, kind, out, &err)) {
      sd_problem_add(&run->decision.problems, "lookup", "", err.hint,
                     "what the command names could not be looked up: %s", err.message);
      run->failed = err.status;
      return false;
    }
  return true;
}

/* -- volumes ------------------------------------------------------------------------------------ */

static bool create_volume(struct run *run, const char *name, struct sd_error *err) {
  const char *const fixed[] = {
      "volume",
      "create",
      sd_arena_printf(run->arena, "--label=io.safe-docker.owner=%u",
                      (unsigned)run->session->who.uid),
      "--label=io.safe-docker.version=" SD_VERSION,
      "--",
      name,
  };
  struct sd_strv words = {0};
  struct sd_answer answer;
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    sd_strv_add(&words, run->arena, fixed[i]);
  if (!lookup_ask(run, &words, &answer, err))
    return false;
  return answer.status == 0 || sd_fail(err, "the volume %s could not be created: %s", name,
                                       sd_text_safe(run->arena, answer.err));
}

bool lookup_create_volumes(struct run *run, struct sd_error *err) {
  struct sd_wants wants = {0};
  struct sd_objects found = {0};
  const struct sd_strv *names = &run->decision.volumes;
  struct sd_rule_input in = {
      .arena = run->arena, .policy = &run->session->policy, .caller = &run->session->caller};
  for (size_t i = 0; i < names->v.len; i++) {
    if (!create_volume(run, names->v.items[i], err))
      return false;
    *sd_vec_push(run->arena, &wants.v) = (struct sd_want){SD_OBJECT_VOLUME, names->v.items[i]};
  }
  if (!look_up_kind(run, &wants, SD_OBJECT_VOLUME, &found, err))
    return false;
  for (size_t i = 0; i < names->v.len; i++) {
    const struct sd_object *volume =
        sd_objects_find(run->arena, &found, SD_OBJECT_VOLUME, names->v.items[i]);
    if (volume == NULL || !sd_object_is_own(&in, volume))
      return sd_fail_rule(err, "volume-owner", "choose another name",
                          "the volume %s was taken by somebody else meanwhile", names->v.items[i]);
  }
  return true;
}
