/* SPDX-License-Identifier: Apache-2.0 */
/* Single values that more than one command has (run --user and exec --user), judged once. */
#ifndef SAFE_DOCKER_RULES_VERDICT_H
#define SAFE_DOCKER_RULES_VERDICT_H

#include "safe-docker/rules/rules.h"

struct sd_verdict {
  const char *value;  /* what is handed on; NULL: refused */
  const char *reason; /* refused: why. Else why `value` is not what was asked, or NULL */
  const char *hint;   /* refused: what would do */
};

/* "uid:gid" of whoever a process of a container runs as; `asked` NULL: nothing was. */
struct sd_verdict sd_judge_user(const struct sd_rule_input *in, const char *asked);
/* The name of a container, which is not empty; without the slash that may stand before it. */
struct sd_verdict sd_judge_name(const struct sd_rule_input *in, const char *asked);
/* The folder that a process starts in, which is not empty. */
struct sd_verdict sd_judge_workdir(const struct sd_rule_input *in, const char *asked);
/* What the daemon does when a container ends; `asked` is not empty. */
struct sd_verdict sd_judge_restart(const struct sd_rule_input *in, const char *asked);
/* The name or number of a signal. */
struct sd_verdict sd_judge_signal(const struct sd_rule_input *in, const char *asked);
/* A list such as 0-3,7. */
struct sd_verdict sd_judge_cpuset(const struct sd_rule_input *in, const char *asked);
/* A limit of run and create; `value` of the verdict is "" where it is granted. */
struct sd_verdict sd_judge_limit(const struct sd_rule_input *in, enum sd_option_id id,
                                 int64_t asked);

#endif
