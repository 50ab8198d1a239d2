/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/sys/environ.h"

#define CHUNK 4096       /* PIPE_BUF: a pipe that polls writable takes this much without blocking */
#define PATIENCE_MS 2000 /* for a reader that does not read */

/* Never blocks for good: a full pipe that nobody reads ends it. False where not all was taken. */
static bool put(int fd, const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    if (poll(&ready, 1, PATIENCE_MS) <= 0)
      return false;
    ssize_t written = write(fd, text, left < CHUNK ? left : CHUNK);
    if (written < 0 && errno != EINTR)
      return false;
    if (written > 0) {
      text += written;
      left -= (size_t)written;
    }
  }
  return true;
}

void output_tell(const char *text) {
  (void)put(STDERR_FILENO, text); /* nobody is left who could be told that it failed */
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
  if (put(STDOUT_FILENO, text))
    return status;
  (void)sd_fail(&err, "the output could not be written");
  return output_complain(arena, &err);
}
