/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the usual constants in arguments of system calls: AF_INET, SOCK_STREAM, CLONE_NEWUSER. The numbers are those of
 * Linux's own headers on x86 and ARM. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_CONSTANTS_H
#define SAFE_DOCKER_CONFINE_SECCOMP_CONSTANTS_H

#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* A number (decimal, 0x, octal with 0 in front; negative ones as the processor has them) or the name of a constant, or
 * several with | between them. False: neither, with the nearest name as the hint. */
bool sd_seccomp_parse_value(struct sd_arena *arena, const char *text, uint64_t *out,
                            struct sd_error *err) SD_WARN_UNUSED;
/* The number of a name of `len` bytes, of those that are the same on every architecture or on that of this machine:
 * families and types of sockets, flags of clone(2), personalities, types of files. False: not known. */
bool sd_seccomp_portable_constant(const char *name, size_t len, uint64_t *out);
/* The names of `value` as argument `index` of `call`: "AF_INET", "CLONE_NEWNS|CLONE_NEWPID"; NULL: none are known. */
const char *sd_seccomp_value_name(struct sd_arena *arena, const char *call, unsigned index,
                                  uint64_t value);
/* A call as in C, with names of constants, "socket(AF_ALG)": arguments up to the last that is not 0, at least `least`. */
const char *sd_seccomp_spell_call(struct sd_arena *arena, const char *call, const uint64_t args[6],
                                  unsigned least);
/* Conditions as struct sd_seccomp_ruling has them, with the names of constants: "arg0 == 2 (AF_INET)". */
const char *sd_seccomp_annotate(struct sd_arena *arena, const char *call, const char *when);

#endif
