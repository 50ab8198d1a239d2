/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's own log-ins to registries (images.credentials "caller"). */
#ifndef SAFE_DOCKER_SRC_CREDENTIALS_H
#define SAFE_DOCKER_SRC_CREDENTIALS_H

#include "safe-docker/docker/auths.h"
#include "safe-docker/sys/environ.h"

#include "run.h"

/* What the docker command would save there is not saved. */
#define CREDENTIALS_NOWHERE SD_ENVIRON_NOWHERE

/* For commands that may speak to a registry: reads the caller's log-ins into run->config and lets run->environ name
 * the folder whose config.json is what is handed over; login gets CREDENTIALS_NOWHERE. So does info, whatever the
 * policy: it prints who the administrator's log-in is. Other commands, and other policies, stay as they are. What goes
 * wrong becomes a problem. Call once, before the request is judged. */
void credentials_prepare(struct run *run);

/* The caller's config.json. */
struct credentials_file {
  const char *path; /* without links where it exists */
  const char *text; /* "" where there is none */
  struct sd_auths auths;
};
/* DOCKER_CONFIG of the caller, else .docker in the home of the passwd database; read with the caller's rights. */
bool credentials_read(struct run *run, struct credentials_file *out,
                      struct sd_error *err) SD_WARN_UNUSED;
/* What the caller should know of a file that names helper programs, one line with its end; else NULL. */
const char *credentials_note(struct sd_arena *arena, const struct credentials_file *file);

#endif
