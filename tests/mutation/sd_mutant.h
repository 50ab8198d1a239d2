/* SPDX-License-Identifier: Apache-2.0 */
/* What woven sources are compiled with (see weave.py): which mutant is alive, chosen by SD_MUTANT, and which were
 * reached, noted in the file that SD_MUTANT_SEEN names. Never a part of the program. */
#ifndef SAFE_DOCKER_TESTS_MUTATION_SD_MUTANT_H
#define SAFE_DOCKER_TESTS_MUTATION_SD_MUTANT_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* One of each in a program, whatever of it is woven. */
__attribute__((weak)) int sd_mutant_alive;
__attribute__((weak)) int sd_mutant_ready;
__attribute__((weak)) unsigned char *sd_mutant_seen;

__attribute__((weak, constructor(101))) void sd_mutant_start(void) {
  const char *alive = getenv("SD_MUTANT");
  const char *seen = getenv("SD_MUTANT_SEEN");
  if (sd_mutant_ready)
    return;
  sd_mutant_ready = 1;
  sd_mutant_alive = alive != NULL ? atoi(alive) : 0;
  /* One that never ends, or takes all memory, ends like any failed test. */
  if (sd_mutant_alive != 0) {
    setrlimit(RLIMIT_CPU, &(struct rlimit){5, 5});
    setrlimit(RLIMIT_AS, &(struct rlimit){1ul << 30, 1ul << 30});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  }
  if (seen == NULL)
    return;
  int fd = open(seen, O_RDWR | O_CLOEXEC);
  off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
  void *map = size > 0 ? mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : NULL;
  if (map == NULL || map == MAP_FAILED)
    _exit(99);
  close(fd);
  sd_mutant_seen = map;
}

/* Reaching it is noted; true where mutant `number` is the one that lives. */
static inline int SDM(int number) {
  if (sd_mutant_seen != NULL)
    sd_mutant_seen[number] = 1;
  return sd_mutant_alive == number;
}

/* A row of a constant table becomes another one. */
static inline void SDP(int number, const void *row, const void *other, size_t size) {
  if (!SDM(number) || memcmp(row, other, size) == 0)
    return;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t from = (uintptr_t)row & ~(page - 1);
  uintptr_t end = ((uintptr_t)row + size + page - 1) & ~(page - 1);
  if (mprotect((void *)from, end - from, PROT_READ | PROT_WRITE) != 0) /* NOLINT */
    _exit(99);
  memcpy((void *)(uintptr_t)row, other, size); /* NOLINT */
}

#endif
