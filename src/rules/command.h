/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of the commands other than run and create share.
 *
 * A command's rule is one function. Before it runs, every setting of disposition SD_PASS and every refused one is
 * settled, and decision->invocation holds the command and the passed settings. The rule settles the rest
 * (SD_CHECK) and puts the operands there; a setting that nobody settles is refused. */
#ifndef SAFE_DOCKER_RULES_COMMAND_H
#define SAFE_DOCKER_RULES_COMMAND_H

#include "safe-docker/rules/rules.h"

/* -- settings ----------------------------------------------------------------------------------- */

/* The caller's setting of that name (the last one; of lists the first), or NULL. Marks all of that name as settled. */
const struct sd_setting *sd_command_take(const struct sd_rule_input *in,
                                         struct sd_decision *decision, const char *name);
/* Hands it on as it is, every one of a list. Settles it. */
void sd_command_pass(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *name);
/* sd_deny about a setting, or about an operand (`what` is shown before the message). */
void sd_command_deny(struct sd_decision *decision, const char *rule,
                     const struct sd_setting *setting, const char *hint, const char *format, ...)
    SD_PRINTF(5, 6);
void sd_operand_deny(struct sd_decision *decision, const char *rule, const char *operand,
                     const char *hint, const char *format, ...) SD_PRINTF(5, 6);

/* -- operands ----------------------------------------------------------------------------------- */

/* Appends one word as it is: nothing that names an object. */
void sd_command_word(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *word);
/* Looks the operand up and appends the id of what is the caller's; else notes in decision->absent that it does not
 * exist. NULL: it does not. */
const struct sd_object *sd_command_object(const struct sd_rule_input *in,
                                          struct sd_decision *decision, enum sd_object_kind kind,
                                          const char *operand);
/* The same for every operand. */
void sd_command_objects(const struct sd_rule_input *in, struct sd_decision *decision,
                        enum sd_object_kind kind);
/* As sd_command_object, for commands that act with the daemon's rights in the container: refused where it was not
 * launched by safe-docker. */
const struct sd_object *sd_command_launched(const struct sd_rule_input *in,
                                            struct sd_decision *decision, const char *operand);
/* Judges again what the container has of the host: binds, whose sources are resolved anew at each start; then
 * capabilities and devices; and networks. Violations are about `operand`. Nothing is judged before it was looked up. */
void sd_command_volumes(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_object *container, const char *operand);
void sd_command_binds(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_object *container, const char *operand);
void sd_command_grants(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_object *container, const char *operand);
void sd_command_networks(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_object *container, const char *operand);
bool sd_container_has_binds(const struct sd_object *container);
/* command_filters.c: the caller's --filter settings, judged and handed on in their canonical form. */
void sd_command_filters(const struct sd_rule_input *in, struct sd_decision *decision);
/* Adds --filter=label=io.safe-docker.owner=UID where each caller sees their own alone, behind the caller's filters. */
void sd_command_own_only(const struct sd_rule_input *in, struct sd_decision *decision);

/* command_labels.c: the --label settings of what is created, judged and handed on; behind them the version's, and the
 * owner's where it shall be the caller's own. */
void sd_command_labels(const struct sd_rule_input *in, struct sd_decision *decision, bool own);

/* -- the rules, one a command or several of a kind ---------------------------------------------- */

typedef void sd_command_rule(const struct sd_rule_input *in, struct sd_decision *decision);

/* command_lists.c: ps, events, volume ls, network ls, and the prunes; stats, inspect, info */
sd_command_rule sd_command_list, sd_command_prune, sd_command_stats, sd_command_inspect;
/* command_containers.c */
sd_command_rule sd_command_start, sd_command_stop, sd_command_port, sd_command_rename,
    sd_command_export;
/* command_top.c */
sd_command_rule sd_command_top;
/* command_exec.c */
sd_command_rule sd_command_exec, sd_command_attach;
/* command_update.c */
sd_command_rule sd_command_update;
/* command_cp.c */
sd_command_rule sd_command_cp;
/* command_networks.c */
sd_command_rule sd_command_network_create, sd_command_network_connect, sd_command_network_inspect;
/* command_volumes.c */
sd_command_rule sd_command_volume_remove;
sd_command_rule sd_command_volume_create;
/* command_images.c */
sd_command_rule sd_command_images, sd_command_pull, sd_command_push, sd_command_rmi, sd_command_tag,
    sd_command_commit, sd_command_import, sd_command_load, sd_command_save, sd_command_search,
    sd_command_image_read;
/* command_build.c */
sd_command_rule sd_command_build;
/* command_login.c */
sd_command_rule sd_command_login, sd_command_logout;
/* command_words.c */
sd_command_rule sd_command_complete, sd_command_compose;
/* Refuses the command as one that is not handled. */
sd_command_rule sd_command_unsupported;

#endif
