/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a command line, as pflag and cobra read them. */
#include <string.h>

#include "../support.h"

#include "safe-docker/base/str.h"
#include "safe-docker/docker/cli.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/docker/invocation.h"

#define MAX_WORDS 12

/* What was understood, as one line: "verb command | name=value ... | words", or "! rule". */
static const char *read_line(struct sd_arena *arena, const char *const *argv) {
  static const char *const verbs[] = {"none", "help", "version", "run", "create", "group", "other"};
  struct sd_problems problems = {.arena = arena};
  struct sd_command_line line;
  sd_cli_parse(arena, argv, &line, &problems);
  struct sd_str out;
  sd_str_init(&out, arena);
  if (line.verb == SD_VERB_NONE) {
    assert_int_equal(problems.list.len, 1);
    return sd_arena_printf(arena, "! %s", problems.list.items[0].rule);
  }
  assert_int_equal(problems.list.len, 0);
  sd_str_addf(&out, "%s %s", verbs[line.verb], line.command);
  if (line.debug)
    sd_str_add(&out, " -D");
  if (line.log_level != NULL)
    sd_str_addf(&out, " -l%s", line.log_level);
  if (line.context != NULL)
    sd_str_addf(&out, " @%s", line.context);
  sd_str_add(&out, " |");
  for (size_t i = 0; i < line.options.len; i++)
    sd_str_addf(&out, " %s=%s", line.options.items[i].row->name, line.options.items[i].value);
  sd_str_addf(&out, " | %s", sd_strv_join(&line.words, arena, " "));
  return sd_str_text(&out);
}

struct row {
  const char *argv[MAX_WORDS];
  const char *expected;
};

static const struct row rows[] = {
    /* what stands alone */
    {{NULL}, "help  | | "},
    {{"--help"}, "help  | | "},
    {{"help"}, "help  | | "},
    {{"-v"}, "version  | | "},
    {{"--version"}, "version  | | "},
    {{"help", "run"}, "run run | help=true | "},
    {{"help", "container", "create"}, "create create | help=true | "},
    {{"help", "run", "x"}, "! unknown-command"},
    /* decoys before the command */
    {{"-v", "run", "X"}, "! global-option"},
    {{"--version", "run", "X"}, "! global-option"},
    {{"--help", "run", "X"}, "! global-option"},
    {{"--help=false", "run", "X"}, "! global-option"},
    {{"-h", "run", "X"}, "! global-option"},
    {{"--", "run", "X"}, "! global-option"},
    {{"-", "run", "X"}, "! global-option"},
    {{"container", "--", "ps", "run", "X"}, "! unknown-command"},
    {{"container", "--help", "run", "X"}, "! unknown-command"},
    {{"container", "-v"}, "! unknown-command"},
    {{"container"}, "group container | | "},
    {{"container", "--help"}, "group container | | "},
    {{"help", "trust", "key"}, "group trust key | | "},
    {{"help", "container", "x"}, "! unknown-command"},
    {{"-test.v", "run", "X"}, "! unknown-option"},
    {{"--test.v", "run", "X"}, "! unknown-option"},
    /* global options */
    {{"-H", "unix:///x", "run", "X"}, "! global-option"},
    {{"-Hunix:///x", "run", "X"}, "! global-option"},
    {{"--host=unix:///x", "run", "X"}, "! global-option"},
    {{"--config", "/x", "run", "X"}, "! global-option"},
    {{"--tls", "run", "X"}, "! global-option"},
    {{"--tlsverify=false", "run", "X"}, "! global-option"},
    {{"--tlskey=/x", "run", "X"}, "! global-option"},
    {{"-D", "run", "X"}, "run run -D | | X"},
    {{"--debug=0", "run", "X"}, "run run | | X"},
    {{"--debug=yes", "run", "X"}, "! invalid-value"},
    {{"-Dl", "debug", "run", "X"}, "run run -D -ldebug | | X"},
    {{"-DDlinfo", "run", "X"}, "run run -D -linfo | | X"},
    {{"-Dl=info", "run", "X"}, "run run -D -linfo | | X"},
    {{"-Dc", "lab", "run", "X"}, "run run -D @lab | | X"},
    {{"-DD=0", "run", "X"}, "run run | | X"},
    {{"-DD", "run", "X"}, "run run -D | | X"},
    {{"-Dl", "loud", "run", "X"}, "! invalid-value"},
    {{"-DH", "unix:///x", "run", "X"}, "! global-option"},
    {{"-Dh", "run", "X"}, "! global-option"},
    {{"-Dv", "run", "X"}, "! global-option"},
    {{"-D-l", "debug", "run", "X"}, "! unknown-option"},
    {{"-D-debug", "run", "X"}, "! unknown-option"},
    {{"-Dtest.v", "run", "X"}, "! unknown-option"},
    {{"-l", "debug", "run", "X"}, "run run -ldebug | | X"},
    {{"-ldebug", "run", "X"}, "run run -ldebug | | X"},
    {{"-l=debug", "run", "X"}, "run run -ldebug | | X"},
    {{"--log-level=error", "create", "X"}, "create create -lerror | | X"},
    {{"-l", "Warning", "run", "X"}, "run run -lwarning | | X"},
    {{"-lTRACE", "run", "X"}, "run run -ltrace | | X"},
    {{"-l", "info", "-l", "", "run", "X"}, "run run | | X"},
    {{"-l", "loud", "run", "X"}, "! invalid-value"},
    {{"-D=true", "run", "X"}, "run run -D | | X"},
    {{"-D=0", "run", "X"}, "run run | | X"},
    {{"-D=", "run", "X"}, "! invalid-value"},
    {{"-D=x", "run", "X"}, "! invalid-value"},
    {{"-D1", "run", "X"}, "! unknown-option"},
    {{"-l"}, "! invalid-value"},
    {{"-c", "lab", "run", "X"}, "run run @lab | | X"},
    {{"--context=lab", "run", "X"}, "run run @lab | | X"},
    {{"--context=", "run", "X"}, "run run | | X"},
    {{"-c", "", "run", "X"}, "run run | | X"},
    {{"-c", "lab", "-c", "", "run", "X"}, "run run | | X"},
    {{"--context", "", "-c", "lab", "run", "X"}, "run run @lab | | X"},
    {{"--context"}, "! invalid-value"},
    {{"--contex=lab", "run", "X"}, "! unknown-option"},
    {{"-D"}, "! unknown-command"},
    /* commands */
    {{"container", "run", "X"}, "run run | | X"},
    {{"container", "create", "X"}, "create create | | X"},
    {{"ps", "-a"}, "other ps | all=true | "},
    {{"ps", "-af", "label=x", "--format={{.ID}}"},
     "other ps | all=true filter=label=x format={{.ID}} | "},
    {{"rm", "a", "-f", "b", "--", "-v"}, "other rm | force=true | a b -v"},
    {{"rm", "-vf", "a"}, "other rm | volumes=true force=true | a"},
    {{"rm", "a", "-x"}, "! unknown-option"},
    {{"rm", "a", "-test.x"}, "! unknown-option"},
    {{"rm", "-", "a"}, "other rm | | - a"},
    {{"exec", "-it", "c", "sh", "-c", "x"}, "other exec | interactive=true tty=true | c sh -c x"},
    {{"exec", "c", "--privileged"}, "other exec | | c --privileged"},
    {{"stop", "-t", "3", "a"}, "other stop | time=3 | a"},
    {{"stop", "--timeout=3", "a"}, "other stop | timeout=3 | a"},
    {{"plugin", "install", "--grant-all-permissions", "x"}, "other plugin install | | "},
    {{"container", "ls"}, "other ps | | "},
    {{"container", "list"}, "other ps | | "},
    {{"container", "remove", "x"}, "other rm | | x"},
    {{"remove", "x"}, "other rm | | x"},
    {{"trust", "key", "generate"}, "other trust key generate | | "},
    {{"system", "dial-stdio"}, "other system dial-stdio | | "},
    {{"dial-stdio"}, "! unknown-command"},
    {{"RUN", "X"}, "! unknown-command"},
    {{"ru", "X"}, "! unknown-command"},
    {{"", "X"}, "! unknown-command"},
    {{"scout"}, "! unknown-command"},
    /* long options */
    {{"run", "--memory", "1g", "X"}, "run run | memory=1g | X"},
    {{"run", "--memory=1g", "X"}, "run run | memory=1g | X"},
    {{"run", "--memory=", "X"}, "run run | memory= | X"},
    {{"run", "--memory", "--privileged", "X"}, "run run | memory=--privileged | X"},
    {{"run", "--env=A=b=c", "X"}, "run run | env=A=b=c | X"},
    {{"run", "--memory"}, "! invalid-value"},
    {{"run", "--memor", "1g", "X"}, "! unknown-option"},
    {{"run", "--privilege", "X"}, "! unknown-option"},
    {{"run", "--Privileged", "X"}, "! unknown-option"},
    {{"run", "---rm", "X"}, "! unknown-option"},
    {{"run", "--=x", "X"}, "! unknown-option"},
    {{"run", "--net", "none", "X"}, "run run | net=none | X"},
    {{"run", "--rm", "false", "X"}, "run run | rm=true | false X"},
    {{"run", "--rm=F", "X"}, "run run | rm=F | X"},
    /* shorthand */
    {{"run", "-it", "X"}, "run run | interactive=true tty=true | X"},
    {{"run", "-itv", "/a:/b", "X"}, "run run | interactive=true tty=true volume=/a:/b | X"},
    {{"run", "-itv/:/h", "X"}, "run run | interactive=true tty=true volume=/:/h | X"},
    {{"run", "-v=/a:/b", "X"}, "run run | volume=/a:/b | X"},
    {{"run", "-v==/a:/b", "X"}, "run run | volume==/a:/b | X"},
    {{"run", "-u=", "X"}, "run run | user== | X"},
    {{"run", "-u", "X"}, "run run | user=X | "},
    {{"run", "-uroot", "X"}, "run run | user=root | X"},
    {{"run", "-volume=/:/h", "X"}, "run run | volume=olume=/:/h | X"},
    {{"run", "-itd=false", "X"}, "run run | interactive=true tty=true detach=false | X"},
    {{"run", "-it=false", "X"}, "run run | interactive=true tty=false | X"},
    {{"run", "-t=", "X"}, "! unknown-option"},
    {{"run", "-itest.x", "X"}, "! unknown-option"},
    {{"run", "-test.v", "X"}, "! unknown-option"},
    {{"run", "-etest.v=1", "X"}, "run run | env=test.v=1 | X"},
    {{"run", "-Z", "X"}, "! unknown-option"},
    {{"run", "-i\xc3\xa9", "X"}, "! unknown-option"},
    {{"run", "-h", "web", "X"}, "run run | hostname=web | X"},
    {{"run", "-h", "--privileged", "X"}, "run run | hostname=--privileged | X"},
    {{"run", "-v"}, "! invalid-value"},
    {{"run", "-e", "--", "X"}, "run run | env=-- | X"},
    /* where options end */
    {{"run", "X", "--privileged"}, "run run | | X --privileged"},
    {{"run", "--", "X", "--rm"}, "run run | | X --rm"},
    {{"run", "--", "--", "X"}, "run run | | -- X"},
    {{"run", "-", "--privileged"}, "run run | | - --privileged"},
    {{"run", "X", "--", "y"}, "run run | | X -- y"},
    {{"run"}, "run run | | "},
    /* options of run alone */
    {{"create", "-d", "X"}, "! unknown-option"},
    {{"create", "--sig-proxy=false", "X"}, "! unknown-option"},
    {{"create", "--detach-keys", "a", "X"}, "! unknown-option"},
    {{"create", "-it", "X"}, "create create | interactive=true tty=true | X"},
};

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    sd_arena_init(&arena);
    const char *got = read_line(&arena, rows[i].argv);
    if (strcmp(got, rows[i].expected) != 0)
      print_message("row %zu: %s %s %s\n", i, rows[i].argv[0], rows[i].argv[1], rows[i].argv[2]);
    assert_string_equal(got, rows[i].expected);
    sd_arena_finish(&arena);
  }
}

static void test_what_is_shown(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_problems problems = {.arena = &arena};
  struct sd_command_line line;
  static const char *const argv[] = {"run", "-itv", "/\033[2J:/b", "--memory", "1g", "X", NULL};
  sd_cli_parse(&arena, argv, &line, &problems);
  assert_int_equal(line.options.len, 4);
  assert_string_equal(line.options.items[2].typed, "-v /\\x1b[2J:/b");
  assert_string_equal(line.options.items[2].option, "--volume=/\\x1b[2J:/b");
  assert_string_equal(line.options.items[3].typed, "--memory 1g");
  sd_arena_finish(&arena);
}

/* What no row has is refused by every CLI, too. */
static void test_no_such_option(void **state) {
  (void)state;
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const struct sd_option *row = sd_command_option(&sd_commands[i], "nope");
    assert_string_equal(row->name, "no-such-option");
    assert_int_equal(row->disposition, SD_DENY);
  }
}

/* What is handled comes first, however near the rest is. */
static void test_nearest(void **state) {
  static const char *const names[][2] = {{"bild", "build"},
                                         {"bakk", "bake"},
                                         {"swarm innit", "swarm init"},
                                         {"buildq", "build"},
                                         {"container inspekt", "container inspect"},
                                         {"buildxx", "build"},
                                         {"checkpoint lss", "checkpoint ls"}};
  (void)state;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    assert_string_equal(sd_command_nearest(names[i][0]), names[i][1]);
  assert_null(sd_command_nearest("xyzzy"));
  assert_null(sd_command_nearest(""));
}

static void check_command(const struct sd_command *command) {
  struct sd_option_table table = sd_command_options(command);
  bool refused = command->handling == SD_REFUSED;
  assert_true(refused == (command->reason[0] != '\0'));
  assert_true(command->min <= command->max);
  if (command->handling == SD_HANDLED)
    for (size_t i = 0; i < table.count; i++) {
      const struct sd_option *row = &table.rows[i];
      assert_ptr_equal(sd_option_find(table.rows, table.count, row->name, strlen(row->name)), row);
      if (row->shorthand != 0)
        assert_ptr_equal(sd_option_find_shorthand(table.rows, table.count, row->shorthand), row);
      bool denied = row->disposition == SD_DENY || row->disposition == SD_DENY_TRUE;
      assert_true(denied == (row->rule[0] != '\0'));
      assert_true((row->flags & SD_OPTION_SHORT) == 0 || row->shorthand != 0);
    }
}

static void test_tables_are_sorted(void **state) {
  (void)state;
  for (size_t i = 1; i < SD_OPT_COUNT; i++)
    assert_true(strcmp(sd_options[i - 1].name, sd_options[i].name) < 0);
  for (size_t i = 1; i < sd_command_path_count; i++)
    assert_true(strcmp(sd_command_paths[i - 1].path, sd_command_paths[i].path) < 0);
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    const struct sd_option *row = &sd_options[i];
    assert_int_equal(row->id, i);
    assert_ptr_equal(sd_option_by_name(row->name, strlen(row->name)), row);
    if (row->shorthand != 0)
      assert_ptr_equal(sd_option_by_shorthand(row->shorthand), row);
    bool denied = row->disposition == SD_DENY || row->disposition == SD_DENY_TRUE;
    assert_true(denied == (row->rule[0] != '\0'));
    assert_true(denied == (row->reason[0] != '\0'));
    assert_true(row->disposition != SD_DENY_TRUE || row->kind == SD_KIND_BOOL);
  }
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    assert_ptr_equal(sd_command_find(sd_commands[i].name), &sd_commands[i]);
    check_command(&sd_commands[i]);
  }
  for (size_t i = 0; i < sd_command_path_count; i++)
    assert_ptr_equal(sd_command_path_find(sd_command_paths[i].path), &sd_command_paths[i]);
  static const char *const unknown[] = {"",    "A", "_",   "__completf",
                                        "ps2", "p", "zzz", "container ps "};
  for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
    assert_null(sd_command_path_find(unknown[i]));
  assert_null(sd_option_by_shorthand(0));
  assert_null(sd_option_by_shorthand('Z'));
  assert_null(sd_option_by_name("memor", 5));
  assert_null(sd_option_by_name("memory-", 7));
  assert_null(sd_option_by_name("", 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_what_is_shown),
      cmocka_unit_test(test_tables_are_sorted),
      cmocka_unit_test(test_nearest),
      cmocka_unit_test(test_no_such_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
