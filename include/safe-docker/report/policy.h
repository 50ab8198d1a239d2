/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of `safe-docker policy`, as text and as JSON (--format). Each is on the arena, ends with a newline, and is safe
 * to show. */
#ifndef SAFE_DOCKER_REPORT_POLICY_H
#define SAFE_DOCKER_REPORT_POLICY_H

#include "safe-docker/policy/diff.h"
#include "safe-docker/policy/lint.h"

/* `policy check`: "FILE:LINE:COLUMN: danger: ... [kind]", what an attacker does, what to write instead; and the numbers. */
const char *sd_report_policy_check_text(struct sd_arena *arena, const char *source,
                                        const struct sd_policy_findings *findings);
const char *sd_report_policy_check_json(struct sd_arena *arena, const char *source,
                                        const struct sd_policy_findings *findings);
/* Of a policy that is not well made. */
const char *sd_report_policy_error_json(struct sd_arena *arena, const char *source,
                                        const struct sd_error *error);

/* `policy diff`. */
struct sd_policy_pair {
  const char *names[2]; /* "the policy default" */
  const char *who;      /* whom it was asked for; NULL: everybody */
  const struct sd_policy_differences *differences;
};
const char *sd_report_policy_diff_text(struct sd_arena *arena, const struct sd_policy_pair *pair);
const char *sd_report_policy_diff_json(struct sd_arena *arena, const struct sd_policy_pair *pair);

/* `policy show --format text`: what holds for `caller`; `tree` is what the policy was loaded from (sd_policy_tree). */
const char *sd_report_policy_show_text(struct sd_arena *arena, const struct sd_policy *policy,
                                       const struct sd_json *tree,
                                       const struct sd_policy_caller *caller);

#endif
