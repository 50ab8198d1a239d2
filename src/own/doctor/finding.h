/* SPDX-License-Identifier: Apache-2.0 */
/* What `doctor` finds: checks are rows of checks_*.def, and each check that applies to a host has at least one finding. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FINDING_H
#define SAFE_DOCKER_OWN_DOCTOR_FINDING_H

#include "safe-docker/base/arena.h"
#include "safe-docker/base/str.h"

enum check_severity {
  CHECK_FAIL, /* somebody who should not has a way to root, or safe-docker's promise is broken; exit status 1 */
  CHECK_WARN, /* a defence that is not there */
};

enum check_id {
#define CHECK(symbol, id, severity, title, why, source) CHECK_##symbol,
#include "checks.def"
#undef CHECK
  CHECK_COUNT
};

/* Its texts lie in it: see base/row.h. */
struct check {
  char id[40];   /* "tcp-without-tls": stable, kebab-case */
  char area[16]; /* "exposure" */
  enum check_severity severity;
  char title
      [80]; /* what holds where all is well, one line: "TCP is open with TLS of both sides only" */
  char why[240];    /* why it matters, whole sentences */
  char source[120]; /* "CIS Docker 2.7; docs.docker.com/engine/security/protect-access" */
};
extern const struct check checks[CHECK_COUNT];

enum finding_status { FINDING_PASS, FINDING_WARN, FINDING_FAIL, FINDING_UNKNOWN };

struct finding {
  enum check_id check;
  enum finding_status status;
  const char *subject; /* what it is about: a path, an address, an account; "" for the host */
  const char *what;    /* one sentence: what is wrong, or what was seen, or why it is not known */
  const char *remedy;  /* what to do, in words, with its price; NULL of PASS */
  struct sd_strv
      commands; /* the same as lines for a shell of root, each complete; empty where only a person can do it */
};

struct findings {
  struct sd_arena *arena;
  SD_VEC(struct finding) v;
};

/* All texts may hold what others wrote: they are made safe to show here. */
void finding_pass(struct findings *findings, enum check_id check, const char *subject,
                  const char *format, ...) SD_PRINTF(4, 5);
/* FAIL or WARN by the check's severity. The remedy is set on what is returned, which is good until the next is added. */
struct finding *finding_bad(struct findings *findings, enum check_id check, const char *subject,
                            const char *format, ...) SD_PRINTF(4, 5);
/* What could not be looked at; the remedy is how it could be. */
struct finding *finding_unknown(struct findings *findings, enum check_id check, const char *subject,
                                const char *format, ...) SD_PRINTF(4, 5);
void finding_remedy(struct findings *findings, struct finding *finding, const char *format, ...)
    SD_PRINTF(3, 4);
/* A line for a shell. Words that others wrote go through finding_word first. */
void finding_command(struct findings *findings, struct finding *finding, const char *format, ...)
    SD_PRINTF(3, 4);
/* `text` as one word of a shell, quoted where it must be. */
const char *finding_word(struct findings *findings, const char *text);

#endif
