/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/log_lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)64 * 1024)

void sd_log_lines_init(struct sd_log_lines *lines, struct sd_arena *arena) {
  *lines = (struct sd_log_lines){.arena = arena, .fd = -1};
}

void sd_log_lines_from(struct sd_log_lines *lines, int fd) {
  lines->fd = fd;
  lines->start = lines->seen = lines->end = 0;
  lines->skipping = false;
}

static void make_room(struct sd_log_lines *lines) {
  if (lines->start > 0) {
    memmove(lines->data, lines->data + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->seen -= lines->start;
    lines->start = 0;
  }
  if (lines->cap - lines->end >= CHUNK)
    return;
  size_t cap = lines->cap == 0 ? 2 * CHUNK : 2 * lines->cap;
  lines->data = sd_arena_extend(lines->arena, lines->data, lines->cap, cap);
  lines->cap = cap;
}

/* What came, 0 at the end, -1 with errno. */
static ssize_t fill(struct sd_log_lines *lines) {
  make_room(lines);
  ssize_t got;
  do
    got = read(lines->fd, lines->data + lines->end, lines->cap - lines->end);
  while (got < 0 && errno == EINTR);
  if (got > 0)
    lines->end += (size_t)got;
  return got < 0 && errno == EAGAIN ? 0 : got;
}

/* A whole line of what is there. */
static bool take(struct sd_log_lines *lines, struct sd_log_line *out) {
  const char *from = lines->data + lines->start;
  const char *end = memchr(lines->data + lines->seen, '\n', lines->end - lines->seen);
  if (end == NULL) {
    lines->seen = lines->end;
    return false;
  }
  *out = (struct sd_log_line){.text = from, .len = (size_t)(end - from)};
  lines->start += out->len + 1;
  lines->seen = lines->start;
  return true;
}

/* The line is given as far as it is there, and the rest of it is passed over. */
static bool take_long(struct sd_log_lines *lines, struct sd_log_line *out) {
  if (lines->end - lines->start < SD_LOG_LINE_MAX)
    return false;
  *out = (struct sd_log_line){
      .text = lines->data + lines->start, .len = lines->end - lines->start, .cut = true};
  lines->start = lines->seen = lines->end;
  lines->skipping = true;
  return true;
}

enum sd_log_lines_result sd_log_lines_next(struct sd_log_lines *lines, struct sd_log_line *out) {
  for (;;) {
    bool found = lines->end > lines->seen && take(lines, out);
    if (found && !lines->skipping)
      return SD_LOG_LINE;
    if (found) {
      lines->skipping = false;
      continue;
    }
    if (lines->skipping)
      lines->start = lines->seen = lines->end;
    else if (take_long(lines, out))
      return SD_LOG_LINE;
    ssize_t got = fill(lines);
    if (got <= 0)
      return got == 0 ? SD_LOG_END : SD_LOG_FAILED;
  }
}

bool sd_log_lines_rest(struct sd_log_lines *lines, struct sd_log_line *out) {
  bool any = !lines->skipping && lines->end > lines->start;
  *out = (struct sd_log_line){.text = lines->data + lines->start, .len = lines->end - lines->start};
  lines->start = lines->seen = lines->end;
  return any;
}
