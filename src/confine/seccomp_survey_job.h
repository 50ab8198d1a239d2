/* SPDX-License-Identifier: Apache-2.0 */
/* What surveys and comparisons share. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_SURVEY_JOB_H
#define SAFE_DOCKER_CONFINE_SECCOMP_SURVEY_JOB_H

#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_survey.h"

/* Programs that allow every call and none, for machines of this one's byte order; no others are compiled. */
struct sd_seccomp_extremes {
  struct sd_seccomp_program all, nothing;
};
void sd_seccomp_extremes(struct sd_arena *arena, struct sd_seccomp_extremes *out);
/* How far the call of *refused is allowed. SOMETIMES: *refused then has arguments for which it is not. */
enum sd_seccomp_extent sd_seccomp_extent_of(struct sd_arena *arena,
                                            const struct sd_seccomp_program *program,
                                            const struct sd_seccomp_extremes *extremes,
                                            struct sd_seccomp_call *refused);
/* `own` beside `other`, for the call of *more and *less. They then have arguments that only `own`, only `other` allows. */
enum sd_seccomp_comparison sd_seccomp_beside(struct sd_arena *arena,
                                             const struct sd_seccomp_program *own,
                                             const struct sd_seccomp_program *other,
                                             struct sd_seccomp_call *more,
                                             struct sd_seccomp_call *less);
/* sd_seccomp_list_calls in the order of names. */
void sd_seccomp_sorted_calls(struct sd_arena *arena, uint32_t arch, struct sd_seccomp_numbers *out);

#endif
