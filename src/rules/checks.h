/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of single words that several areas share. They are allow-lists: what they do not know is
 * false. */
#ifndef SAFE_DOCKER_RULES_CHECKS_H
#define SAFE_DOCKER_RULES_CHECKS_H

#include "safe-docker/rules/rules.h"

/* Printable UTF-8, not empty, without blanks: what can stand in a line of /etc/hosts or
 * resolv.conf. */
bool sd_check_word(const char *text);
/* [a-zA-Z0-9] and then ASCII letters, digits and `extra`. */
bool sd_check_name(const char *text, const char *extra);
/* Hex digits alone, at least one: the daemon may take it as the start of an id. */
bool sd_check_hex(const char *text);
/* "02:42:ac:11:00:02" */
bool sd_check_mac(const char *text);
/* True for labels ("key" or "key=value") that only safe-docker or the daemon itself may set. */
bool sd_label_is_reserved(const char *label);
/* `err` about one thing that the caller wrote, as a violation. */
void sd_check_failed(struct sd_decision *decision, const char *rule, const struct sd_given *given,
                     const struct sd_error *err);

#endif
