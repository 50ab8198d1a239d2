/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles that must be read and compiled; otherwise the test fails, with the error. */
#ifndef SAFE_DOCKER_TESTS_PARSED_H
#define SAFE_DOCKER_TESTS_PARSED_H

#include "../support.h"

#include <string.h>

#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/confine/seccomp_program.h"

static inline struct sd_seccomp_profile *parsed_as(struct sd_arena *arena, const char *source,
                                                   const char *text) {
  struct sd_error err;
  struct sd_seccomp_profile *profile = NULL;
  sd_error_init(&err, arena);
  if (!sd_seccomp_parse(arena, source, text, strlen(text), &profile, &err))
    fail_msg("%s: %.1000s", err.message, text);
  return profile;
}

static inline struct sd_seccomp_profile *parsed(struct sd_arena *arena, const char *text) {
  return parsed_as(arena, "p.json", text);
}

/* A shipped one by its name, or "docker". */
static inline struct sd_seccomp_profile *parsed_known(struct sd_arena *arena, const char *name) {
  size_t len = 0;
  const char *text = sd_seccomp_builtin(name, &len);
  if (text == NULL && strcmp(name, "docker") == 0)
    text = sd_seccomp_docker(arena, &len);
  assert_non_null(text);
  return parsed_as(arena, name, text);
}

static inline struct sd_seccomp_program compiled_for(struct sd_arena *arena,
                                                     const struct sd_seccomp_profile *profile,
                                                     const struct sd_seccomp_target *target) {
  struct sd_error err;
  struct sd_seccomp_program program = {NULL, 0};
  sd_error_init(&err, arena);
  if (!sd_seccomp_compile(arena, profile, target, &program, &err))
    fail_msg("%s", err.message);
  return program;
}

#endif
