/* SPDX-License-Identifier: Apache-2.0 */
/* Collects while the tests run, and compares when the program ends. */
#include "said.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/docker/emit.h"

#define PREFIX "test-rules-"

static struct {
  char *text;
  size_t len;
  FILE *out;
  pid_t pid; /* a child of a test says nothing */
} book;

static bool is_wished(const char *name) {
  const char *value = getenv(name);
  return value != NULL && value[0] != '\0';
}

static bool open_book(void) {
  if (book.out == NULL && (is_wished("SD_SAID") || is_wished("SD_SAID_WRITE")) &&
      strncmp(program_invocation_short_name, PREFIX, strlen(PREFIX)) == 0) {
    book.out = open_memstream(&book.text, &book.len);
    book.pid = getpid();
  }
  return book.out != NULL && book.pid == getpid();
}

static const char *or_none(const char *text) {
  return text != NULL ? text : "(none)";
}

static void say_emitted(struct fixture *fixture) {
  static const struct sd_emit_paths paths = {"/env", "/labels", "/seccomp"};
  struct sd_emitted emitted = {0};
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  struct sd_request out = fixture->decision.out;
  if (out.image.given == NULL)
    out.image.given = "(image)"; /* one area alone was asked */
  bool good = fixture->in.request != NULL
                  ? sd_emit(&fixture->arena, &out, &paths, &emitted, &err)
                  : sd_invocation_emit(&fixture->arena, &fixture->decision.invocation, &paths,
                                       &emitted, &err);
  if (!good) {
    fprintf(book.out, "  cannot be handed on: %s\n", err.message);
    return;
  }
  fprintf(book.out, "  > %s\n", sd_strv_join(&emitted.argv, &fixture->arena, " "));
  if (emitted.env_file != NULL || emitted.label_file != NULL)
    fprintf(book.out, "  files %s %s\n", or_none(emitted.env_file), or_none(emitted.label_file));
}

void said(struct fixture *fixture) {
  const struct sd_decision *decision = &fixture->decision;
  if (!open_book())
    return;
  fprintf(book.out, "%s\n", decision->problems.list.len > 0 ? "no" : "yes");
  for (size_t i = 0; i < decision->problems.list.len; i++) {
    const struct sd_problem *problem = &decision->problems.list.items[i];
    fprintf(book.out, "  %s [%s] %s\n    %s\n", problem->rule, problem->option, problem->message,
            problem->hint);
  }
  for (size_t i = 0; i < decision->changes.len; i++) {
    const struct sd_change *change = &decision->changes.items[i];
    fprintf(book.out, "  + %s [%s] %s\n", change->option, change->rule, change->reason);
  }
  for (size_t i = 0; i < decision->absent.v.len; i++)
    fprintf(book.out, "  absent %s\n", decision->absent.v.items[i]);
  if (decision->apparmor.state != NULL)
    fprintf(book.out, "  apparmor %s %s\n", or_none(decision->apparmor.profile),
            decision->apparmor.state);
  if (decision->problems.list.len == 0)
    say_emitted(fixture);
}

static const char *file_name(void) {
  static char name[512];
  snprintf(name, sizeof(name), "%s/%s.txt", SD_SAID_FOLDER,
           program_invocation_short_name + strlen(PREFIX));
  return name;
}

static void write_book(void) {
  FILE *file = fopen(file_name(), "w");
  if (file == NULL || fwrite(book.text, 1, book.len, file) != book.len || fclose(file) != 0)
    _exit(1);
}

/* The line that differs first, of both. */
static void show_difference(const char *before, const char *now) {
  size_t line = 1;
  while (*before != '\0' && *before == *now) {
    const char *end = strchrnul(before, '\n');
    size_t len = (size_t)(end - before) + (*end == '\n');
    if (strncmp(before, now, len) != 0)
      break;
    before += len;
    now += len;
    line++;
  }
  fprintf(stderr, "%s:%zu: said before, and now:\n- %.*s\n+ %.*s\n", file_name(), line,
          (int)strcspn(before, "\n"), before, (int)strcspn(now, "\n"), now);
  fprintf(stderr, "where this is meant: SD_SAID_WRITE=1 %s\n", program_invocation_name);
}

static char *read_book(void) {
  char *text = NULL;
  size_t room = 0;
  FILE *file = fopen(file_name(), "r");
  ssize_t len = file != NULL ? getdelim(&text, &room, '\0', file) : -1;
  if (file != NULL)
    fclose(file);
  return len >= 0 ? text : NULL;
}

__attribute__((destructor)) static void close_book(void) {
  if (!open_book())
    return;
  fclose(book.out);
  if (is_wished("SD_SAID_WRITE")) {
    write_book();
    return;
  }
  char *before = read_book();
  const char *old = before != NULL ? before : "";
  if (strcmp(old, book.text) != 0) {
    show_difference(old, book.text);
    _exit(1);
  }
  free(before);
  free(book.text);
}
