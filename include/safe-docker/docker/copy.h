/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of `docker cp` mean: which of them is in a container, and where copied things end up. Pure functions
 * on texts, after the real CLI (docker/cli, cli/command/container/cp.go) and its Go libraries. */
#ifndef SAFE_DOCKER_DOCKER_COPY_H
#define SAFE_DOCKER_DOCKER_COPY_H

#include <stdbool.h>

#include "safe-docker/base/error.h"

struct sd_copy_place {
  const char *container; /* NULL: on the host */
  const char *path;      /* "-": standard input or output, when on the host */
};

/* NAME:PATH is in a container, but what begins with "/" or "." is a path of the host. */
struct sd_copy_place sd_copy_split(struct sd_arena *arena, const char *word);

/* Go's filepath.Clean: no "." and "//"; ".." is taken by the letter, whatever is a link; "" is ".". */
const char *sd_copy_clean(struct sd_arena *arena, const char *path);
/* `path` seen from `folder` and cleaned, but with the final "/" or "/." that it had: both mean a folder. */
const char *sd_copy_absolute(struct sd_arena *arena, const char *folder, const char *path);
/* The folder of what `path` names, and its name there; a path that ends in "/." is its own folder, the name "." */
const char *sd_copy_folder(struct sd_arena *arena, const char *path);
const char *sd_copy_name(struct sd_arena *arena, const char *path);
/* True for paths that end in "/" or "/.". */
bool sd_copy_means_folder(const char *path);

/* What is at the destination. */
enum sd_copy_found { SD_COPY_NOTHING, SD_COPY_FOLDER, SD_COPY_OTHER };

/* Where an archive of the source is to be unpacked. */
struct sd_copy_plan {
  const char *folder;
  const char *name; /* what the top of the archive is to be called there; NULL: as in the archive */
};
/* From what the source is and what was found at `destination` (absolute). The errors are the real CLI's words, their
 * status 1. */
bool sd_copy_make_plan(struct sd_arena *arena, bool source_is_folder, const char *destination,
                       enum sd_copy_found found, struct sd_copy_plan *out,
                       struct sd_error *err) SD_WARN_UNUSED;

#endif
