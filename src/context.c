/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: read with the caller's rights alone; hand on nothing of what could not be read. */
#include "context.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/build_input.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/spool.h"
#include "safe-docker/sys/stream.h"

#define TAR_CHANGED 1 /* files changed while they were read: tar has said so */
#define DOCKERFILE_MAX ((size_t)8 << 20)
#define DOCKERFILE_MODE 0644
#define NAME_LEN_MAX ((size_t)100) /* of one header alone */

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

/* -- standard input ----------------------------------------------------------------------------- */

static bool read_spool(struct sd_spool *spool, char *text, size_t max, size_t *len,
                       struct sd_error *err) {
  size_t got = 1;
  if (!sd_spool_rewind(spool, err))
    return false;
  for (*len = 0; got > 0 && *len < max; *len += got)
    if (!sd_spool_read(spool, text + *len, max - *len, &got, err))
      return false;
  return true;
}

static bool put_dockerfile(struct run *run, int fd, const char *text, size_t len,
                           struct sd_error *err) {
  const char *file = run->decision.context.file;
  struct sd_stream_writer writer = {.fd = fd};
  struct sd_stream_entry entry = {.type = SD_STREAM_FILE,
                                  .name = file != NULL ? file : "Dockerfile",
                                  .link = "",
                                  .mode = DOCKERFILE_MODE,
                                  .size = len};
  if (strlen(entry.name) > NAME_LEN_MAX)
    return sd_fail_rule(err, NULL, "leave --file out", "the name of the Dockerfile is too long");
  return sd_stream_put(&writer, &entry, err) && sd_stream_put_data(&writer, text, len, err) &&
         sd_stream_put_padding(&writer, len, err) && sd_stream_put_end(&writer, err);
}

/* The real CLI would write a Dockerfile into a folder of its own in /tmp and pack that; but it has the caller's uid, so
 * that the folder is the caller's, who could put links and other folders there that the socket's group may use. */
static bool take_dockerfile(struct run *run, struct sd_spool *spool, struct sd_error *err) {
  char *text = sd_arena_alloc(run->arena, DOCKERFILE_MAX + 1);
  struct sd_spool packed = {.fd = -1};
  size_t len = 0;
  if (!read_spool(spool, text, DOCKERFILE_MAX + 1, &len, err))
    return false;
  if (len > DOCKERFILE_MAX || memchr(text, '\0', len) != NULL)
    return sd_fail_rule(err, NULL, "tar --format=ustar -c . | docker build -t NAME -",
                        "standard input is neither a Dockerfile nor an archive that the docker "
                        "command knows");
  if (!sd_spool_open(&packed, err))
    return false;
  if (put_dockerfile(run, packed.fd, text, len, err))
    return sd_spool_hand_over(&packed, STDIN_FILENO, err);
  sd_spool_close(&packed);
  return false;
}

static bool take_input(struct run *run, struct sd_spool *spool, struct sd_error *err) {
  char head[SD_BUILD_HEAD];
  size_t len = 0;
  if (!sd_spool_fill(spool, STDIN_FILENO, err) || !read_spool(spool, head, sizeof(head), &len, err))
    return false;
  if (sd_build_is_archive(head, len))
    return sd_spool_hand_over(spool, STDIN_FILENO, err);
  return take_dockerfile(run, spool, err);
}

bool context_prepare(struct run *run, struct sd_error *err) {
  struct sd_spool spool = {.fd = -1};
  if (run->decision.context.piped) {
    bool good = sd_spool_open(&spool, err) && take_input(run, &spool, err);
    sd_spool_close(&spool);
    return good;
  }
  if (run->decision.context.folder == NULL)
    return true;
  if (!sd_spool_open(&spool, err))
    return false;
  if (pack(run, &spool, err))
    return sd_spool_hand_over(&spool, STDIN_FILENO, err);
  sd_spool_close(&spool);
  return false;
}
