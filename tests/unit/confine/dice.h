/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that look random and are the same at every run. */
#ifndef SAFE_DOCKER_TESTS_DICE_H
#define SAFE_DOCKER_TESTS_DICE_H

#include <stdint.h>

struct dice {
  uint64_t state;
};

static inline unsigned roll(struct dice *dice, unsigned sides) {
  dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
  return (unsigned)(dice->state >> 33) % sides;
}

#define PICK(dice, array) ((array)[roll((dice), sizeof(array) / sizeof((array)[0]))])

#endif
