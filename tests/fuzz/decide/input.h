/* SPDX-License-Identifier: Apache-2.0 */
/* What the bytes of an input mean: a line of letters that choose parts of a policy and who asks, where it has a J a line of
 * policy text, then the words of a command line, one a line. A NUL stands for a newline within a word. */
#ifndef SAFE_DOCKER_TESTS_DECIDE_INPUT_H
#define SAFE_DOCKER_TESTS_DECIDE_INPUT_H

#include <stdint.h>

#include "safe-docker/policy/policy.h"

#define INPUT_TEXTS 12
#define INPUT_WORDS 512

struct input {
  struct sd_policy_text texts[INPUT_TEXTS];
  size_t text_count;
  bool root;   /* the caller is uid 0 */
  bool member; /* the caller is in the group of the socket */
  struct sd_strv words;
};

void input_read(struct sd_arena *arena, const uint8_t *data, size_t size, struct input *out);

/* The letters that mean something, for who makes inputs. */
const char *input_letters(void);

#endif
