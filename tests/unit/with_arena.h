/* SPDX-License-Identifier: Apache-2.0 */
/* One arena for all tests of a program: cmocka_run_group_tests(tests, set_up, tear_down). */
#ifndef SAFE_DOCKER_TESTS_UNIT_WITH_ARENA_H
#define SAFE_DOCKER_TESTS_UNIT_WITH_ARENA_H

#include "support.h"

#include "safe-docker/base/arena.h"

static struct sd_arena arena;

static inline int set_up(void **state) {
  (void)state;
  sd_arena_init(&arena);
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  sd_arena_finish(&arena);
  return 0;
}

#endif
