/* SPDX-License-Identifier: Apache-2.0 */
/* docker cp: two processes and a pipe. The real CLI, with the socket's group, moves a tar stream to or from the
 * container; another process, with the caller's rights alone, writes or reads the files of the host.
 *
 * MUST: let no process that has the socket's group open what the caller names; read no stream in this one, which
 * has it parked; hold no end of a pipe that another process waits for; leave no process behind. */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "copy_host.h"
#include "decide.h"
#include "output.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/socket.h"
#include "safe-docker/sys/worker.h"

#define ERR_MAX ((size_t)64 * 1024)
#define LINKS_MAX 10
#define PIPE_SIZE (1 << 20)

struct copy {
  struct run *run;
  const char *name, *id;            /* of the container: as typed, and for good */
  const char *source, *destination; /* absolute, whichever is in the container; "-" */
  bool follow, quiet;
  struct copy_shared *shared;
  int words; /* what the real CLI says, a file in memory */
};

/* Whether processes of the container are root of a rootless daemon of the caller's, so that files of theirs are. */
static bool is_root_there(const struct run *run) {
  return run->session->policy.user.mode != SD_USER_NON_ROOT &&
         sd_socket_is_own_daemon(run->endpoint->host, &run->session->who);
}

/* -- the real CLI ------------------------------------------------------------------------------- */

static struct sd_strv argv_for(const struct copy *copy, const char *from, const char *to) {
  struct run *run = copy->run;
  struct sd_strv argv = {0};
  sd_strv_add(&argv, run->arena, run->session->policy.docker.path);
  decide_add_endpoint(run->arena, run->endpoint, &argv);
  const char *const tail[] = {"cp", "--", from, to};
  for (size_t i = 0; i < sizeof(tail) / sizeof(tail[0]); i++)
    sd_strv_add(&argv, run->arena, tail[i]);
  return argv;
}

static const char *in_container(const struct copy *copy, const char *path) {
  return sd_arena_printf(copy->run->arena, "%s:%s", copy->id, path);
}

static bool start_cli(const struct copy *copy, const struct sd_strv *argv, int in, int out,
                      int words, pid_t *pid, struct sd_error *err) {
  struct run *run = copy->run;
  struct sd_child child = run_child(run, argv, &run->environ);
  struct sd_child_files files = {in, out, words};
  return sd_launch_check(run->arena, child.path, run->session->owner, err) &&
         sd_child_start(&child, &files, false, pid, err);
}

/* What it said, with the name that the caller knows in place of the id. */
static const char *words_of_cli(const struct copy *copy) {
  struct sd_arena *arena = copy->run->arena;
  struct sd_str out;
  char *text = sd_arena_alloc(arena, ERR_MAX + 1);
  ssize_t len = pread(copy->words, text, ERR_MAX, 0);
  sd_str_init(&out, arena);
  text[len > 0 ? len : 0] = '\0';
  for (const char *found = strstr(text, copy->id); found != NULL; found = strstr(text, copy->id)) {
    sd_str_add_bytes(&out, text, (size_t)(found - text));
    sd_str_add(&out, copy->name);
    text += (found - text) + (ptrdiff_t)strlen(copy->id);
  }
  sd_str_add(&out, text);
  return sd_str_text(&out);
}

/* -- both of them ------------------------------------------------------------------------------- */

struct ended {
  int cli, worker;
};

/* The stream goes to the worker, or from it. */
static bool run_both(const struct copy *copy, const struct sd_strv *argv, int (*work)(void *, int),
                     struct copy_job *job, bool to_worker, int words, struct ended *out,
                     struct sd_error *err) {
  int ends[2];
  pid_t cli = 0;
  pid_t worker = 0;
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE); /* faster; the caller's limit may forbid it */
  bool started = sd_worker_start(work, job, ends[to_worker ? 0 : 1], &worker, err);
  bool both = started && start_cli(copy, argv, to_worker ? -1 : ends[0], to_worker ? ends[1] : -1,
                                   words, &cli, err);
  (void)close(ends[0]);
  (void)close(ends[1]);
  /* They end by what the terminal sends; this one waits for both and tells. */
  void (*interrupt)(int) = signal(SIGINT, SIG_IGN);
  void (*quit)(int) = signal(SIGQUIT, SIG_IGN);
  if (started)
    out->worker = sd_child_wait(worker);
  if (both)
    out->cli = sd_child_wait(cli);
  (void)signal(SIGINT, interrupt);
  (void)signal(SIGQUIT, quit);
  return both;
}

static const char *human_size(struct sd_arena *arena, uint64_t bytes) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  double size = (double)bytes;
  size_t unit = 0;
  for (; size >= 1000 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
    size /= 1000;
  return sd_arena_printf(arena, "%.3g%s", size, units[unit]);
}

/* As Docker 23 and later: where somebody watches. */
static int succeed(const struct copy *copy, const char *destination) {
  struct sd_arena *arena = copy->run->arena;
  if (!copy->quiet && isatty(STDOUT_FILENO) == 1)
    output_tell(sd_arena_printf(arena, "Successfully copied %s to %s\n",
                                human_size(arena, copy->shared->bytes), destination));
  return 0;
}

static const char *message_of(const struct copy *copy) {
  copy->shared->message[sizeof(copy->shared->message) - 1] = '\0';
  return copy->shared->message[0] != '\0' ? copy->shared->message : "the copy was ended";
}

/* Who failed by itself speaks; who failed because the other one did is silent. */
static int conclude(const struct copy *copy, const struct ended *ended, const char *destination) {
  struct sd_arena *arena = copy->run->arena;
  const char *said = words_of_cli(copy);
  bool own = ended->worker != COPY_DONE && (ended->worker != COPY_CUT || ended->cli == 0);
  if (own) {
    output_tell(sd_arena_printf(arena, "%s\n", message_of(copy)));
    return ended->worker == COPY_CUT ? 1 : ended->worker;
  }
  output_tell(said);
  return ended->cli != 0 ? ended->cli : succeed(copy, destination);
}

static int complain(const struct copy *copy, const struct sd_error *err) {
  run_record_failure(copy->run, err->message);
  return output_complain(copy->run->arena, err);
}

/* In the words of the real CLI, where those are what failed. */
static int refuse(const struct copy *copy, const struct sd_error *err) {
  if (err->status == SD_EXIT_DENIED)
    return complain(copy, err);
  output_tell(sd_arena_printf(copy->run->arena, "%s\n", err->message));
  return err->status;
}

/* -- out of the container ----------------------------------------------------------------------- */

static int copy_out(const struct copy *copy, struct sd_error *err) {
  struct run *run = copy->run;
  struct ended ended = {0, 0};
  struct copy_job job = {.shared = copy->shared,
                         .source = copy->source,
                         .destination = copy->destination,
                         .name = copy_top(run->arena, copy->source)};
  if (!copy_check_output(run->arena, copy->destination, err) ||
      !run_both(copy, &run->full, copy_unpack, &job, true, copy->words, &ended, err))
    return refuse(copy, err);
  return conclude(copy, &ended, copy->destination);
}

/* -- into the container ------------------------------------------------------------------------- */

/* What the container has at a path: the beginning of its archive tells. A path that cannot be had is nothing, as for
 * the real CLI. */
static bool look_once(const struct copy *copy, const char *path, enum sd_copy_found *out,
                      const char **link, struct sd_error *err) {
  struct ended ended = {0, 0};
  struct copy_job job = {.shared = copy->shared};
  struct sd_strv argv = argv_for(copy, in_container(copy, path), "-");
  if (!run_both(copy, &argv, copy_look, &job, true, -1, &ended, err))
    return false;
  *link = NULL;
  *out = SD_COPY_NOTHING;
  /* The docker command's own no is 1; where it ended otherwise, it has not said that there is nothing. */
  if (ended.worker == COPY_CUT)
    return ended.cli <= 1 ||
           sd_fail(err, "the docker command could not look at %s:%s", copy->name, path);
  copy->shared->link[sizeof(copy->shared->link) - 1] = '\0';
  if (ended.worker != COPY_DONE) {
    err->status = ended.worker;
    return sd_fail(err, "%s", message_of(copy));
  }
  *out = copy->shared->type == SD_STREAM_FOLDER ? SD_COPY_FOLDER : SD_COPY_OTHER;
  if (copy->shared->type == SD_STREAM_SYMLINK)
    *link = sd_arena_strdup(copy->run->arena, copy->shared->link);
  return true;
}

static bool look_at_container(const struct copy *copy, const char **path, enum sd_copy_found *out,
                              struct sd_error *err) {
  struct sd_arena *arena = copy->run->arena;
  const char *link = NULL;
  for (int links = 0; links <= LINKS_MAX; links++) {
    if (!look_once(copy, *path, out, &link, err))
      return false;
    if (link == NULL)
      return true;
    *path = sd_copy_absolute(arena, sd_copy_folder(arena, *path), link);
  }
  err->status = 1;
  return sd_fail(err, "too many symlinks in %s:%s", copy->name, copy->destination);
}

/* The real CLI says that the folder must be one; to who copies a file, it is what holds the file that is missing. */
static int conclude_in(const struct copy *copy, const struct ended *ended,
                       const struct sd_copy_plan *plan) {
  struct sd_arena *arena = copy->run->arena;
  const char *shown = sd_arena_printf(arena, "%s:%s", copy->name, copy->destination);
  if (ended->cli != 0 && plan->name != NULL && ended->worker != COPY_FAILED &&
      strstr(words_of_cli(copy), "must be a directory") != NULL) {
    output_tell(
        sd_arena_printf(arena, "Error: No such container:path: %s:%s\n", copy->name, plan->folder));
    return ended->cli;
  }
  return conclude(copy, ended, shown);
}

static int copy_in(const struct copy *copy, struct sd_error *err) {
  struct sd_arena *arena = copy->run->arena;
  bool follow = copy->follow || sd_copy_means_folder(copy->source);
  bool folder = false;
  const char *path = copy->destination;
  enum sd_copy_found found = SD_COPY_NOTHING;
  struct sd_copy_plan plan;
  struct ended ended = {0, 0};
  if (!copy_look_at_source(copy->source, follow, &folder, err) ||
      !look_at_container(copy, &path, &found, err) ||
      !sd_copy_make_plan(arena, folder, path, found, &plan, err))
    return refuse(copy, err);
  struct copy_job job = {
      .shared = copy->shared,
      .source = copy->source,
      .name = copy_top(arena, plan.name != NULL ? plan.name : copy->source),
      .follow = follow,
      .of_root = is_root_there(copy->run),
  };
  struct sd_strv argv = argv_for(copy, "-", in_container(copy, plan.folder));
  if (!run_both(copy, &argv, copy_pack, &job, false, copy->words, &ended, err))
    return refuse(copy, err);
  return conclude_in(copy, &ended, &plan);
}

/* -- standard input and output ------------------------------------------------------------------ */

/* The caller's own descriptor, which the caller opened: the stream goes out as it is. */
static int copy_to_output(const struct copy *copy, struct sd_error *err) {
  pid_t cli = 0;
  if (!start_cli(copy, &copy->run->full, -1, STDOUT_FILENO, copy->words, &cli, err))
    return complain(copy, err);
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGQUIT, SIG_IGN);
  int status = sd_child_wait(cli);
  output_tell(words_of_cli(copy));
  return status;
}

/* What comes in could hold what no container launched here can make: files of root's with set-id bits, and devices. On a
 * host whose users reach the daemon's folders these would be theirs to use (CVE-2021-41091). */
static int copy_from_input(const struct copy *copy, struct sd_error *err) {
  struct ended ended = {0, 0};
  struct copy_job job = {.shared = copy->shared};
  const char *shown = sd_arena_printf(copy->run->arena, "%s:%s", copy->name, copy->destination);
  if (!run_both(copy, &copy->run->full, copy_filter, &job, false, copy->words, &ended, err))
    return complain(copy, err);
  return conclude(copy, &ended, shown);
}

/* -- the request -------------------------------------------------------------------------------- */

static bool is_set(const struct run *run, const char *name) {
  const struct sd_setting *setting = sd_setting_find(run->invocation, name);
  return setting != NULL && setting->flag;
}

static bool host_path(const struct run *run, const char *path, const char **out,
                      struct sd_error *err) {
  const char *folder = run->session->who.folder;
  if (path[0] != '/' && folder[0] == '\0')
    return sd_fail_rule(err, NULL, "give an absolute path", "the working folder cannot be read");
  *out = strcmp(path, "-") == 0 ? path : sd_copy_absolute(run->arena, folder, path);
  return true;
}

/* Which is which, from what was asked and from the id that was found. */
static bool understand(struct run *run, struct copy *copy, bool *out, struct sd_error *err) {
  const struct sd_strv *asked = &run->invocation->operands;
  const struct sd_strv *decided = &run->decision.invocation.operands;
  struct sd_copy_place from = sd_copy_split(run->arena, asked->v.items[0]);
  struct sd_copy_place to = sd_copy_split(run->arena, asked->v.items[1]);
  *out = from.container != NULL;
  const char *named = decided->v.items[*out ? 0 : 1];
  *copy = (struct copy){.run = run,
                        .name = *out ? from.container : to.container,
                        .id = sd_arena_strndup(run->arena, named, strcspn(named, ":")),
                        .follow = is_set(run, "follow-link"),
                        .quiet = is_set(run, "quiet"),
                        .words = -1};
  const char *inside = sd_copy_absolute(run->arena, "/", *out ? from.path : to.path);
  const char *outside = NULL;
  if (!host_path(run, *out ? to.path : from.path, &outside, err))
    return false;
  copy->source = *out ? inside : outside;
  copy->destination = *out ? outside : inside;
  return true;
}

static bool make_memory(struct copy *copy, struct sd_error *err) {
  void *shared =
      mmap(NULL, sizeof(*copy->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    return sd_fail_errno(err, errno, "no memory can be shared");
  copy->shared = shared;
  copy->words = memfd_create("words", MFD_CLOEXEC);
  return copy->words >= 0 || sd_fail_errno(err, errno, "memfd_create");
}

static int absent(struct run *run, struct sd_error *err) {
  if (!run_record(run, NULL, err))
    return output_complain(run->arena, err);
  output_tell(
      sd_arena_printf(run->arena, "%s\n", sd_strv_join(&run->decision.absent, run->arena, "\n")));
  return 1;
}

int copy_run(struct run *run) {
  struct copy copy;
  struct sd_error err;
  bool out = false;
  sd_error_init(&err, run->arena);
  if (run->decision.absent.v.len > 0)
    return absent(run, &err);
  if (!understand(run, &copy, &out, &err) || !make_memory(&copy, &err))
    return complain(&copy, &err);
  if (!run_record(run, NULL, &err))
    return output_complain(run->arena, &err);
  bool stream = strcmp(out ? copy.destination : copy.source, "-") == 0;
  if (out)
    return stream ? copy_to_output(&copy, &err) : copy_out(&copy, &err);
  return stream ? copy_from_input(&copy, &err) : copy_in(&copy, &err);
}
