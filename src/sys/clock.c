/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/clock.h"

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static int64_t offset_at(void *context, int64_t seconds) {
  time_t when = (time_t)seconds;
  struct tm local;
  (void)context;
  return localtime_r(&when, &local) != NULL ? (int64_t)local.tm_gmtoff : 0;
}

struct sd_zone sd_clock_zone(void) {
  (void)unsetenv("TZ");
  tzset();
  return (struct sd_zone){.offset = offset_at, .context = NULL};
}

int64_t sd_clock_now(void) {
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
