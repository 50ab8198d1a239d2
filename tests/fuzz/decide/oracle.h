/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of a command line that safe-docker would execute, whatever was typed. The words are read by readers of their
 * own, written for this: nothing of src/docker is used to understand them.
 *
 * MUST: end the program, in words, where anything is not as it must be; know every form that may go out, and no other. */
#ifndef SAFE_DOCKER_TESTS_DECIDE_ORACLE_H
#define SAFE_DOCKER_TESTS_DECIDE_ORACLE_H

#include "safe-docker/docker/commands.h"
#include "safe-docker/policy/policy.h"

/* What was executed, and for whom. */
struct oracle {
  struct sd_arena *arena;
  const struct sd_policy *policy;
  uid_t uid;
  gid_t gid;
  struct sd_gids groups;
  gid_t socket_group;
  const struct sd_endpoint *endpoint;
  const struct sd_strv *argv;
  const struct sd_strv *typed;
  const struct sd_command *command;
  const char *env_file, *label_file; /* texts that are handed over; NULL: none */
  bool has_profile;                  /* a seccomp profile is handed over */
};

/* All of the argv: the program, the endpoint, the command, its options and operands. */
void oracle_check(const struct oracle *oracle);

/* -- parts, for each other ------------------------------------------------------------------------ */

/* Ends the program unless it holds. `token` is shown; it may be NULL. */
void oracle_require(const struct oracle *oracle, bool holds, const char *what, const char *token);

/* run and create, from the word behind the command on. */
void oracle_container(const struct oracle *oracle, size_t at);
/* Every other command. */
void oracle_command(const struct oracle *oracle, size_t at);

/* "-12", "0", "7": the one spelling of a number. */
bool oracle_number(const char *text, int64_t *out);
/* "1.5", of at most nine digits behind the point, none of them a needless 0; in billionths. */
bool oracle_cpus(const char *text, int64_t *out);
/* "1000:1000" */
bool oracle_user(const char *text, uint32_t *uid, uint32_t *gid);
/* Without control characters and blanks, and not empty. */
bool oracle_word(const char *text);
bool oracle_one_of(const char *text, const char *const *list);
bool oracle_starts(const char *text, const char *start);
bool oracle_option_allowed(const struct oracle *oracle, const char *name);
bool oracle_caller_has_group(const struct oracle *oracle, gid_t gid);
/* `inner` is `outer` or below it. */
bool oracle_within(const char *inner, const char *outer);
/* Absolute, without double slashes, dots and a slash at the end. */
bool oracle_clean(const char *path);
/* The ids that a container of this caller has unless they asked for others. */
void oracle_own_ids(const struct oracle *oracle, uint32_t *uid, uint32_t *gid);
/* A value of --user or exec --user that the policy allows. */
void oracle_check_user(const struct oracle *oracle, const char *value);
/* --mount, --volume, --tmpfs; each adds its target to `targets`. */
void oracle_mount(const struct oracle *oracle, const char *value, struct sd_strv *targets);
void oracle_volume(const struct oracle *oracle, const char *value, struct sd_strv *targets);
void oracle_tmpfs(const struct oracle *oracle, const char *value, struct sd_strv *targets);
/* --publish */
void oracle_publish(const struct oracle *oracle, const char *value);
/* A label that is not safe-docker's own: "key=value" or "key". */
bool oracle_label_is_reserved(const char *label);

#endif
