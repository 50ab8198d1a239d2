/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: create no container before its volumes are verified while they are held; remove no volume by its name alone. */
#include "volumes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "config.h"
#include "decide.h"
#include "keeper.h"
#include "lookup.h"
#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/launch.h"

#define ID_BYTES 16

static void add(struct run *run, struct sd_strv *words, const char *word) {
  sd_strv_add(words, run->arena, word);
}

static const char *label(struct run *run, const char *name, const char *value) {
  return sd_arena_printf(run->arena, "--label=%s=%s", name, value);
}

/* -- making them --------------------------------------------------------------------------------- */

/* What no other volume has. */
static bool draw_id(struct run *run, const char **out, struct sd_error *err) {
  unsigned char bytes[ID_BYTES];
  char *text = sd_arena_alloc(run->arena, sizeof(bytes) * 2 + 1);
  if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
    return sd_fail(err, "no random number can be had");
  for (size_t i = 0; i < sizeof(bytes); i++) {
    text[i * 2] = "0123456789abcdef"[bytes[i] >> 4];
    text[i * 2 + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  *out = text;
  return true;
}

static bool create_one(struct run *run, const struct sd_own_volume *volume, struct sd_error *err) {
  struct sd_strv words = {0};
  struct sd_answer answer;
  const char *id = NULL;
  if (!draw_id(run, &id, err))
    return false;
  add(run, &words, "volume");
  add(run, &words, "create");
  for (size_t i = 0; i < volume->labels.v.len; i++)
    add(run, &words, sd_arena_printf(run->arena, "--label=%s", volume->labels.v.items[i]));
  const char *owner = sd_arena_printf(run->arena, "%u", (unsigned)run->session->who.uid);
  add(run, &words, label(run, SD_OWNER_LABEL, owner));
  add(run, &words, label(run, SD_VERSION_LABEL, SD_VERSION));
  add(run, &words, label(run, SD_ID_LABEL, id));
  add(run, &words, "--");
  add(run, &words, volume->name);
  if (!lookup_ask(run, &words, &answer, err))
    return false;
  return answer.status == 0 || sd_fail(err, "the volume %s could not be created: %s", volume->name,
                                       sd_text_safe(run->arena, answer.err));
}

bool volumes_create(struct run *run, struct sd_error *err) {
  const struct sd_own_volumes *volumes = &run->decision.volumes;
  for (size_t i = 0; i < volumes->v.len; i++)
    if (!volumes->v.items[i].exists && !create_one(run, &volumes->v.items[i], err))
      return false;
  return true;
}

/* Creating one that exists already succeeds, whosever it is; only its labels tell. */
bool volumes_verify(struct run *run, struct sd_error *err) {
  const struct sd_own_volumes *volumes = &run->decision.volumes;
  struct sd_wants wants = {0};
  struct sd_objects found = {0};
  struct sd_rule_input in = {
      .arena = run->arena, .policy = &run->session->policy, .caller = &run->session->caller};
  for (size_t i = 0; i < volumes->v.len; i++)
    *sd_vec_push(run->arena, &wants.v) =
        (struct sd_want){SD_OBJECT_VOLUME, volumes->v.items[i].name};
  if (!lookup_kind(run, &wants, SD_OBJECT_VOLUME, &found, err))
    return false;
  for (size_t i = 0; i < volumes->v.len; i++) {
    const char *name = volumes->v.items[i].name;
    const struct sd_object *volume = sd_objects_find(run->arena, &found, SD_OBJECT_VOLUME, name);
    if (volume == NULL || !sd_object_is_own(&in, volume))
      return sd_fail_rule(err, "volume-owner", "choose another name",
                          "the volume %s was taken by somebody else meanwhile", name);
  }
  return true;
}

/* -- run and create ------------------------------------------------------------------------------ */

bool volumes_are_kept(const struct run *run) {
  return run->request != NULL && run->decision.volumes.v.len > 0;
}

bool volumes_are_held(const struct run *run) {
  return volumes_are_kept(run) && run->request->verb == SD_VERB_RUN &&
         !run->decision.out.detach.value;
}

static int fail(struct run *run, const struct sd_error *err) {
  run_record_failure(run, err->message);
  return output_complain(run->arena, err);
}

/* *failure: errno where it could not be read to its end. */
static bool read_id(int fd, char id[KEEPER_ID_LEN + 1], int *failure) {
  size_t len = 0;
  ssize_t got = 1;
  while (len < KEEPER_ID_LEN && got > 0) {
    do
      got = read(fd, id + len, KEEPER_ID_LEN - len);
    while (got < 0 && errno == EINTR);
    len += got > 0 ? (size_t)got : 0;
  }
  *failure = got < 0 ? errno : 0;
  id[len] = '\0';
  return len == KEEPER_ID_LEN && strspn(id, "0123456789abcdef") == len;
}

/* The real CLI tells by itself what is wrong, and how a pull gets on. */
static bool create_container(struct run *run, const struct sd_strv *argv,
                             char id[KEEPER_ID_LEN + 1], int *status, struct sd_error *err) {
  int ends[2];
  int failure = 0;
  pid_t pid = 0;
  struct sd_child child = run_child(run, argv, &run->environ);
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  struct sd_child_files files = {-1, ends[1], STDERR_FILENO};
  bool started = sd_child_start(&child, &files, true, &pid, err);
  (void)close(ends[1]);
  bool good = started && read_id(ends[0], id, &failure);
  (void)close(ends[0]);
  if (!started)
    return false;
  *status = sd_child_wait(pid);
  if (failure != 0)
    return sd_fail_errno(err, failure, "the id of the container cannot be read");
  return good || *status != 0 || sd_fail(err, "docker create printed no id");
}

static int start(struct run *run, const char *id, struct sd_error *err) {
  const struct sd_request *out = &run->decision.out;
  struct sd_strv argv = {0};
  add(run, &argv, run->session->policy.docker.path);
  decide_add_globals(run, &argv);
  add(run, &argv, "start");
  add(run, &argv, "--attach=true");
  if (out->interactive.value)
    add(run, &argv, "--interactive=true");
  if (out->detach_keys.set)
    add(run, &argv, sd_arena_printf(run->arena, "--detach-keys=%s", out->detach_keys.value));
  add(run, &argv, "--");
  add(run, &argv, id);
  if (sd_privileges_take_up(&run->session->run_as, err))
    sd_launch(run->session->policy.docker.path, sd_strv_argv(&argv, run->arena),
              sd_strv_argv(&run->environ, run->arena), err);
  return output_complain(run->arena, err);
}

/* `create`, and `run` that does not wait for the container: as they are. */
static bool run_whole(struct run *run, int *status, struct sd_error *err) {
  struct sd_child child = run_child(run, &run->full, &run->environ);
  return sd_child_run(&child, status, err);
}

/* While the keeper holds the volumes nobody can put others in their place. */
static bool create_kept(struct run *run, char id[KEEPER_ID_LEN + 1], int *status,
                        struct sd_error *err) {
  char keeper[KEEPER_ID_LEN + 1];
  struct sd_strv argv = {0};
  keeper_argv(run, &argv);
  if (!create_container(run, &argv, keeper, status, err))
    return false;
  if (*status != 0)
    return true;
  bool good = volumes_verify(run, err) &&
              (volumes_are_held(run) ? create_container(run, &run->full, id, status, err)
                                     : run_whole(run, status, err));
  keeper_remove(run, keeper);
  return good;
}

/* docker start would wait for the end of a terminal that is none, where docker run refuses (cli/streams of docker/cli). */
static bool lacks_terminal(const struct run *run) {
  const struct sd_request *out = &run->decision.out;
  bool to_read = out->interactive.value && !out->detach.value && out->attach.v.len == 0;
  return volumes_are_held(run) && out->tty.value && to_read && isatty(STDIN_FILENO) != 1;
}

int volumes_run(struct run *run) {
  char id[KEEPER_ID_LEN + 1];
  struct sd_error err;
  int status = 0;
  if (lacks_terminal(run)) {
    output_tell("the input device is not a TTY\n");
    return 1;
  }
  sd_error_init(&err, run->arena);
  keeper_signals_begin();
  bool good = create_kept(run, id, &status, &err);
  int number = keeper_signals_end();
  if (!good)
    return fail(run, &err);
  if (number != 0)
    return 128 + number;
  if (!volumes_are_held(run))
    return status;
  return status != 0 ? SD_EXIT_DENIED /* as the real CLI's run */ : start(run, id, &err);
}

/* -- volume create ------------------------------------------------------------------------------- */

/* The real CLI, asked for the volume once more, would make one without the label by which it is removed where the volume
 * is gone by then. */
int volumes_tell(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (!volumes_verify(run, &err))
    return fail(run, &err);
  return output_answer(
      run->arena, sd_arena_printf(run->arena, "%s\n", run->decision.volumes.v.items[0].name), 0);
}

/* -- volume rm ----------------------------------------------------------------------------------- */

/* The volumes that are unused and have this label; `all` because newer engines prune anonymous ones only, and older
 * ones do not know the word. */
static bool prune(struct run *run, const char *id, bool all, struct sd_answer *out,
                  struct sd_error *err) {
  struct sd_strv words = {0};
  add(run, &words, "volume");
  add(run, &words, "prune");
  add(run, &words, "--force=true");
  if (all)
    add(run, &words, "--filter=all=1");
  add(run, &words, sd_arena_printf(run->arena, "--filter=label=" SD_ID_LABEL "=%s", id));
  return lookup_ask(run, &words, out, err);
}

static bool has_line(const char *text, const char *line) {
  size_t len = strlen(line);
  for (const char *at = strstr(text, line); at != NULL; at = strstr(at + 1, line))
    if ((at == text || at[-1] == '\n') && (at[len] == '\n' || at[len] == '\0'))
      return true;
  return false;
}

static const char *first_line(const struct run *run, const char *text) {
  return sd_text_safe(run->arena, sd_arena_strndup(run->arena, text, strcspn(text, "\n")));
}

/* One that safe-docker did not make itself has its name alone. */
static bool remove_by_name(struct run *run, const char *name, struct sd_error *err) {
  const char *const fixed[] = {"volume", "rm", "--", name};
  struct sd_strv words = {0};
  struct sd_answer answer;
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    add(run, &words, fixed[i]);
  if (!lookup_ask(run, &words, &answer, err))
    return false;
  return answer.status == 0 || sd_fail(err, "%s", first_line(run, answer.err));
}

/* In Docker's words for the one reason that is left. */
static bool remove_one(struct run *run, const char *name, const char *id, struct sd_error *err) {
  struct sd_answer answer;
  if (id[0] == '\0')
    return remove_by_name(run, name, err);
  if (!prune(run, id, true, &answer, err) ||
      (answer.status != 0 && strstr(answer.err, "filter") != NULL &&
       !prune(run, id, false, &answer, err)))
    return false;
  err->status = 1;
  if (answer.status != 0)
    return sd_fail(err, "%s", first_line(run, answer.err));
  return has_line(answer.out, name) ||
         sd_fail(err, "Error response from daemon: remove %s: volume is in use", name);
}

/* The label of the operand, which the rule looked up; volumes of another making have none. */
static const char *id_of(const struct run *run, const char *name) {
  for (size_t i = 0; i < run->decision.named.v.len; i++)
    if (strcmp(run->decision.named.v.items[i].name, name) == 0)
      return run->decision.named.v.items[i].mark;
  return "";
}

/* What does not exist is as good as removed with --force, and the real CLI prints its name. */
static int tell_absent(struct run *run) {
  const struct sd_strv *absent = &run->decision.absent;
  const struct sd_strv *asked = &run->invocation->operands;
  const struct sd_strv *names = &run->decision.invocation.operands;
  if (!run->decision.absent_is_fine) {
    for (size_t i = 0; i < absent->v.len; i++)
      output_tell(sd_arena_printf(run->arena, "%s\n", absent->v.items[i]));
    return absent->v.len > 0 ? 1 : 0;
  }
  for (size_t i = 0; i < asked->v.len; i++)
    if (!sd_strv_contains(names, asked->v.items[i]))
      (void)output_answer(run->arena, sd_arena_printf(run->arena, "%s\n", asked->v.items[i]), 0);
  return 0;
}

int volumes_remove(struct run *run) {
  const struct sd_strv *names = &run->decision.invocation.operands;
  struct sd_error err;
  int status = 0;
  sd_error_init(&err, run->arena);
  if (!run_record(run, NULL, &err))
    return output_complain(run->arena, &err);
  for (size_t i = 0; i < names->v.len; i++) {
    const char *name = names->v.items[i];
    sd_error_init(&err, run->arena);
    if (remove_one(run, name, id_of(run, name), &err)) {
      status = output_answer(run->arena, sd_arena_printf(run->arena, "%s\n", name), status);
    } else {
      output_tell(sd_arena_printf(run->arena, "%s\n", err.message));
      status = 1;
    }
  }
  return tell_absent(run) != 0 ? 1 : status;
}
