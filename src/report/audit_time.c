/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time, from people and from records. Dates are of the proleptic Gregorian calendar. */
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_log.h"

#define DAY_SECONDS 86400
#define AMOUNT_MAX 100000000 /* of any unit; far from what would wrap */

/* -- the calendar ------------------------------------------------------------------------------- */

struct moment {
  int64_t year, month, day, hour, minute, second, milliseconds;
};

/* Days since 1970: years begin in March, so that leap days end them; 400 years have 146097 days. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
  int64_t shifted_year = month <= 2 ? year - 1 : year;
  int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
  int64_t year_of_era = shifted_year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static int64_t month_length(int64_t year, int64_t month) {
  return days_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
         days_of(year, month, 1);
}

static int64_t seconds_of(const struct moment *moment) {
  return days_of(moment->year, moment->month, moment->day) * DAY_SECONDS + moment->hour * 3600 +
         moment->minute * 60 + moment->second;
}

static struct moment moment_of(int64_t seconds) {
  int64_t days = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0 ? 1 : 0);
  int64_t of_day = seconds - days * DAY_SECONDS;
  struct moment out = {
      .hour = of_day / 3600, .minute = of_day / 60 % 60, .second = of_day % 60, .year = 1970};
  out.year += days / 366; /* too early by less than a year for each 400 years: then counted on */
  while (days_of(out.year + 1, 1, 1) <= days)
    out.year++;
  while (days_of(out.year, 1, 1) > days)
    out.year--;
  out.month = 1;
  while (out.month < 12 && days_of(out.year, out.month + 1, 1) <= days)
    out.month++;
  out.day = days - days_of(out.year, out.month, 1) + 1;
  return out;
}

/* -- reading ------------------------------------------------------------------------------------ */

/* Exactly `count` digits within the bounds. */
static bool take_number(const char **at, int count, int64_t least, int64_t most, int64_t *out) {
  int64_t value = 0;
  for (int i = 0; i < count; i++) {
    char digit = (*at)[i];
    if (digit < '0' || digit > '9')
      return false;
    value = value * 10 + (digit - '0');
  }
  if (value < least || value > most)
    return false;
  *at += count;
  *out = value;
  return true;
}

static bool take_char(const char **at, const char *any) {
  if (**at == '\0' || strchr(any, **at) == NULL)
    return false;
  (*at)++;
  return true;
}

static bool take_date(const char **at, struct moment *out) {
  const char *from = *at;
  if (!take_number(&from, 4, 1970, 9999, &out->year) || !take_char(&from, "-") ||
      !take_number(&from, 2, 1, 12, &out->month) || !take_char(&from, "-") ||
      !take_number(&from, 2, 1, month_length(out->year, out->month), &out->day))
    return false;
  *at = from;
  return true;
}

/* ".123456" of a second; what is finer than a millisecond is dropped. */
static bool take_fraction(const char **at, int64_t *milliseconds) {
  int64_t value = 0;
  int digits = 0;
  if (!take_char(at, "."))
    return true;
  for (; **at >= '0' && **at <= '9'; (*at)++, digits++)
    value = digits < 3 ? value * 10 + (**at - '0') : value;
  for (int i = digits; i < 3; i++)
    value *= 10;
  *milliseconds = value;
  return digits > 0 && digits <= 9;
}

/* 14:00[:05[.5]] */
static bool take_time(const char **at, struct moment *out) {
  const char *from = *at;
  if (!take_number(&from, 2, 0, 23, &out->hour) || !take_char(&from, ":") ||
      !take_number(&from, 2, 0, 59, &out->minute))
    return false;
  if (take_char(&from, ":") &&
      (!take_number(&from, 2, 0, 59, &out->second) || !take_fraction(&from, &out->milliseconds)))
    return false;
  *at = from;
  return true;
}

/* Z or +01:00: seconds that local time is ahead. */
static bool take_offset(const char **at, int64_t *ahead) {
  int64_t hours = 0;
  int64_t minutes = 0;
  *ahead = 0;
  if (take_char(at, "Zz"))
    return true;
  bool west = **at == '-';
  if (!take_char(at, "+-") || !take_number(at, 2, 0, 23, &hours) || !take_char(at, ":") ||
      !take_number(at, 2, 0, 59, &minutes))
    return false;
  *ahead = (hours * 60 + minutes) * (west ? -60 : 60);
  return true;
}

bool sd_when_rfc3339(const char *text, int64_t *out) {
  struct moment moment = {0};
  int64_t ahead = 0;
  if (!take_date(&text, &moment) || !take_char(&text, "Tt ") || !take_time(&text, &moment) ||
      !take_offset(&text, &ahead) || *text != '\0')
    return false;
  *out = (seconds_of(&moment) - ahead) * 1000 + moment.milliseconds;
  return true;
}

/* Local time is UTC and the offset that holds then: that of a day before is tried first, so that of two points in
 * time with this name the first one is found. */
static int64_t from_local(const struct moment *moment, const struct sd_zone *zone) {
  int64_t wanted = seconds_of(moment);
  int64_t before = zone->offset(zone->context, wanted - DAY_SECONDS);
  int64_t after = zone->offset(zone->context, wanted + DAY_SECONDS);
  int64_t found = wanted - before;
  if (zone->offset(zone->context, found) != before &&
      zone->offset(zone->context, wanted - after) == after)
    found = wanted - after;
  return found * 1000 + moment->milliseconds;
}

static struct moment local_now(int64_t now, const struct sd_zone *zone) {
  return moment_of(now / 1000 + zone->offset(zone->context, now / 1000));
}

/* "2026-11-22", "2026-11-22 14:00", "14:00" */
static bool parse_local(const char *text, int64_t now, const struct sd_zone *zone, int64_t *out) {
  struct moment moment = {0};
  if (take_date(&text, &moment)) {
    if (take_char(&text, " Tt") && !take_time(&text, &moment))
      return false;
  } else {
    struct moment today = local_now(now, zone);
    moment = (struct moment){.year = today.year, .month = today.month, .day = today.day};
    if (!take_time(&text, &moment))
      return false;
  }
  if (*text != '\0')
    return false;
  *out = from_local(&moment, zone);
  return true;
}

static const struct {
  const char *name;
  int64_t seconds;
} units[] = {
    {"s", 1},       {"sec", 1},       {"second", 1},     {"seconds", 1}, {"m", 60},
    {"min", 60},    {"minute", 60},   {"minutes", 60},   {"h", 3600},    {"hr", 3600},
    {"hour", 3600}, {"hours", 3600},  {"d", 86400},      {"day", 86400}, {"days", 86400},
    {"w", 604800},  {"week", 604800}, {"weeks", 604800},
};

static bool take_unit(const char **at, int64_t *seconds) {
  size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyz");
  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
    if (strlen(units[i].name) == len && memcmp(units[i].name, *at, len) == 0) {
      *seconds = units[i].seconds;
      *at += len;
      return true;
    }
  return false;
}

/* "-2h", "1h30m", "2 hours ago" */
static bool parse_span(const char *text, int64_t now, int64_t *out) {
  int64_t total = 0;
  int64_t unit = 0;
  (void)take_char(&text, "-");
  if (*text < '0' || *text > '9')
    return false;
  while (*text >= '0' && *text <= '9') {
    int64_t amount = 0;
    for (; *text >= '0' && *text <= '9' && amount < AMOUNT_MAX; text++)
      amount = amount * 10 + (*text - '0');
    text += strspn(text, " ");
    if (amount >= AMOUNT_MAX || !take_unit(&text, &unit))
      return false;
    total += amount * unit;
    if (total > (int64_t)AMOUNT_MAX * 604800)
      return false;
    text += strspn(text, " ");
  }
  if (strcmp(text, "ago") != 0 && *text != '\0')
    return false;
  *out = now - total * 1000;
  return true;
}

/* "today", "yesterday", "now" */
static bool parse_word(const char *text, int64_t now, const struct sd_zone *zone, int64_t *out) {
  static const struct {
    const char *name;
    int64_t days;
  } words[] = {{"today", 0}, {"yesterday", 1}};
  *out = now;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (strcmp(text, words[i].name) == 0) {
      struct moment today = local_now(now, zone);
      int64_t day = days_of(today.year, today.month, today.day) - words[i].days;
      struct moment moment = moment_of(day * DAY_SECONDS);
      *out = from_local(&moment, zone);
      return true;
    }
  return strcmp(text, "now") == 0;
}

static bool parse_epoch(struct sd_arena *arena, const char *text, int64_t *out) {
  struct sd_error ignored;
  uint64_t seconds = 0;
  sd_error_init(&ignored, arena);
  if (text[0] != '@' || !sd_number_decimal(text + 1, 0, 253402300799, &seconds, &ignored))
    return false;
  *out = (int64_t)seconds * 1000;
  return true;
}

bool sd_when_parse(struct sd_arena *arena, const char *text, int64_t now,
                   const struct sd_zone *zone, int64_t *out, struct sd_error *err) {
  int64_t found = 0;
  if (!parse_word(text, now, zone, &found) && !sd_when_rfc3339(text, &found) &&
      !parse_local(text, now, zone, &found) && !parse_span(text, now, &found) &&
      !parse_epoch(arena, text, &found))
    return sd_fail_rule(
        err, NULL,
        "2026-11-22, \"2026-11-22 14:00\", 14:00, today, yesterday, now, 2h, \"90m ago\", or RFC "
        "3339 as in 2026-11-22T14:00:00Z",
        "\"%s\" is no point in time", sd_text_safe(arena, text));
  *out = found;
  return true;
}

/* -- writing ------------------------------------------------------------------------------------ */

static int64_t whole_seconds(int64_t when) {
  return when / 1000 - (when % 1000 < 0 ? 1 : 0);
}

const char *sd_when_local(struct sd_arena *arena, int64_t when, const struct sd_zone *zone) {
  int64_t seconds = whole_seconds(when);
  struct moment local = moment_of(seconds + zone->offset(zone->context, seconds));
  return sd_arena_printf(arena, "%04lld-%02lld-%02lld %02lld:%02lld:%02lld", (long long)local.year,
                         (long long)local.month, (long long)local.day, (long long)local.hour,
                         (long long)local.minute, (long long)local.second);
}

const char *sd_when_utc(struct sd_arena *arena, int64_t when) {
  int64_t seconds = whole_seconds(when);
  struct moment utc = moment_of(seconds);
  return sd_arena_printf(arena, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%03lldZ",
                         (long long)utc.year, (long long)utc.month, (long long)utc.day,
                         (long long)utc.hour, (long long)utc.minute, (long long)utc.second,
                         (long long)(when - seconds * 1000));
}
