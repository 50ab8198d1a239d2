/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of one 32-bit word of a system call, on the way through a program. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_WORD_H
#define SAFE_DOCKER_CONFINE_SECCOMP_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* (word & mask) != value; a list. */
struct sd_seccomp_unequal {
  const struct sd_seccomp_unequal *before;
  uint32_t mask;
  uint32_t value;
};

/* first <= word <= last, (word & mask) == value, and all of `unequal`. Zeroed but for last = UINT32_MAX: any word. */
struct sd_seccomp_facts {
  uint32_t first;
  uint32_t last;
  uint32_t mask;
  uint32_t value;
  const struct sd_seccomp_unequal *unequal;
};

/* Adds (word & mask) == value. False, with *facts as it was, where no word is like that. */
bool sd_seccomp_facts_equal(struct sd_seccomp_facts *facts, uint32_t mask, uint32_t value);
/* Adds first <= word <= last, likewise. */
bool sd_seccomp_facts_between(struct sd_seccomp_facts *facts, uint32_t first, uint32_t last);

enum sd_seccomp_pick {
  SD_SECCOMP_PICK_NONE, /* proven: no word is like that */
  SD_SECCOMP_PICK_FOUND,
  SD_SECCOMP_PICK_UNKNOWN /* *steps were used up */
};

/* A word for which all of it holds. *steps is counted down by the work done. */
enum sd_seccomp_pick sd_seccomp_facts_pick(const struct sd_seccomp_facts *facts, size_t *steps,
                                           uint32_t *out);

#endif
