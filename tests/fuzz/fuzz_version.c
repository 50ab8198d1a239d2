/* SPDX-License-Identifier: Apache-2.0 */
/* Two lines as versions of an engine: comparing is an order, a hole that is open in a release is open in what came before it
 * of the same branch, and every hole is judged. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "own/doctor/engine_holes.h"
#include "safe-docker/base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds)
    abort();
}

static int sign(int value) {
  return (value > 0) - (value < 0);
}

static void check_pair(const struct engine_version *left, const struct engine_version *right) {
  int order = engine_version_compare(left, right);
  require(engine_version_compare(left, left) == 0 && engine_version_is_branch(left, left));
  require(sign(order) == -sign(engine_version_compare(right, left)));
  require(engine_version_is_branch(left, right) == engine_version_is_branch(right, left));
  for (size_t i = 0; i < holes_count; i++) {
    bool branch = engine_version_is_branch(left, right);
    bool older = order < 0;
    bool since = holes[i].since[0] != '\0';
    if (branch && older && !since && hole_is_open(&holes[i], right))
      require(hole_is_open(&holes[i], left));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct engine_version left;
  struct engine_version right;
  sd_arena_init(&arena);
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  char *second = strchr(text, '\n');
  if (second != NULL)
    *second++ = '\0';
  else
    second = text + strlen(text);
  bool good = engine_version_read(text, &left);
  if (good && engine_version_read(second, &right))
    check_pair(&left, &right);
  (void)engine_version_is_package(text, second);
  sd_arena_finish(&arena);
  return 0;
}
