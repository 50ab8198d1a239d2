/* SPDX-License-Identifier: Apache-2.0 */
/* syslog(3) does not tell whether a record arrived; a required audit must know, so the datagram is
 * sent here. */
#include "safe-docker/sys/audit_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "safe-docker/sys/trusted.h"

#define FIRST_FD 10 /* the descriptors from 3 on are for what the real CLI is handed */
#define SYSLOG_PATH "/dev/log"

/* Out of the way of the low numbers; -1 with errno where that is not possible. */
static int move_up(int fd) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
  int number = errno;
  (void)close(fd);
  errno = number;
  return moved;
}

static int connect_syslog(void) {
  static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SYSLOG_PATH};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
    int fd = socket(AF_UNIX, types[i] | SOCK_CLOEXEC, 0);
    if (fd < 0)
      return -1;
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
      return move_up(fd);
    int number = errno;
    (void)close(fd);
    errno = number;
    if (number != EPROTOTYPE)
      return -1;
  }
  return -1;
}

static void open_syslog(struct sd_arena *arena, struct sd_audit_sink *out) {
  struct stat info;
  out->syslog = connect_syslog();
  if (out->syslog >= 0)
    return;
  out->syslog_problem =
      sd_arena_printf(arena, "syslog (%s): %s", SYSLOG_PATH, strerrordesc_np(errno));
  /* A dangling link or a socket that nobody serves is a syslog that is down, not one that is
   * absent. */
  out->syslog_absent = lstat(SYSLOG_PATH, &info) != 0 && errno == ENOENT;
}

static bool check_file(int fd, uid_t owner, struct sd_error *err) {
  struct stat info;
  if (fstat(fd, &info) != 0)
    return sd_fail_errno(err, errno, "fstat");
  if (S_ISCHR(info.st_mode))
    return true;
  if (!S_ISREG(info.st_mode))
    return sd_fail(err, "it is not a regular file");
  if ((info.st_uid != 0 && info.st_uid != owner) || (info.st_mode & S_IWOTH) != 0)
    return sd_fail(err, "it must belong to root and not be writable by everybody");
  return true;
}

static int open_file(struct sd_arena *arena, const char *path, uid_t owner, struct sd_error *err) {
  const char *slash = strrchr(path, '/');
  const char *folder = slash == path ? "/" : sd_arena_strndup(arena, path, (size_t)(slash - path));
  int parent = -1;
  if (!sd_trusted_open_parent(arena, folder, owner, &parent, err))
    return -1;
  static const int flags = O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  int fd = openat(parent, slash + 1, O_RDWR | flags, 0640); /* read by ends_line() */
  if (fd < 0 && errno == EACCES)
    fd = openat(parent, slash + 1, O_WRONLY | flags, 0640);
  int number = errno;
  (void)close(parent);
  if (fd < 0) {
    (void)sd_fail_errno(err, number, "it cannot be opened for writing");
    return -1;
  }
  if (!check_file(fd, owner, err)) {
    (void)close(fd);
    return -1;
  }
  fd = move_up(fd);
  if (fd < 0)
    (void)sd_fail_errno(err, errno, "too few file descriptors");
  return fd;
}

void sd_audit_open(struct sd_arena *arena, bool syslog, const char *file, uid_t owner,
                   struct sd_audit_sink *out) {
  struct sd_error err;
  sd_error_init(&err, arena);
  *out = (struct sd_audit_sink){.syslog = -1, .file = -1};
  if (syslog)
    open_syslog(arena, out);
  if (file[0] == '\0')
    return;
  out->file = open_file(arena, file, owner, &err);
  if (out->file < 0)
    out->file_problem = sd_arena_printf(arena, "%s: %s", file, err.message);
}

/* Anybody may fill the queue of the syslog daemon; it is given a moment to read on. */
static ssize_t send_patiently(int fd, const char *text, size_t len) {
  static const struct timeval patience = {.tv_sec = 2};
  ssize_t sent = send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS))
    return sent;
  if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0)
    return -1;
  return send(fd, text, len, MSG_NOSIGNAL);
}

static bool send_syslog(struct sd_arena *arena, int fd, const char *record, bool *too_long,
                        struct sd_error *err) {
  const char *text = sd_arena_printf(arena, "<%d>safe-docker[%d]: %s", LOG_AUTHPRIV | LOG_INFO,
                                     (int)getpid(), record);
  size_t len = strlen(text);
  ssize_t sent = send_patiently(fd, text, len);
  *too_long = sent < 0 && errno == EMSGSIZE;
  if (sent < 0)
    return sd_fail_errno(err, errno, "syslog did not take the audit record");
  return (size_t)sent == len || sd_fail(err, "syslog did not take the whole audit record");
}

/* False where half a record may stand at the end: of a full disk, or of a caller who chose a
 * RLIMIT_FSIZE or a moment to kill the process. */
static bool ends_line(int fd) {
  struct stat info;
  char last = '\0';
  if (fstat(fd, &info) == 0 && (!S_ISREG(info.st_mode) || info.st_size == 0))
    return true;
  return pread(fd, &last, 1, info.st_size - 1) == 1 && last == '\n';
}

/* One write, so that records of several processes do not mix (O_APPEND). What others left half
 * written must not swallow this one. */
static bool append(struct sd_arena *arena, int fd, const char *record, struct sd_error *err) {
  const char *line = sd_arena_printf(arena, "%s%s\n", ends_line(fd) ? "" : "\n", record);
  size_t len = strlen(line);
  ssize_t written = write(fd, line, len);
  if (written < 0)
    return sd_fail_errno(err, errno, "the audit file did not take the record");
  return (size_t)written == len || sd_fail(err, "the audit file did not take the whole record");
}

bool sd_audit_write(struct sd_arena *arena, const struct sd_audit_sink *sink, const char *record,
                    bool *too_long, struct sd_error *err) {
  *too_long = false;
  bool sent = sink->syslog < 0 || send_syslog(arena, sink->syslog, record, too_long, err);
  bool written = sink->file < 0 || append(arena, sink->file, record, err);
  return sent && written;
}
