/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the log as questions of src/whatif.h. */
#ifndef SAFE_DOCKER_SRC_AUDIT_AGAIN_H
#define SAFE_DOCKER_SRC_AUDIT_AGAIN_H

#include "safe-docker/report/audit_history.h"

#include "own/policy/whatif.h"

struct audit_tried {
  const struct sd_audit_request *request;
  struct whatif_answer answer; /* without `explain` */
};

struct audit_again {
  SD_VEC(struct audit_tried) different; /* from what was recorded */
  size_t tried, unanswered;
  const char *why; /* one of the unanswered was not answered */
};

/* Decides each request of the history anew, by the policy in force, without asking the daemon. */
bool audit_again_try(struct session *session, const struct sd_audit_history *history,
                     struct audit_again *out, struct sd_error *err) SD_WARN_UNUSED;

/* Whose the requests are, each looked up once. */
struct audit_account {
  uint32_t uid;
  const struct sd_identity *who; /* NULL: there is none */
  const char *problem;
  int64_t milliseconds; /* that its requests took */
};
struct audit_accounts {
  SD_VEC(struct audit_account) list;
};
/* NULL: there is no such account any more; *why tells. */
const struct sd_identity *audit_again_account(struct session *session,
                                              struct audit_accounts *accounts, uint32_t uid,
                                              const char **why);

#endif
