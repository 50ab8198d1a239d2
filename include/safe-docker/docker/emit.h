/* SPDX-License-Identifier: Apache-2.0 */
/* A decided request to the argv of the real CLI: one self-contained --long-name=value token a setting, then
 * "--", the image and its arguments.
 *
 * MUST: be a function of the typed request alone; emit every field that is set; be idempotent (what is
 * emitted parses to the same request). */
#ifndef SAFE_DOCKER_DOCKER_EMIT_H
#define SAFE_DOCKER_DOCKER_EMIT_H

#include "safe-docker/docker/request.h"

struct sd_emitted {
  struct sd_strv argv;    /* from the command on: "run", "--cap-drop=ALL", ... */
  const char *env_file;   /* text for a sealed memfd, or NULL */
  const char *label_file; /* text for a sealed memfd, or NULL */
};

/* Where the memfds will be found: "/proc/self/fd/3". NULL for seccomp: no token of it. */
struct sd_emit_paths {
  const char *env_file;
  const char *label_file;
  const char *seccomp;
};

/* Fails only where a setting cannot be handed on without showing what was hidden. */
bool sd_emit(struct sd_arena *arena, const struct sd_request *request,
             const struct sd_emit_paths *paths, struct sd_emitted *out,
             struct sd_error *err) SD_WARN_UNUSED;

#endif
