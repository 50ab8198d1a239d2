/* SPDX-License-Identifier: Apache-2.0 */
/* What became of the lines of a table, and how it is told. */
#ifndef SAFE_DOCKER_SRC_POLICY_TEST_H
#define SAFE_DOCKER_SRC_POLICY_TEST_H

#include "policy_test_table.h"

struct test_violation {
  const char *rule, *message;
};

struct test_result {
  const struct test_case *test;
  bool good;
  const char
      *problem; /* what is not as expected, or why nothing could be decided; NULL where `good` */
  bool decided, allowed;
  struct sd_strv rules;                     /* of a denial, each once */
  SD_VEC(struct test_violation) violations; /* all of it */
};

struct test_report {
  const struct test_table *table;
  const char *policy; /* what it is called */
  SD_VEC(struct test_result) results;
  size_t failures;
  const char *note; /* of the first answer that has one; or NULL */
};

/* Each with a final newline. */
const char *policy_test_text(struct sd_arena *arena, const struct test_report *report);
const char *policy_test_json(struct sd_arena *arena, const struct test_report *report);
const char *policy_test_tap(struct sd_arena *arena, const struct test_report *report);

#endif
