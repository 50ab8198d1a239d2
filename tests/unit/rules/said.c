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
#define USUAL_MAX 64

static struct {
  char *text;
  size_t len;
  FILE *out;
  pid_t pid; /* a child of a test says nothing */
  struct {
    char *items[USUAL_MAX];
    size_t len;
  } usual; /* lines of the decision that others are compared with */
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

/* -- what is said, line by line ------------------------------------------------------------------ */

static void add_emitted(struct fixture *fixture, struct sd_strv *lines) {
  static const struct sd_emit_paths paths = {"/env", "/labels", "/seccomp"};
  struct sd_arena *arena = &fixture->arena;
  struct sd_emitted emitted = {0};
  struct sd_error err;
  sd_error_init(&err, arena);
  struct sd_request out = fixture->decision.out;
  if (out.image.given == NULL)
    out.image.given = "(image)"; /* one area alone was asked */
  bool good = fixture->in.request != NULL ? sd_emit(arena, &out, &paths, &emitted, &err)
                                          : sd_invocation_emit(arena, &fixture->decision.invocation,
                                                               &paths, &emitted, &err);
  if (!good) {
    sd_strv_add(lines, arena, sd_arena_printf(arena, "cannot be handed on: %s", err.message));
    return;
  }
  for (size_t i = 0; book.usual.len > 0 && i < emitted.argv.v.len; i++)
    sd_strv_add(lines, arena, sd_arena_printf(arena, "> %s", emitted.argv.v.items[i]));
  if (book.usual.len == 0)
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "> %s", sd_strv_join(&emitted.argv, arena, " ")));
  if (emitted.env_file != NULL || emitted.label_file != NULL)
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "files %s %s", or_none(emitted.env_file),
                                or_none(emitted.label_file)));
}

static void add_problems(struct fixture *fixture, struct sd_strv *lines) {
  for (size_t i = 0; i < fixture->decision.problems.list.len; i++) {
    const struct sd_problem *problem = &fixture->decision.problems.list.items[i];
    sd_strv_add(lines, &fixture->arena,
                sd_arena_printf(&fixture->arena, "%s [%s] %s\n    %s", problem->rule,
                                problem->option, problem->message, problem->hint));
  }
}

static void add_changes(struct fixture *fixture, struct sd_strv *lines) {
  struct sd_arena *arena = &fixture->arena;
  for (size_t i = 0; i < fixture->decision.changes.len; i++) {
    const struct sd_change *change = &fixture->decision.changes.items[i];
    sd_strv_add(
        lines, arena,
        sd_arena_printf(arena, "+ %s [%s] %s", change->option, change->rule, change->reason));
  }
}

static void add_text(struct fixture *fixture, struct sd_strv *lines, const char *name,
                     const char *text) {
  if (text != NULL)
    sd_strv_add(lines, &fixture->arena, sd_arena_printf(&fixture->arena, "%s %s", name, text));
}

/* What is fetched before, what is judged by its content, and what is taken away. */
static void add_things(struct fixture *fixture, struct sd_strv *lines) {
  const struct sd_decision *decision = &fixture->decision;
  struct sd_arena *arena = &fixture->arena;
  for (size_t i = 0; i < decision->pulls.v.len; i++) {
    const struct sd_image_pull *pull = &decision->pulls.v.items[i];
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "pulls %s for '%s'%s%s%s", pull->reference, pull->platform,
                                pull->quiet ? ", quietly" : "",
                                pull->absent != NULL ? ", because there is no " : "",
                                pull->absent != NULL ? pull->absent : ""));
  }
  for (size_t i = 0; i < decision->used.v.len; i++) {
    const struct sd_used_image *used = &decision->used.v.items[i];
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "uses %s, which is %s%s", used->name, used->content,
                                used->verify ? ", if that is approved" : ""));
  }
  for (size_t i = 0; i < decision->named.v.len; i++)
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "removes volume %s of mark '%s'",
                                decision->named.v.items[i].name, decision->named.v.items[i].mark));
  for (size_t i = 0; i < decision->volumes.v.len; i++) {
    const struct sd_own_volume *volume = &decision->volumes.v.items[i];
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "%s volume %s '%s'", volume->exists ? "has" : "makes",
                                volume->name, sd_strv_join(&volume->labels, arena, " ")));
  }
  if (decision->absent_is_fine)
    sd_strv_add(lines, arena, "what is absent is no failure");
}

/* What the program does beside the command. */
static void add_besides(struct fixture *fixture, struct sd_strv *lines) {
  const struct sd_decision *decision = &fixture->decision;
  add_text(fixture, lines, "answers", decision->answer);
  add_text(fixture, lines, "is taken", decision->taken);
  add_text(fixture, lines, "reads", decision->input_file);
  add_text(fixture, lines, "writes", decision->output_file);
  add_text(fixture, lines, "packs", decision->context.folder);
  add_text(fixture, lines, "packs", decision->context.piped ? "what is piped in" : NULL);
  add_text(fixture, lines, "with", decision->context.file);
  for (size_t i = 0; i < decision->context.excludes.v.len; i++)
    add_text(fixture, lines, "but for", decision->context.excludes.v.items[i]);
  for (size_t i = 0; i < decision->variables.v.len; i++)
    add_text(fixture, lines, "variable", decision->variables.v.items[i]);
  add_text(fixture, lines, "seccomp", decision->seccomp_name);
  add_text(fixture, lines, "seccomp", decision->seccomp_profile != NULL ? "a text" : NULL);
}

static void add_rest(struct fixture *fixture, struct sd_strv *lines) {
  const struct sd_decision *decision = &fixture->decision;
  struct sd_arena *arena = &fixture->arena;
  for (size_t i = 0; i < decision->absent.v.len; i++)
    sd_strv_add(lines, arena, sd_arena_printf(arena, "absent %s", decision->absent.v.items[i]));
  if (decision->apparmor.state != NULL)
    sd_strv_add(lines, arena,
                sd_arena_printf(arena, "apparmor %s %s", or_none(decision->apparmor.profile),
                                decision->apparmor.state));
  add_things(fixture, lines);
  add_besides(fixture, lines);
}

/* -- the book ------------------------------------------------------------------------------------ */

FILE *said_open(const char *name) {
  char path[512];
  snprintf(path, sizeof(path), "%s/../%s", SD_SAID_FOLDER, name);
  return fopen(path, "r");
}

static bool is_usual(const char *line) {
  for (size_t i = 0; i < book.usual.len; i++)
    if (strcmp(book.usual.items[i], line) == 0)
      return true;
  return false;
}

/* Blanks at the end of a line, and what is no text, would not be seen. */
static void write_line(const char *before, const char *line) {
  fprintf(book.out, "  %s", before);
  for (const char *at = line; *at != '\0'; at++) {
    bool last = at[1] == '\0' || at[1] == '\n';
    if (*at == '\n' || (unsigned char)*at >= ' ')
      fputc(*at, book.out);
    else
      fprintf(book.out, "<%02x>", (unsigned char)*at);
    if (*at == ' ' && last)
      fputc('$', book.out);
  }
  fputc('\n', book.out);
}

/* Of a decision like the usual one, only what differs. */
static void write_lines(const struct sd_strv *lines, bool allowed) {
  for (size_t i = 0; i < lines->v.len; i++)
    if (!is_usual(lines->v.items[i]))
      write_line("", lines->v.items[i]);
  for (size_t i = 0; allowed && i < book.usual.len; i++)
    if (!sd_strv_contains(lines, book.usual.items[i]))
      write_line("without ", book.usual.items[i]);
}

static void forget_usual(void) {
  for (size_t i = 0; i < book.usual.len; i++)
    free(book.usual.items[i]);
  book.usual.len = 0;
}

void said_title(const char *title) {
  if (open_book())
    fprintf(book.out, "%s\n", title);
}

void said_usual(struct fixture *fixture) {
  struct sd_strv lines = {0};
  if (!open_book())
    return;
  forget_usual();
  if (fixture == NULL)
    return;
  book.usual.len = 1; /* so that words stand alone */
  book.usual.items[0] = strdup("yes");
  add_changes(fixture, &lines);
  add_rest(fixture, &lines);
  add_emitted(fixture, &lines);
  for (size_t i = 0; i < lines.v.len && book.usual.len < USUAL_MAX; i++)
    book.usual.items[book.usual.len++] = strdup(lines.v.items[i]);
}

void said(struct fixture *fixture) {
  struct sd_strv lines = {0};
  if (!open_book())
    return;
  bool allowed = fixture->decision.problems.list.len == 0;
  sd_strv_add(&lines, &fixture->arena, allowed ? "yes" : "no");
  add_problems(fixture, &lines);
  add_changes(fixture, &lines);
  add_rest(fixture, &lines);
  if (allowed)
    add_emitted(fixture, &lines);
  write_lines(&lines, allowed);
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
  forget_usual();
  free(before);
  free(book.text);
}
