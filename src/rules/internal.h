/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules share; nobody else includes it. */
#ifndef SAFE_DOCKER_RULES_INTERNAL_H
#define SAFE_DOCKER_RULES_INTERNAL_H

#include "safe-docker/rules/rules.h"

/* "a, b, c" for hints, or `none` when the list is empty. The texts must be safe to show (the
 * policy's or our own). */
const char *sd_rule_list(struct sd_arena *arena, const struct sd_strv *names, const char *none);
/* True where the policy's options.allow names the option. */
bool sd_rule_option_allowed(const struct sd_rule_input *in, const char *name);
struct sd_ids {
  uid_t uid;
  gid_t gid;
};
/* Whom a container runs as when nothing else was asked for: the caller, who is root of a rootless daemon of their own
 * (unless the policy wants no root at all). Root's containers run as nobody. */
struct sd_ids sd_rule_own_ids(const struct sd_rule_input *in);
/* True where `gid` is one of the caller's own groups, the primary one included. */
bool sd_rule_caller_has_group(const struct sd_rule_input *in, gid_t gid);

/* Fields of a request by row of the option table. The kind must fit: TEXT, LIST, BOOL, or one of
 * INT, SIZE, CPUS and DURATION. */
const struct sd_text *sd_rule_text(const struct sd_request *request, enum sd_option_id id);
const struct sd_texts *sd_rule_texts(const struct sd_request *request, enum sd_option_id id);
const struct sd_flag *sd_rule_flag(const struct sd_request *request, enum sd_option_id id);
const struct sd_number *sd_rule_number(const struct sd_request *request, enum sd_option_id id);

/* Copies what was asked to decision->out and claims the option. Only kinds BOOL, INT, SIZE, CPUS,
 * DURATION, TEXT and LIST; nothing is copied or claimed of the others. */
void sd_rule_pass(const struct sd_rule_input *in, struct sd_decision *decision,
                  enum sd_option_id id);

/* The --security-opt of `key` that the caller gave, or NULL. One is judged; several contradict each
 * other, which is a violation of `rule`. */
const struct sd_security *sd_rule_only_security(const struct sd_rule_input *in,
                                                struct sd_decision *decision,
                                                enum sd_security_key key, const char *rule);
/* Whether the daemon is elsewhere: then the kernel of this host says nothing about its host's. */
bool sd_rule_is_remote(const struct sd_rule_input *in);
/* A part of the confinement area: --security-opt=apparmor=NAME. */
void sd_rules_apparmor(const struct sd_rule_input *in, struct sd_decision *decision);

/* Values that come from the policy and not from the caller. */
void sd_rule_set_text(struct sd_decision *decision, enum sd_option_id id, const char *value);
void sd_rule_set_number(struct sd_decision *decision, enum sd_option_id id, int64_t value);

/* A part of the devices area: --gpus. */
void sd_rules_gpus(const struct sd_rule_input *in, struct sd_decision *decision);

/* A part of the resources area: --ulimit. */
void sd_resources_ulimits(const struct sd_rule_input *in, struct sd_decision *decision);

#endif
