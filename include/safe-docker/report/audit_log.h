/* SPDX-License-Identifier: Apache-2.0 */
/* Audit records, read again: of a line, into a typed record, and shown to a person or a program.
 *
 * MUST: show no byte of a record that acts on a terminal or ends a line; take nothing for a record that
 * sd_report_audit could not have written; read any bytes at all without failing. */
#ifndef SAFE_DOCKER_REPORT_AUDIT_LOG_H
#define SAFE_DOCKER_REPORT_AUDIT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/sys/clock.h"
#include "safe-docker/sys/group.h"

/* -- time --------------------------------------------------------------------------------------- */

/* A point in time as a person writes it, in milliseconds since 1970: RFC 3339, "2026-11-22", "2026-11-22 14:00[:05]",
 * "14:00[:05]" (of today), "today" and "yesterday" (their beginning), "now", "@SECONDS", and "-2h", "2h", "90m ago",
 * "1 day ago" (before `now`, in seconds). Without an offset it is local time. An hour that a change of the clocks
 * leaves out is taken as the same time after it; of one that comes twice, the first. */
bool sd_when_parse(struct sd_arena *arena, const char *text, int64_t now,
                   const struct sd_zone *zone, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* "2026-11-22T14:00:05.007Z", or with an offset; the whole text. Nothing else. */
bool sd_when_rfc3339(const char *text, int64_t *out) SD_WARN_UNUSED;
/* "2026-11-22 14:00:05" */
const char *sd_when_local(struct sd_arena *arena, int64_t when, const struct sd_zone *zone);
/* "2026-11-22T14:00:05.007Z" */
const char *sd_when_utc(struct sd_arena *arena, int64_t when);

/* -- records ------------------------------------------------------------------------------------ */

enum sd_audit_form {
  SD_AUDIT_FORM_RECORD,  /* lines are records: audit.file */
  SD_AUDIT_FORM_JOURNAL, /* lines are of `journalctl -o json` */
  SD_AUDIT_FORM_SYSLOG,  /* lines are of a syslog daemon, of all programs */
  SD_AUDIT_FORM_ANY,     /* each line is of one of these */
};

/* Whether the record is what it says. */
enum sd_audit_trust {
  SD_AUDIT_SURE, /* a file that only root writes; or the journal, and the user that it is about sent it */
  SD_AUDIT_UNVERIFIED, /* any user of the host could have written it */
  SD_AUDIT_FORGED,     /* the journal knows that another user sent it than the one it names */
};

struct sd_audit_violation {
  const char *rule, *option, *message;
};

struct sd_audit_record {
  const struct sd_json *tree; /* all of it */
  int64_t time;               /* milliseconds since 1970 */
  uint32_t uid, gid;
  const char *user, *via, *command;
  bool denied;
  const char *policy, *policy_hash;
  const char *error; /* NULL: none */
  bool brief;        /* what the caller can make long was left out */
  bool cut;          /* the end of the line was lost: what stood there is missing below */
  struct sd_strv rules;
  SD_VEC(struct sd_audit_violation) violations; /* of newer records; not always all */
  const char *folder;                           /* NULL: not told */
  struct sd_strv typed;                         /* the program's name first; empty: not told */
  enum sd_audit_trust trust;
  uint32_t sender; /* who sent it, where forged */
  bool of_journal; /* `trust` is by the sender's number alone */
};

struct sd_audit_input {
  enum sd_audit_form form;
  const struct sd_strv *programs; /* those that the journal may name as senders; NULL: any */
  bool cut;                       /* the line was longer than is read */
};

enum sd_audit_line {
  SD_AUDIT_RECORD,
  SD_AUDIT_OTHER,   /* of another program, or empty */
  SD_AUDIT_DAMAGED, /* of safe-docker, but nothing that it writes */
};

/* Reads one line, without its end. `out` is written for SD_AUDIT_RECORD alone; its texts are on the arena. */
enum sd_audit_line sd_audit_read(struct sd_arena *arena, const char *line, size_t len,
                                 const struct sd_audit_input *input, struct sd_audit_record *out);
/* The record itself: JSON of one object. */
bool sd_audit_read_record(struct sd_arena *arena, const char *text, size_t len,
                          struct sd_audit_record *out) SD_WARN_UNUSED;

/* -- which -------------------------------------------------------------------------------------- */

/* Empty lists ask for nothing. Of one list any item will do; the lists must all be satisfied. */
struct sd_audit_filter {
  bool has_since, has_until;
  int64_t since, until; /* milliseconds since 1970; both belong to it */
  struct sd_strv users; /* names or numbers */
  SD_VEC(struct sd_group) groups;
  struct sd_strv rules, commands;
  bool denied, allowed;
};
bool sd_audit_matches(const struct sd_audit_filter *filter, const struct sd_audit_record *record);

/* -- how it is shown ---------------------------------------------------------------------------- */

/* A line for the request, and for a denial one for each rule. */
void sd_audit_show_text(struct sd_str *out, const struct sd_audit_record *record,
                        const struct sd_zone *zone, bool colour);
/* One line of JSON: the record with "verified": false or "forged_by": UID where that is so, "cut": true where it was. */
void sd_audit_show_json(struct sd_str *out, const struct sd_audit_record *record);
/* "docker run ...", for a shell, of at most about a line or two; "(not recorded)". */
const char *sd_audit_command_line(struct sd_arena *arena, const struct sd_audit_record *record);

/* What was read besides records that match. */
struct sd_audit_counts {
  uint64_t lines, records, matched, damaged, cut, unverified, forged;
};

/* Counts by decision, user and rule. */
struct sd_audit_summary;
struct sd_audit_summary *sd_audit_summary_create(struct sd_arena *arena);
void sd_audit_summary_add(struct sd_audit_summary *summary, const struct sd_audit_record *record);
const char *sd_audit_summary_text(struct sd_audit_summary *summary, const struct sd_zone *zone);
const char *sd_audit_summary_json(struct sd_audit_summary *summary,
                                  const struct sd_audit_counts *counts);

#endif
