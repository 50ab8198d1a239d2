/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of texts for the parsers of docker/specs.h. */
#ifndef SAFE_DOCKER_TESTS_UNIT_DOCKER_SPEC_FIXTURE_H
#define SAFE_DOCKER_TESTS_UNIT_DOCKER_SPEC_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "safe-docker/docker/specs.h"

/* One text: what comes out of it in canonical form, or (`want` NULL) a part of the message or
 * hint. */
struct spec_case {
  const char *text;
  const char *want;
  const char *why;
};

/* Parses and formats; NULL where the text was refused. */
typedef const char *spec_run(struct sd_arena *arena, const char *text, struct sd_error *err);

#define SPEC_REFUSED(text, why)                                                                    \
  { (text), NULL, (why) }
#define SPEC_SAME(text)                                                                            \
  { (text), (text), NULL }

static inline void check_refused(const struct spec_case *row, const struct sd_error *err) {
  assert_non_null(err->message);
  assert_int_equal(err->status, SD_EXIT_DENIED);
  if (strstr(err->message, row->why) == NULL &&
      (err->hint == NULL || strstr(err->hint, row->why) == NULL))
    fail_msg("'%s': \"%s\" (hint \"%s\") does not say \"%s\"", row->text, err->message,
             err->hint != NULL ? err->hint : "", row->why);
}

static inline void check_case(const struct spec_case *row, spec_run *run) {
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *got = run(&arena, row->text, &err);
  if (row->want == NULL) {
    if (got != NULL)
      fail_msg("'%s' was taken for '%s'", row->text, got);
    check_refused(row, &err);
  } else {
    if (got == NULL)
      fail_msg("'%s': %s", row->text, err.message);
    assert_null(err.message);
    assert_string_equal(got, row->want);
    const char *again = run(&arena, got, &err);
    if (again == NULL)
      fail_msg("'%s' again: %s", got, err.message);
    assert_string_equal(again, got);
  }
  sd_arena_finish(&arena);
}

static inline void check_cases(const struct spec_case *rows, size_t count, spec_run *run) {
  for (size_t i = 0; i < count; i++)
    check_case(&rows[i], run);
}

#define CHECK_CASES(rows, run) check_cases((rows), sizeof(rows) / sizeof((rows)[0]), (run))

#endif
