/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "safe-docker/sys/write.h"

#define CHUNK 65536
#define FOLDER "/var/tmp"

/* Fixed: a folder of the caller's choice could be one that cannot keep a secret. */
bool sd_spool_open(struct sd_spool *out, struct sd_error *err) {
  struct sd_spool spool = {open(FOLDER, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600),
                           SD_SPOOL_MAX_BYTES};
  if (spool.fd < 0)
    spool = (struct sd_spool){memfd_create("spool", MFD_CLOEXEC), SD_SPOOL_MEMORY_MAX_BYTES};
  if (spool.fd < 0)
    return sd_fail_errno(err, errno, "no room for a copy can be had, in " FOLDER " or in memory");
  *out = spool;
  return true;
}

bool sd_spool_fill(const struct sd_spool *spool, int from, struct sd_error *err) {
  char chunk[CHUNK];
  for (uint64_t total = 0;;) {
    ssize_t len = read(from, chunk, sizeof(chunk));
    if (len < 0 && errno == EINTR)
      continue;
    if (len < 0)
      return sd_fail_errno(err, errno, "the input cannot be read");
    if (len == 0)
      return true;
    total += (uint64_t)len;
    if (total > spool->max)
      return sd_fail_rule(err, NULL, "split it into smaller ones",
                          "the input is larger than the %llu MiB that can be checked",
                          (unsigned long long)(spool->max >> 20));
    if (!sd_write_all(spool->fd, chunk, (size_t)len))
      return sd_fail_errno(err, errno, "there is no room for a copy in " FOLDER);
  }
}

bool sd_spool_rewind(const struct sd_spool *spool, struct sd_error *err) {
  return lseek(spool->fd, 0, SEEK_SET) == 0 ||
         sd_fail_errno(err, errno, "the copy cannot be read again");
}

bool sd_spool_read(void *context, void *buffer, size_t max, size_t *len, struct sd_error *err) {
  const struct sd_spool *spool = context;
  ssize_t got = 0;
  do
    got = read(spool->fd, buffer, max);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return sd_fail_errno(err, errno, "the copy cannot be read");
  *len = (size_t)got;
  return true;
}

bool sd_spool_hand_over(struct sd_spool *spool, int target, struct sd_error *err) {
  char name[64];
  (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", spool->fd);
  int reader = open(name, O_RDONLY | O_CLOEXEC);
  int fd = reader >= 0 ? reader : spool->fd;
  bool good = lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, target) >= 0;
  int failure = errno;
  if (reader >= 0)
    (void)close(reader);
  sd_spool_close(spool);
  return good || sd_fail_errno(err, failure, "the copy cannot be handed on");
}

void sd_spool_close(struct sd_spool *spool) {
  if (spool->fd >= 0)
    (void)close(spool->fd);
  spool->fd = -1;
}
