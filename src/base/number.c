/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: read the whole text or fail; write only on success; never wrap, saturate or depend on the
 * locale. The real CLI reads our own spelling of the value again, so what is accepted here must be
 * read the same by every supported version of it: where go-units or strconv changed over time, only
 * the common part stands. */
#include "safe-docker/base/number.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define NANO 1000000000
#define MAX_DECIMALS 9 /* of a CPU */
/* 2^63 as a double: the first value that does not fit into int64_t. */
#define INT64_END 9223372036854775808.0

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool fail(struct sd_error *err, const char *text, const char *expected) {
  return sd_fail(err, "\"%s\" is not %s", sd_text_safe(err->arena, text), expected);
}

bool sd_number_bool(const char *text, bool *out, struct sd_error *err) {
  static const struct {
    const char *word;
    bool value;
  } words[] = {
      {"0", false},     {"1", true},      {"F", false},   {"FALSE", false},
      {"False", false}, {"T", true},      {"TRUE", true}, {"True", true},
      {"f", false},     {"false", false}, {"t", true},    {"true", true},
  };
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strcmp(text, words[i].word) == 0) {
      *out = words[i].value;
      return true;
    }
  }
  return fail(err, text, "a truth value (true or false)");
}

/* Appends a digit to *value, unless that would go beyond `max`. */
static bool append_digit(uint64_t *value, unsigned base, unsigned digit, uint64_t max) {
  uint64_t shifted = 0;
  uint64_t sum = 0;
  if (__builtin_mul_overflow(*value, (uint64_t)base, &shifted) ||
      __builtin_add_overflow(shifted, (uint64_t)digit, &sum) || sum > max)
    return false;
  *value = sum;
  return true;
}

/* The value of a digit in bases up to 16, or 16 for any other byte. */
static unsigned digit_value(char byte) {
  if (is_digit(byte))
    return (unsigned)(byte - '0');
  byte = lower(byte);
  return byte >= 'a' && byte <= 'f' ? (unsigned)(byte - 'a') + 10 : 16;
}

static unsigned take_prefix(const char **text) {
  const char *s = *text;
  if (s[0] != '0' || s[1] == '\0')
    return 10;
  char letter = lower(s[1]);
  unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  /* A lone 0 is the octal prefix, and counts as a digit for an underscore that follows: the loop of
   * the caller reads it as one, with no effect on the value. */
  if (base == 0)
    return 8;
  *text += 2;
  return base;
}

bool sd_number_go_int(const char *text, int64_t *out, struct sd_error *err) {
  static const char expected[] = "a whole number (decimal, or with a prefix 0x, 0o, 0b or 0)";
  const char *s = text;
  bool negative = *s == '-';
  if (*s == '-' || *s == '+')
    s++;
  const char *start = s;
  unsigned base = take_prefix(&s);
  /* As in Go, an underscore stands after a digit or a prefix letter, and before a digit. */
  bool after_digit = s != start;
  bool any = false;
  uint64_t value = 0;
  uint64_t max = (uint64_t)INT64_MAX + (negative ? 1 : 0);
  for (; *s != '\0'; s++) {
    if (*s == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    unsigned digit = digit_value(*s);
    if (digit >= base)
      return fail(err, text, expected);
    if (!append_digit(&value, base, digit, max))
      return fail(err, text, "within the range of a 64-bit number");
    after_digit = any = true;
  }
  if (!any || !after_digit)
    return fail(err, text, expected);
  *out = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

bool sd_number_go_uint16(const char *text, int64_t *out, struct sd_error *err) {
  int64_t value = 0;
  if (*text == '-' || *text == '+')
    return fail(err, text, "a whole number without a sign");
  if (!sd_number_go_int(text, &value, err))
    return false;
  if (value > UINT16_MAX)
    return fail(err, text, "within the range of a 16-bit number");
  *out = value;
  return true;
}

bool sd_number_decimal(const char *text, uint64_t min, uint64_t max, uint64_t *out,
                       struct sd_error *err) {
  uint64_t value = 0;
  bool fits = true;
  const char *s = text;
  for (; is_digit(*s); s++)
    fits = fits && append_digit(&value, 10, (unsigned)(*s - '0'), max);
  if (*s != '\0' || s == text || (text[0] == '0' && text[1] != '\0'))
    return fail(err, text, "a plain decimal number (digits alone, without a leading zero)");
  if (!fits || value < min)
    return sd_fail(err, "\"%s\" is not within %llu to %llu", sd_text_safe(err->arena, text),
                   (unsigned long long)min, (unsigned long long)max);
  *out = value;
  return true;
}

bool sd_number_padded(const char *text, uint64_t min, uint64_t max, uint64_t *out,
                      struct sd_error *err) {
  while (text[0] == '0' && text[1] != '\0')
    text++;
  return sd_number_decimal(text, min, max, out, err);
}

bool sd_number_octal(const char *text, uint64_t max, uint64_t *out, struct sd_error *err) {
  uint64_t value = 0;
  bool fits = true;
  const char *s = text;
  for (; *s >= '0' && *s <= '7'; s++)
    fits = fits && append_digit(&value, 8, (unsigned)(*s - '0'), max);
  if (*s != '\0' || s == text)
    return fail(err, text, "an octal number (digits 0 to 7, like 1777)");
  if (!fits)
    return sd_fail(err, "\"%s\" is above %llo (octal)", sd_text_safe(err->arena, text),
                   (unsigned long long)max);
  *out = value;
  return true;
}

/* Skips digits and, if one follows, a point with digits behind it; false where digits are missing.
 */
static bool skip_decimal(const char **s) {
  const char *start = *s;
  while (is_digit(**s))
    (*s)++;
  if (*s == start)
    return false;
  if (**s != '.')
    return true;
  start = ++*s;
  while (is_digit(**s))
    (*s)++;
  return *s != start;
}

/* The factor that a unit stands for, or 0 for an unknown unit. */
static double size_factor(const char *unit) {
  static const char letters[] = "kmgtp";
  char first = lower(unit[0]);
  if (first == '\0' || (first == 'b' && unit[1] == '\0'))
    return 1;
  const char *letter = strchr(letters, first);
  const char *rest = unit + 1;
  bool plain = rest[0] == '\0';
  bool with_b = lower(rest[0]) == 'b' && rest[1] == '\0';
  bool with_ib = lower(rest[0]) == 'i' && lower(rest[1]) == 'b' && rest[2] == '\0';
  if (letter == NULL || !(plain || with_b || with_ib))
    return 0;
  return (double)(UINT64_C(1) << (10 * (letter - letters + 1)));
}

bool sd_number_size(const char *text, int64_t *out, struct sd_error *err) {
  static const char expected[] = "a size (like 512m, 2g, 1.5g or a number of bytes)";
  if (strcmp(text, "-1") == 0) {
    *out = -1;
    return true;
  }
  const char *after = text;
  if (!skip_decimal(&after))
    return fail(err, text, expected);
  const char *unit = *after == ' ' ? after + 1 : after;
  double factor = size_factor(unit);
  if (factor == 0)
    return fail(err, text, expected);
  /* In float64 as go-units does it, so that both get the same bytes. Should a locale with another
   * decimal point ever be set, strtod stops early and the text is refused. */
  char *end = NULL;
  double bytes = strtod(text, &end) * factor;
  if (end != after)
    return fail(err, text, expected);
  if (!(bytes < INT64_END))
    return fail(err, text, "within the range of a size (below 8 EiB)");
  *out = (int64_t)bytes;
  return true;
}

/* The same number without what says nothing. */
static const char *plain_cpus(struct sd_arena *arena, const char *text) {
  const char *digits = *text == '+' ? text + 1 : text;
  while (digits[0] == '0' && is_digit(digits[1]))
    digits++;
  size_t whole = strcspn(digits, ".");
  size_t len = strlen(digits);
  while (len > whole + 1 + MAX_DECIMALS && digits[len - 1] == '0')
    len--;
  if (whole > 0 && len == whole + 1)
    len--;
  return sd_arena_strndup(arena, digits, len);
}

bool sd_number_go_cpus(const char *text, int64_t *out, struct sd_error *err) {
  struct sd_error ignored;
  sd_error_init(&ignored, err->arena);
  return sd_number_nano_cpus(plain_cpus(err->arena, text), out, &ignored) ||
         sd_number_nano_cpus(text, out, err);
}

bool sd_number_nano_cpus(const char *text, int64_t *out, struct sd_error *err) {
  static const char expected[] = "a number of CPUs (like 1, 0.5 or 1.25, with at most 9 decimals)";
  uint64_t nano = 0;
  bool fits = true;
  const char *s = text;
  for (; is_digit(*s); s++)
    fits = fits && append_digit(&nano, 10, (unsigned)(*s - '0'), INT64_MAX);
  if ((s - text > 1 && text[0] == '0') || (s == text && *s != '.'))
    return fail(err, text, expected);
  int decimals = 0;
  if (*s == '.') {
    for (s++; is_digit(*s) && decimals < MAX_DECIMALS; s++, decimals++)
      fits = fits && append_digit(&nano, 10, (unsigned)(*s - '0'), INT64_MAX);
    if (decimals == 0)
      return fail(err, text, expected);
  }
  if (*s != '\0')
    return fail(err, text, expected);
  for (; decimals < MAX_DECIMALS; decimals++)
    fits = fits && append_digit(&nano, 10, 0, INT64_MAX);
  if (!fits)
    return fail(err, text, "within the range of a number of CPUs");
  *out = (int64_t)nano;
  return true;
}

/* One "1.5h" of a duration, as Go computes it; *s is moved behind it. */
enum part { PART_GOOD, PART_SYNTAX, PART_RANGE };

static uint64_t unit_nanoseconds(const char *unit, size_t len) {
  static const struct {
    const char *name;
    uint64_t nanoseconds;
  } units[] = {
      {"ns", 1},           {"us", 1000}, {"\xC2\xB5s", 1000}, /* U+00B5 micro sign */
      {"\xCE\xBCs", 1000},                                    /* U+03BC Greek letter mu */
      {"ms", 1000000},     {"s", NANO},  {"m", UINT64_C(60) * NANO}, {"h", UINT64_C(3600) * NANO},
  };
  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
    if (strlen(units[i].name) == len && memcmp(units[i].name, unit, len) == 0)
      return units[i].nanoseconds;
  return 0;
}

static enum part duration_part(const char **s, uint64_t max, uint64_t *out) {
  uint64_t whole = 0;
  bool fits = true;
  const char *start = *s;
  for (; is_digit(**s); (*s)++)
    fits = fits && append_digit(&whole, 10, (unsigned)(**s - '0'), max);
  bool digits = *s != start;
  uint64_t fraction = 0;
  double scale = 1;
  if (**s == '.') {
    /* Digits of the fraction that no longer fit are dropped, not an error: so does Go. */
    bool more = true;
    for ((*s)++; is_digit(**s); (*s)++, digits = true) {
      more = more && append_digit(&fraction, 10, (unsigned)(**s - '0'), INT64_MAX);
      scale = more ? scale * 10 : scale;
    }
  }
  size_t len = strcspn(*s, ".0123456789");
  uint64_t unit = unit_nanoseconds(*s, len);
  if (!digits || unit == 0)
    return PART_SYNTAX;
  *s += len;
  if (!fits || __builtin_mul_overflow(whole, unit, &whole))
    return PART_RANGE;
  uint64_t rest = (uint64_t)((double)fraction * ((double)unit / scale));
  if (__builtin_add_overflow(whole, rest, out) || *out > max)
    return PART_RANGE;
  return PART_GOOD;
}

bool sd_number_duration(const char *text, int64_t *out, struct sd_error *err) {
  bool negative = text[0] == '-';
  const char *s = text + (text[0] == '-' || text[0] == '+' ? 1 : 0);
  /* Go before 1.17 refuses the smallest int64, so it is out of range here. */
  uint64_t total = 0;
  if (strcmp(s, "0") == 0) {
    *out = 0;
    return true;
  }
  enum part state = *s == '\0' ? PART_SYNTAX : PART_GOOD;
  while (state == PART_GOOD && *s != '\0') {
    uint64_t part = 0;
    state = duration_part(&s, INT64_MAX, &part);
    if (state == PART_GOOD && (part > INT64_MAX - total))
      state = PART_RANGE;
    total += state == PART_GOOD ? part : 0;
  }
  if (state == PART_SYNTAX)
    return fail(err, text, "a duration (like 30s, 1m30s or 500ms)");
  if (state == PART_RANGE)
    return fail(err, text, "within the range of a duration (about 292 years)");
  *out = negative ? -(int64_t)total : (int64_t)total;
  return true;
}

const char *sd_number_format_cpus(struct sd_arena *arena, int64_t nano) {
  const char *sign = nano < 0 ? "-" : "";
  uint64_t value = nano < 0 ? 0 - (uint64_t)nano : (uint64_t)nano;
  unsigned long long whole = value / NANO;
  char *text =
      sd_arena_printf(arena, "%s%llu.%09llu", sign, whole, (unsigned long long)(value % NANO));
  size_t len = strlen(text);
  while (text[len - 1] == '0')
    len--;
  if (text[len - 1] == '.')
    len--;
  text[len] = '\0';
  return text;
}

const char *sd_number_format_size(struct sd_arena *arena, int64_t bytes) {
  static const char letters[] = "kmgtp";
  int64_t value = bytes;
  size_t unit = 0;
  while (value > 0 && value % 1024 == 0 && letters[unit] != '\0') {
    value /= 1024;
    unit++;
  }
  if (unit == 0)
    return sd_arena_printf(arena, "%lld", (long long)bytes);
  return sd_arena_printf(arena, "%lld%c", (long long)value, letters[unit - 1]);
}
