/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/audit_source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/environ.h"

#define GZIP "/usr/bin/gzip"
#define JOURNALCTL "/usr/bin/journalctl"
#define MOMENT_MS 250

static const char *const journals[] = {"/run/log/journal", "/var/log/journal"};

/* -- which files -------------------------------------------------------------------------------- */

bool sd_audit_exists(const char *path) {
  return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool ends_with(const char *text, const char *end) {
  size_t len = strlen(text);
  size_t tail = strlen(end);
  return len >= tail && strcmp(text + len - tail, end) == 0;
}

struct sd_audit_piece sd_audit_piece_of(const char *path) {
  return (struct sd_audit_piece){.path = path, .packed = ends_with(path, ".gz")};
}

/* How old, by what stands behind the name: ".3" and ".3.gz" by number, "-20261122" (dateext) by the date, which makes
 * the earlier one older. 0: no rotated file. */
static int64_t age_of(struct sd_arena *arena, const char *suffix) {
  struct sd_error ignored;
  uint64_t number = 0;
  sd_error_init(&ignored, arena);
  size_t digits = strspn(suffix + (suffix[0] != '\0' ? 1 : 0), "0123456789");
  const char *rest = suffix + 1 + digits;
  if ((suffix[0] != '.' && suffix[0] != '-') || digits == 0 || digits > 12 ||
      (*rest != '\0' && strcmp(rest, ".gz") != 0) ||
      !sd_number_decimal(sd_arena_strndup(arena, suffix + 1, digits), 1, UINT64_MAX, &number,
                         &ignored))
    return 0;
  return suffix[0] == '.' ? (int64_t)number : INT64_MAX - (int64_t)number;
}

struct aged {
  struct sd_audit_piece piece;
  int64_t age;
};

static int by_age(const void *a, const void *b) {
  const struct aged *left = a;
  const struct aged *right = b;
  if (left->age != right->age)
    return left->age < right->age ? 1 : -1;
  return strcmp(left->piece.path, right->piece.path);
}

/* Everything in it is older than its last change. */
static bool is_of_interest(const char *path, int64_t since) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
         ((int64_t)info.st_mtim.tv_sec + 1) * 1000 >= since;
}

void sd_audit_find_pieces(struct sd_arena *arena, const char *path, int64_t since,
                          struct sd_audit_pieces *out) {
  const char *slash = strrchr(path, '/');
  const char *folder = slash == NULL   ? "."
                       : slash == path ? "/"
                                       : sd_arena_strndup(arena, path, (size_t)(slash - path));
  const char *name = slash == NULL ? path : slash + 1;
  size_t len = strlen(name);
  SD_VEC(struct aged) found = {0};
  DIR *dir = opendir(folder);
  for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    if (strncmp(entry->d_name, name, len) != 0)
      continue;
    int64_t age = age_of(arena, entry->d_name + len);
    const char *whole = sd_arena_printf(arena, "%s/%s", folder, entry->d_name);
    if (age > 0 && is_of_interest(whole, since))
      *sd_vec_push(arena, &found) = (struct aged){sd_audit_piece_of(whole), age};
  }
  if (dir != NULL)
    (void)closedir(dir);
  if (found.len > 1)
    qsort(found.items, found.len, sizeof(found.items[0]), by_age);
  for (size_t i = 0; i < found.len; i++)
    *sd_vec_push(arena, &out->v) = found.items[i].piece;
  if (sd_audit_exists(path))
    *sd_vec_push(arena, &out->v) = (struct sd_audit_piece){.path = path};
}

/* -- opening ------------------------------------------------------------------------------------ */

static bool open_regular(struct sd_arena *arena, const char *path, struct sd_audit_stream *out,
                         struct sd_error *err) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return sd_fail_errno(err, errno, "%s", sd_text_safe(arena, path));
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    (void)close(fd);
    return sd_fail(err, "%s: it is not a regular file", sd_text_safe(arena, path));
  }
  *out =
      (struct sd_audit_stream){.fd = fd, .path = path, .device = info.st_dev, .inode = info.st_ino};
  return true;
}

static bool start(struct sd_arena *arena, const struct sd_strv *argv, int in,
                  struct sd_audit_stream *out, struct sd_error *err) {
  struct sd_strv variables = {0};
  int ends[2];
  sd_environ_build(arena, SD_ENVIRON_NOWHERE, &variables);
  struct sd_child child = {.path = argv->v.items[0], .argv = argv, .environ = &variables};
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail_errno(err, errno, "no pipe can be made");
  struct sd_child_files files = {in, ends[1], STDERR_FILENO};
  bool started = sd_child_start(&child, &files, false, &out->child, err);
  (void)close(ends[1]);
  if (!started)
    (void)close(ends[0]);
  out->fd = started ? ends[0] : -1;
  return started;
}

static bool unpack(struct sd_arena *arena, struct sd_audit_stream *out, struct sd_error *err) {
  struct sd_strv argv = {0};
  int packed = out->fd;
  sd_strv_add(&argv, arena, GZIP);
  sd_strv_add(&argv, arena, "-dc");
  bool started = start(arena, &argv, packed, out, err);
  (void)close(packed);
  return started;
}

bool sd_audit_open_piece(struct sd_arena *arena, const struct sd_audit_piece *piece,
                         struct sd_audit_stream *out, struct sd_error *err) {
  return open_regular(arena, piece->path, out, err) && (!piece->packed || unpack(arena, out, err));
}

bool sd_audit_has_journal(void) {
  for (size_t i = 0; i < sizeof(journals) / sizeof(journals[0]); i++)
    if (sd_audit_exists(journals[i]))
      return access(JOURNALCTL, X_OK) == 0;
  return false;
}

/* Counts the system's journals below `folder`, and those of them that may be read. */
static void count_journals(struct sd_arena *arena, const char *folder, size_t *all, size_t *mine) {
  DIR *dir = opendir(folder);
  for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    const char *file = sd_arena_printf(arena, "%s/%s/system.journal", folder, entry->d_name);
    *all += sd_audit_exists(file) ? 1 : 0;
    *mine += access(file, R_OK) == 0 ? 1 : 0;
  }
  if (dir != NULL)
    (void)closedir(dir);
}

/* Without the right to read the system's part journalctl shows the caller's own entries, as if there were no others. */
static bool may_read_journal(struct sd_arena *arena, struct sd_error *err) {
  size_t all = 0;
  size_t mine = 0;
  for (size_t i = 0; i < sizeof(journals) / sizeof(journals[0]); i++)
    count_journals(arena, journals[i], &all, &mine);
  return all == 0 || mine > 0 ||
         sd_fail_rule(err, NULL, "an administrator types: sudo safe-docker audit",
                      "the journal is for root and for members of groups such as adm and "
                      "systemd-journal to read");
}

bool sd_audit_open_journal(struct sd_arena *arena, int64_t since, bool follow, long lines,
                           struct sd_audit_stream *out, struct sd_error *err) {
  /* --all: without it what is longer than 4096 bytes is null. */
  static const char *const words[] = {JOURNALCTL,
                                      "--quiet",
                                      "--no-pager",
                                      "--all",
                                      "--identifier=safe-docker",
                                      "--output=json",
                                      "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_UID,_EXE"};
  struct sd_strv argv = {0};
  *out = (struct sd_audit_stream){.fd = -1, .path = "the journal"};
  if (!may_read_journal(arena, err))
    return false;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    sd_strv_add(&argv, arena, words[i]);
  if (since > 0)
    sd_strv_add(&argv, arena,
                sd_arena_printf(arena, "--since=@%lld", (long long)(since / 1000 - 1)));
  if (follow) {
    sd_strv_add(&argv, arena, "--follow");
    sd_strv_add(&argv, arena,
                lines < 0 ? "--no-tail" : sd_arena_printf(arena, "--lines=%ld", lines));
  }
  return start(arena, &argv, -1, out, err) &&
         (!follow || fcntl(out->fd, F_SETFL, O_NONBLOCK) == 0 ||
          sd_fail_errno(err, errno, "the journal cannot be followed"));
}

struct sd_audit_stream sd_audit_standard_input(void) {
  return (struct sd_audit_stream){.fd = STDIN_FILENO, .path = "standard input"};
}

bool sd_audit_close(struct sd_audit_stream *stream, struct sd_error *err) {
  if (stream->fd > STDERR_FILENO)
    (void)close(stream->fd);
  stream->fd = -1;
  if (stream->child == 0)
    return true;
  int status = sd_child_wait(stream->child);
  stream->child = 0;
  return status == 0 || sd_fail(err, "%s cannot be read to its end (status %d)",
                                sd_text_safe(err->arena, stream->path), status);
}

const char *sd_audit_own_path(struct sd_arena *arena) {
  char *path = sd_arena_alloc(arena, PATH_MAX);
  ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
  return len > 0 ? path : "";
}

/* -- following ---------------------------------------------------------------------------------- */

static enum sd_audit_wait look_at_file(const struct sd_audit_stream *stream) {
  struct stat now;
  struct stat open_one;
  if (stat(stream->path, &now) != 0)
    return SD_AUDIT_MORE; /* between rename and create */
  if (now.st_dev != stream->device || now.st_ino != stream->inode)
    return SD_AUDIT_NEW;
  off_t at = lseek(stream->fd, 0, SEEK_CUR);
  if (fstat(stream->fd, &open_one) == 0 && at > open_one.st_size &&
      lseek(stream->fd, 0, SEEK_SET) == 0)
    return SD_AUDIT_EMPTIED;
  return SD_AUDIT_MORE;
}

/* A regular file always has its end to read: time alone tells whether there is more. */
enum sd_audit_wait sd_audit_follow_wait(struct sd_audit_stream *stream, int output) {
  bool piped = stream->child != 0 || stream->fd == STDIN_FILENO;
  struct pollfd polled[] = {{.fd = output}, {.fd = piped ? stream->fd : -1, .events = POLLIN}};
  if (poll(polled, 2, MOMENT_MS) < 0)
    return SD_AUDIT_MORE;
  if ((polled[0].revents & (POLLERR | POLLNVAL)) != 0)
    return SD_AUDIT_CLOSED;
  if (piped && (polled[1].revents & POLLIN) == 0 && (polled[1].revents & (POLLHUP | POLLERR)) != 0)
    return SD_AUDIT_ENDED;
  return piped ? SD_AUDIT_MORE : look_at_file(stream);
}

bool sd_audit_follow_new(struct sd_arena *arena, struct sd_audit_stream *stream) {
  struct sd_error ignored;
  struct sd_audit_stream next;
  sd_error_init(&ignored, arena);
  if (!open_regular(arena, stream->path, &next, &ignored))
    return false;
  (void)close(stream->fd);
  *stream = next;
  return true;
}
