/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a text that is not JSON, in words that say what to write. */
#ifndef SAFE_DOCKER_SRC_BASE_JSON_WORDS_H
#define SAFE_DOCKER_SRC_BASE_JSON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/json.h"

struct sd_json_mistake {
  const char *text;
  size_t len;
  size_t
      gap; /* where the last good token ends: what follows up to `offset` is blanks, comments, commas and colons */
  size_t offset;              /* the token that is wrong; `len` where the text ends too early */
  const struct sd_json *open; /* the innermost bracket that is open, or NULL */
  bool comments;              /* are allowed */
  bool ended;                 /* the text ended too early */
  const char *words;          /* yajl's own */
};

/* A sentence without its full stop. Moves `offset` where the mistake lies before the token. */
const char *sd_json_say(struct sd_arena *arena, struct sd_json_mistake *mistake);
/* "resources.cpus.max: ", "a[1]: ", or "" for the whole: the last value that was added within the open brackets. */
const char *sd_json_say_place(struct sd_arena *arena, struct sd_json *const *open, size_t depth);

#endif
