/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp profiles made by dice, with every kind of condition that the format has. */
#ifndef SAFE_DOCKER_TESTS_MADE_H
#define SAFE_DOCKER_TESTS_MADE_H

#include "../support.h"

#include "dice.h"
#include "safe-docker/confine/seccomp_program.h"

struct made_numbers {
  SD_VEC(uint64_t) v;
};

/* Two texts of profiles, of which the inner one has some rules of the outer one, and some narrower ones, and some others. */
struct made_pair {
  const char *inner;
  const char *outer;
  struct made_numbers numbers; /* that the conditions of both compare with */
};
struct made_pair made_pair(struct dice *dice, struct sd_arena *arena);

/* A profile whose rules about one call compare one argument at most, and have one action. */
const char *made_regular(struct dice *dice, struct sd_arena *arena, struct made_numbers *numbers);

/* The calls that rules are made for. */
const char *made_call(size_t index); /* NULL behind the last */

/* A number of the list, near to one, with another high half, or its complement. */
uint64_t made_argument(struct dice *dice, const struct made_numbers *numbers);

#endif
