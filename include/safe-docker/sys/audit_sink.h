/* SPDX-License-Identifier: Apache-2.0 */
/* Where audit records go. Opened with all rights, before the drop; written after the decision. */
#ifndef SAFE_DOCKER_SYS_AUDIT_SINK_H
#define SAFE_DOCKER_SYS_AUDIT_SINK_H

#include <stdbool.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

struct sd_audit_sink {
  int syslog;                 /* connected socket; -1: not wanted or not there */
  int file;                   /* opened for appending; -1: not wanted or not there */
  const char *syslog_problem; /* why it is not there; NULL: it is, or is not wanted */
  bool syslog_absent;         /* the host has no syslog socket at all */
  const char *file_problem;
};

/* `file` "" is none; its folder must be root's or `owner`'s, and writable by nobody else. Never fails: what could
 * not be opened is told in *_problem. */
void sd_audit_open(struct sd_arena *arena, bool syslog, const char *file, uid_t owner,
                   struct sd_audit_sink *out);
/* One record (a line without its end) to every open sink. False where one did not take it; *too_long (always
 * written) where it was longer than syslog takes. */
bool sd_audit_write(struct sd_arena *arena, const struct sd_audit_sink *sink, const char *record,
                    bool *too_long, struct sd_error *err) SD_WARN_UNUSED;

#endif
