/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of commands and options, entered twice: what the program has is what tables.txt has. A slip of the hand in one
 * of the places (a refused option that passes, an operand more) is seen. After a change that is meant: SD_SAID_WRITE=1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/docker/commands.h"

#include "kept.h"

static void print_options(FILE *out, const char *command, const struct sd_option *rows,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct sd_option *row = &rows[i];
    fprintf(out, "%s --%s %c kind=%d does=%d since=%d flags=%u %s.\n", command, row->name,
            row->shorthand != 0 ? row->shorthand : '-', (int)row->kind, (int)row->disposition,
            (int)row->since, (unsigned)row->flags, row->rule);
  }
}

static void print_tables(FILE *out) {
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const struct sd_command *row = &sd_commands[i];
    fprintf(out, "%s handling=%d operands=%d %u..%u flags=%u\n", row->name, (int)row->handling,
            (int)row->operands, (unsigned)row->min, (unsigned)row->max, (unsigned)row->flags);
  }
  for (size_t i = 0; i < sd_command_path_count; i++)
    fprintf(out, "%s is %s\n", sd_command_paths[i].path, sd_commands[sd_command_paths[i].id].name);
  print_options(out, "run", sd_options, SD_OPT_COUNT);
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    struct sd_option_table table = sd_command_options(&sd_commands[i]);
    if (table.rows != sd_options)
      print_options(out, sd_commands[i].name, table.rows, table.count);
  }
}

static void entered_twice(void **state) {
  char *now = NULL;
  size_t len = 0;
  FILE *out = open_memstream(&now, &len);
  (void)state;
  assert_non_null(out);
  print_tables(out);
  assert_int_equal(fclose(out), 0);
  kept_compare(SD_TABLES, now);
  free(now);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(entered_twice)};
  return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
