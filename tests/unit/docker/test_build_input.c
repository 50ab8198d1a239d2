/* SPDX-License-Identifier: Apache-2.0 */
/* What the docker command takes for an archive; what is none is a Dockerfile to it. */
#include "safe-docker/docker/build_input.h"

#include <stdio.h>
#include <string.h>

#include "../with_arena.h"

static void write_sum(char *head) {
  unsigned sum = 0;
  memset(head + 148, ' ', 8);
  for (int i = 0; i < 512; i++)
    sum += (unsigned char)head[i];
  (void)snprintf(head + 148, 8, "%06o", sum);
}

static void make_header(char *head, char type, unsigned size) {
  memset(head, 0, SD_BUILD_HEAD);
  (void)snprintf(head, 100, "name");
  (void)snprintf(head + 100, 8, "%07o", 0644);
  (void)snprintf(head + 124, 12, "%011o", size);
  head[156] = type;
  memcpy(head + 257, "ustar\00000", 8);
  write_sum(head);
}

static void first_headers_are_archives(void **state) {
  (void)state;
  char head[SD_BUILD_HEAD];
  for (const char *type = "01234567"; *type != '\0'; type++) {
    make_header(head, *type, 5);
    assert_true(sd_build_is_archive(head, sizeof(head)));
    assert_true(sd_build_is_archive(head, 512));
    assert_false(sd_build_is_archive(head, 511));
  }
  make_header(head, '\0', 5);
  assert_true(sd_build_is_archive(head, sizeof(head)));
  head[0] = 'x';
  assert_false(sd_build_is_archive(head, sizeof(head)));
}

/* A header whose checksum is written in other ways: "@" its six digits, "#" these with 8 in the last place, "_" NUL. */
static void write_checksum(char *head, const char *form) {
  char digits[8];
  size_t at = 148;
  memcpy(digits, head + 148, 6);
  memset(head + 148, 0, 8);
  for (; *form != '\0'; form++) {
    if (*form == '@' || *form == '#')
      memcpy(head + at, digits, 6);
    else
      head[at] = *form == '_' ? '\0' : *form;
    at += *form == '@' || *form == '#' ? 6 : 1;
    if (*form == '#') { /* 8 ones are one eight */
      assert_int_equal(digits[5], '0');
      assert_true(digits[4] > '0');
      head[at - 1] = '8';
      head[at - 2]--;
    }
  }
  assert_true(at <= 156);
}

static void checksums_are_octal(void **state) {
  static const struct {
    const char *form;
    bool good;
  } rows[] = {{"@_ ", true}, {"@ _", true},  {"@  ", true},  {"@__", true},
              {"00@", true}, {"  @", true},  {" @ ", true},  {" @_", true},
              {"@x", false}, {"@8", false},  {"@-", false},  {"x@", false},
              {"@_x", true}, {"#__", false}, {"#  ", false}, {"        ", false},
              {"_@", false}, {"00#", false}, {"1@_", false}, {"________", false}};
  char head[SD_BUILD_HEAD];
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    make_header(head, '0', 5);
    while (head[153] != '0' || head[152] == '0') {
      head[99]++;
      write_sum(head);
    }
    head[512] = 'x'; /* behind the header */
    write_checksum(head, rows[i].form);
    if (sd_build_is_archive(head, sizeof(head)) != rows[i].good)
      fail_msg("%s", rows[i].form);
  }
}

/* The real CLI finds no entry in what it looks at. */
static void headers_about_the_next_one_are_none(void **state) {
  (void)state;
  char head[SD_BUILD_HEAD];
  for (const char *type = "xLKS8/\x01\x7f\x80"; *type != '\0'; type++) {
    make_header(head, *type, 5);
    assert_false(sd_build_is_archive(head, sizeof(head)));
  }
  make_header(head, 'g', 52);
  assert_true(sd_build_is_archive(head, sizeof(head)));
  assert_false(sd_build_is_archive(head, 1023));
  make_header(head, 'g', 512);
  assert_true(sd_build_is_archive(head, sizeof(head)));
  make_header(head, 'g', 513);
  assert_false(sd_build_is_archive(head, sizeof(head)));
  for (const char *size = " \0x"; *size != 'x'; size++) {
    make_header(head, 'g', 0);
    memset(head + 124, *size, 12);
    write_sum(head);
    assert_false(sd_build_is_archive(head, sizeof(head)));
  }
}

static void compressed_ones_are_archives(void **state) {
  (void)state;
  assert_true(sd_build_is_archive("\x1f\x8b\x08", 3));
  assert_true(sd_build_is_archive("BZh91AY", 7));
  assert_true(sd_build_is_archive("\xfd\x37zXZ\0", 6));
  assert_false(sd_build_is_archive("\xfd\x37zXZ", 5));
  assert_false(sd_build_is_archive("\x1f\x8b", 2));
  assert_false(sd_build_is_archive("BZ x", 4));
}

static void texts_and_zeros_are_none(void **state) {
  (void)state;
  char zeros[SD_BUILD_HEAD] = {0};
  assert_false(sd_build_is_archive("", 0));
  assert_false(sd_build_is_archive("FROM image\nRUN true\n", 20));
  assert_false(sd_build_is_archive(zeros, sizeof(zeros)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_headers_are_archives),
      cmocka_unit_test(checksums_are_octal),
      cmocka_unit_test(headers_about_the_next_one_are_none),
      cmocka_unit_test(compressed_ones_are_archives),
      cmocka_unit_test(texts_and_zeros_are_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
