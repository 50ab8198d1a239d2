/* SPDX-License-Identifier: Apache-2.0 */
/* Completion: everything that the policy allows is offered, nothing that it refuses, and nothing that a shell or a
 * terminal acts on. */
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/text.h"
#include "safe-docker/report/completion.h"
#include "safe-docker/report/report.h"
#include "safe-docker/rules/rules.h"

#define MAX_WORDS 8

static const struct sd_gids *no_groups(void *context) {
  static const struct sd_gids none = {0};
  (void)context;
  return &none;
}

static struct sd_policy load(const char *text) {
  static const struct sd_policy_caller alice = {
      .uid = 1000, .gid = 1000, .user = "alice", .home = "/home/alice", .groups = no_groups};
  struct sd_policy_text file = {.name = "test", .text = text, .len = strlen(text)};
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, &arena);
  if (!sd_policy_load(&arena, &file, 1, &alice, &policy, &err))
    fail_msg("%s", err.message);
  return policy;
}

static struct sd_completion complete(const struct sd_policy *policy, const struct sd_strv *words) {
  struct sd_completion out;
  sd_completion_make(&arena, policy, words, &out);
  return out;
}

static bool offers(const struct sd_completion *completion, const char *word) {
  for (size_t i = 0; i < completion->candidates.len; i++)
    if (strcmp(completion->candidates.items[i].word, word) == 0)
      return true;
  return false;
}

/* -- commands and options ----------------------------------------------------------------------- */

/* The last word of a spelling is offered behind those before it. */
static bool offers_path(const struct sd_policy *policy, const char *path) {
  struct sd_strv words = {0};
  sd_command_words(&arena, path, &words);
  const char *last = words.v.items[words.v.len - 1];
  words.v.items[words.v.len - 1] = "";
  struct sd_completion completion = complete(policy, &words);
  return offers(&completion, last);
}

static void test_commands(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const struct sd_command *command = &sd_commands[i];
    bool hidden = sd_text_starts_with(command->name, "__");
    bool open = command->handling != SD_REFUSED && sd_rules_allow_command(&policy, command);
    if (offers_path(&policy, command->name) != (open && !hidden))
      fail_msg("%s is%s offered", command->name, open ? " not" : "");
    bool described = sd_command_description(command)[0] != '\0';
    if (described != (command->handling != SD_REFUSED && !hidden))
      fail_msg("%s is%s described", command->name, described ? "" : " not");
  }
  assert_true(offers_path(&policy, "container ls"));
  assert_false(offers_path(&policy, "container list"));
  assert_false(offers_path(&policy, "swarm"));
  assert_false(offers_path(&policy, "builder"));
}

/* --gpus waits for a GPU of the policy. */
static bool is_refused(const struct sd_option *row) {
  return row->disposition == SD_DENY || row->disposition == SD_DENY_TRUE ||
         strcmp(row->name, "gpus") == 0;
}

static void check_options(const struct sd_policy *policy, const struct sd_command *command) {
  struct sd_option_table table = sd_command_options(command);
  struct sd_strv words = {0};
  sd_command_words(&arena, command->name, &words);
  sd_strv_add(&words, &arena, "-");
  struct sd_completion completion = complete(policy, &words);
  for (size_t i = 0; i < table.count; i++) {
    const struct sd_option *row = &table.rows[i];
    const char *option = sd_arena_printf(&arena, "--%s", row->name);
    bool open = !is_refused(row) && (row->flags & (SD_OPTION_HIDDEN | SD_OPTION_STUB)) == 0 &&
                sd_option_exists(command, row);
    if (offers(&completion, option) != open)
      fail_msg("%s %s is%s offered", command->name, option, open ? " not" : "");
    const char *letter = sd_arena_printf(&arena, "-%c", row->shorthand);
    if (row->shorthand != 0 && sd_option_exists(command, row) &&
        offers(&completion, letter) != open)
      fail_msg("%s %s is%s offered", command->name, letter, open ? " not" : "");
  }
}

static void test_options(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++)
    if (sd_commands[i].handling != SD_REFUSED && (sd_commands[i].flags & SD_COMMAND_RAW) == 0 &&
        sd_rules_allow_command(&policy, &sd_commands[i]))
      check_options(&policy, &sd_commands[i]);
}

static void test_opened_option(void **state) {
  (void)state;
  struct sd_strv words = {0};
  sd_strv_add(&words, &arena, "run");
  sd_strv_add(&words, &arena, "--gp");
  struct sd_policy closed = load("{\"version\": 1}");
  struct sd_policy opened = load("{\"version\": 1, \"options\": {\"allow\": [\"gpus\"]}}");
  struct sd_completion completion = complete(&closed, &words);
  assert_false(offers(&completion, "--gpus"));
  completion = complete(&opened, &words);
  assert_true(offers(&completion, "--gpus"));
  struct sd_policy named = load("{\"version\": 1, \"devices\": {\"allow\": [{\"path\": "
                                "\"nvidia.com/gpu=0\", \"access\": \"rw\"}]}}");
  completion = complete(&named, &words);
  assert_true(offers(&completion, "--gpus"));
}

/* -- where a word stands ------------------------------------------------------------------------ */

static const struct row {
  const char *words[MAX_WORDS];
  const char *expected; /* candidates, names that are asked for, directive */
} rows[] = {
    {{"ver"}, "version /0 :4"},
    {{""}, NULL},
    {{"pol"}, "policy /0 :4"},
    {{"policy", ""}, "check diff explain schema show suggest test /0 :4"},
    {{"policy", "check", ""}, "default ci lab strict /0 :0"},
    {{"policy", "check", "--strict", "st"}, "strict /0 :0"},
    {{"policy", "check", "--strict=x"}, "/0 :4"},
    {{"policy", "diff", "lab", "s"}, "strict /0 :0"},
    {{"policy", "diff", "--user", ""}, "/0 :4"},
    {{"policy", "show", "--"}, "--format --user /0 :4"},
    {{"policy", "suggest", "--group", "ml", "--"},
     "--as --ask-daemon --format --group --policy --user /0 :4"},
    {{"policy", "test", "--format", ""}, "json text tap /0 :4"},
    {{"policy", "suggest", "--format", ""}, "json text policy /0 :4"},
    {{"policy", "test", "--policy", "st"}, "strict /0 :0"},
    {{"-D", "pol"}, "/0 :4"},
    {{"apparmor", ""}, "load status /0 :4"},
    {{"apparmor", "status", "--"}, "--format /0 :4"},
    {{"apparmor", "status", "--format", "j"}, "json /0 :4"},
    {{"apparmor", "load", ""}, "/0 :4"},
    {{"audit", ""}, "changes suggest /0 :4"},
    {{"audit", "--su"}, "--summary /0 :4"},
    {{"audit", "--denied", "--since", "y"}, "yesterday /0 :4"},
    {{"audit", "changes", "--si"}, "--since /0 :4"},
    {{"audit", "suggest", "--for-"}, "--for-group --for-user /0 :4"},
    {{"seccomp", ""}, "check diff learn show test /0 :4"},
    {{"seccomp", "nonsense", ""}, "/0 :4"},
    {{"seccomp", "check", ""}, "default no-network strict docker /0 :0"},
    {{"seccomp", "check", "--k"}, "--kernel /0 :4"},
    {{"seccomp", "check", "--kernel", ""}, "/0 :4"},
    {{"seccomp", "check", "--cap", "SYS_A"}, "SYS_ADMIN /0 :4"},
    {{"seccomp", "check", "--cap=n"}, "none /0 :4"},
    {{"seccomp", "show", "--arch", ""}, "amd64 arm64 /0 :4"},
    {{"seccomp", "show", "--format=j"}, "json /0 :4"},
    {{"seccomp", "show", "--cap", "ALL", "s"}, "strict /0 :0"},
    {{"seccomp", "show", "default", ""}, "/0 :4"},
    {{"seccomp", "diff", "docker", "d"}, "default docker /0 :0"},
    {{"seccomp", "diff", "a", "b", ""}, "/0 :4"},
    {{"seccomp", "test", "strict", "ptra"}, "ptrace /0 :4"},
    {{"seccomp", "test", "strict", "ptrace", ""}, "/0 :4"},
    {{"seccomp", "learn", "--p"}, "--profile /0 :4"},
    {{"setup", ""}, "alias divert doas policy setgid status sudo /0 :4"},
    {{"setup", "sudo", "--u"}, "--undo --user /0 :4"},
    {{"setup", "sudo", "--undo", "--y"}, "--yes /0 :4"},
    {{"setup", "status", "--format", "j"}, "json /0 :4"},
    {{"setup", "policy", "st"}, "strict /0 :0"},
    {{"seccomp", "learn", "--profile", "s"}, "strict /0 :0"},
    {{"seccomp", "learn", "--output", ""}, "/0 :0"},
    {{"seccomp", "learn", "--", ""}, "run /0 :4"},
    {{"seccomp", "learn", "--", "run", "--pull", ""}, "always missing never /0 :4"},
    {{"seccomp", "learn", "--", "run", ""}, "/16 :4"},
    {{"seccomp", "learn", "--", "stop", ""}, "/0 :4"},
    {{"--explain", "seccomp", ""}, "/0 :4"},
    {{"--e"}, "--explain --explain=json /0 :4"},
    {{"--explain=j"}, "json /0 :4"},
    {{"--explain", "ver"}, "version /0 :4"},
    {{"--explain=json", "--log-l"}, "--log-level /0 :4"},
    {{"-l", "w"}, "warn /0 :4"},
    {{"--log-level=w"}, "warn /0 :4"},
    {{"-D", "-l", "warn", "ver"}, "version /0 :4"},
    {{"-v", ""}, NULL},
    {{"help", "ver"}, "version /0 :4"},
    {{"help", "volume", "pr"}, "prune /0 :4"},
    {{"help", "run", ""}, "/0 :4"},
    {{"volume", "r"}, "rm /0 :4"},
    {{"nonsense", ""}, "/0 :4"},
    {{"swarm", ""}, "/0 :4"},
    {{"build", "--t"}, "/0 :4"},
    {{"completion", ""}, "bash fish zsh /0 :4"},
    /* values of options */
    {{"run", "--pull", ""}, "always missing never /0 :4"},
    {{"run", "--pull=n"}, "never /0 :4"},
    {{"run", "--restart", "on"}, "on-failure /0 :4"},
    {{"run", "--cap-add", ""}, "NET_BIND_SERVICE /0 :4"},
    {{"run", "--network", "n"}, "none /32 :4"},
    {{"run", "--network=n"}, "none /32 :4"},
    {{"run", "--net", "n"}, "none /32 :4"},
    {{"run", "--rm=f"}, "false /0 :4"},
    {{"run", "--name", ""}, "/0 :4"},
    {{"run", "--env-file", ""}, "/0 :0"},
    {{"run", "-v", ""}, "/0 :0"},
    {{"run", "-itv", ""}, "/0 :0"},
    {{"run", "-itv=/a:/b", "--pul"}, "--pull /0 :4"},
    {{"run", "--nonsense", "--pul"}, "--pull /0 :4"},
    {{"kill", "-s", "SIGQ"}, "SIGQUIT /0 :4"},
    {{"inspect", "--type", "v"}, "volume /0 :4"},
    /* operands */
    {{"run", ""}, "/16 :4"},
    {{"run", "--rm", "-it", ""}, "/16 :4"},
    {{"run", "--name", "x", ""}, "/16 :4"},
    {{"run", "--", "-"}, "/16 :4"},
    {{"run", "image", "-"}, "/0 :0"},
    {{"run", "image", "--pul"}, "/0 :0"},
    {{"exec", ""}, "/2 :4"},
    {{"exec", "-it", "x", "s"}, "/0 :0"},
    {{"stop", ""}, "/2 :4"},
    {{"stop", "a", ""}, "/2 :4"},
    {{"stop", "a", "--ti"}, "--time --timeout /0 :4"},
    {{"start", ""}, "/4 :4"},
    {{"unpause", ""}, "/8 :4"},
    {{"rm", "-f", ""}, "/1 :4"},
    {{"container", "rm", ""}, "/1 :4"},
    {{"logs", "a", ""}, "/0 :4"},
    {{"rename", "a", ""}, "/0 :4"},
    {{"network", "rm", ""}, "/32 :4"},
    {{"network", "connect", ""}, "/32 :4"},
    {{"network", "connect", "n", ""}, "/1 :4"},
    {{"volume", "rm", ""}, "/64 :4"},
    {{"inspect", ""}, "/113 :4"},
    {{"inspect", "--type=volume", ""}, "/64 :4"},
    {{"inspect", "--type", "image", ""}, "/16 :4"},
    {{"cp", ""}, "/1 :2"},
    {{"cp", "./"}, "/0 :0"},
    {{"cp", "/etc/x", ""}, "/1 :2"},
    {{"ps", ""}, "/0 :4"},
    {{"info", ""}, "/0 :4"},
};

static void test_places(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_strv words = {0};
    struct sd_str got;
    for (size_t j = 0; j < MAX_WORDS && rows[i].words[j] != NULL; j++)
      sd_strv_add(&words, &arena, rows[i].words[j]);
    struct sd_completion completion = complete(&policy, &words);
    sd_str_init(&got, &arena);
    for (size_t j = 0; j < completion.candidates.len; j++)
      sd_str_addf(&got, "%s ", completion.candidates.items[j].word);
    sd_str_addf(&got, "/%u :%u", completion.names, completion.directive);
    if (rows[i].expected == NULL)
      assert_true(completion.candidates.len > 20);
    else
      assert_string_equal(
          sd_arena_printf(&arena, "%s -> %s", sd_strv_join(&words, &arena, " "), sd_str_text(&got)),
          sd_arena_printf(&arena, "%s -> %s", sd_strv_join(&words, &arena, " "), rows[i].expected));
  }
}

static void test_compose(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1, \"commands\": {\"allow\": [\"compose\"]}}");
  struct sd_strv words = {0};
  sd_strv_add(&words, &arena, "compose");
  sd_strv_add(&words, &arena, "up");
  struct sd_completion completion = complete(&policy, &words);
  assert_string_equal(sd_completion_text(&arena, &completion, true), "up\n:4\n");
  sd_strv_add(&words, &arena, "we");
  completion = complete(&policy, &words);
  assert_string_equal(sd_completion_text(&arena, &completion, true), ":0\n");
}

static void test_no_words(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  struct sd_strv words = {0};
  struct sd_completion completion = complete(&policy, &words);
  assert_true(offers(&completion, "run"));
}

/* -- names -------------------------------------------------------------------------------------- */

static const char *names(const char *word, enum sd_names kind, const char *lines) {
  struct sd_policy policy = load("{\"version\": 1}");
  struct sd_strv words = {0};
  sd_strv_add(&words, &arena, "rm");
  sd_strv_add(&words, &arena, "taken");
  sd_strv_add(&words, &arena, word);
  struct sd_completion completion = complete(&policy, &words);
  sd_completion_add_names(&arena, kind, lines, &completion);
  return sd_completion_text(&arena, &completion, true);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(names("", SD_NAMES_ALL, "web\ndb_1\n"), "web\ndb_1\n:4\n");
  assert_string_equal(names("w", SD_NAMES_ALL, "web\ndb_1\nweb\n"), "web\n:4\n");
  assert_string_equal(names("", SD_NAMES_ALL, "taken\nweb,other/alias\n"), "web\n:4\n");
  assert_string_equal(names("", SD_NAMES_ALL, ""), ":4\n");
  assert_string_equal(names("", SD_NAMES_NETWORKS,
                            "$(id)\n`id`\na b\n-rf\n;x\n\033]0;x\a\n\xc2\x9b\n..\n~\n*\nx:y\n"),
                      ":4\n");
  assert_string_equal(
      names("", SD_NAMES_IMAGES, "a/b:1\nhost:5000/c:2\n<none>:<none>\nd:<none>\ne:$x\n"),
      "a/b:1\nhost:5000/c:2\n:4\n");
}

static void test_copied_name(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  struct sd_strv words = {0};
  sd_strv_add(&words, &arena, "cp");
  sd_strv_add(&words, &arena, "we");
  struct sd_completion completion = complete(&policy, &words);
  sd_completion_add_names(&arena, SD_NAMES_ALL, "web\ndb\n", &completion);
  assert_string_equal(sd_completion_text(&arena, &completion, true), "web:\n:2\n");
}

static void test_descriptions(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  struct sd_strv words = {0};
  sd_strv_add(&words, &arena, "wai");
  struct sd_completion completion = complete(&policy, &words);
  assert_string_equal(sd_completion_text(&arena, &completion, true),
                      "wait\tWait until containers stop, and print how they ended\n:4\n");
  assert_string_equal(sd_completion_text(&arena, &completion, false), "wait\n:4\n");
}

/* A policy can hold what an administrator pasted; a shell must not act on it either. */
static void test_policy_words(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1, \"network\": {\"allow\": [\"none\"]}}");
  struct sd_strv words = {0};
  sd_strv_add(&policy.network.allow, &arena, "$(id)");
  sd_strv_add(&policy.network.allow, &arena, "team-*");
  sd_strv_add(&policy.network.allow, &arena, "none");
  sd_strv_add(&words, &arena, "run");
  sd_strv_add(&words, &arena, "--network=");
  struct sd_completion completion = complete(&policy, &words);
  assert_string_equal(sd_completion_text(&arena, &completion, true), "none\n:4\n");
}

/* -- scripts and help --------------------------------------------------------------------------- */

static void test_scripts(void **state) {
  (void)state;
  static const char *const shells[] = {"bash", "zsh", "fish"};
  for (size_t i = 0; i < 3; i++) {
    const char *script = sd_completion_script(&arena, shells[i], true);
    assert_non_null(strstr(script, "safe-docker"));
    assert_non_null(strstr(script, "docker\n"));
  }
  assert_int_equal(strncmp(sd_completion_script(&arena, "zsh", true), "#compdef docker\n", 16), 0);
  assert_string_equal(sd_completion_script(&arena, "tcsh", true), "");
}

static void test_help(void **state) {
  (void)state;
  struct sd_policy policy = load("{\"version\": 1}");
  const char *help = sd_report_help(&arena, "1.2", &policy);
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const char *name = sd_commands[i].name;
    if (sd_commands[i].handling != SD_REFUSED && (sd_commands[i].flags & SD_COMMAND_ALWAYS) == 0 &&
        sd_rules_allow_command(&policy, &sd_commands[i]) && strstr(help, name) == NULL)
      fail_msg("the help lacks %s", name);
  }
  assert_null(strstr(help, "__complete"));
  assert_null(strstr(help, "swarm"));
  for (const char *line = help; *line != '\0';) {
    size_t len = strcspn(line, "\n");
    if (len > 80)
      fail_msg("a long line: %s", sd_arena_strndup(&arena, line, len));
    line += len + (line[len] == '\n' ? 1 : 0);
  }
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_commands),      cmocka_unit_test(test_options),
      cmocka_unit_test(test_opened_option), cmocka_unit_test(test_places),
      cmocka_unit_test(test_compose),       cmocka_unit_test(test_no_words),
      cmocka_unit_test(test_names),         cmocka_unit_test(test_copied_name),
      cmocka_unit_test(test_descriptions),  cmocka_unit_test(test_policy_words),
      cmocka_unit_test(test_scripts),       cmocka_unit_test(test_help),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
