/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the usual constants in arguments of system calls: AF_INET, SOCK_STREAM, CLONE_NEWUSER. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CONSTANTS_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CONSTANTS_H

#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* A number (decimal, 0x, octal with 0 in front; negative ones as the processor has them) or the name of a constant, or
 * several with | between them. */
bool sd_seccomp_parse_value(struct sd_arena *arena, const char *text, uint64_t *out,
                            struct sd_error *err) SD_WARN_UNUSED;
/* The names of `value` as argument `index` of `call`: "AF_INET", "CLONE_NEWNS|CLONE_NEWPID"; NULL: none are known. */
const char *sd_seccomp_value_name(struct sd_arena *arena, const char *call, unsigned index,
                                  uint64_t value);
/* "socket(AF_ALG)": arguments up to the last that is not 0, at least `least`. */
const char *sd_seccomp_spell_call(struct sd_arena *arena, const char *call, const uint64_t args[6],
                                  unsigned least);
/* Conditions as struct sd_seccomp_ruling has them, with the names of constants: "arg0 == 2 (AF_INET)". */
const char *sd_seccomp_annotate(struct sd_arena *arena, const char *call, const char *when);

#endif
