/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of `policy test`. What is read names users that are there, and words without what a shell would expand. */
#include "own/policy/policy_test_table.h"
#include "spec_fuzz.h"

static void check(const struct test_table *table) {
  for (size_t i = 0; i < table->cases.len; i++) {
    const struct test_case *test = &table->cases.items[i];
    REQUIRE(test->user < table->users.len && test->line > 0);
    REQUIRE(!test->exact || (!test->allow && test->rules.v.len > 0));
    REQUIRE(test->argv.len == 0 || test->allow);
    REQUIRE(test->folder == NULL || test->folder[0] == '/');
  }
  for (size_t i = 0; i < table->users.len; i++) {
    const struct test_user *user = &table->users.items[i];
    REQUIRE(!user->made || (user->who.home[0] == '/' && user->who.groups.len > 0));
  }
  for (size_t i = 0; i < table->places.len; i++)
    REQUIRE(table->places.items[i].path[0] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct test_table table;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *text = sd_arena_strndup(&arena, (const char *)data, size);
  if (policy_test_read(&arena, "table", text, &table, &err))
    check(&table);
  else
    REQUIRE(sd_text_starts_with(err.message, "table:"));
  sd_arena_finish(&arena);
  return 0;
}
