/* SPDX-License-Identifier: Apache-2.0 */
/* What the docker command takes for an archive; what is none is a Dockerfile to it. */
#include "safe-docker/docker/build_input.h"

#include <stdio.h>
#include <string.h>

#include "../with_arena.h"

static void make_header(char *head, char type, unsigned size) {
  unsigned sum = 0;
  memset(head, 0, SD_BUILD_HEAD);
  (void)snprintf(head, 100, "name");
  (void)snprintf(head + 100, 8, "%07o", 0644);
  (void)snprintf(head + 124, 12, "%011o", size);
  head[156] = type;
  memcpy(head + 257, "ustar\00000", 8);
  memset(head + 148, ' ', 8);
  for (int i = 0; i < 512; i++)
    sum += (unsigned char)head[i];
  (void)snprintf(head + 148, 8, "%06o", sum);
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

/* The real CLI finds no entry in what it looks at. */
static void headers_about_the_next_one_are_none(void **state) {
  (void)state;
  char head[SD_BUILD_HEAD];
  for (const char *type = "xLKS"; *type != '\0'; type++) {
    make_header(head, *type, 5);
    assert_false(sd_build_is_archive(head, sizeof(head)));
  }
  make_header(head, 'g', 52);
  assert_true(sd_build_is_archive(head, sizeof(head)));
  assert_false(sd_build_is_archive(head, 1023));
  make_header(head, 'g', 513);
  assert_false(sd_build_is_archive(head, sizeof(head)));
}

static void compressed_ones_are_archives(void **state) {
  (void)state;
  assert_true(sd_build_is_archive("\x1f\x8b\x08", 3));
  assert_true(sd_build_is_archive("BZh91AY", 7));
  assert_true(sd_build_is_archive("\xfd\x37zXZ\0", 6));
  assert_false(sd_build_is_archive("\xfd\x37zXZ", 5));
  assert_false(sd_build_is_archive("\x1f\x8b", 2));
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
      cmocka_unit_test(headers_about_the_next_one_are_none),
      cmocka_unit_test(compressed_ones_are_archives),
      cmocka_unit_test(texts_and_zeros_are_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
