/* SPDX-License-Identifier: Apache-2.0 */
/* The context of docker build. */
#ifndef SAFE_DOCKER_SRC_CONTEXT_H
#define SAFE_DOCKER_SRC_CONTEXT_H

#include "run.h"

/* Packs the folder of the decision, where there is one, or the Dockerfile on standard input, with the caller's rights;
 * the archive becomes the standard input. */
bool context_prepare(struct run *run, struct sd_error *err) SD_WARN_UNUSED;

#endif
