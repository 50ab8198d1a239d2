/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: check the very bytes that the daemon will read. */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/archive.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/spool.h"

/* With the caller's rights, which are all there are now. */
static bool open_input(struct run *run, int *out, struct sd_error *err) {
  const char *path = run->decision.input_file;
  if (path == NULL && isatty(STDIN_FILENO) == 1)
    return sd_fail_rule(err, NULL, "docker load -i FILE, or docker load < FILE",
                        "requested load from stdin, but stdin is empty");
  int fd = path == NULL ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return sd_fail_errno(err, errno, "%s",
                         path != NULL ? sd_text_safe(run->arena, path) : "standard input");
  *out = fd;
  return true;
}

static bool copy_input(struct run *run, struct sd_spool *spool, struct sd_error *err) {
  int input = -1;
  if (!open_input(run, &input, err))
    return false;
  bool good = sd_spool_open(spool, err);
  if (good && !sd_spool_fill(spool, input, err)) {
    sd_spool_close(spool);
    good = false;
  }
  (void)close(input);
  return good;
}

static void judge(struct run *run, struct sd_spool *spool) {
  struct sd_rule_input in = {.arena = run->arena, .policy = &run->session->policy};
  struct sd_tar_source source = {spool, sd_spool_read};
  struct sd_archive archive = {0};
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (sd_spool_rewind(spool, &err) && sd_archive_read(run->arena, &source, &archive, &err))
    sd_rules_archive(&in, &run->decision, &archive);
  else
    sd_problem_add(&run->decision.problems, "load-archive", "", err.hint, "docker load: %s",
                   err.message);
}

static int refuse(struct run *run, struct sd_error *err) {
  bool recorded = run_record(run, NULL, err);
  output_tell(
      sd_report_denial(run->arena, &run->decision.problems, output_wants_colour(STDERR_FILENO)));
  return recorded ? SD_EXIT_DENIED : output_complain(run->arena, err);
}

static int fail(struct run *run, const struct sd_error *err) {
  run_record_failure(run, err->message);
  return output_complain(run->arena, err);
}

int load_images(struct run *run) {
  struct sd_error err;
  struct sd_spool spool = {.fd = -1};
  sd_error_init(&err, run->arena);
  const char *docker = run->session->policy.docker.path;
  /* Only its words are wanted of the real CLI. */
  bool help = run->decision.invocation.help;
  if (!sd_launch_check(run->arena, docker, run->session->owner, &err) ||
      (!help && !copy_input(run, &spool, &err)))
    return fail(run, &err);
  if (!help)
    judge(run, &spool);
  if (run->decision.problems.list.len > 0)
    return refuse(run, &err);
  if (!help && !sd_spool_hand_over(&spool, STDIN_FILENO, &err))
    return fail(run, &err);
  if (run_record(run, NULL, &err) && sd_privileges_take_up(&run->session->run_as, &err))
    sd_launch(docker, sd_strv_argv(&run->full, run->arena), sd_strv_argv(&run->environ, run->arena),
              &err);
  return output_complain(run->arena, &err);
}
