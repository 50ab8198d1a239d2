/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the check share. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CHECK_JOB_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CHECK_JOB_H

#include "safe-docker/confine/seccomp_check.h"
#include "seccomp_profile.h"

struct sd_seccomp_job {
  struct sd_arena *arena;
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_target *target;
  const struct sd_seccomp_program *program; /* NULL: it could not be compiled */
  struct sd_seccomp_arches arches;          /* that the profile opens */
  struct sd_seccomp_spot action;            /* where the default action stands */
  struct sd_seccomp_spot architectures; /* where archMap or architectures stand, or the profile */
  struct sd_seccomp_findings *findings;
};

void sd_seccomp_find(const struct sd_seccomp_job *job, struct sd_seccomp_spot spot,
                     const char *kind, const char *format, ...) SD_PRINTF(4, 5);
/* "SOURCE:LINE", for pointing at another place. */
const char *sd_seccomp_line_text(const struct sd_seccomp_job *job,
                                 const struct sd_seccomp_rule *rule);
/* The names, "a, b and 3 others". */
const char *sd_seccomp_some_names(struct sd_arena *arena, const struct sd_strv *names);

/* Rules that never act, repeat each other or contradict each other. */
void sd_seccomp_check_rules(const struct sd_seccomp_job *job);
/* Errnos that programs take for something else. */
void sd_seccomp_check_errnos(const struct sd_seccomp_job *job);
/* What is left open: the default action, architectures, multiplexers. */
void sd_seccomp_check_open(const struct sd_seccomp_job *job);
/* Dangerous calls that the compiled program lets through. */
void sd_seccomp_check_dangers(const struct sd_seccomp_job *job);

#endif
