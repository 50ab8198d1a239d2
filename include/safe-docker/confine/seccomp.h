/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp profiles in Docker's JSON format. The sole user of libseccomp. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_H
#define SAFE_DOCKER_CONFINE_SECCOMP_H

#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

struct sd_seccomp_profile;

/* Name of a shipped profile, "default" first, or NULL behind the last. */
const char *sd_seccomp_shipped(size_t index);
/* Text of the shipped profile of that name (profiles/seccomp/NAME.json, also installed in datadir), or NULL. */
const char *sd_seccomp_builtin(const char *name, size_t *len);

/* Parses and checks a profile: known keys, actions, operators, architectures and conditions only; unknown
 * syscall names are errors unless the libseccomp of this build is older than the name (then kept by name). */
bool sd_seccomp_parse(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      struct sd_seccomp_profile **out, struct sd_error *err) SD_WARN_UNUSED;

/* True where every system call that `inner` allows, `outer` allows too, with the same argument conditions or
 * none, for a container with no capabilities. Otherwise false with the first call that is wider in `err`. */
bool sd_seccomp_is_stricter(const struct sd_seccomp_profile *inner,
                            const struct sd_seccomp_profile *outer,
                            struct sd_error *err) SD_WARN_UNUSED;

#endif
