/* SPDX-License-Identifier: Apache-2.0 */
#include "copy_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/text.h"

#define CHUNK 65536
#define LINKS_MAX 10 /* as the real CLI */

static bool fail_at(struct sd_error *err, const char *what, const char *path, int number) {
  err->status = 1;
  return sd_fail_errno(err, number, "%s %s", what, sd_text_safe(err->arena, path));
}

const char *copy_top(struct sd_arena *arena, const char *path) {
  const char *name = sd_copy_name(arena, path);
  return strcmp(name, ".") == 0 || strcmp(name, "/") == 0 ? "" : name;
}

/* -- what is there ------------------------------------------------------------------------------ */

bool copy_check_output(struct sd_arena *arena, const char *path, struct sd_error *err) {
  struct stat info;
  const char *clean = sd_copy_clean(arena, path);
  const char *slash = strrchr(clean, '/');
  const char *above =
      slash == clean ? "/" : sd_arena_strndup(arena, clean, (size_t)(slash - clean));
  err->status = 1;
  if (stat(above, &info) != 0 && errno == ENOENT)
    return sd_fail(err, "invalid output path: directory \"%s\" does not exist",
                   sd_text_safe(arena, above));
  if (stat(path, &info) != 0)
    return errno == ENOENT || fail_at(err, "stat", path, errno);
  if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
    return sd_fail(
        err, "invalid output path: \"%s\" must be a directory or a regular file: got a device",
        sd_text_safe(arena, path));
  return true;
}

bool copy_look_at_source(const char *path, bool follow, bool *folder, struct sd_error *err) {
  struct stat info;
  if (fstatat(AT_FDCWD, path, &info, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    return fail_at(err, "lstat", path, errno);
  *folder = S_ISDIR(info.st_mode);
  return true;
}

static bool read_link(struct sd_arena *arena, const char *path, const char **out,
                      struct sd_error *err) {
  char target[4096];
  ssize_t len = readlink(path, target, sizeof(target) - 1);
  if (len < 0)
    return fail_at(err, "readlink", path, errno);
  target[len] = '\0';
  *out = sd_copy_absolute(arena, sd_copy_folder(arena, path), target);
  return true;
}

/* A link is followed, one that leads to nothing, too: what is copied is made there. */
static bool look_at_destination(struct sd_arena *arena, const char **path, enum sd_copy_found *out,
                                struct sd_error *err) {
  struct stat info;
  const char *at = *path;
  for (int links = 0; links <= LINKS_MAX; links++) {
    *path = at;
    if (lstat(at, &info) != 0) {
      *out = SD_COPY_NOTHING;
      return errno == ENOENT || fail_at(err, "stat", at, errno);
    }
    *out = S_ISDIR(info.st_mode) ? SD_COPY_FOLDER : SD_COPY_OTHER;
    if (!S_ISLNK(info.st_mode))
      return true;
    if (!read_link(arena, at, &at, err))
      return false;
  }
  return fail_at(err, "stat", *path, ELOOP);
}

/* -- the jobs ----------------------------------------------------------------------------------- */

static int finish(struct copy_shared *shared, bool good, bool cut, const struct sd_error *err) {
  if (good)
    return COPY_DONE;
  (void)snprintf(shared->message, sizeof(shared->message), "%s",
                 err->message != NULL ? err->message : "failed for an unknown reason");
  return cut ? COPY_CUT : COPY_FAILED;
}

static bool unpack_from(const struct copy_job *job, struct sd_stream_reader *reader,
                        const struct sd_stream_entry *first, struct sd_error *err) {
  struct sd_arena *arena = err->arena;
  const char *path = job->destination;
  enum sd_copy_found found = SD_COPY_NOTHING;
  struct sd_copy_plan plan;
  if (!look_at_destination(arena, &path, &found, err) ||
      !sd_copy_make_plan(arena, first->type == SD_STREAM_FOLDER, path, found, &plan, err))
    return false;
  int folder = open(plan.folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return fail_at(err, "open", plan.folder, errno);
  const char *name = plan.name != NULL ? copy_top(arena, plan.name) : job->name;
  bool good = sd_stream_unpack(reader, first, folder, name, err);
  (void)close(folder);
  return good;
}

int copy_unpack(void *context, int fd) {
  const struct copy_job *job = context;
  struct sd_arena arena;
  struct sd_error err;
  struct sd_stream_reader reader;
  struct sd_stream_entry first;
  bool end = false;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  sd_stream_reader_init(&reader, sd_stream_read_fd, &fd);
  bool good = sd_stream_next(&reader, &first, &end, &err) &&
              (end || unpack_from(job, &reader, &first, &err));
  job->shared->bytes = reader.total;
  int status = finish(job->shared, good, reader.cut, &err);
  sd_stream_reader_finish(&reader);
  sd_arena_finish(&arena);
  return status;
}

int copy_pack(void *context, int fd) {
  const struct copy_job *job = context;
  struct sd_arena arena;
  struct sd_error err;
  struct sd_stream_writer writer = {.fd = fd, .of_root = job->of_root};
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  bool good = sd_stream_pack(&writer, job->source, job->name, job->follow, &err);
  job->shared->bytes = writer.total;
  int status = finish(job->shared, good, writer.cut, &err);
  sd_arena_finish(&arena);
  return status;
}

static bool pass_data(struct sd_stream_reader *reader, struct sd_stream_writer *writer,
                      uint64_t size, struct sd_error *err) {
  char chunk[CHUNK];
  size_t got = 0;
  do {
    if (!sd_stream_data(reader, chunk, sizeof(chunk), &got, err) ||
        !sd_stream_put_data(writer, chunk, got, err))
      return false;
  } while (got > 0);
  return sd_stream_put_padding(writer, size, err);
}

static bool pass_entry(struct sd_stream_reader *reader, struct sd_stream_writer *writer,
                       const struct sd_stream_entry *entry, struct sd_error *err) {
  if (entry->type == SD_STREAM_DEVICE) {
    err->status = 1;
    return sd_fail(err, "%s is a device, which is not copied into a container",
                   sd_text_safe(err->arena, entry->name));
  }
  return sd_stream_put(writer, entry, err) && pass_data(reader, writer, entry->size, err);
}

static bool pass_all(struct sd_stream_reader *reader, struct sd_stream_writer *writer,
                     struct sd_error *err) {
  struct sd_stream_entry entry;
  bool end = false;
  while (sd_stream_next(reader, &entry, &end, err)) {
    if (end)
      return sd_stream_put_end(writer, err);
    if (!pass_entry(reader, writer, &entry, err))
      return false;
  }
  return reader->total == 0; /* nothing at all: the daemon knows what to say */
}

int copy_filter(void *context, int fd) {
  const struct copy_job *job = context;
  int in = STDIN_FILENO;
  struct sd_arena arena;
  struct sd_error err;
  struct sd_stream_reader reader;
  struct sd_stream_writer writer = {.fd = fd};
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  sd_stream_reader_init(&reader, sd_stream_read_fd, &in);
  bool good = pass_all(&reader, &writer, &err);
  job->shared->bytes = writer.total;
  int status = finish(job->shared, good, writer.cut, &err);
  sd_stream_reader_finish(&reader);
  sd_arena_finish(&arena);
  return status;
}

int copy_look(void *context, int fd) {
  const struct copy_job *job = context;
  struct sd_arena arena;
  struct sd_error err;
  struct sd_stream_reader reader;
  struct sd_stream_entry first;
  bool end = false;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  sd_stream_reader_init(&reader, sd_stream_read_fd, &fd);
  bool good = sd_stream_next(&reader, &first, &end, &err);
  if (good && end) /* a socket: it is there, but no archive holds one */
    first = (struct sd_stream_entry){.type = SD_STREAM_FIFO, .link = ""};
  if (good) {
    job->shared->type = first.type;
    good = strlen(first.link) < sizeof(job->shared->link) ||
           sd_fail(&err, "a link in the container is too long");
  }
  if (good)
    memcpy(job->shared->link, first.link, strlen(first.link) + 1);
  int status = finish(job->shared, good, reader.cut, &err);
  sd_stream_reader_finish(&reader);
  sd_arena_finish(&arena);
  return status;
}
