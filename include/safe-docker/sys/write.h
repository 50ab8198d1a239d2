/* SPDX-License-Identifier: Apache-2.0 */
/* Writing without leaving anything out. */
#ifndef SAFE_DOCKER_SYS_WRITE_H
#define SAFE_DOCKER_SYS_WRITE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of it, whatever interrupts. False: errno says why, and a part may have been written. */
bool sd_write_all(int fd, const void *bytes, size_t len);

#endif
