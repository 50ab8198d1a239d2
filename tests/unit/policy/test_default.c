/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in default is the file that is shipped, and its tree is what reading the file gives. */
#include <stdio.h>
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/policy/policy.h"

static size_t values; /* that were compared */

static void assert_same(const struct sd_json *built, const struct sd_json *read) {
  values++;
  assert_int_equal(built->type, read->type);
  assert_string_equal(built->source, read->source);
  assert_int_equal(built->line, read->line);
  assert_int_equal(built->column, read->column);
  assert_int_equal(built->boolean, read->boolean);
  assert_int_equal(built->number, read->number);
  assert_int_equal(built->string != NULL, read->string != NULL);
  if (read->string != NULL)
    assert_string_equal(built->string, read->string);
  assert_int_equal(built->items.len, read->items.len);
  for (size_t i = 0; i < read->items.len; i++)
    assert_same(built->items.items[i], read->items.items[i]);
  assert_int_equal(built->members.len, read->members.len);
  for (size_t i = 0; i < read->members.len; i++) {
    const struct sd_json_member *left = &built->members.items[i];
    const struct sd_json_member *right = &read->members.items[i];
    assert_string_equal(left->key, right->key);
    assert_int_equal(left->line, right->line);
    assert_int_equal(left->column, right->column);
    assert_same(left->value, right->value);
  }
}

static void test_shipped_file(void **state) {
  (void)state;
  static char text[SD_JSON_MAX_BYTES];
  FILE *file = fopen(SHIPPED_POLICY, "re");
  assert_non_null(file);
  size_t len = fread(text, 1, sizeof(text), file);
  assert_int_equal(fclose(file), 0);
  struct sd_policy_text builtin = sd_policy_builtin();
  assert_int_equal(builtin.len, len);
  assert_memory_equal(builtin.text, text, len);
  struct sd_error err;
  sd_error_init(&err, &arena);
  struct sd_json *read = NULL;
  assert_true(sd_json_read(&arena, builtin.name, text, len, true, &read, &err));
  assert_same(sd_policy_builtin_tree(&arena), read);
  assert_true(values > 100);
}

/* Two trees share nothing that the one could spoil for the other. */
static void test_made_anew(void **state) {
  (void)state;
  struct sd_json *first = sd_policy_builtin_tree(&arena);
  struct sd_json *second = sd_policy_builtin_tree(&arena);
  assert_ptr_not_equal(first, second);
  first->members.items[0].value->number = 7;
  assert_int_equal(second->members.items[0].value->number, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shipped_file),
      cmocka_unit_test(test_made_anew),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
