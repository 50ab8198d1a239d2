/* SPDX-License-Identifier: Apache-2.0 */
/* A program whose word is waited for no longer than so many seconds. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "safe-docker/sys/child.h"

#define CHUNK 4096
#define SECOND INT64_C(1000) /* in milliseconds */

struct wait {
  pid_t pid;
  int words; /* what it prints */
  int process;
  int64_t end;
  struct sd_str text;
  size_t max;
};

int64_t sd_clock_ms(void) {
  struct timespec time = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec / 1000000;
}

/* False at the end of it. */
static bool read_some(struct wait *wait) {
  char chunk[CHUNK];
  ssize_t len = read(wait->words, chunk, sizeof(chunk));
  if (len < 0)
    return errno == EINTR;
  size_t room = wait->max - wait->text.len;
  sd_str_add_bytes(&wait->text, chunk, (size_t)len < room ? (size_t)len : room);
  return len > 0;
}

/* Until it has ended, whoever else holds its output by then. False: the time is over. */
static bool listen_to(struct wait *wait) {
  struct pollfd polled[2] = {{wait->words, POLLIN, 0}, {wait->process, POLLIN, 0}};
  for (;;) {
    int64_t left = wait->end - sd_clock_ms();
    if (left <= 0)
      return false;
    if (poll(polled, 2, (int)left) < 0) {
      if (errno != EINTR)
        return false;
      continue;
    }
    if (polled[0].revents != 0 && !read_some(wait))
      polled[0].fd = -1;
    else if (polled[0].revents == 0 && polled[1].revents != 0)
      return true;
  }
}

bool sd_child_ask_within(struct sd_arena *arena, const struct sd_child *child, int64_t seconds,
                         size_t max, struct sd_answer *out, struct sd_error *err) {
  int ends[2];
  struct wait wait = {.max = max, .end = sd_clock_ms() + seconds * SECOND};
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  struct sd_child_files files = {-1, ends[1], ends[1]};
  bool started = sd_child_start(child, &files, false, &wait.pid, err);
  (void)close(ends[1]);
  sd_str_init(&wait.text, arena);
  wait.words = ends[0];
  wait.process = started ? pidfd_open(wait.pid, 0) : -1;
  bool heard = wait.process >= 0 && listen_to(&wait);
  if (started && !heard)
    sd_child_kill(child, wait.pid);
  (void)close(ends[0]);
  if (wait.process >= 0)
    (void)close(wait.process);
  if (!started)
    return false;
  *out = (struct sd_answer){
      .status = sd_child_wait(wait.pid), .out = sd_str_text(&wait.text), .out_len = wait.text.len};
  out->err = "";
  return heard || sd_fail(err, "it gave no answer within %lld seconds", (long long)seconds);
}
