/* SPDX-License-Identifier: Apache-2.0 */
/* What `docker build -` takes its standard input for. */
#ifndef SAFE_DOCKER_DOCKER_BUILD_INPUT_H
#define SAFE_DOCKER_DOCKER_BUILD_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* So many bytes of the beginning are what the docker command looks at. */
#define SD_BUILD_HEAD 1024

/* Whether every docker command takes what begins so for an archive. What is none is a Dockerfile to it. */
bool sd_build_is_archive(const char *head, size_t len);

#endif
