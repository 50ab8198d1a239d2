/* SPDX-License-Identifier: Apache-2.0 */
/* What `policy check` would say about additions: the words of a request choose them, and whoever typed it may have chosen
 * them with care. */
#ifndef SAFE_DOCKER_SRC_SUGGEST_JUDGE_H
#define SAFE_DOCKER_SRC_SUGGEST_JUDGE_H

#include "safe-docker/policy/files.h"

#include "session.h"

/* Adds to `out` a line for each danger and warning that the texts with `drop_in` behind them have and the texts alone do
 * not. No path is looked at: they are the words of callers. False: the policy is not well made with it. */
bool suggest_judge(struct session *session, const struct sd_policy_texts *texts,
                   const struct sd_policy_text *drop_in, struct sd_strv *out,
                   struct sd_error *err) SD_WARN_UNUSED;

#endif
