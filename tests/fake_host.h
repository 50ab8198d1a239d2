/* SPDX-License-Identifier: Apache-2.0 */
/* A host made of a few facts, for what asks a struct sd_host. */
#ifndef SAFE_DOCKER_TESTS_FAKE_HOST_H
#define SAFE_DOCKER_TESTS_FAKE_HOST_H

#include <string.h>

#include "safe-docker/base/host.h"

struct fake_text {
  const char *name, *text;
};

struct fake_host {
  enum sd_node node;                 /* what every path is, and it resolves to itself */
  bool creatable;                    /* every path may be created */
  const struct fake_text *files;     /* up to a row without a name; NULL: none */
  const struct fake_text *variables; /* the same */
};

static inline const char *fake_find(const struct fake_text *rows, const char *name) {
  for (; rows != NULL && rows->name != NULL; rows++)
    if (strcmp(rows->name, name) == 0)
      return rows->text;
  return NULL;
}

static inline void fake_resolve(void *context, struct sd_arena *arena, const char *path,
                                struct sd_resolved *out) {
  const struct fake_host *fake = context;
  (void)arena;
  *out = (struct sd_resolved){.node = fake->node, .path = path};
}

static inline bool fake_is_straight(void *context, const char *path) {
  (void)context;
  (void)path;
  return false;
}

static inline struct sd_special fake_special(void *context, struct sd_arena *arena,
                                             const char *path) {
  (void)context;
  (void)arena;
  (void)path;
  return (struct sd_special){0};
}

static inline bool fake_read(void *context, struct sd_arena *arena, const char *path, size_t max,
                             const char **text, size_t *len, struct sd_error *err) {
  const struct fake_host *fake = context;
  const char *found = fake_find(fake->files, path);
  (void)arena;
  (void)max;
  if (found == NULL)
    return sd_fail(err, "the file cannot be opened: you may not look there");
  *text = found;
  *len = strlen(found);
  return true;
}

static inline const char *fake_getenv(void *context, const char *name) {
  const struct fake_host *fake = context;
  return fake_find(fake->variables, name);
}

static inline bool fake_create(void *context, struct sd_arena *arena, const char *path,
                               const char **resolved, struct sd_error *err) {
  const struct fake_host *fake = context;
  (void)arena;
  if (!fake->creatable)
    return sd_fail(err, "it cannot be created");
  *resolved = path;
  return true;
}

/* `fake` must live as long as the host. */
static inline struct sd_host fake_host_of(struct fake_host *fake) {
  return (struct sd_host){.context = fake,
                          .resolve = fake_resolve,
                          .is_straight = fake_is_straight,
                          .find_special = fake_special,
                          .read_file = fake_read,
                          .getenv = fake_getenv,
                          .can_create = fake_create};
}

#endif
