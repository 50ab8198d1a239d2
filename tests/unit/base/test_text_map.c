/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/text_map.h"

#include <string.h>

#include "../with_arena.h"

#define MANY 1000

static const void *find(const struct sd_text_map *map, const char *text) {
  return sd_text_map_find(map, text, strlen(text));
}

static void keeps_the_first_of_a_text(void **state) {
  (void)state;
  struct sd_text_map map = {.arena = &arena};
  assert_null(find(&map, "a"));
  assert_true(sd_text_map_add(&map, "a", "first"));
  assert_false(sd_text_map_add(&map, sd_arena_strdup(&arena, "a"), "second"));
  assert_string_equal(find(&map, "a"), "first");
  assert_int_equal(map.len, 1);
}

static void finds_a_text_and_nothing_like_it(void **state) {
  (void)state;
  struct sd_text_map map = {.arena = &arena};
  assert_true(sd_text_map_add(&map, "/a/b", "b"));
  assert_true(sd_text_map_add(&map, "", "empty"));
  assert_string_equal(sd_text_map_find(&map, "/a/b/c", 4), "b");
  assert_string_equal(sd_text_map_find(&map, "x", 0), "empty");
  assert_null(find(&map, "/a/b/c"));
  assert_null(find(&map, "/a/"));
  assert_null(find(&map, "/A/b"));
}

/* More than once past what it has room for at first. */
static void holds_many(void **state) {
  (void)state;
  struct sd_text_map map = {.arena = &arena};
  const char *texts[MANY];
  for (int i = 0; i < MANY; i++) {
    texts[i] = sd_arena_printf(&arena, "text %d", i);
    assert_true(sd_text_map_add(&map, texts[i], texts[i]));
  }
  for (int i = 0; i < MANY; i++) {
    assert_ptr_equal(find(&map, sd_arena_printf(&arena, "text %d", i)), texts[i]);
    assert_false(sd_text_map_add(&map, texts[i], texts[0]));
  }
  assert_int_equal(map.len, MANY);
  assert_null(find(&map, "text 1000"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_the_first_of_a_text),
      cmocka_unit_test(finds_a_text_and_nothing_like_it),
      cmocka_unit_test(holds_many),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
