/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: hand on every byte of the real CLI's output but lines that are an id which was handed to it. */
#include "echo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/sys/child.h"
#include "safe-docker/sys/write.h"

#define LINE_MAX_BYTES 4096 /* what is longer is no id, and goes out as it comes */

/* docker/cli, cli/command/container and network: each prints the word that it was given. */
static const enum sd_command_id echoing[] = {
    SD_COMMAND_KILL, SD_COMMAND_NETWORK_RM, SD_COMMAND_PAUSE,   SD_COMMAND_RESTART, SD_COMMAND_RM,
    SD_COMMAND_STOP, SD_COMMAND_START,      SD_COMMAND_UNPAUSE, SD_COMMAND_UPDATE};

static bool is_true(const struct run *run, const char *option) {
  const struct sd_setting *setting = sd_setting_find(&run->decision.invocation, option);
  return setting != NULL && setting->flag;
}

/* docker start prints what the container does where it attaches. */
static bool is_echoing(const struct run *run) {
  for (size_t i = 0; run->invocation != NULL && i < sizeof(echoing) / sizeof(echoing[0]); i++)
    if (run->invocation->command->id == echoing[i])
      return echoing[i] != SD_COMMAND_START ||
             (!is_true(run, "attach") && !is_true(run, "interactive"));
  return false;
}

bool echo_is_needed(const struct run *run) {
  const struct sd_called *called = &run->decision.called;
  if (!is_echoing(run))
    return false;
  for (size_t i = 0; i < called->v.len; i++)
    if (strcmp(called->v.items[i].id, called->v.items[i].word) != 0)
      return true;
  return false;
}

/* -- lines -------------------------------------------------------------------------------------- */

struct echo {
  const struct sd_called *called;
  size_t next; /* of `called`: those before it have had their line */
  char line[LINE_MAX_BYTES];
  size_t len;
  bool long_line; /* its beginning has gone out already */
  int failure;    /* why it is broken */
  bool broken;    /* nobody reads any more, or what is said cannot be written */
};

static void put(struct echo *echo, const char *text, size_t len) {
  if (echo->broken || sd_write_all(STDOUT_FILENO, text, len))
    return;
  echo->broken = true;
  echo->failure = errno;
}

/* One thing can be named more than once: in order. */
static const char *word_for(struct echo *echo, const char *line, size_t len) {
  for (size_t i = echo->next; i < echo->called->v.len; i++)
    if (strlen(echo->called->v.items[i].id) == len &&
        strncmp(echo->called->v.items[i].id, line, len) == 0) {
      echo->next = i + 1;
      return echo->called->v.items[i].word;
    }
  return NULL;
}

static void end_line(struct echo *echo) {
  const char *word = echo->long_line ? NULL : word_for(echo, echo->line, echo->len);
  put(echo, word != NULL ? word : echo->line, word != NULL ? strlen(word) : echo->len);
  echo->len = 0;
  echo->long_line = false;
}

static void take(struct echo *echo, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] == '\n') {
      end_line(echo);
      put(echo, "\n", 1);
      continue;
    }
    if (echo->len == sizeof(echo->line)) {
      put(echo, echo->line, echo->len);
      echo->len = 0;
      echo->long_line = true;
    }
    echo->line[echo->len++] = bytes[i];
  }
}

/* -- running ------------------------------------------------------------------------------------ */

/* False where some of it is lost; that nobody reads it any more is no loss. */
static bool read_all(struct echo *echo, int fd, struct sd_error *err) {
  char bytes[LINE_MAX_BYTES];
  while (!echo->broken) {
    ssize_t len = read(fd, bytes, sizeof(bytes));
    if (len < 0 && errno == EINTR)
      continue;
    if (len < 0)
      return sd_fail_errno(err, errno, "what the docker command said cannot be read");
    if (len == 0)
      break;
    take(echo, bytes, (size_t)len);
  }
  end_line(echo);
  return !echo->broken || echo->failure == EPIPE ||
         sd_fail_errno(err, echo->failure, "the output could not be written");
}

bool echo_run(const struct run *run, int *status, struct sd_error *err) {
  int ends[2];
  pid_t pid = 0;
  struct echo echo = {.called = &run->decision.called};
  struct sd_child child = run_child(run, &run->full, &run->environ);
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  const struct sd_child_files files = {STDIN_FILENO, ends[1], STDERR_FILENO};
  bool started = sd_child_start(&child, &files, true, &pid, err);
  (void)close(ends[1]);
  bool heard = false;
  if (started) {
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    heard = read_all(&echo, ends[0], err);
  }
  (void)close(ends[0]);
  if (started)
    *status = sd_child_wait(pid);
  return heard;
}
