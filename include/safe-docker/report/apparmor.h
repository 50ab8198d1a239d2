/* SPDX-License-Identifier: Apache-2.0 */
/* What `safe-docker apparmor status` tells. */
#ifndef SAFE_DOCKER_REPORT_APPARMOR_H
#define SAFE_DOCKER_REPORT_APPARMOR_H

#include "safe-docker/policy/policy.h"
#include "safe-docker/rules/rules.h"

struct sd_apparmor_status {
  const struct sd_lsm_view *view;
  const struct sd_policy *policy; /* NULL: it could not be read */
  const char *policy_problem;     /* why; NULL where it could */
  const struct sd_decision
      *decision; /* about a container with nothing asked for; NULL without a policy */
};

/* Whether a container would start now, as the policy wants it. */
bool sd_report_apparmor_is_good(const struct sd_apparmor_status *status);
/* Both with a final newline. */
const char *sd_report_apparmor_text(struct sd_arena *arena,
                                    const struct sd_apparmor_status *status);
const char *sd_report_apparmor_json(struct sd_arena *arena,
                                    const struct sd_apparmor_status *status);

#endif
