/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest profile that serves calls which were seen: a part of another profile, never more. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_LEARN_H
#define SAFE_DOCKER_CONFINE_SECCOMP_LEARN_H

#include "safe-docker/confine/seccomp_program.h"

/* For `known`: all six arguments. */
#define SD_SECCOMP_ALL_ARGS 0x3fU

struct sd_seccomp_lesson;

/* What is learned is a part of `profile`, as it is for `target`; both must outlive the lesson. A profile that allows
 * what no rule names is an error: a part of it cannot be written down. */
bool sd_seccomp_lesson_create(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                              const struct sd_seccomp_target *target,
                              struct sd_seccomp_lesson **out, struct sd_error *err) SD_WARN_UNUSED;

/* A call that was seen; bit i of `known` tells whether args[i] is. x32 may be written as SCMP_ARCH_X86_64 with bit 30 of
 * the number set. Cheap for calls that were seen before. */
void sd_seccomp_lesson_note(struct sd_seccomp_lesson *lesson, const struct sd_seccomp_call *call,
                            unsigned known);

struct sd_seccomp_learned {
  const char *text;       /* the profile, in Docker's format */
  size_t served;          /* names that it allows */
  size_t allowed;         /* names that `profile` allows for `target`, on any architecture */
  struct sd_strv refused; /* "ptrace: errno 1 (EPERM)": seen, and refused by `profile`; sorted */
  /* Names of which all rules were kept, because arguments are not known; sorted. */
  struct sd_strv vague;
};

/* Rules keep their order, conditions and includes; of their names those stay that were served, sorted, and those that a
 * runtime needs between loading the filter and the first program. Rules that refuse otherwise than the default action
 * stay whole, and so what is not allowed is refused as by `profile`. `comment` stands at the first rule. Before it is
 * given out the result is parsed, compared (sd_seccomp_is_stricter) and asked about all that was seen. */
bool sd_seccomp_lesson_write(struct sd_seccomp_lesson *lesson, const char *comment,
                             struct sd_seccomp_learned *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
