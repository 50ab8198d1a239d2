/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: give up what is parked before anything of the question is looked at; ask the daemon for root alone, with nothing
 * but what a request of that user would have; execute nothing else and record nothing. */
#include "whatif.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "decide.h"
#include "policy_input.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/worker.h"
#include "safe-docker/sys/write.h"

#define ANSWER_MAX ((size_t)16 * 1024 * 1024)
#define SECONDS_ALONE 30
#define SECONDS_ASKING 120

struct job {
  const struct session *session; /* of the one who wants to know */
  const struct whatif *question;
  bool root;        /* this process can become `who` */
  bool asks_daemon; /* and may ask as they */
  const char *folder;
};

/* -- in the process of its own ------------------------------------------------------------------- */

/* What is handed back: as --explain=json has it, or why there is no answer. */
static int answer(int fd, const char *text) {
  return sd_write_all(fd, text, strlen(text)) ? 0 : SD_EXIT_DENIED;
}

static int answer_error(int fd, struct sd_arena *arena, const struct sd_error *err) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"error\":");
  sd_str_add_json(&out, err->message);
  sd_str_add(&out, ",\"hint\":");
  sd_str_add_json(&out, err->hint);
  sd_str_add(&out, "}\n");
  return answer(fd, sd_str_text(&out));
}

static bool enter(struct sd_arena *arena, const char *folder, struct sd_error *err) {
  return folder == NULL || chdir(folder) == 0 ||
         sd_fail(err, "the folder %s cannot be entered as the one who would ask",
                 sd_text_safe(arena, folder));
}

/* Root becomes them for good. A parked group is needed to ask the daemon, and for nothing else. */
static bool become(const struct job *job, struct session *session, struct sd_error *err) {
  struct sd_run_as plain = {.uid = session->who.uid, .gid = session->who.gid};
  if (!job->root)
    return true;
  return sd_privileges_drop(session->arena, &session->who,
                            job->asks_daemon ? &session->run_as : &plain, err) != NULL;
}

static bool settle(const struct job *job, struct sd_arena *arena, struct sd_identity *who,
                   struct session *session, struct sd_error *err) {
  const struct whatif *question = job->question;
  who->folder = job->folder;
  struct session_pretence pretence = {.who = who,
                                      .group_names = question->group_names,
                                      .texts = question->texts,
                                      .text_count = question->text_count,
                                      .owner = job->session->owner,
                                      .other_machine =
                                          question->world != NULL && question->world->whole};
  return session_pretend(arena, &pretence, session, err) && become(job, session, err) &&
         (question->world != NULL || enter(arena, question->folder, err));
}

static int decide_in(const struct job *job, struct session *session, int fd) {
  struct sd_arena *arena = session->arena;
  struct run_imagined imagined = {.alone = !job->asks_daemon};
  struct run run = {
      .arena = arena, .imagined = &imagined, .session = session, .line = {.command = ""}};
  const char *const *words =
      (const char *const *)sd_strv_argv(job->question->words, arena); /* no name before them */
  struct whatif_world world;
  if (job->question->world != NULL) {
    world = *job->question->world;
    world.folder = job->folder;
    imagined.host = whatif_world_host(arena, &world);
  }
  run.argv = words;
  run_reset_decision(&run);
  decide_words(&run, words);
  if (imagined.unknown != NULL && run.decision.problems.list.len == 0) {
    struct sd_error err;
    sd_error_init(&err, arena);
    (void)sd_fail(&err, "%s", imagined.unknown);
    return answer_error(fd, arena, &err);
  }
  struct sd_outcome outcome = run_outcome(&run);
  return answer(fd, sd_report_explain_json(arena, &outcome));
}

static int work(void *context, int fd) {
  const struct job *job = context;
  struct sd_arena *arena = job->session->arena; /* this process has a copy of all of it */
  struct sd_identity who = *job->question->who;
  struct session session;
  struct sd_error err;
  sd_error_init(&err, arena);
  bool same = who.uid == job->session->who.uid && job->question->world == NULL;
  if (!sd_worker_seclude(same, job->asks_daemon ? SECONDS_ASKING : SECONDS_ALONE) ||
      !settle(job, arena, &who, &session, &err)) {
    if (err.message == NULL)
      (void)sd_fail(&err, "the process could not be secluded");
    return answer_error(fd, arena, &err);
  }
  return decide_in(job, &session, fd);
}

/* -- in this one --------------------------------------------------------------------------------- */

static bool run_job(struct job *job, struct sd_str *text, struct sd_error *err) {
  struct sd_arena *arena = job->session->arena;
  struct sd_error why;
  int ends[2];
  int status = 0;
  pid_t pid = 0;
  sd_error_init(&why, arena);
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail(err, "no pipe can be made");
  bool started = sd_worker_start(work, job, ends[1], &pid, err);
  (void)close(ends[1]);
  bool read = started && sd_worker_collect(arena, pid, ends[0], ANSWER_MAX,
                                           job->asks_daemon ? SECONDS_ASKING : SECONDS_ALONE, text,
                                           &status, &why);
  (void)close(ends[0]);
  if (started && (!read || status != 0))
    return sd_fail(err, "what would be decided cannot be said: %s",
                   why.message != NULL ? why.message : "the process that decides it ended early");
  return started;
}

static const char *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : NULL;
}

static bool read_answer(struct sd_arena *arena, const struct sd_str *text,
                        struct whatif_answer *out, struct sd_error *err) {
  struct sd_json *json = NULL;
  if (!sd_json_read_large(arena, "the answer", sd_str_text(text), text->len, &json, err))
    return false;
  if (text_at(json, "error") != NULL)
    return sd_fail_rule(err, NULL, text_at(json, "hint"), "%s", text_at(json, "error"));
  const char *decision = text_at(json, "decision");
  const struct sd_json *violations = sd_json_get(json, "violations");
  if (decision == NULL || violations == NULL)
    return sd_fail(err, "what would be decided cannot be said: the answer is none");
  *out = (struct whatif_answer){
      .allowed = strcmp(decision, "allow") == 0, .explain = json, .bytes = text->len};
  for (size_t i = 0; i < violations->items.len; i++) {
    const char *rule = text_at(violations->items.items[i], "rule");
    if (rule != NULL && !sd_strv_contains(&out->rules, rule))
      sd_strv_add(&out->rules, arena, rule);
  }
  return true;
}

static const char *note(const struct job *job) {
  const struct whatif *question = job->question;
  bool same = question->who->uid == job->session->who.uid;
  if (job->root || same)
    return question->ask_daemon && !job->asks_daemon
               ? "the daemon was not asked, which only root may have done: what the command names "
                 "was taken for there and their own"
               : NULL;
  return "files were looked at with your own rights, not theirs, and the daemon was not asked: "
         "only root can become another user";
}

bool whatif_decide(struct session *session, const struct whatif *question,
                   struct whatif_answer *out, struct sd_error *err) {
  bool root = getuid() == 0 && geteuid() == 0;
  struct job job = {.session = session,
                    .question = question,
                    .root = root,
                    .asks_daemon = root && question->ask_daemon && question->world == NULL,
                    .folder = question->folder != NULL ? question->folder : session->who.folder};
  struct sd_str text;
  if (!run_job(&job, &text, err) || !read_answer(session->arena, &text, out, err))
    return false;
  out->note = note(&job);
  return true;
}

bool whatif_find_user(struct sd_arena *arena, const char *name, struct sd_identity *out,
                      struct sd_error *err) {
  return sd_identity_named(arena, name, out, err);
}

bool whatif_texts(struct session *session, const char *file, struct sd_policy_texts *out,
                  struct sd_error *err) {
  return policy_input_texts(session, file, out, err);
}
