/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of images, as `docker save` of engines with and without the containerd image store writes them: which
 * names would `docker load` give?
 *
 * MUST: see every name that any engine would see. An engine unpacks the archive and then reads manifest.json, or
 * repositories where there is none, or index.json where there is an oci-layout; so all of them are read, each stands
 * there once, as a plain file, and nothing else can put another in its place. */
#ifndef SAFE_DOCKER_DOCKER_ARCHIVE_H
#define SAFE_DOCKER_DOCKER_ARCHIVE_H

#include "safe-docker/base/str.h"
#include "safe-docker/base/tar.h"

struct sd_archive {
  struct sd_strv names; /* as written; of some the same image twice */
};

/* Reads the whole archive. False: it is not one that is fully understood; err has the words. */
bool sd_archive_read(struct sd_arena *arena, const struct sd_tar_source *source,
                     struct sd_archive *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
