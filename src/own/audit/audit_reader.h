/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the log that the command line chose, record by record, in bounded memory. */
#ifndef SAFE_DOCKER_SRC_AUDIT_READER_H
#define SAFE_DOCKER_SRC_AUDIT_READER_H

#include "safe-docker/report/audit_log.h"
#include "safe-docker/sys/audit_source.h"
#include "safe-docker/sys/log_lines.h"

#include "own/own_words.h"
#include "session.h"

/* Rows of an own_option table that audit_reader_init understands. */
#define AUDIT_FILTER_OPTIONS                                                                       \
  {"--since", ""}, {"--until", ""}, {"--user", ""}, {"--group", ""}, {"--denied", NULL},           \
      {"--allowed", NULL}, {"--rule", ""}, {"--command", ""}, {                                    \
    "--file", ""                                                                                   \
  }

/* A name of records, and whose it is here. */
struct audit_reader_account {
  const char *name;
  int64_t uid; /* -1: nobody's */
};

struct audit_reader {
  struct session *session;
  struct sd_zone zone;
  int64_t now;
  struct sd_audit_filter filter;
  const char *file; /* of --file; NULL: none */
  struct sd_strv programs;
  struct sd_audit_counts counts;
  struct sd_strv sources; /* what was read, for messages */
  struct sd_audit_input input;
  struct sd_log_lines lines;
  struct sd_arena records; /* emptied again and again */
  unsigned since_emptied;
  SD_VEC(struct audit_reader_account) accounts;

  /* Called for each record that matches, in order of the log; `line` is what it was read from. Neither outlives the
   * call. False ends the reading. */
  bool (*take)(void *context, const struct sd_audit_record *record, const struct sd_log_line *line);
  /* Only to follow: called when all that is there was read. False ends it. */
  bool (*idle)(void *context);
  void *context;
};

/* The filter and the source of these words. audit_reader_finish ends it. */
bool audit_reader_init(struct session *session, const struct own_words *words,
                       struct audit_reader *out, struct sd_error *err) SD_WARN_UNUSED;
void audit_reader_finish(struct audit_reader *reader);
/* Reads all there is, of rotated files too. False: there is no log, or it cannot be read; what was read before was
 * taken. */
bool audit_reader_run(struct audit_reader *reader, struct sd_error *err) SD_WARN_UNUSED;
/* The same, and then what comes; `lines` is how many entries the journal begins with (-1: all), and `past` whether rotated files
 * are read. Returns where `take` or `idle` ended it, standard output was closed (*closed), or the source ended. */
bool audit_reader_follow(struct audit_reader *reader, long lines, bool past, bool *closed,
                         struct sd_error *err) SD_WARN_UNUSED;
/* Words on standard error about what was passed over or cannot be relied on. */
void audit_reader_tell(const struct audit_reader *reader);

#endif
