/* SPDX-License-Identifier: Apache-2.0 */
/* What hardly anybody writes, on its way from words to values and back: names and bytes that cannot be handed on. */
#include <stdio.h>
#include <string.h>

#include "../../fake_host.h"
#include "../with_arena.h"

#include "safe-docker/docker/auths.h"
#include "safe-docker/docker/build_input.h"
#include "safe-docker/docker/invocation.h"

static const struct fake_text files[] = {
    {"vars", "# comment\nFROM_FILE=secret 1\nHOST_VAR\nUNSET_VAR\n"},
    {"many", "A=1\nB=2\nA=3\n"},
    {NULL, NULL},
};
static const struct fake_text variables[] = {
    {"HOST_VAR", "from host"},
    {"BYTES", "a\xff"},
    {"TWO_LINES", "a\nb"},
    {NULL, NULL},
};
static struct fake_host fake = {
    .node = SD_NODE_DIRECTORY, .creatable = true, .files = files, .variables = variables};

/* -- commands with an environment ---------------------------------------------------------------- */

/* The argv, with " | " and the env file behind it where there is one; or "! " and the message. */
static const char *through(const char *const *argv) {
  static const struct sd_emit_paths paths = {"/env", "/labels", NULL};
  struct sd_problems problems = {.arena = &arena};
  struct sd_host host = fake_host_of(&fake);
  struct sd_command_line line;
  struct sd_invocation invocation;
  struct sd_emitted emitted;
  struct sd_error err;
  sd_error_init(&err, &arena);
  sd_cli_parse(&arena, argv, &line, &problems);
  assert_int_equal(problems.list.len, 0);
  sd_invocation_build(&arena, &line, &host, &invocation, &problems);
  if (problems.list.len > 0)
    return sd_arena_printf(&arena, "! %s", problems.list.items[0].message);
  if (!sd_invocation_emit(&arena, &invocation, &paths, &emitted, &err))
    return sd_arena_printf(&arena, "! %s", err.message);
  const char *words = sd_strv_join(&emitted.argv, &arena, " ");
  return emitted.env_file == NULL ? words
                                  : sd_arena_printf(&arena, "%s | %s", words, emitted.env_file);
}

static void environments(void **state) {
  static const struct {
    const char *argv[8];
    const char *wanted; /* where it is refused, a part of the message */
  } rows[] = {
      {{"exec", "--env-file", "vars", "-e", "A=b", "c", "id"},
       "exec --env=A=b --env-file=/env -- c id | FROM_FILE=secret 1\nHOST_VAR=from host\n"},
      {{"exec", "--env-file=none", "c", "id"}, "! --env-file=none: the file cannot be opened"},
      {{"exec", "-e", "BYTES", "c", "id"}, "! -e BYTES: its value is not valid UTF-8"},
      {{"exec", "-e", "TWO_LINES", "c", "id"}, "! "},
      {{"exec", "-e", "=x", "c", "id"}, "! -e =x: "},
      {{"exec", "c", "a\xff"}, "! a\\xff: not valid UTF-8"},
      {{"stop", "-t", "1", "-t", "2", "c"}, "stop -t=2 -- c"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const char *got = through(rows[i].argv);
    size_t len = rows[i].wanted[0] == '!' ? strlen(rows[i].wanted) : strlen(got) + 1;
    if (strncmp(got, rows[i].wanted, len) != 0)
      fail_msg("got      %s\nexpected %s", got, rows[i].wanted);
  }
}

static void labels(void **state) {
  static const char *const lines[][2] = {{"--label", "=x"}, {"--label-file", "none"}};
  (void)state;
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    const char *const argv[] = {"run", lines[i][0], lines[i][1], "image", NULL};
    struct sd_problems problems = {.arena = &arena};
    struct sd_host host = fake_host_of(&fake);
    struct sd_command_line line;
    struct sd_request request;
    sd_cli_parse(&arena, argv, &line, &problems);
    sd_request_build(&arena, &line, &host, &request, &problems);
    assert_int_equal(problems.list.len, 1);
    assert_string_equal(problems.list.items[0].rule, "invalid-value");
    assert_int_equal(request.labels.v.len, 0);
  }
}

/* The profile is handed on as a descriptor, before the caller's other words on security. */
static void a_profile_of_seccomp(void **state) {
  static const char *const argv[] = {"run", "image", NULL};
  static const struct sd_emit_paths paths = {NULL, NULL, "/proc/self/fd/6"};
  struct sd_problems problems = {.arena = &arena};
  struct sd_host host = fake_host_of(&fake);
  struct sd_command_line line;
  struct sd_request request;
  struct sd_emitted emitted;
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  sd_cli_parse(&arena, argv, &line, &problems);
  sd_request_build(&arena, &line, &host, &request, &problems);
  assert_true(sd_emit(&arena, &request, &paths, &emitted, &err));
  assert_string_equal(sd_strv_join(&emitted.argv, &arena, " "),
                      "run --security-opt=seccomp=/proc/self/fd/6 -- image");
}

/* -- command lines ------------------------------------------------------------------------------- */

/* The words of the shell's completion stand for options that are none of this command. */
static void words_of_completion(void **state) {
  static const char *const argv[] = {"__complete", "run", "--privileged", "--", "", NULL};
  struct sd_problems problems = {.arena = &arena};
  struct sd_command_line line;
  (void)state;
  sd_cli_parse(&arena, argv, &line, &problems);
  assert_int_equal(problems.list.len, 0);
  assert_int_equal(line.options.len, 0);
  assert_string_equal(sd_strv_join(&line.words, &arena, " "), "run --privileged -- ");
}

/* -- values -------------------------------------------------------------------------------------- */

static const char *device(struct sd_error *err, const char *text) {
  struct sd_device out;
  return sd_device_parse(&arena, text, &out, err) ? out.target : NULL;
}

static const char *mount(struct sd_error *err, const char *text) {
  struct sd_mount out;
  return sd_mount_parse(&arena, text, &out, err) ? out.target : NULL;
}

static const char *restart(struct sd_error *err, const char *text) {
  struct sd_restart out;
  return sd_restart_parse(&arena, text, &out, err) ? out.policy : NULL;
}

static void values(void **state) {
  static const struct {
    const char *(*parse)(struct sd_error *err, const char *text);
    const char *text, *why;
  } rows[] = {
      {device, "dev/null", "neither an absolute path nor"},
      {device, "/dev/nu\nll", "control character"},
      {device, "/dev/null:rel", "is not absolute"},
      {mount, "type=bind,src=/a,dst=/b,bind-nonrecursive=maybe", "bind-nonrecursive"},
      {restart, "on-failure:\n1", "control character"},
      {device, "/dev/null:/a\nb", "control character"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    sd_error_init(&err, &arena);
    if (rows[i].parse(&err, rows[i].text) != NULL)
      fail_msg("%s was taken", rows[i].text);
    if (strstr(err.message, rows[i].why) == NULL)
      fail_msg("%s: %s", rows[i].text, err.message);
  }
}

/* -- archives and log-ins ------------------------------------------------------------------------ */

/* Old archives have blanks before the sum. */
static void sums_behind_blanks(void **state) {
  char head[SD_BUILD_HEAD] = "name";
  unsigned sum = 0;
  (void)state;
  memset(head + 148, ' ', 8);
  for (int i = 0; i < 512; i++)
    sum += (unsigned char)head[i];
  (void)snprintf(head + 148, 8, "%6o", sum);
  assert_int_equal(head[148], ' ');
  assert_true(sd_build_is_archive(head, sizeof(head)));
  head[148] = '1';
  assert_false(sd_build_is_archive(head, sizeof(head)));
}

static void too_many_logins(void **state) {
  struct sd_str text;
  struct sd_auths auths;
  struct sd_error err;
  (void)state;
  sd_str_init(&text, &arena);
  for (int count = 0; count < 2000; count++)
    sd_str_addf(&text, "%s\"a%d\":{\"auth\":\"dTpw\"}", count > 0 ? "," : "", count);
  const char *whole = sd_arena_printf(&arena, "{\"auths\":{%s}}", sd_str_text(&text));
  sd_error_init(&err, &arena);
  assert_false(sd_auths_read(&arena, "config.json", whole, strlen(whole), &auths, &err));
  assert_non_null(strstr(err.message, "too many entries"));
}

/* A file that cannot be read is not changed, and neither is one that would then be read in another way. */
static void logins_that_cannot_be_kept(void **state) {
  static const char *const texts[] = {"{", "[]", "{\"auths\":{\"a\":1}}"};
  const struct sd_auth login = {.server = "a", .username = "u", .password = "p"};
  const struct sd_auth colon = {.server = "a", .username = "u:v", .password = "p"};
  const struct sd_auth broken = {.server = "a\nb", .username = "u", .password = "p"};
  struct sd_error err;
  const char *out = NULL;
  (void)state;
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    sd_error_init(&err, &arena);
    assert_false(sd_auths_put(&arena, "config.json", texts[i], &login, &out, &err));
    sd_error_init(&err, &arena);
    assert_false(sd_auths_remove(&arena, "config.json", texts[i], "a", &out, &err));
  }
  sd_error_init(&err, &arena);
  assert_false(sd_auths_put(&arena, "config.json", "{}", &colon, &out, &err));
  assert_non_null(strstr(err.message, "cannot be written"));
  sd_error_init(&err, &arena);
  assert_false(sd_auths_put(&arena, "config.json", "{}", &broken, &out, &err));
  assert_null(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(environments),
      cmocka_unit_test(labels),
      cmocka_unit_test(a_profile_of_seccomp),
      cmocka_unit_test(words_of_completion),
      cmocka_unit_test(values),
      cmocka_unit_test(sums_behind_blanks),
      cmocka_unit_test(too_many_logins),
      cmocka_unit_test(logins_that_cannot_be_kept),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
