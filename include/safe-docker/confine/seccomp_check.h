/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong or doubtful about a profile. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CHECK_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CHECK_H

#include "safe-docker/confine/seccomp_program.h"

struct sd_seccomp_finding {
  bool error;            /* the profile cannot be used; otherwise a warning */
  unsigned line, column; /* from 1 */
  /* Of a warning: "dangerous-call", described in safe-docker-seccomp(1); otherwise "error". */
  const char *kind;
  const char *message; /* a sentence without its place and final stop, safe to show */
};
struct sd_seccomp_findings {
  SD_VEC(struct sd_seccomp_finding) v; /* in the order of the text */
  size_t errors, warnings;             /* so many, with those that were left out */
  bool more;                           /* some were left out */
};

/* Reads the profile and looks for mistakes, rules without effect, and what it leaves open to containers of the target.
 * Never fails: that the text is no profile is a finding, too. */
void sd_seccomp_check(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      const struct sd_seccomp_target *target, struct sd_seccomp_findings *out);

/* sd_seccomp_compile for profiles of any origin: one of which libseccomp would take long to make a program is an error. */
bool sd_seccomp_compile_bounded(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                                const struct sd_seccomp_target *target,
                                struct sd_seccomp_program *out,
                                struct sd_error *err) SD_WARN_UNUSED;

#endif
