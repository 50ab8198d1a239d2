/* SPDX-License-Identifier: Apache-2.0 */
/* Values and command lines from read.txt, and all that was read in them, which stands in read.said (see kept.h).
 *
 * A line of read.txt is a comment (#), a command line ("$ run -it X"), or the name of a parser and a value for it ("port
 * 80:80"). {SP}, {TAB}, {NL}, {CR} and {E} are a blank, a tab, ends of lines and nothing; {1b} is a byte; {300*a} is a
 * letter so many times. */
#include <ctype.h>
#include <inttypes.h>

#include "../../fake_host.h"
#include "kept.h"
#include "read_values.h"

#include "safe-docker/base/text.h"
#include "safe-docker/docker/invocation.h"

static const struct fake_text files[] = {
    {"vars", "# comment\nFROM_FILE=secret 1\nHOST_VAR\nUNSET_VAR\n"},
    {"labels", "team=blue\nbare\n"},
    {"many", "A=1\nB=2\nA=3\n"},
    {"bad", "A=1\n=2\n"},
    {"empty", ""},
    {NULL, NULL},
};
static const struct fake_text variables[] = {
    {"HOST_VAR", "from host"},
    {"BYTES", "a\xff"},
    {"TWO_LINES", "a\nb"},
    {"EMPTY", ""},
    {NULL, NULL},
};

/* -- marks --------------------------------------------------------------------------------------- */

/* Adds what the mark at `at` stands for; its length, or 0: it is none. */
static size_t add_mark(struct sd_str *out, const char *at) {
  static const char *const names[][2] = {
      {"{SP}", " "}, {"{TAB}", "\t"}, {"{NL}", "\n"}, {"{CR}", "\r"}, {"{E}", ""}};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (sd_text_starts_with(at, names[i][0])) {
      sd_str_add(out, names[i][1]);
      return strlen(names[i][0]);
    }
  if (isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2]) && at[3] == '}') {
    sd_str_add_char(out, (char)strtoul(at + 1, NULL, 16)); /* NOLINT */
    return 4;
  }
  size_t digits = strspn(at + 1, "0123456789");
  if (digits == 0 || at[1 + digits] != '*' || at[3 + digits] != '}')
    return 0;
  for (unsigned long i = strtoul(at + 1, NULL, 10); i > 0; i--) /* NOLINT */
    sd_str_add_char(out, at[2 + digits]);
  return digits + 4;
}

static const char *without_marks(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  while (*text != '\0') {
    size_t len = *text == '{' ? add_mark(&out, text) : 0;
    if (len == 0)
      sd_str_add_char(&out, *text);
    text += len > 0 ? len : 1;
  }
  return sd_str_text(&out);
}

static struct sd_strv words_of(struct sd_arena *arena, const char *text) {
  struct sd_strv words = {0};
  char *rest = sd_arena_strdup(arena, text);
  for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
    sd_strv_add(&words, arena, without_marks(arena, word));
  return words;
}

/* -- command lines ------------------------------------------------------------------------------- */

static const struct sd_emit_paths paths = {"/env", "/labels", NULL};

static void add_line(struct sd_str *out, const struct sd_command_line *line) {
  static const char *const verbs[] = {"none", "help", "version", "run", "create", "group", "other"};
  sd_str_addf(out, "  %s [%s] [%s]", verbs[line->verb], line->command, line->path);
  sd_str_add(out, line->debug ? " debug" : "");
  add_named(out, "level", line->log_level);
  add_named(out, "context", line->context);
  add_list(out, "words", &line->words);
  sd_str_add(out, "\n");
  for (size_t i = 0; i < line->options.len; i++)
    sd_str_addf(out, "    %s | %s | %s\n", line->options.items[i].typed,
                line->options.items[i].option, line->options.items[i].value);
}

static void add_problems(struct sd_str *out, const struct sd_problems *problems) {
  for (size_t i = 0; i < problems->list.len; i++) {
    const struct sd_problem *problem = &problems->list.items[i];
    sd_str_addf(out, "  no: %s [%s] %s\n      %s\n", problem->rule, problem->option,
                problem->message, problem->hint);
  }
}

static void add_emitted(struct sd_str *out, bool good, const struct sd_emitted *emitted,
                        const struct sd_error *err) {
  if (!good) {
    sd_str_addf(out, "  cannot be handed on: %s %s\n      %s\n", err->rule, err->message,
                err->hint);
    return;
  }
  sd_str_addf(out, "  > %s\n", sd_strv_join(&emitted->argv, out->arena, " "));
  if (emitted->env_file != NULL)
    sd_str_addf(out, "  env file: %s\n", emitted->env_file);
  if (emitted->label_file != NULL)
    sd_str_addf(out, "  label file: %s\n", emitted->label_file);
}

static void add_present(struct sd_str *out, const struct sd_request *request) {
  sd_str_add(out, "  given:");
  for (size_t i = 0; i < SD_OPT_COUNT; i++)
    if (request->present[i])
      sd_str_addf(out, " %s", sd_options[i].name);
  sd_str_add(out, "\n");
}

static void build(struct sd_arena *arena, const struct sd_command_line *line, struct sd_str *out) {
  struct fake_host fake = {
      .node = SD_NODE_DIRECTORY, .creatable = true, .files = files, .variables = variables};
  struct sd_host host = fake_host_of(&fake);
  struct sd_problems problems = {.arena = arena};
  struct sd_invocation invocation = {0};
  struct sd_request request = {0};
  struct sd_emitted emitted = {0};
  struct sd_error err;
  bool runs = line->verb == SD_VERB_RUN || line->verb == SD_VERB_CREATE;
  bool good = false;
  sd_error_init(&err, arena);
  if (runs)
    sd_request_build(arena, line, &host, &request, &problems);
  else
    sd_invocation_build(arena, line, &host, &invocation, &problems);
  add_problems(out, &problems);
  if (runs)
    add_present(out, &request);
  if (problems.list.len > 0)
    return;
  good = runs ? sd_emit(arena, &request, &paths, &emitted, &err)
              : sd_invocation_emit(arena, &invocation, &paths, &emitted, &err);
  add_emitted(out, good, &emitted, &err);
}

static void read_line(struct sd_arena *arena, const char *text, struct sd_str *out) {
  struct sd_strv words = words_of(arena, text);
  struct sd_problems problems = {.arena = arena};
  struct sd_command_line line;
  sd_cli_parse(arena, (const char *const *)sd_strv_argv(&words, arena), &line, &problems);
  add_line(out, &line);
  add_problems(out, &problems);
  if (problems.list.len == 0 && line.known != NULL && line.known->handling != SD_REFUSED)
    build(arena, &line, out);
}

/* -- all ----------------------------------------------------------------------------------------- */

static void read_row(struct sd_arena *arena, const char *row, struct sd_str *out) {
  size_t len = strcspn(row, " ");
  const char *value = row[len] == ' ' ? without_marks(arena, row + len + 1) : "";
  sd_str_addf(out, "%s\n", row);
  if (sd_text_starts_with(row, "$ "))
    read_line(arena, row + 2, out);
  else if (!read_value(arena, sd_arena_strndup(arena, row, len), value, out))
    fail_msg("%s: no such parser", row);
}

/* Bytes that no text file should hold, blanks that nobody sees, and what is longer than anybody reads. */
static void print_shown(FILE *file, const char *text) {
  for (size_t same = 1; *text != '\0'; text += same) {
    unsigned char byte = (unsigned char)*text;
    for (same = 1; text[same] == *text;)
      same++;
    if (same > 20)
      fprintf(file, "{%zu*%c}", same, *text);
    for (size_t i = 0; same <= 20 && i < same; i++)
      fprintf(file, (byte < ' ' && byte != '\n') || byte > '~' ? "<%02x>" : "%c", byte);
    if (byte == ' ' && (text[same] == '\n' || text[same] == '\0'))
      fputc('$', file);
  }
}

static void all_is_read(void **state) {
  char *now = NULL;
  size_t len = 0;
  char *row = NULL;
  size_t room = 0;
  FILE *in = fopen(SD_READ ".txt", "r");
  FILE *shown = open_memstream(&now, &len);
  (void)state;
  assert_non_null(in);
  assert_non_null(shown);
  while (getline(&row, &room, in) >= 0) {
    struct sd_arena arena;
    struct sd_str out;
    row[strcspn(row, "\n")] = '\0';
    if (row[0] == '#' || row[0] == '\0')
      continue;
    sd_arena_init(&arena);
    sd_str_init(&out, &arena);
    read_row(&arena, row, &out);
    print_shown(shown, sd_str_text(&out));
    sd_arena_finish(&arena);
  }
  (void)fclose(in);
  assert_int_equal(fclose(shown), 0);
  kept_compare(SD_READ ".said", now);
  free(now);
  free(row);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_is_read)};
  return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
