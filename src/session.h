/* SPDX-License-Identifier: Apache-2.0 */
/* What is known before the first word of the caller is read. */
#ifndef SAFE_DOCKER_SRC_SESSION_H
#define SAFE_DOCKER_SRC_SESSION_H

#include "safe-docker/policy/files.h"
#include "safe-docker/sys/audit_sink.h"
#include "safe-docker/sys/identity.h"
#include "safe-docker/sys/lsm.h"
#include "safe-docker/sys/privileges.h"
#include "safe-docker/sys/stand_in.h"

/* What a context of the policy needs. */
struct session_context {
  struct sd_run_as run_as;
  const char *problem; /* why this door cannot give it, or NULL */
};

struct session {
  struct sd_arena *arena;
  struct sd_identity who;
  struct sd_policy_caller caller;
  uid_t owner; /* whose files are believed besides root's: the caller's own in SAFE_DOCKER_POLICY
                  mode */
  const char *chosen;    /* the file that SAFE_DOCKER_POLICY names, where it counts; or NULL */
  bool variable_ignored; /* SAFE_DOCKER_POLICY was set, but this door does not take it */
  bool has_policy;       /* false: `problem` says why; only `policy check` still works */
  struct sd_error problem;
  struct sd_policy policy;
  const char *seccomp_profile; /* text */
  const char *seccomp_source;  /* the file that it was read from; NULL: it is a shipped one */
  struct sd_seccomp_profile *seccomp_rules; /* after session_read_profile, for one of a file */
  struct sd_lsm_view
      apparmor; /* with the profiles that the policy names, and those that are shipped */
  struct sd_audit_sink sink;
  struct sd_run_as own; /* for docker.host */
  struct sd_run_as
      run_as; /* what this process has parked: `own`, or in a stand-in that of a context */
  SD_VEC(struct session_context) contexts; /* of docker.contexts, in their order */
  struct sd_stand_ins stand_ins; /* for contexts that need what this process has not parked */
};

/* Identity, policy, audit sinks, AppArmor, then the drop, whose token it returns. NULL: nothing can be done, not even
 * `policy check`. Returns once more in each stand-in that is woken: sys/stand_in.h. */
const struct sd_dropped *session_prepare(struct sd_arena *arena, struct session *out,
                                         struct sd_error *err) SD_WARN_UNUSED;

/* Somebody who does not ask, and a policy that need not be the one in force. */
struct session_pretence {
  const struct sd_identity *who; /* groups filled */
  const struct sd_strv
      *group_names; /* of groups of theirs that the host need not have; NULL: none */
  const struct sd_policy_text *texts;
  size_t text_count;
  uid_t owner; /* whose files are believed besides root's */
  bool
      other_machine; /* docker.config_dir is not looked for here, and every AppArmor profile is loaded there */
};

/* The same for what is only asked (src/whatif.h): no audit sink is opened, nothing is parked, and this process stays
 * what it is. False: there is no such policy for them. */
bool session_pretend(struct sd_arena *arena, const struct session_pretence *pretence,
                     struct session *out, struct sd_error *err) SD_WARN_UNUSED;

/* What must be parked for `endpoint`, docker.host or one of docker.contexts; NULL: this door cannot give it, and *problem
 * says why. */
const struct sd_run_as *session_plan_of(const struct session *session,
                                        const struct sd_endpoint *endpoint, const char **problem);

/* What AppArmor says now: session->apparmor. Part of preparing; again after profiles were loaded. */
void session_look_at_apparmor(struct session *session);

/* Whether the policy's seccomp profile can be used. Apart from preparing: a profile takes time to read, and most commands
 * need none. */
bool session_read_profile(struct session *session, struct sd_error *err) SD_WARN_UNUSED;

/* What only libcap and libseccomp can judge, and whether what the policy names is there: for `policy check FILE`. */
bool session_check_policy(struct sd_arena *arena, const struct sd_policy *policy, uid_t owner,
                          struct sd_error *err) SD_WARN_UNUSED;

#endif
