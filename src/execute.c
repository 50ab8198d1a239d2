/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that executes.
 *
 * MUST: record before anything happens; hand the real CLI nothing but what was emitted; open what the caller names
 * before the parked ids are taken up. */
#include "execute.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complete.h"
#include "compose_command.h"
#include "login.h"
#include "context.h"
#include "load.h"
#include "copy.h"
#include "echo.h"
#include "endpoint.h"
#include "lookup.h"
#include "output.h"
#include "volumes.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/launch.h"

/* -- what the real CLI is handed ----------------------------------------------------------------- */

static bool hand_over(struct run *run, struct sd_error *err) {
  const struct {
    enum sd_handed number;
    const char *name, *text;
  } files[] = {{SD_HANDED_SECCOMP, "seccomp", run->decision.seccomp_profile},
               {SD_HANDED_ENV, "env", run->emitted.env_file},
               {SD_HANDED_LABELS, "labels", run->emitted.label_file},
               {SD_HANDED_CONFIG, "config", run->config}};
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
    if (files[i].text != NULL && !sd_hand_over(files[i].number, files[i].name, files[i].text, err))
      return false;
  return true;
}

/* The real CLI writes --cidfile with rights that the caller of a boundary lacks. */
static bool confine(const struct run *run, struct sd_error *err) {
  const char *file = run->decision.out.cidfile.value;
  return file == NULL || file[0] == '\0' || run->session->who.door == SD_DOOR_DIRECT ||
         sd_launch_confine_writes(run->arena, file, err);
}

/* In place of standard input or output; with the caller's rights, which are all there are now. */
static bool redirect(struct run *run, const char *path, int fd, int target, struct sd_error *err) {
  if (fd < 0)
    return sd_fail_errno(err, errno, "%s", sd_text_safe(run->arena, path));
  bool good = dup2(fd, target) >= 0 || sd_fail_errno(err, errno, "dup2");
  (void)close(fd);
  return good;
}

static bool take_input(struct run *run, struct sd_error *err) {
  const char *path = run->decision.input_file;
  return path == NULL ||
         redirect(run, path, open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), STDIN_FILENO, err);
}

static bool take_output(struct run *run, struct sd_error *err) {
  static const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
  const char *path = run->decision.output_file;
  if (path == NULL)
    return true;
  int fd = open(path, flags | O_EXCL, 0600);
  run->made_output = fd >= 0;
  if (fd < 0 && errno == EEXIST)
    fd = open(path, flags, 0600);
  return redirect(run, path, fd, STDOUT_FILENO, err);
}

/* Only as long as there are no other rights than the caller's. */
static void leave_no_output(struct run *run) {
  if (run->made_output)
    (void)unlink(run->decision.output_file);
  run->made_output = false;
}

/* What the file held goes when the request is recorded, and no sooner. */
static bool empty_output(const struct run *run, struct sd_error *err) {
  struct stat info;
  if (run->decision.output_file == NULL || fstat(STDOUT_FILENO, &info) != 0 ||
      !S_ISREG(info.st_mode))
    return true;
  return ftruncate(STDOUT_FILENO, 0) == 0 ||
         sd_fail_errno(err, errno, "%s", sd_text_safe(run->arena, run->decision.output_file));
}

static bool prepare(struct run *run, struct sd_error *err) {
  return sd_launch_check(run->arena, run->session->policy.docker.path, run->session->owner, err) &&
         take_input(run, err) && context_prepare(run, err) && take_output(run, err) &&
         hand_over(run, err) && confine(run, err);
}

/* -- carrying out -------------------------------------------------------------------------------- */

static int fail(struct run *run, const struct sd_error *err) {
  leave_no_output(run);
  run_record_failure(run, err->message);
  return output_complain(run->arena, err);
}

/* Some of the operands do not exist for this caller: the others are served, and the answer is Docker's. */
static int serve_rest(struct run *run, struct sd_error *err) {
  const struct sd_strv *absent = &run->decision.absent;
  struct sd_child child = run_child(run, &run->full, &run->environ);
  bool fine = run->decision.absent_is_fine;
  int status = fine ? 0 : 1;
  bool rest = run->decision.invocation.operands.v.len > 0;
  if (rest &&
      !(echo_is_needed(run) ? echo_run(run, &status, err) : sd_child_run(&child, &status, err)))
    return output_complain(run->arena, err);
  if (!rest && run->decision.answer != NULL)
    (void)output_answer(run->arena, run->decision.answer, 0); /* the status is that of absence */
  /* docker network rm --force says nothing of them */
  if (!fine || run->line.known->id != SD_COMMAND_NETWORK_RM)
    output_tell(sd_arena_printf(run->arena, "%s\n", sd_strv_join(absent, run->arena, "\n")));
  return status != 0 || fine ? status : 1;
}

/* Commands that are more than one run of the real CLI; each records the request itself (run_record). */
static const struct {
  enum sd_command_id id;
  int (*carry_out)(struct run *run);
} own_ways[] = {
    {SD_COMMAND_COMPOSE, compose_carry_out},       {SD_COMMAND_CP, copy_run},
    {SD_COMMAND_LOGIN, login_carry_out},           {SD_COMMAND_LOGOUT, logout_carry_out},
    {SD_COMMAND_COMPLETE, complete_words},         {SD_COMMAND_COMPLETE_NO_DESC, complete_words},
    {SD_COMMAND_COMPLETION_BASH, complete_script}, {SD_COMMAND_COMPLETION_FISH, complete_script},
    {SD_COMMAND_COMPLETION_ZSH, complete_script},  {SD_COMMAND_LOAD, load_images},
    {SD_COMMAND_VOLUME_RM, volumes_remove},
};

static int carry_out(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (run->decision.answer != NULL && run->decision.absent.v.len == 0)
    return run_record(run, NULL, &err) ? output_answer(run->arena, run->decision.answer, 0)
                                       : output_complain(run->arena, &err);
  if (run->decision.taken != NULL) {
    bool recorded = run_record(run, NULL, &err);
    output_tell(sd_arena_printf(run->arena, "%s\n", run->decision.taken));
    return recorded ? 1 : output_complain(run->arena, &err);
  }
  if (!prepare(run, &err))
    return fail(run, &err);
  if (!run_record(run, NULL, &err)) {
    leave_no_output(run);
    return output_complain(run->arena, &err);
  }
  if (run->note != NULL)
    output_tell(run->note);
  if (!empty_output(run, &err) || !volumes_create(run, &err))
    return fail(run, &err);
  if (volumes_are_kept(run))
    return volumes_run(run);
  if (run->decision.volumes.v.len > 0)
    return volumes_tell(run);
  if (run->decision.absent.v.len > 0)
    return serve_rest(run, &err);
  int status = 0;
  if (echo_is_needed(run))
    return echo_run(run, &status, &err) ? status : output_complain(run->arena, &err);
  if (sd_privileges_take_up(&run->session->run_as, &err))
    sd_launch(run->session->policy.docker.path, sd_strv_argv(&run->full, run->arena),
              sd_strv_argv(&run->environ, run->arena), &err);
  return output_complain(run->arena, &err);
}

/* Every way to act begins here; nothing that was only imagined gets any further. */
static int refuse_imagined(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  (void)sd_fail(&err, "what nobody asked for is not executed");
  return output_complain(run->arena, &err);
}

/* No way leads here; if one did, a daemon would be asked with the rights that are kept for another one. */
static int refuse_stranger(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  (void)sd_fail(&err, "what this daemon needs is not what was kept");
  return fail(run, &err);
}

int execute(struct run *run) {
  if (run->imagined != NULL)
    return refuse_imagined(run);
  if (run->endpoint != NULL && !endpoint_is_held(run))
    return refuse_stranger(run);
  bool help = run->invocation != NULL && run->invocation->help;
  for (size_t i = 0; i < sizeof(own_ways) / sizeof(own_ways[0]); i++)
    if (!help && run->line.known != NULL && run->line.known->id == own_ways[i].id)
      return own_ways[i].carry_out(run);
  return carry_out(run);
}
