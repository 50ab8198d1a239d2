/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/sys/environ.h"

#define CHUNK 4096       /* PIPE_BUF: a pipe that polls writable takes this much without blocking */
#define PATIENCE_MS 2000 /* for a reader of messages that does not read */
#define FOR_EVER (-1)    /* a pager reads on when its user does */
#define CLOSED_STATUS 141 /* 128 and SIGPIPE, as shells report a program whose reader went away */

enum put { PUT_ALL, PUT_CLOSED, PUT_FAILED };

/* Writes all of `text`; `patience` in ms is how long a full pipe or terminal is waited for. */
static enum put put(int fd, const char *text, int patience) {
  for (size_t left = strlen(text); left > 0;) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int count = poll(&ready, 1, patience);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return PUT_FAILED;
    ssize_t written = write(fd, text, left < CHUNK ? left : CHUNK);
    if (written < 0 && errno != EINTR)
      return errno == EPIPE ? PUT_CLOSED : PUT_FAILED;
    if (written > 0) {
      text += written;
      left -= (size_t)written;
    }
  }
  return PUT_ALL;
}

void output_tell(const char *text) {
  /* Nobody is left who could be told that it failed; and what comes after is not held up. */
  (void)put(STDERR_FILENO, text, PATIENCE_MS);
}

bool output_wants_colour(int fd) {
  const char *no_colour = sd_environ_get("NO_COLOR");
  const char *term = sd_environ_get("TERM");
  return isatty(fd) == 1 && (no_colour == NULL || no_colour[0] == '\0') && term != NULL &&
         strcmp(term, "dumb") != 0;
}

int output_complain(struct sd_arena *arena, const struct sd_error *err) {
  output_tell(
      sd_arena_printf(arena, "safe-docker: %s\n",
                      err->message != NULL ? err->message : "failed for an unknown reason"));
  if (err->hint != NULL)
    output_tell(sd_arena_printf(arena, "  hint: %s\n", err->hint));
  return err->status;
}

int output_answer(struct sd_arena *arena, const char *text, int status) {
  struct sd_error err;
  sd_error_init(&err, arena);
  switch (put(STDOUT_FILENO, text, FOR_EVER)) {
  case PUT_ALL:
    return status;
  case PUT_CLOSED:
    return CLOSED_STATUS;
  case PUT_FAILED:
    break;
  }
  (void)sd_fail(&err, "the output could not be written");
  return output_complain(arena, &err);
}
