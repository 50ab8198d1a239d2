/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_OWN 3                            /* descriptor behind the standard ones */
#define FIRST_FREE 16                          /* behind those that sd_hand_over uses */
#define ERR_MAX ((size_t)64 * 1024)            /* kept */
#define ERR_ENDLESS ((size_t)16 * 1024 * 1024) /* more is no complaint */
#define CHUNK 65536
#define SECOND INT64_C(1000) /* in milliseconds */

/* -- starting ----------------------------------------------------------------------------------- */

/* In the child nothing may allocate or print but these. */
static void last_words(const char *what, int number) {
  const char *words[] = {"safe-docker: ", what, ": ", strerrordesc_np(number), "\n"};
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (words[i] != NULL && write(STDERR_FILENO, words[i], strlen(words[i])) < 0)
      return;
}

static bool place(int from, int to) {
  if (from >= 0)
    return dup2(from, to) >= 0;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  return null >= 0 && dup2(null, to) >= 0;
}

/* Moved out of the way first: a file may stand where another one belongs. */
static bool place_files(const struct sd_child_files *files) {
  int moved[3];
  const int from[3] = {files->in, files->out, files->err};
  for (int i = 0; i < 3; i++) {
    moved[i] = from[i] < 0 ? -1 : fcntl(from[i], F_DUPFD_CLOEXEC, FIRST_FREE);
    if (from[i] >= 0 && moved[i] < 0)
      return false;
  }
  for (int i = 0; i < 3; i++)
    if (!place(moved[i], i))
      return false;
  return true;
}

/* Without a plan nothing of what is parked may stay. */
static bool take_up(const struct sd_run_as *plan, struct sd_error *err) {
  return plan != NULL ? sd_privileges_take_up(plan, err) : sd_privileges_forget(err);
}

/* Nobody would wait for it, or tell how it ended. After the ids: to change them takes it back (prctl(2)). */
static bool end_with(pid_t parent) {
  return prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0 && getppid() == parent;
}

struct start {
  const struct sd_child *child;
  const struct sd_child_files *files;
  bool handed;
  char *const *argv, *const *variables;
  pid_t parent;
};

_Noreturn static void become(const struct start *start, struct sd_error *err) {
  const char *path = start->child->path;
  if (!place_files(start->files) ||
      close_range(start->handed ? FIRST_FREE : FIRST_OWN, ~0U, 0) != 0)
    last_words("files of the docker command", errno);
  else if (start->child->apart && (setsid() < 0 || chdir("/") != 0))
    last_words("session of the program", errno);
  else if (!take_up(start->child->plan, err))
    last_words("ids of the docker command", errno);
  else if (!end_with(start->parent))
    last_words("what ends the docker command with safe-docker", errno);
  else {
    (void)execve(path, start->argv, start->variables);
    last_words(path, errno);
  }
  _exit(SD_EXIT_DENIED);
}

bool sd_child_start(const struct sd_child *child, const struct sd_child_files *files, bool handed,
                    pid_t *pid, struct sd_error *err) {
  struct start start = {.child = child,
                        .files = files,
                        .handed = handed,
                        .argv = sd_strv_argv(child->argv, err->arena),
                        .variables = sd_strv_argv(child->environ, err->arena),
                        .parent = getpid()};
  pid_t started = fork();
  if (started < 0)
    return sd_fail_errno(err, errno, "no process can be started for the docker command");
  if (started == 0)
    become(&start, err);
  *pid = started;
  return true;
}

bool sd_child_fork(int (*work)(void *context), void *context, pid_t *pid, struct sd_error *err) {
  pid_t started = fork();
  if (started < 0)
    return sd_fail_errno(err, errno, "no process can be started for the docker command");
  if (started == 0)
    _exit(work(context));
  *pid = started;
  return true;
}

int sd_child_wait(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) {
      last_words("how the docker command ended", errno);
      return SD_EXIT_DENIED;
    }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool sd_child_run(const struct sd_child *child, int *status, struct sd_error *err) {
  static const struct sd_child_files same = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  pid_t pid = 0;
  if (!sd_child_start(child, &same, true, &pid, err))
    return false;
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGQUIT, SIG_IGN);
  *status = sd_child_wait(pid);
  return true;
}

/* -- ending ------------------------------------------------------------------------------------- */

struct killing {
  const struct sd_child *child;
  pid_t pid;
};

/* It may run as somebody whom this process can only become for good. */
static int kill_as(void *context) {
  const struct killing *killing = context;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  return sd_privileges_take_up(killing->child->plan, &err) && kill(killing->pid, SIGKILL) == 0 ? 0
                                                                                               : 1;
}

void sd_child_kill(const struct sd_child *child, pid_t pid) {
  struct killing killing = {child, child->apart ? -pid : pid};
  struct sd_arena arena;
  struct sd_error ignored;
  pid_t killer = 0;
  if (kill(killing.pid, SIGKILL) == 0 || child->plan == NULL)
    return;
  sd_arena_init(&arena);
  sd_error_init(&ignored, &arena);
  if (sd_child_fork(kill_as, &killing, &killer, &ignored))
    (void)sd_child_wait(killer);
  sd_arena_finish(&arena);
}

/* -- asking ------------------------------------------------------------------------------------- */

struct stream {
  int fd;
  struct sd_str text;
  size_t max, len, endless; /* kept at most; came so far; no more is read */
};

static bool make_pipe(int ends[2], struct sd_error *err) {
  return pipe2(ends, O_CLOEXEC) == 0 || sd_fail_errno(err, errno, "no pipe can be made");
}

/* *end is true at the end of it. What could not be read to its end is no answer. */
static bool read_some(struct stream *stream, bool *end, struct sd_error *err) {
  char chunk[CHUNK];
  ssize_t len = read(stream->fd, chunk, sizeof(chunk));
  *end = len == 0;
  if (len < 0)
    return errno == EINTR || sd_fail_errno(err, errno, "the docker command could not be heard");
  size_t room = stream->max - stream->text.len;
  stream->len += (size_t)len;
  sd_str_add_bytes(&stream->text, chunk, (size_t)len < room ? (size_t)len : room);
  return true;
}

/* What the child says until it is silent; false: why it is not to be heard any longer. */
static bool collect(struct stream streams[2], const struct sd_child *child, struct sd_error *err) {
  struct pollfd polled[2] = {{streams[0].fd, POLLIN, 0}, {streams[1].fd, POLLIN, 0}};
  int64_t end = sd_clock_ms() + child->seconds * SECOND;
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    int64_t left = child->seconds > 0 ? end - sd_clock_ms() : -1;
    if (child->seconds > 0 && left <= 0)
      return sd_fail(err, "it gave no answer within %lld seconds", (long long)child->seconds);
    if (poll(polled, 2, (int)left) < 0) {
      if (errno != EINTR)
        return sd_fail_errno(err, errno, "the docker command could not be heard");
      continue;
    }
    for (int i = 0; i < 2; i++) {
      bool ended = false;
      if (polled[i].fd >= 0 && polled[i].revents != 0 && !read_some(&streams[i], &ended, err))
        return false;
      if (ended)
        polled[i].fd = -1;
      if (streams[i].len > streams[i].endless)
        return sd_fail(err, "the docker command printed more than %zu bytes", streams[i].endless);
    }
  }
  return true;
}

static void close_both(const int ends[2]) {
  (void)close(ends[0]);
  (void)close(ends[1]);
}

bool sd_child_ask(struct sd_arena *arena, const struct sd_child *child, size_t max,
                  struct sd_answer *out, struct sd_error *err) {
  return sd_child_ask_with(arena, child, -1, max, out, err);
}

bool sd_child_ask_with(struct sd_arena *arena, const struct sd_child *child, int in, size_t max,
                       struct sd_answer *out, struct sd_error *err) {
  int ends[2][2];
  pid_t pid = 0;
  if (!make_pipe(ends[0], err))
    return false;
  if (!make_pipe(ends[1], err)) {
    close_both(ends[0]);
    return false;
  }
  struct sd_child_files files = {in, ends[0][1], ends[1][1]};
  bool started = sd_child_start(child, &files, false, &pid, err);
  struct stream streams[2] = {{.fd = ends[0][0], .max = max, .endless = max},
                              {.fd = ends[1][0], .max = ERR_MAX, .endless = ERR_ENDLESS}};
  for (int i = 0; i < 2; i++) {
    (void)close(ends[i][1]);
    sd_str_init(&streams[i].text, arena);
    if (!started)
      (void)close(ends[i][0]);
  }
  if (!started)
    return false;
  bool heard = collect(streams, child, err);
  if (!heard)
    sd_child_kill(child, pid);
  (void)close(ends[0][0]);
  (void)close(ends[1][0]);
  *out = (struct sd_answer){.status = sd_child_wait(pid),
                            .out = sd_str_text(&streams[0].text),
                            .out_len = streams[0].text.len,
                            .err = sd_str_text(&streams[1].text)};
  return heard;
}
