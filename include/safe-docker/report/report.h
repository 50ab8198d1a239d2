/* SPDX-License-Identifier: Apache-2.0 */
/* What the caller and the administrator are told. These make texts; main.c writes them out. */
#ifndef SAFE_DOCKER_REPORT_REPORT_H
#define SAFE_DOCKER_REPORT_REPORT_H

#include "safe-docker/policy/policy.h"
#include "safe-docker/rules/rules.h"
#include "safe-docker/sys/identity.h"

/* What holds a container, beside capabilities, limits and namespaces. */
struct sd_confinement {
  const char *seccomp;  /* its name; NULL: a stricter one of the caller's */
  const char *apparmor; /* the profile that is asked for; NULL: none is */
  /* The profile's mode ("enforce"), or why nothing more is known or asked for: "absent" (no AppArmor in the kernel),
   * "off" (the policy), "missing" (not loaded), "unknown" (cannot be seen), "remote" (a daemon elsewhere), "refused"
   * (the caller's wish). */
  const char *apparmor_state;
};

/* Everything that was decided about one request. */
struct sd_outcome {
  const struct sd_identity *who;
  const char *command; /* "run"; "" where none was understood */
  const struct sd_problems *problems;
  const struct sd_change *changes;
  size_t change_count;
  const struct sd_strv *argv;               /* what is executed; NULL on deny */
  const struct sd_strv *environ;            /* "NAME=value"; NULL on deny */
  const struct sd_confinement *confinement; /* NULL: no container is made */
  const struct sd_used_images *used;        /* images whose content is known; NULL: none */
};

/* "safe-docker: denied by policy: 2 problems" and a block for each; with colours, and where to read on, where
 * `colour`: a terminal, not a file. */
const char *sd_report_denial(struct sd_arena *arena, const struct sd_problems *problems,
                             bool colour);

/* --explain and --explain=json, with a final newline. */
const char *sd_report_explain_text(struct sd_arena *arena, const struct sd_outcome *outcome,
                                   bool colour);
const char *sd_report_explain_json(struct sd_arena *arena, const struct sd_outcome *outcome);

/* What the audit record holds besides the outcome. */
struct sd_audit_facts {
  const char *const *typed; /* argv as typed, the program's name first */
  bool masked;              /* a secret was taken out of it: what quotes it is left out, too */
  const char *policy_hash;
  const char *policy_sources;
  bool policy_variable_ignored; /* SAFE_DOCKER_POLICY was set, but this door does not take it */
  const char *error;            /* a failure that is no denial, or NULL */
  long long seconds;            /* time of the request, and its milliseconds */
  int milliseconds;
  bool brief; /* leave out what the caller can make as long as they like */
};
/* What the caller can make long stands last, so that a log that cuts lines keeps the rest. A denial tells its violations, of
 * bounded length. One line of JSON without its end. */
const char *sd_report_audit(struct sd_arena *arena, const struct sd_outcome *outcome,
                            const struct sd_audit_facts *facts);

/* The program's own help: what it is, its own options, the commands that the policy allows. */
const char *sd_report_help(struct sd_arena *arena, const char *version,
                           const struct sd_policy *policy);

#endif
