/* SPDX-License-Identifier: Apache-2.0 */
/* The last lines of a log that is read from its beginning. */
#ifndef SAFE_DOCKER_SRC_AUDIT_LAST_H
#define SAFE_DOCKER_SRC_AUDIT_LAST_H

#include "safe-docker/report/audit_log.h"

struct audit_kept {
  const char *text;
  size_t len;
  struct sd_audit_input input;
};

struct audit_last {
  struct audit_kept *slots;
  size_t count; /* of slots */
  size_t next;  /* the slot that is filled next */
  size_t used;
  size_t live, taken; /* bytes of what is kept, and of what the arena holds */
  struct sd_arena arenas[2];
  int current;
};

/* Keeps `count` lines; the slots are on `arena`. */
void audit_last_init(struct audit_last *last, struct sd_arena *arena, size_t count);
void audit_last_finish(struct audit_last *last);
void audit_last_keep(struct audit_last *last, const char *text, size_t len,
                     const struct sd_audit_input *input);
/* In order, until one returns false; then it does, too. */
bool audit_last_each(struct audit_last *last,
                     bool (*each)(void *context, const char *text, size_t len,
                                  const struct sd_audit_input *input),
                     void *context);

#endif
