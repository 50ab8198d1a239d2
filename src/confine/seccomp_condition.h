/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on arguments: for which numbers they hold, and what follows from them. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CONDITION_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CONDITION_H

#include "seccomp_profile.h"

/* -- one condition: it compares one argument; whether that is the same one is for callers to see -- */

/* A condition with this many numbers or fewer can be looked at number by number. */
#define SD_SECCOMP_FEW_NUMBERS 32

/* Whether it holds for the number, compared as 64 bits without a sign: SCMP_CMP_* of seccomp_rule_add(3). */
bool sd_seccomp_condition_holds(const struct sd_seccomp_condition *condition, uint64_t number);
/* What filters of 32-bit architectures compare of it: the low half, with the low half of the argument. */
struct sd_seccomp_condition sd_seccomp_low_half(const struct sd_seccomp_condition *condition);
/* True only where every number that `in` lets through, `out` lets through too, also where only low halves are
 * compared. In doubt false. */
bool sd_seccomp_condition_implies(const struct sd_seccomp_condition *in,
                                  const struct sd_seccomp_condition *out);
/* All numbers for which it holds, where they are few. Returns how many; 0: they are not few, or there are none. The low
 * halves of these numbers are all that it lets through where only low halves are compared. */
size_t sd_seccomp_condition_numbers(const struct sd_seccomp_condition *condition,
                                    uint64_t numbers[SD_SECCOMP_FEW_NUMBERS]);

/* -- all conditions of a rule: each must hold -- */

/* Whether those on argument `index` hold for the number. */
bool sd_seccomp_conditions_take(const struct sd_seccomp_rule *rule, unsigned index,
                                uint64_t number);
bool sd_seccomp_conditions_hold(const struct sd_seccomp_rule *rule,
                                const uint64_t args[SD_SECCOMP_ARGS]);
/* True only where those of `out` hold for all arguments for which those of `in` do, as sd_seccomp_condition_implies. */
bool sd_seccomp_conditions_imply(const struct sd_seccomp_rule *in,
                                 const struct sd_seccomp_rule *out);
/* "arg0 == 2 && (arg1 & 0xff) == 0x3"; "" without conditions. */
const char *sd_seccomp_conditions_text(struct sd_arena *arena, const struct sd_seccomp_rule *rule);

/* Flags and masks are read in hex, small numbers in decimal: "17", "0x10000000". */
const char *sd_seccomp_number_text(struct sd_arena *arena, uint64_t number);

#endif
