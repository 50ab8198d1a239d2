/* SPDX-License-Identifier: Apache-2.0 */
/* Each number parser on the same text. What is accepted, written in our own spelling, is read as
 * the same value, and written the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNTOUCHED INT64_C(-31337)

typedef bool parser(const char *text, int64_t *out, struct sd_error *err);

static bool decimal(const char *text, int64_t *out, struct sd_error *err) {
  uint64_t value = 0;
  bool good = sd_number_decimal(text, 0, INT64_MAX, &value, err);
  if (good)
    *out = (int64_t)value;
  return good;
}

static bool octal(const char *text, int64_t *out, struct sd_error *err) {
  uint64_t value = 0;
  bool good = sd_number_octal(text, INT64_MAX, &value, err);
  if (good)
    *out = (int64_t)value;
  return good;
}

static bool truth(const char *text, int64_t *out, struct sd_error *err) {
  bool value = false;
  bool good = sd_number_bool(text, &value, err);
  if (good)
    *out = value;
  return good;
}

static const char *format_decimal(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%lld", (long long)value);
}

static const char *format_octal(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%llo", (unsigned long long)value);
}

static const char *format_duration(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%lldns", (long long)value);
}

static const struct {
  parser *parse;
  const char *(*format)(struct sd_arena *arena, int64_t value);
} kinds[] = {
    {decimal, format_decimal},
    {octal, format_octal},
    {truth, format_decimal},
    {sd_number_go_int, format_decimal},
    {sd_number_size, sd_number_format_size},
    {sd_number_size, format_decimal},
    {sd_number_nano_cpus, sd_number_format_cpus},
    {sd_number_duration, format_duration},
};

static void check(struct sd_arena *arena, parser *parse,
                  const char *(*format)(struct sd_arena *arena, int64_t value), const char *text) {
  struct sd_error err;
  sd_error_init(&err, arena);
  int64_t value = UNTOUCHED;
  if (!parse(text, &value, &err)) {
    if (value != UNTOUCHED || err.message == NULL || !sd_text_is_printable(err.message))
      abort();
    return;
  }
  const char *own = format(arena, value);
  int64_t again = UNTOUCHED;
  if (err.message != NULL || !parse(own, &again, &err) || again != value ||
      strcmp(own, format(arena, again)) != 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  const char *text = sd_arena_strndup(&arena, (const char *)data, size);
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    check(&arena, kinds[i].parse, kinds[i].format, text);
  sd_arena_finish(&arena);
  return 0;
}
