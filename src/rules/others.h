/* SPDX-License-Identifier: Apache-2.0 */
/* Other containers that a new one refers to. */
#ifndef SAFE_DOCKER_RULES_OTHERS_H
#define SAFE_DOCKER_RULES_OTHERS_H

#include "safe-docker/rules/rules.h"

/* The container that the caller calls so, where it is the caller's own and was launched by safe-docker; else NULL and a
 * violation of `rule`. */
const struct sd_object *sd_other_container(const struct sd_rule_input *in,
                                           struct sd_decision *decision, const char *rule,
                                           const struct sd_given *given, const char *name);
/* What stands behind "container:", or NULL. */
const char *sd_other_name(const char *text);

/* --link and --volumes-from, where the policy lets them through: judged, handed on as ids, and claimed. */
void sd_other_links(const struct sd_rule_input *in, struct sd_decision *decision);
void sd_other_volumes(const struct sd_rule_input *in, struct sd_decision *decision);

/* A value of --volumes-from, split: NAME[:ro|rw]. False where it is of another form. */
bool sd_other_split_volumes(struct sd_arena *arena, const char *text, const char **name,
                            bool *read_only);

#endif
