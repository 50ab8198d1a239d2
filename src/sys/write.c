/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/write.h"

#include <errno.h>
#include <unistd.h>

bool sd_write_all(int fd, const void *bytes, size_t len) {
  const char *rest = bytes;
  while (len > 0) {
    ssize_t written = write(fd, rest, len);
    if (written < 0 && errno == EINTR)
      continue;
    if (written == 0)
      errno = EIO; /* no file does that to a write of more than nothing */
    if (written <= 0)
      return false;
    rest += written;
    len -= (size_t)written;
  }
  return true;
}
