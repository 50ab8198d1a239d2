/* SPDX-License-Identifier: Apache-2.0 */
/* The host's local time.
 *
 * MUST: read no file that TZ names: the caller sets it. */
#ifndef SAFE_DOCKER_SYS_CLOCK_H
#define SAFE_DOCKER_SYS_CLOCK_H

#include <stdint.h>

/* Where it is told how local time differs. */
struct sd_zone {
  /* Seconds to add to UTC at this point in time (seconds since 1970). */
  int64_t (*offset)(void *context, int64_t seconds);
  void *context;
};

/* By /etc/localtime; UTC where that is not there. TZ is forgotten. */
struct sd_zone sd_clock_zone(void);
/* Milliseconds since 1970. */
int64_t sd_clock_now(void);

#endif
