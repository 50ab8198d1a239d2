/* SPDX-License-Identifier: Apache-2.0 */
/* Where audit records are read from: files with what logrotate(8) made of them, the journal, standard input. With the
 * rights of this process and no others: who may read a log is for its owner to say. */
#ifndef SAFE_DOCKER_SYS_AUDIT_SOURCE_H
#define SAFE_DOCKER_SYS_AUDIT_SOURCE_H

#include <stdint.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* A file of a log. */
struct sd_audit_piece {
  const char *path;
  bool packed; /* with gzip(1) */
};
struct sd_audit_pieces {
  SD_VEC(struct sd_audit_piece) v; /* the oldest first */
};

/* `path` and what was rotated away from it (PATH.1, PATH.2.gz, PATH-20261122.gz), but for what was not written to
 * since `since` (milliseconds since 1970). A file that is not there is left out. */
void sd_audit_find_pieces(struct sd_arena *arena, const char *path, int64_t since,
                          struct sd_audit_pieces *out);
/* One of them alone: packed where its name ends in ".gz". */
struct sd_audit_piece sd_audit_piece_of(const char *path);
bool sd_audit_exists(const char *path);
/* A journal that journalctl(1) could read. */
bool sd_audit_has_journal(void);

struct sd_audit_stream {
  int fd;
  pid_t child;      /* that writes it; 0: none */
  const char *path; /* for messages, and to look for a new file of this name */
  dev_t device;
  ino_t inode;
};

bool sd_audit_open_piece(struct sd_arena *arena, const struct sd_audit_piece *piece,
                         struct sd_audit_stream *out, struct sd_error *err) SD_WARN_UNUSED;
/* What safe-docker sent to syslog since then (0: ever), one JSON object a line; with `follow` the last `lines` (-1: all) and
 * then what comes, and reading it does not wait. */
bool sd_audit_open_journal(struct sd_arena *arena, int64_t since, bool follow, long lines,
                           struct sd_audit_stream *out, struct sd_error *err) SD_WARN_UNUSED;
struct sd_audit_stream sd_audit_standard_input(void);
/* False where the child that wrote it failed. */
bool sd_audit_close(struct sd_audit_stream *stream, struct sd_error *err) SD_WARN_UNUSED;

/* The path of this program; "" where that cannot be seen. */
const char *sd_audit_own_path(struct sd_arena *arena);

enum sd_audit_wait {
  SD_AUDIT_MORE, /* there may be more to read */
  SD_AUDIT_NEW, /* a new file has the name: the old one is to be read to its end, then sd_audit_follow_new */
  SD_AUDIT_EMPTIED, /* the file was cut to nothing: it is read from its beginning now */
  SD_AUDIT_CLOSED,  /* nobody reads `output` any more */
  SD_AUDIT_ENDED,   /* the child that wrote it has ended */
};
/* Waits a moment for more of a stream that was read to its end. */
enum sd_audit_wait sd_audit_follow_wait(struct sd_audit_stream *stream, int output);
/* Goes on with the file that has the name now; false: there is none yet, or it cannot be read. */
bool sd_audit_follow_new(struct sd_arena *arena, struct sd_audit_stream *stream) SD_WARN_UNUSED;

#endif
