/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded: the allocation with the number in NO_MEMORY_AT fails, and every later one. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long number;
static long limit;

__attribute__((constructor)) static void start(void) {
  const char *text = getenv("NO_MEMORY_AT");
  limit = text ? atol(text) : 0;
}

static int fails(void) {
  if (limit == 0 || ++number < limit)
    return 0;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size) {
  return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  return fails() ? NULL : __libc_realloc(old, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset) {
  if ((flags & MAP_ANONYMOUS) && fails())
    return MAP_FAILED;
  long result = syscall(SYS_mmap, address, size, protection, flags, fd, offset);
  return (void *)result; /* NOLINT(performance-no-int-to-ptr) */
}
