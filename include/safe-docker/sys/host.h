/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as the caller sees it: the real struct sd_host (base/host.h). Use it after the drop only. */
#ifndef SAFE_DOCKER_SYS_HOST_H
#define SAFE_DOCKER_SYS_HOST_H

#include "safe-docker/base/host.h"

const struct sd_host *sd_host_real(void);

#endif
