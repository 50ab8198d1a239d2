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

/* first <= word <= last, (word & mask) == value, and all of `unequal`. There always is such a word. */
struct sd_seccomp_facts {
  uint32_t first;
  uint32_t last;
  uint32_t mask;
  uint32_t value;
  const struct sd_seccomp_unequal *unequal;
  uint32_t word; /* one for which all of it holds */
};

/* Nothing is known. */
void sd_seccomp_facts_init(struct sd_seccomp_facts *facts);

enum sd_seccomp_possible {
  SD_SECCOMP_POSSIBLE_NO, /* proven: no word is like that */
  SD_SECCOMP_POSSIBLE_YES,
  SD_SECCOMP_POSSIBLE_UNKNOWN /* *steps were used up */
};

/* These add one fact; *steps is counted down by the work done. Unless the answer is yes, *facts is of no use. */

/* (word & mask) == value */
enum sd_seccomp_possible sd_seccomp_facts_equal(struct sd_seccomp_facts *facts, uint32_t mask,
                                                uint32_t value, size_t *steps);
/* first <= word <= last */
enum sd_seccomp_possible sd_seccomp_facts_between(struct sd_seccomp_facts *facts, uint32_t first,
                                                  uint32_t last, size_t *steps);
/* (word & mask) != value; `place` has to live as long as *facts. */
enum sd_seccomp_possible sd_seccomp_facts_unequal(struct sd_seccomp_facts *facts, uint32_t mask,
                                                  uint32_t value, struct sd_seccomp_unequal *place,
                                                  size_t *steps);

#endif
