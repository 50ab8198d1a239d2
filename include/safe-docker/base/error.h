/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of fallible functions. A denial is not an error: see base/problem.h. */
#ifndef SAFE_DOCKER_BASE_ERROR_H
#define SAFE_DOCKER_BASE_ERROR_H

#include <stdbool.h>

#include "safe-docker/base/arena.h"

/* Owned by the caller of a fallible function, set once by the callee. Every fallible function returns
 * bool (false: `err` is set and no output was written) and takes it last. */
struct sd_error {
  struct sd_arena *arena; /* holds the texts */
  int status;             /* exit status: 125 unless set otherwise */
  const char
      *rule; /* the rule that a caller of the command line is told; NULL: none in particular */
  const char *message; /* NULL: no error */
  const char *hint;    /* what would work, or NULL */
};

#define SD_EXIT_DENIED 125
#define SD_EXIT_CANNOT_EXECUTE 126
#define SD_EXIT_NOT_FOUND 127

void sd_error_init(struct sd_error *err, struct sd_arena *arena);
/* Sets the message (the first one stays) and returns false: `return sd_fail(err, "...", ...)`.
 * Messages are full sentences without a final stop; texts of the caller go through base/text.h. */
bool sd_fail(struct sd_error *err, const char *format, ...) SD_PRINTF(2, 3);
/* The same with a rule name and a hint (either may be NULL; the hint must outlive the error). */
bool sd_fail_rule(struct sd_error *err, const char *rule, const char *hint, const char *format, ...)
    SD_PRINTF(4, 5);
/* As sd_fail, with ": " and the words for errno appended. */
bool sd_fail_errno(struct sd_error *err, int number, const char *format, ...) SD_PRINTF(3, 4);

#endif
