/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/error.h"

#include <string.h>

void sd_error_init(struct sd_error *err, struct sd_arena *arena) {
  *err = (struct sd_error){.arena = arena, .status = SD_EXIT_DENIED};
}

SD_PRINTF(2, 0) static void set_message(struct sd_error *err, const char *format, va_list args) {
  if (err->message == NULL)
    err->message = sd_arena_vprintf(err->arena, format, args);
}

bool sd_fail(struct sd_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  set_message(err, format, args);
  va_end(args);
  return false;
}

bool sd_fail_rule(struct sd_error *err, const char *rule, const char *hint, const char *format,
                  ...) {
  if (err->message == NULL) {
    err->rule = rule;
    err->hint = hint;
  }
  va_list args;
  va_start(args, format);
  set_message(err, format, args);
  va_end(args);
  return false;
}

bool sd_fail_errno(struct sd_error *err, int number, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *what = sd_arena_vprintf(err->arena, format, args);
  va_end(args);
  return sd_fail(err, "%s: %s", what,
                 strerrordesc_np(number) != NULL ? strerrordesc_np(number) : "unknown error");
}
