/* SPDX-License-Identifier: Apache-2.0 */
/* The real CLI asks the daemon whether user and password are right; it has the rights of the socket's group, so it gets
 * a configuration folder that cannot be made, reads none of the caller's files and saves nothing. Its failing to save
 * is therefore what success looks like. The log-in is then written here, with the caller's rights.
 *
 * MUST: let a password out through the real CLI's standard input alone. */
#include "login.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "credentials.h"
#include "decide.h"
#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/replace.h"
#include "safe-docker/sys/terminal.h"
#include "safe-docker/sys/trusted.h"

#define ANSWER_MAX ((size_t)64 * 1024)

/* What both the oldest and the newest of the CLIs say last where only saving failed. */
static const char not_saved[] =
    "Error saving credentials: mkdir " CREDENTIALS_NOWHERE ": no such file or directory";

/* -- user and password -------------------------------------------------------------------------- */

static bool read_input(struct run *run, const char **password, struct sd_error *err) {
  size_t len = 0;
  if (!sd_trusted_read_all(run->arena, STDIN_FILENO, "standard input", SD_AUTHS_SECRET_MAX,
                           password, &len, err))
    return false;
  if (strlen(*password) != len)
    return sd_fail(err, "the password holds the character NUL");
  if (len > 0 && (*password)[len - 1] == '\n')
    len--;
  if (len > 0 && (*password)[len - 1] == '\r')
    len--;
  *password = sd_arena_strndup(run->arena, *password, len);
  return true;
}

static bool ask(struct run *run, const char *prompt, bool echo, const char **out,
                struct sd_error *err) {
  if (isatty(STDIN_FILENO) != 1)
    return sd_fail_rule(err, NULL, "give --username and --password-stdin",
                        "Cannot perform an interactive login from a non TTY device");
  if (output_answer(run->arena, prompt, 0) != 0)
    return sd_fail(err, "the terminal cannot be written");
  bool good = sd_terminal_line(run->arena, echo, SD_AUTHS_SECRET_MAX, out, err);
  if (!echo || !good)
    (void)output_answer(run->arena, "\n", 0);
  return good;
}

static bool ask_user(struct run *run, const char **user, struct sd_error *err) {
  if (!ask(run, "Username: ", true, user, err))
    return false;
  return ((*user)[0] != '\0' && sd_text_is_printable(*user) && strchr(*user, ':') == NULL) ||
         sd_fail(err, "Non-null Username Required, without a colon");
}

/* What the options say, and the terminal for the rest. */
static bool find_login(struct run *run, struct sd_auth *login, struct sd_error *err) {
  const struct sd_setting *user = sd_setting_find(run->invocation, "username");
  const struct sd_setting *password = sd_setting_find(run->invocation, "password");
  const struct sd_setting *input = sd_setting_find(run->invocation, "password-stdin");
  if (password != NULL)
    output_tell("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
  login->username = user != NULL ? user->text : NULL;
  if (login->username == NULL && !ask_user(run, &login->username, err))
    return false;
  if (password != NULL)
    login->password = password->text;
  else if (input != NULL && input->flag ? !read_input(run, &login->password, err)
                                        : !ask(run, "Password: ", false, &login->password, err))
    return false;
  return login->password[0] != '\0' || sd_fail(err, "Password Required");
}

/* -- verifying ---------------------------------------------------------------------------------- */

static const char *last_line(struct sd_arena *arena, const char *text) {
  size_t len = strlen(text);
  while (len > 0 && text[len - 1] == '\n')
    len--;
  const char *all = sd_arena_strndup(arena, text, len);
  const char *end = strrchr(all, '\n');
  return end != NULL ? end + 1 : all;
}

static void tell_lines(struct sd_arena *arena, const char *text) {
  for (const char *at = text; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    const char *line = sd_arena_strndup(arena, at, len);
    output_tell(sd_arena_printf(arena, "%s\n", sd_text_safe(arena, line)));
    at += len + (at[len] == '\n' ? 1 : 0);
  }
}

/* A pipe that holds the password and its end; the reading end. */
static int pipe_with(const char *password, struct sd_error *err) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    (void)sd_fail_errno(err, errno, "no pipe can be made");
    return -1;
  }
  size_t len = strlen(password);
  bool good = write(ends[1], password, len) == (ssize_t)len && fcntl(ends[0], F_SETFL, 0) == 0;
  (void)close(ends[1]);
  if (good)
    return ends[0];
  (void)close(ends[0]);
  (void)sd_fail(err, "the password cannot be handed on");
  return -1;
}

static void build_argv(struct run *run, const struct sd_auth *login, struct sd_strv *argv) {
  const char *const words[] = {"login", "--password-stdin=true",
                               sd_arena_printf(run->arena, "--username=%s", login->username), "--",
                               login->server};
  sd_strv_add(argv, run->arena, run->session->policy.docker.path);
  decide_add_endpoint(run->arena, run->endpoint, argv);
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    sd_strv_add(argv, run->arena, words[i]);
}

/* *status is 0 where the daemon said yes; else the caller has been told what it said. */
static bool verify(struct run *run, const struct sd_auth *login, int *status,
                   struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_answer answer;
  build_argv(run, login, &argv);
  struct sd_child child = run_child(run, &argv, &run->environ);
  int input = sd_launch_check(run->arena, child.path, run->session->owner, err)
                  ? pipe_with(login->password, err)
                  : -1;
  if (input < 0)
    return false;
  bool asked = sd_child_ask_with(run->arena, &child, input, ANSWER_MAX, &answer, err);
  (void)close(input);
  if (!asked)
    return false;
  bool good = answer.status == 0 ||
              (answer.status == 1 && strcmp(last_line(run->arena, answer.err), not_saved) == 0);
  if (!good)
    tell_lines(run->arena, answer.err);
  *status = good ? 0 : answer.status;
  return true;
}

/* -- log-ins ------------------------------------------------------------------------------------ */

/* The file is read again: asking has taken its time. */
static bool save(struct run *run, const struct sd_auth *login, struct sd_error *err) {
  struct credentials_file file;
  const char *changed = NULL;
  if (!credentials_read(run, &file, err) ||
      !sd_auths_put(run->arena, file.path, file.text, login, &changed, err) ||
      !sd_file_replace(run->arena, file.path, changed, err))
    return false;
  output_tell(sd_arena_printf(run->arena,
                              "WARNING! Your password will be stored unencrypted in %s.\n",
                              sd_text_safe(run->arena, file.path)));
  return true;
}

/* With the log-in that is there, where the caller named no other: 0, or -1 where another one is needed. */
static int try_again(struct run *run, const struct credentials_file *file, const char *server,
                     struct sd_error *err) {
  const struct sd_auth *there = sd_auths_find(&file->auths, server);
  bool named = sd_setting_find(run->invocation, "username") != NULL ||
               sd_setting_find(run->invocation, "password") != NULL;
  int status = 1;
  if (named || there == NULL || there->username == NULL || there->password[0] == '\0' ||
      strlen(there->password) > SD_AUTHS_SECRET_MAX)
    return -1;
  output_tell("Authenticating with existing credentials...\n");
  if (!verify(run, there, &status, err))
    return 1;
  return status == 0 ? output_answer(run->arena, "Login Succeeded\n", 0) : -1;
}

static int log_in(struct run *run, const struct credentials_file *file, struct sd_error *err) {
  struct sd_auth login = {.server = run->decision.invocation.operands.v.items[0]};
  int status = try_again(run, file, login.server, err);
  if (status >= 0 && err->message == NULL)
    return status;
  if (err->message == NULL && find_login(run, &login, err) && verify(run, &login, &status, err) &&
      (status != 0 || save(run, &login, err)))
    return status != 0 ? status : output_answer(run->arena, "Login Succeeded\n", 0);
  run_record_failure(run, err->message);
  return output_complain(run->arena, err);
}

/* The file is looked at before anybody is asked for a password that could not be saved. */
static bool begin(struct run *run, struct credentials_file *file, struct sd_error *err) {
  sd_error_init(err, run->arena);
  if (!run_record(run, NULL, err) || !credentials_read(run, file, err))
    return false;
  const char *note = credentials_note(run->arena, file);
  if (note != NULL)
    output_tell(note);
  err->status = 1;
  return file->path != NULL ||
         sd_fail(err, "you have no home folder that log-ins could be kept in");
}

/* Whether a log-in could be written into the file at all. */
static bool try_put(struct run *run, const struct credentials_file *file, struct sd_error *err) {
  const struct sd_auth made_up = {
      .server = "safe-docker.invalid", .username = "u", .password = "p"};
  const char *ignored = NULL;
  return sd_auths_put(run->arena, file->path, file->text, &made_up, &ignored, err);
}

int login_carry_out(struct run *run) {
  struct sd_error err;
  struct credentials_file file;
  return begin(run, &file, &err) && try_put(run, &file, &err) ? log_in(run, &file, &err)
                                                              : output_complain(run->arena, &err);
}

/* The docker command, too, takes away every spelling of the name that older ones have written. */
static bool remove_all(struct run *run, struct credentials_file *file, const char *server,
                       struct sd_error *err) {
  const char *const spellings[] = {server, sd_arena_printf(run->arena, "http://%s", server),
                                   sd_arena_printf(run->arena, "https://%s", server)};
  const char *text = file->text;
  for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
    if (!sd_auths_remove(run->arena, file->path, text, spellings[i], &text, err))
      return false;
  return text == file->text || sd_file_replace(run->arena, file->path, text, err);
}

int logout_carry_out(struct run *run) {
  struct sd_error err;
  struct credentials_file file;
  if (!begin(run, &file, &err))
    return output_complain(run->arena, &err);
  const char *server = run->decision.invocation.operands.v.items[0];
  int status = output_answer(
      run->arena, sd_arena_printf(run->arena, "Removing login credentials for %s\n", server), 0);
  if (remove_all(run, &file, server, &err))
    return status;
  run_record_failure(run, err.message);
  return output_complain(run->arena, &err);
}
