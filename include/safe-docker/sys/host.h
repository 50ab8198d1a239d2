/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as the caller sees it: the real struct sd_host (base/host.h). Use it after the drop only. */
#ifndef SAFE_DOCKER_SYS_HOST_H
#define SAFE_DOCKER_SYS_HOST_H

#include <stdint.h>

#include "safe-docker/base/host.h"

const struct sd_host *sd_host_real(void);

/* The kernel that runs, "6.1.0-18-amd64" as 6 << 16 | 1: uname(2); 0: not to be seen. */
uint32_t sd_host_kernel(void);

#endif
