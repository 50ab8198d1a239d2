/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: read with the caller's rights alone; hand on nothing of what could not be read. */
#include "context.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/spool.h"

#define TAR_CHANGED 1 /* files changed while they were read: tar has said so */

static const char *const programs[] = {"/usr/bin/tar", "/bin/tar"};

static bool find_tar(struct run *run, const char **out, struct sd_error *err) {
  for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
    struct sd_error why;
    sd_error_init(&why, run->arena);
    *out = programs[i];
    if (sd_launch_check(run->arena, programs[i], 0, &why))
      return true;
  }
  return sd_fail_rule(err, NULL, "pack it yourself: tar -c . | docker build -t NAME -",
                      "there is no tar program of root's to pack the folder with");
}

static bool exists(struct run *run, const char *folder, const char *name) {
  struct sd_resolved resolved = {0};
  const struct sd_host *host = sd_host_real();
  host->resolve(host->context, run->arena, sd_arena_printf(run->arena, "%s/%s", folder, name),
                &resolved);
  return resolved.node == SD_NODE_FILE;
}

/* What the builder itself reads goes along even when it is to be left out, as with the real CLI. Options count for what
 * stands behind them. */
static void add_always(struct run *run, struct sd_strv *argv) {
  const char *file = run->decision.context.file;
  const char *const names[] = {file != NULL ? file : "Dockerfile", ".dockerignore"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (!exists(run, run->decision.context.folder, names[i]))
      continue;
    sd_strv_add(argv, run->arena, sd_arena_printf(run->arena, "--add-file=./%s", names[i]));
    sd_strv_add(argv, run->arena, "--anchored");
    sd_strv_add(argv, run->arena, "--no-wildcards");
    sd_strv_add(argv, run->arena, sd_arena_printf(run->arena, "--exclude=./%s", names[i]));
  }
}

static struct sd_strv tar_argv(struct run *run, const char *program) {
  static const char *const fixed[] = {"--create",   "--file=-",   "--format=gnu",
                                      "--owner=+0", "--group=+0", "--numeric-owner"};
  static const char wild[] = "--wildcards";
  static const char slash[] = "--no-wildcards-match-slash";
  struct sd_arena *arena = run->arena;
  struct sd_strv argv = {0};
  sd_strv_add(&argv, arena, program);
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    sd_strv_add(&argv, arena, fixed[i]);
  sd_strv_add(&argv, arena, sd_arena_printf(arena, "--directory=%s", run->decision.context.folder));
  const struct sd_strv *excludes = &run->decision.context.excludes;
  if (excludes->v.len > 0)
    add_always(run, &argv);
  for (size_t i = 0; i < excludes->v.len; i++) {
    const char *pattern = excludes->v.items[i];
    sd_strv_add(&argv, arena, sd_text_starts_with(pattern, "./") ? "--anchored" : "--no-anchored");
    sd_strv_add(&argv, arena, wild);
    sd_strv_add(&argv, arena, slash);
    sd_strv_add(&argv, arena, sd_arena_printf(arena, "--exclude=%s", pattern));
  }
  sd_strv_add(&argv, arena, "./");
  return argv;
}

static bool pack(struct run *run, const struct sd_spool *spool, struct sd_error *err) {
  struct sd_strv variables = {0};
  struct sd_strv argv = {0};
  struct sd_child child = {.argv = &argv, .environ = &variables, .plan = NULL};
  int ends[2];
  pid_t pid = 0;
  if (!find_tar(run, &child.path, err))
    return false;
  argv = tar_argv(run, child.path);
  sd_strv_add(&variables, run->arena, "PATH=/usr/bin:/bin");
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  struct sd_child_files files = {-1, ends[1], STDERR_FILENO};
  bool started = sd_child_start(&child, &files, false, &pid, err);
  (void)close(ends[1]);
  bool good = started && sd_spool_fill(spool, ends[0], err);
  (void)close(ends[0]);
  int status = started ? sd_child_wait(pid) : 0;
  if (good && status > TAR_CHANGED)
    return sd_fail_rule(err, NULL,
                        "see what tar says, or name what is to be left out in .dockerignore",
                        "the folder of the build cannot be read in full");
  return good;
}

bool context_prepare(struct run *run, struct sd_error *err) {
  struct sd_spool spool = {.fd = -1};
  if (run->decision.context.folder == NULL)
    return true;
  if (!sd_spool_open(&spool, err))
    return false;
  if (pack(run, &spool, err))
    return sd_spool_hand_over(&spool, STDIN_FILENO, err);
  sd_spool_close(&spool);
  return false;
}
