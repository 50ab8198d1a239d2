/* SPDX-License-Identifier: Apache-2.0 */
/* Formatted texts. Nearly all of them are made of strings and plain numbers; these are put together here, in a tenth
 * of the time that stdio takes and without touching its pages. Everything else is left to vsnprintf(3), and a unit
 * test compares the two. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "safe-docker/base/arena.h"

/* What does not fit is counted alone. */
struct output {
  char *to;
  size_t room, len;
};

static void add(struct output *out, const char *bytes, size_t len) {
  if (out->len <= out->room && len <= out->room - out->len)
    memcpy(out->to + out->len, bytes, len);
  out->len += len;
}

/* `width` counts the sign; zeros fill it. */
static void add_number(struct output *out, bool negative, uintmax_t value, size_t width) {
  char digits[32];
  size_t at = sizeof(digits);
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (sizeof(digits) - at + (negative ? 1 : 0) < width)
    digits[--at] = '0';
  if (negative)
    digits[--at] = '-';
  add(out, digits + at, sizeof(digits) - at);
}

static void add_signed(struct output *out, intmax_t value, size_t width) {
  add_number(out, value < 0, value < 0 ? 0 - (uintmax_t)value : (uintmax_t)value, width);
}

static void add_string(struct output *out, const char *text) {
  if (text == NULL)
    text = "(null)";
  add(out, text, strlen(text));
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* "04u" and the like: how many characters the zero and the width take, which is of one digit. */
static size_t read_width(const char *what, size_t *width) {
  if (what[0] != '0' || what[1] < '1' || what[1] > '9' || (what[2] >= '0' && what[2] <= '9'))
    return 0;
  *width = (size_t)(what[1] - '0');
  return 2;
}

static size_t add_plain(struct output *out, const char *what, va_list *args) {
  char byte = *what;
  switch (*what) {
  case 's':
    add_string(out, va_arg(*args, const char *));
    return 1;
  case 'c':
    byte = (char)va_arg(*args, int);
    add(out, &byte, 1);
    return 1;
  case '%':
    add(out, &byte, 1);
    return 1;
  default:
    return 0;
  }
}

/* Behind the `%`. Returns how many characters the conversion has; 0 for one that is not for here. */
static size_t add_conversion(struct output *out, const char *what, va_list *args) {
  size_t width = 0;
  size_t len = add_plain(out, what, args);
  if (len > 0)
    return len;
  len = read_width(what, &width);
  what += len;
  if (*what == 'd')
    return add_signed(out, va_arg(*args, int), width), len + 1;
  if (*what == 'u')
    return add_number(out, false, va_arg(*args, unsigned), width), len + 1;
  if (starts_with(what, "zu"))
    return add_number(out, false, va_arg(*args, size_t), width), len + 2;
  if (starts_with(what, "lu"))
    return add_number(out, false, va_arg(*args, unsigned long), width), len + 2;
  if (starts_with(what, "jd"))
    return add_signed(out, va_arg(*args, intmax_t), width), len + 2;
  if (starts_with(what, "lld"))
    return add_signed(out, va_arg(*args, long long), width), len + 3;
  return 0;
}

static bool expand(struct output *out, const char *format, va_list args) {
  va_list rest;
  va_copy(rest, args);
  bool known = true;
  while (known && *format != '\0') {
    size_t plain = 0;
    while (format[plain] != '\0' && format[plain] != '%')
      plain++;
    add(out, format, plain);
    format += plain;
    if (*format == '%') {
      size_t len = add_conversion(out, format + 1, &rest);
      known = len > 0;
      format += len + 1;
    }
  }
  va_end(rest);
  return known;
}

char *sd_arena_vprintf(struct sd_arena *arena, const char *format, va_list args) {
  char small[256]; /* most texts are formatted once */
  struct output out = {.to = small, .room = sizeof(small)};
  if (expand(&out, format, args)) {
    if (out.len <= sizeof(small))
      return sd_arena_strndup(arena, small, out.len);
    size_t len = out.len;
    out = (struct output){.to = sd_arena_alloc(arena, len + 1), .room = len};
    (void)expand(&out, format, args);
    return out.to;
  }
  va_list again;
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, again);
  va_end(again);
  size_t size =
      len >= 0 ? (size_t)len + 1 : SIZE_MAX; /* none is that large: the arena says so and ends */
  char *text = sd_arena_alloc(arena, size);
  (void)vsnprintf(text, size, format, args);
  return text;
}

char *sd_arena_printf(struct sd_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = sd_arena_vprintf(arena, format, args);
  va_end(args);
  return text;
}
