/* SPDX-License-Identifier: Apache-2.0 */
/* Environment and label entries: how they are read from what the caller gave, and written out again. */
#ifndef SAFE_DOCKER_SRC_DOCKER_ENTRIES_H
#define SAFE_DOCKER_SRC_DOCKER_ENTRIES_H

#include "safe-docker/docker/request.h"

/* --env NAME[=VALUE]; a bare name takes its value from the caller's environment. */
bool sd_entries_add_env(struct sd_arena *arena, const struct sd_host *host,
                        const struct sd_given *given, struct sd_entries *out,
                        struct sd_error *err) SD_WARN_UNUSED;
/* The lines of an --env-file, as hidden entries. */
bool sd_entries_add_env_file(struct sd_arena *arena, const struct sd_host *host,
                             const struct sd_given *given, struct sd_entries *out,
                             struct sd_error *err) SD_WARN_UNUSED;
/* --label KEY[=VALUE], and the lines of a --label-file. */
bool sd_entries_add_label(struct sd_arena *arena, const struct sd_given *given,
                          struct sd_entries *out, struct sd_error *err) SD_WARN_UNUSED;
bool sd_entries_add_label_file(struct sd_arena *arena, const struct sd_host *host,
                               const struct sd_given *given, struct sd_entries *out,
                               struct sd_error *err) SD_WARN_UNUSED;

/* `others` becomes `files` and then what it was: Docker reads files first and single settings after them,
 * wherever they stand. */
void sd_entries_put_first(struct sd_arena *arena, struct sd_entries *files,
                          struct sd_entries *others);

/* --NAME=... tokens to `argv`, and in *file the text for a file in memory of those that must not be seen (NULL:
 * none). Fails only where a hidden value cannot stand in a file. */
bool sd_entries_emit(struct sd_arena *arena, const char *name, const struct sd_entries *entries,
                     struct sd_strv *argv, const char **file, struct sd_error *err) SD_WARN_UNUSED;

#endif
