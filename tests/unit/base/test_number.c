/* SPDX-License-Identifier: Apache-2.0 */
/* Every parser of numbers: what it takes, what it refuses, and that a refusal changes nothing. */
#include "safe-docker/base/number.h"

#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/text.h"

/* What an output holds before the call; it must still hold it after a failure. */
#define UNTOUCHED INT64_C(-77777)

struct row {
  const char *text;
  bool good;
  int64_t value;
};

typedef bool parser(const char *text, int64_t *out, struct sd_error *err);

static void check_row(parser *parse, const struct row *row) {
  struct sd_error err;
  sd_error_init(&err, &arena);
  int64_t value = UNTOUCHED;
  bool good = parse(row->text, &value, &err);
  if (good != row->good || value != (row->good ? row->value : UNTOUCHED))
    fail_msg("\"%s\": %s, %lld, not %s, %lld", row->text, good ? "good" : "bad", (long long)value,
             row->good ? "good" : "bad", (long long)row->value);
  assert_true((err.message == NULL) == good);
  assert_int_equal(err.status, SD_EXIT_DENIED);
}

static void check_rows(parser *parse, const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++)
    check_row(parse, &rows[i]);
}

#define CHECK_ROWS(parse, rows) check_rows((parse), (rows), sizeof(rows) / sizeof((rows)[0]))
#define BAD(text)                                                                                  \
  { (text), false, 0 }

/* Refused by every parser of this module. */
static const char *const nasty[] = {
    "",
    " ",
    "+",
    "-",
    "--1",
    "+-1",
    " 1",
    "1 1",
    "\t1",
    "1\n",
    "0x",
    "0o",
    "_",
    "1_",
    "_1",
    "1__0",
    "0x_",
    "1e3",
    "1E3",
    "1e",
    "0x1p4",
    "nan",
    "NaN",
    "inf",
    "Inf",
    "+Inf",
    "infinity",
    "-inf",
    "1,5",
    "1.2.3",
    "1..2",
    ".",
    "-.",
    "..",
    "1'000",
    "0x1.8p1",
    "١",
    "１",
    "1\xFF",
    "\xA0\xC2",
    "%d",
    "1\x01",
    "$((1))",
    "1;2",
    "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
    "9",
    "-999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
    "99",
};

static bool parse_decimal(const char *text, int64_t *out, struct sd_error *err) {
  uint64_t value = 0;
  if (!sd_number_decimal(text, 0, INT64_MAX, &value, err))
    return false;
  *out = (int64_t)value;
  return true;
}

static bool parse_octal(const char *text, int64_t *out, struct sd_error *err) {
  uint64_t value = 0;
  if (!sd_number_octal(text, 07777, &value, err))
    return false;
  *out = (int64_t)value;
  return true;
}

static bool parse_bool(const char *text, int64_t *out, struct sd_error *err) {
  bool value = false;
  if (!sd_number_bool(text, &value, err))
    return false;
  *out = value ? 1 : 0;
  return true;
}

static void nasty_texts_are_refused(void **state) {
  (void)state;
  parser *const parsers[] = {parse_bool,        parse_decimal,  parse_octal,
                             sd_number_go_int,  sd_number_size, sd_number_nano_cpus,
                             sd_number_duration};
  for (size_t p = 0; p < sizeof(parsers) / sizeof(parsers[0]); p++)
    for (size_t i = 0; i < sizeof(nasty) / sizeof(nasty[0]); i++)
      check_row(parsers[p], &(struct row)BAD(nasty[i]));
}

/* Of digits alone there may be any number without harm. */
static void very_long_texts(void **state) {
  (void)state;
  size_t len = 100000;
  char *digits = sd_arena_alloc(&arena, len + 8);
  memset(digits, '9', len);
  parser *const parsers[] = {parse_bool,        parse_decimal,  parse_octal,
                             sd_number_go_int,  sd_number_size, sd_number_nano_cpus,
                             sd_number_duration};
  for (size_t p = 0; p < sizeof(parsers) / sizeof(parsers[0]); p++)
    check_row(parsers[p], &(struct row)BAD(digits));
  memset(digits, '0', len);
  check_row(sd_number_go_int, &(struct row){digits, true, 0});
  memcpy(digits, "0.", 2);
  digits[len] = 'g';
  check_row(sd_number_size, &(struct row){digits, true, 0});
  digits[len - 1] = '1';
  check_row(sd_number_size, &(struct row){digits, true, 0});
  digits[len] = 's';
  check_row(sd_number_duration, &(struct row){digits, true, 0});
}

/* The texts of strconv.ParseBool's documentation, and near misses. */
static void bools(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"1", true, 1},     {"t", true, 1},     {"T", true, 1}, {"true", true, 1}, {"TRUE", true, 1},
      {"True", true, 1},  {"0", true, 0},     {"f", true, 0}, {"F", true, 0},    {"false", true, 0},
      {"FALSE", true, 0}, {"False", true, 0}, BAD("tRUE"),    BAD("tru"),        BAD("yes"),
      BAD("no"),          BAD("on"),          BAD("off"),     BAD("y"),          BAD("2"),
      BAD("00"),          BAD("01"),          BAD("true "),   BAD("=true"),
  };
  CHECK_ROWS(parse_bool, rows);
}

/* strconv.ParseInt(text, 0, 64). */
static void go_ints(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"-0", true, 0},
      {"+0", true, 0},
      {"00", true, 0},
      {"+7", true, 7},
      {"-7", true, -7},
      {"010", true, 8},
      {"-010", true, -8},
      {"0o17", true, 15},
      {"0O17", true, 15},
      {"0b101", true, 5},
      {"0B1", true, 1},
      {"0x7fffffff", true, 0x7fffffff},
      {"0XfF", true, 255},
      {"-0x3e8", true, -1000},
      {"1_000", true, 1000},
      {"1_0_0", true, 100},
      {"0x_1f", true, 31},
      {"0x1_f", true, 31},
      {"0_7", true, 7},
      {"0b_1", true, 1},
      {"9223372036854775807", true, INT64_MAX},
      {"-9223372036854775808", true, INT64_MIN},
      {"0x7fffffffffffffff", true, INT64_MAX},
      {"-0x8000000000000000", true, INT64_MIN},
      {"0777777777777777777777", true, INT64_MAX},
      {"-0b1000000000000000000000000000000000000000000000000000000000000000", true, INT64_MIN},
      BAD("9223372036854775808"),
      BAD("-9223372036854775809"),
      BAD("18446744073709551615"),
      BAD("18446744073709551616"),
      BAD("18446744073709551617"),
      BAD("0x8000000000000000"),
      BAD("0xffffffffffffffff"),
      BAD("0x10000000000000000"),
      BAD("01000000000000000000000"),
      BAD("08"),
      BAD("0o8"),
      BAD("0b"),
      BAD("0b2"),
      BAD("0xg"),
      BAD("0x-1"),
      BAD("0_"),
      BAD("0x1_"),
      BAD("0x__1"),
      BAD("0_x1"),
      BAD("-_1"),
      BAD("1.0"),
      BAD("1k"),
      BAD("a"),
      BAD("0a"),
      BAD("١"),
  };
  CHECK_ROWS(sd_number_go_int, rows);
}

/* strconv.ParseUint(text, 0, 16). */
static void go_uint16s(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0}, {"010", true, 8},  {"0x10", true, 16}, {"65535", true, 65535},
      BAD("-0"),      BAD("+0"),         BAD("+1"),          BAD("-1"),
      BAD("-0x1"),    BAD(""),           BAD("1.0"),         BAD("65536"),
      BAD("0x10000"), BAD("4294967296"),
  };
  CHECK_ROWS(sd_number_go_uint16, rows);
}

static void decimals(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"1", true, 1},
      {"65535", true, 65535},
      {"9223372036854775807", true, INT64_MAX},
      BAD("9223372036854775808"),
      BAD("18446744073709551616"),
      BAD("00"),
      BAD("01"),
      BAD("+1"),
      BAD("-1"),
      BAD("-0"),
      BAD("0x1"),
      BAD("1_000"),
      BAD("1.0"),
      BAD("1k"),
  };
  CHECK_ROWS(parse_decimal, rows);
}

static void decimal_ranges(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t min, max;
    bool good;
  } rows[] = {
      {"18446744073709551615", 0, UINT64_MAX, true},
      {"18446744073709551616", 0, UINT64_MAX, false},
      {"1", 1, 65535, true},
      {"0", 1, 65535, false},
      {"65535", 1, 65535, true},
      {"65536", 1, 65535, false},
      {"655350", 1, 65535, false},
      {"4294967297", 0, UINT32_MAX, false},
      {"5", 5, 5, true},
      {"4", 5, 5, false},
      {"6", 5, 5, false},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    sd_error_init(&err, &arena);
    uint64_t value = 77;
    bool good = sd_number_decimal(rows[i].text, rows[i].min, rows[i].max, &value, &err);
    assert_int_equal(good, rows[i].good);
    if (!good) {
      assert_int_equal(value, 77);
      assert_non_null(strstr(err.message, rows[i].text));
    }
  }
}

static void padded(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t expected; /* 0: refused */
  } rows[] = {{"1", 1},     {"007", 7},  {"0000000000000000000000000080", 80},
              {"100", 100}, {"0101", 0}, {"0", 0},
              {"00", 0},    {"", 0},     {"-1", 0},
              {"+1", 0},    {"0x1", 0},  {"01 ", 0},
              {"0 1", 0},   {"0_1", 0}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    sd_error_init(&err, &arena);
    uint64_t value = 0;
    assert_int_equal(sd_number_padded(rows[i].text, 1, 100, &value, &err), rows[i].expected != 0);
    assert_int_equal(value, rows[i].expected);
  }
}

static void octals(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"1777", true, 01777},
      {"0755", true, 0755},
      {"00000000000000000000000000000007", true, 7},
      {"7777", true, 07777},
      BAD("10000"),
      BAD("8"),
      BAD("0o7"),
      BAD("-7"),
      BAD("+7"),
      BAD("7_7"),
      BAD("7777777777777777777777"),
  };
  CHECK_ROWS(parse_octal, rows);
}

/* What go-units' RAMInBytes reads alike as a regular expression (0.4, in Docker 20.10) and since
 * (in 28). */
static void sizes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"32", true, 32},
      {"32b", true, 32},
      {"32B", true, 32},
      {"32 b", true, 32},
      {"32k", true, 32768},
      {"32K", true, 32768},
      {"32kb", true, 32768},
      {"32KB", true, 32768},
      {"32Kib", true, 32768},
      {"32KIB", true, 32768},
      {"32 kIb", true, 32768},
      {"32 ", true, 32},
      {"512m", true, 536870912},
      {"2g", true, 2147483648},
      {"1t", true, INT64_C(1) << 40},
      {"1p", true, INT64_C(1) << 50},
      {"1.5g", true, 1610612736},
      {"32.5kB", true, 33280},
      {"32.3 mb", true, 33869004},
      {"0.3", true, 0},
      {"0.1k", true, 102},
      {"007k", true, 7168},
      {"-1", true, -1},
      {"8191p", true, INT64_C(8191) << 50},
      {"9223372036854774784", true, INT64_C(9223372036854774784)},
      {"9007199254740993", true, INT64_C(9007199254740992)}, /* float64, as in Go */
      {"9007199254740995", true, INT64_C(9007199254740996)},
      BAD("9223372036854775807"), /* rounds to 2^63 */
      BAD("9223372036854775808"),
      BAD("8192p"),
      BAD("99999999999g"),
      BAD("18446744073709551616"),
      BAD("18446744073709551617"),
      BAD("1.5.5g"),
      BAD("4ki"),
      BAD("4i"),
      BAD("4ib"),
      BAD("4bb"),
      BAD("4bk"),
      BAD("4kk"),
      BAD("4kbb"),
      BAD("4kibb"),
      BAD(".5g"),
      BAD("4.g"),
      BAD("4."),
      BAD("+4g"),
      BAD("-4g"),
      BAD("-0"),
      BAD("-1b"),
      BAD("-1.0"),
      BAD("- 1"),
      BAD("4  k"),
      BAD("4k "),
      BAD(" 4k"),
      BAD("4 k b"),
      BAD("4\tk"),
      BAD("1e3"),
      BAD("1e3k"),
      BAD("1_000"),
      BAD("0x10"),
      BAD("0x1p3"),
      BAD("1z"),
      BAD("1e"),
      BAD("k"),
      BAD("b"),
      BAD("infk"),
      BAD("1\xE2\x84\xAA"), /* U+212A KELVIN SIGN: lower case is k */
      BAD("max"),
  };
  CHECK_ROWS(sd_number_size, rows);
}

/* 18446744073.709551617 CPUs wrap to one billionth in Docker, which takes that for "no limit". */
static void nano_cpus(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"1", true, 1000000000},
      {"0.5", true, 500000000},
      {".25", true, 250000000},
      {"1.25", true, 1250000000},
      {"0.000000001", true, 1},
      {"1.000000000", true, 1000000000},
      {"9223372036", true, INT64_C(9223372036000000000)},
      {"9223372036.854775807", true, INT64_MAX},
      BAD("9223372036.854775808"),
      BAD("9223372037"),
      BAD("18446744073.709551617"),
      BAD("18446744073709551617"),
      BAD("0.0000000001"),
      BAD("1.0000000000"),
      BAD("1."),
      BAD("01"),
      BAD("00.5"),
      BAD("-1"),
      BAD("-0"),
      BAD("+1"),
      BAD("1/2"),
      BAD("1e1"),
      BAD("0x1"),
      BAD("1_0"),
      BAD("1 "),
      BAD("1.5.5"),
      BAD("0.5g"),
  };
  CHECK_ROWS(sd_number_nano_cpus, rows);
}

static void go_cpus(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"0.5", true, 500000000},
      {".25", true, 250000000},
      {"+1", true, 1000000000},
      {"+.5", true, 500000000},
      {"01", true, 1000000000},
      {"00", true, 0},
      {"+00.50", true, 500000000},
      {"1.", true, 1000000000},
      {"0.", true, 0},
      {"1.0000000000", true, 1000000000},
      {"0.00000000100000", true, 1},
      {".0000000000", true, 0},
      {"00009223372036.8547758070", true, INT64_MAX},
      BAD("9223372036.8547758071"),
      BAD("9223372037"),
      BAD("0.0000000001"),
      BAD("1.00000000001"),
      BAD(""),
      BAD("+"),
      BAD("."),
      BAD("+."),
      BAD("++1"),
      BAD("+-1"),
      BAD("-1"),
      BAD("-0"),
      BAD("1.."),
      BAD("1.5."),
      BAD("1/2"),
      BAD("1e1"),
      BAD("0x1"),
      BAD("1_0"),
      BAD("1 "),
      BAD(" 1"),
  };
  CHECK_ROWS(sd_number_go_cpus, rows);
}

/* time.ParseDuration. */
static void durations(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", true, 0},
      {"-0", true, 0},
      {"+0", true, 0},
      {"0s", true, 0},
      {"5s", true, INT64_C(5000000000)},
      {"+5s", true, INT64_C(5000000000)},
      {"-5s", true, INT64_C(-5000000000)},
      {"1m30s", true, INT64_C(90000000000)},
      {"-1.5h", true, INT64_C(-5400000000000)},
      {".5s", true, 500000000},
      {"5.s", true, INT64_C(5000000000)},
      {"1h1m1s1ms1us1ns", true, INT64_C(3661001001001)},
      {"1\xC2\xB5s", true, 1000},
      {"1\xCE\xBCs", true, 1000},
      {"3s1h", true, INT64_C(3603000000000)},
      {"1s1s", true, INT64_C(2000000000)},
      {"0.9ns", true, 0},
      {"0.33333333333333333333h", true, INT64_C(1200000000000)},
      {"0.9223372036854775807s", true, 922337203},
      {"9223372036854775807ns", true, INT64_MAX},
      {"-9223372036854775807ns", true, -INT64_MAX},
      {"9223372036s854ms775us807ns", true, INT64_MAX},
      {"2562047h47m16.854775807s", true, INT64_MAX},
      BAD("9223372036854775808ns"),
      BAD("-9223372036854775808ns"),
      BAD("9223372036854775.808us"),
      BAD("9223372036s854ms775us808ns"),
      BAD("9223372037s"),
      BAD("2562048h"),
      BAD("18446744073709551617ns"),
      BAD("5"),
      BAD("-5"),
      BAD("s"),
      BAD(".s"),
      BAD("-.s"),
      BAD("5S"),
      BAD("5d"),
      BAD("5 s"),
      BAD("5s "),
      BAD("1s2"),
      BAD("1.5.5s"),
      BAD("1e3s"),
      BAD("0x1s"),
      BAD("1_0s"),
      BAD("1s-1s"),
      BAD("\xC2\xB5s"),
      BAD("1\xB5s"),
  };
  CHECK_ROWS(sd_number_duration, rows);
}

static void formats_cpus(void **state) {
  (void)state;
  static const struct {
    int64_t nano;
    const char *text;
  } rows[] = {
      {0, "0"},
      {1, "0.000000001"},
      {250000000, "0.25"},
      {1000000000, "1"},
      {10000000000, "10"},
      {1100000000, "1.1"},
      {INT64_MAX, "9223372036.854775807"},
      {-500000000, "-0.5"},
      {INT64_MIN, "-9223372036.854775808"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(sd_number_format_cpus(&arena, rows[i].nano), rows[i].text);
}

static void formats_sizes(void **state) {
  (void)state;
  static const struct {
    int64_t bytes;
    const char *text;
  } rows[] = {
      {0, "0"},
      {-1, "-1"},
      {1, "1"},
      {1023, "1023"},
      {1024, "1k"},
      {1536, "1536"},
      {512 << 20, "512m"},
      {INT64_C(3) << 30, "3g"},
      {INT64_C(1) << 40, "1t"},
      {INT64_C(1) << 60, "1024p"},
      {INT64_MAX, "9223372036854775807"},
      {INT64_MIN, "-9223372036854775808"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(sd_number_format_size(&arena, rows[i].bytes), rows[i].text);
}

/* The caller's text is shown, but never raw, and never at any length. */
static void messages_are_safe(void **state) {
  (void)state;
  struct sd_error err;
  sd_error_init(&err, &arena);
  int64_t value = 0;
  assert_false(sd_number_size("1\x1b[2Jg", &value, &err));
  assert_true(sd_text_is_printable(err.message));
  assert_non_null(strstr(err.message, "1\\x1b[2Jg"));
  assert_non_null(strstr(err.message, "512m"));
  sd_error_init(&err, &arena);
  char *longest = sd_arena_alloc(&arena, 5001);
  memset(longest, 'x', 5000);
  assert_false(sd_number_duration(longest, &value, &err));
  assert_true(strlen(err.message) < 300);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nasty_texts_are_refused),
      cmocka_unit_test(very_long_texts),
      cmocka_unit_test(bools),
      cmocka_unit_test(go_ints),
      cmocka_unit_test(go_uint16s),
      cmocka_unit_test(decimals),
      cmocka_unit_test(decimal_ranges),
      cmocka_unit_test(padded),
      cmocka_unit_test(octals),
      cmocka_unit_test(sizes),
      cmocka_unit_test(nano_cpus),
      cmocka_unit_test(go_cpus),
      cmocka_unit_test(durations),
      cmocka_unit_test(formats_cpus),
      cmocka_unit_test(formats_sizes),
      cmocka_unit_test(messages_are_safe),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
