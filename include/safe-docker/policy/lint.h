/* SPDX-License-Identifier: Apache-2.0 */
/* What is doubtful about a policy that is well made: `policy check`. */
#ifndef SAFE_DOCKER_POLICY_LINT_H
#define SAFE_DOCKER_POLICY_LINT_H

#include "safe-docker/base/host.h"
#include "safe-docker/policy/policy.h"

enum sd_policy_severity {
  SD_POLICY_NOTE,    /* worth knowing; the built-in default has some */
  SD_POLICY_WARNING, /* takes away a part of the protection, or does nothing */
  SD_POLICY_DANGER,  /* a way to the host, or to what belongs to others */
};

struct sd_policy_finding {
  enum sd_policy_severity severity;
  const char *kind;   /* stable, kebab-case; described in safe-docker-policy(1) */
  const char *key;    /* "capabilities.allow" */
  const char *source; /* where the value was written, as in struct sd_json */
  unsigned line, column;
  const char
      *who; /* "user alice, group ml": whose override it takes; NULL: it is so for everybody */
  const char *message; /* what is wrong, without a final stop; all texts are safe to show */
  const char *attack;  /* what somebody would do with it: "mounts the disk of the host" */
  const char *advice;  /* what to write instead */
};

struct sd_policy_findings {
  SD_VEC(struct sd_policy_finding) v; /* by place, the worse one first */
  size_t dangers, warnings, notes;
};

enum sd_policy_account { SD_ACCOUNT_UNKNOWN, SD_ACCOUNT_MISSING, SD_ACCOUNT_THERE };

/* The machine that the policy is for; what is not known is left zero, and not judged. */
struct sd_policy_facts {
  const struct sd_host *host;
  int64_t memory, nano_cpus, pids;   /* that it has */
  const char *socket_group;          /* whose members may write to the socket of docker.host */
  int64_t socket_gid;                /* its number */
  struct sd_strv socket_group_users; /* these */
  bool socket_open;                  /* anybody may */
  /* Accounts and groups by name. `uid` may be NULL; it is written where the account is there. */
  enum sd_policy_account (*find_user)(const char *name, uid_t *uid);
  enum sd_policy_account (*find_group)(const char *name);
};

/* Judges what holds for everybody, what holds with each override, and what holds with two overrides that could concern
 * one caller; each finding is told once. False: the policy is not well made, also where only an override makes it so; the
 * error is that of sd_policy_load. */
bool sd_policy_lint(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    const struct sd_policy_facts *facts, struct sd_policy_findings *out,
                    struct sd_error *err) SD_WARN_UNUSED;

/* "danger", "warning", "note" */
const char *sd_policy_severity_word(enum sd_policy_severity severity);

/* Adds one that was found elsewhere, such as by those who can read seccomp profiles. */
void sd_policy_findings_add(struct sd_arena *arena, struct sd_policy_findings *findings,
                            const struct sd_policy_finding *finding);
/* By place, the worse one first. */
void sd_policy_findings_sort(struct sd_policy_findings *findings);

/* What is judged, for those: the policy of everybody, or with the override of `who`. */
struct sd_policy_view {
  const char *who; /* NULL: everybody */
  struct sd_policy policy;
};
struct sd_policy_views {
  SD_VEC(struct sd_policy_view) v; /* everybody's first, then one for each override, in order */
};
bool sd_policy_view_all(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                        struct sd_policy_views *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
