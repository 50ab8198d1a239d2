/* SPDX-License-Identifier: Apache-2.0 */
/* What a log says all in all: the versions of the policy, and the requests, each once.
 *
 * MUST: take bounded memory of a log without end: what finds no room is counted. */
#ifndef SAFE_DOCKER_REPORT_AUDIT_HISTORY_H
#define SAFE_DOCKER_REPORT_AUDIT_HISTORY_H

#include "safe-docker/report/audit_log.h"

struct sd_audit_version {
  const char *hash, *sources;
  int64_t first, last; /* milliseconds since 1970 */
  uint64_t records;
};

/* Who asked for what from where; the decision is that of the last time. */
struct sd_audit_request {
  uint32_t uid;
  const char *user, *folder;
  struct sd_strv words; /* behind the program's name */
  const char *shown;    /* the line for a person */
  bool denied;
  struct sd_strv rules;
  int64_t last;
  uint64_t records;
  bool verified; /* no record of it is unverified */
};

struct sd_audit_history {
  struct sd_arena *arena;
  SD_VEC(struct sd_audit_version) versions; /* in order of the log */
  SD_VEC(struct sd_audit_request) requests; /* in order of the log */
  uint64_t incomplete;                      /* records without all of the words: brief, or cut */
  uint64_t masked;                          /* with a password that was not recorded */
  uint64_t forged;
  uint64_t of_daemon; /* denied for what the daemon held then */
  uint64_t no_room;
  size_t bytes;                /* of all that is kept */
  struct sd_audit_slot *slots; /* by hash of the request */
};

void sd_audit_history_init(struct sd_audit_history *history, struct sd_arena *arena);
void sd_audit_history_add(struct sd_audit_history *history, const struct sd_audit_record *record);
/* ", 3 are incomplete, ..." of what is not in `requests`; "" where all is. */
const char *sd_audit_history_skipped(struct sd_arena *arena,
                                     const struct sd_audit_history *history);

#endif
