/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of `safe-docker seccomp`, as text and as JSON (--format). Each is on the arena, ends with a newline, and is safe
 * to show. */
#ifndef SAFE_DOCKER_REPORT_SECCOMP_H
#define SAFE_DOCKER_REPORT_SECCOMP_H

#include "safe-docker/confine/seccomp_check.h"
#include "safe-docker/confine/seccomp_survey.h"

/* `seccomp check`: "SOURCE:LINE:COLUMN: warning: ... [kind]", and the numbers. */
const char *sd_report_seccomp_check_text(struct sd_arena *arena, const char *source,
                                         const struct sd_seccomp_findings *findings);
const char *sd_report_seccomp_check_json(struct sd_arena *arena, const char *source,
                                         const struct sd_seccomp_findings *findings);

/* `seccomp show`. */
struct sd_seccomp_page {
  const struct sd_seccomp_made *made;
  const struct sd_seccomp_made *beside;     /* Docker's default profile; NULL: not compared */
  SD_VEC(struct sd_seccomp_survey) surveys; /* the machine's own architecture first */
};
const char *sd_report_seccomp_show_text(struct sd_arena *arena, const struct sd_seccomp_page *page);
const char *sd_report_seccomp_show_json(struct sd_arena *arena, const struct sd_seccomp_page *page);

/* `seccomp test`. */
struct sd_seccomp_question {
  const struct sd_seccomp_made *made;
  const char *name;     /* of the call */
  const uint64_t *args; /* six, */
  unsigned given;       /* of which so many were given */
  const struct sd_seccomp_verdicts *verdicts;
};
const char *sd_report_seccomp_test_text(struct sd_arena *arena,
                                        const struct sd_seccomp_question *question);
const char *sd_report_seccomp_test_json(struct sd_arena *arena,
                                        const struct sd_seccomp_question *question);

/* `seccomp diff`. */
struct sd_seccomp_pair {
  const struct sd_seccomp_made *first, *second;
  const struct sd_seccomp_comparisons *comparisons;
};
const char *sd_report_seccomp_diff_text(struct sd_arena *arena, const struct sd_seccomp_pair *pair);
const char *sd_report_seccomp_diff_json(struct sd_arena *arena, const struct sd_seccomp_pair *pair);

#endif
