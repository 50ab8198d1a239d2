/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a record where something is in its way. */
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../with_arena.h"

#include "safe-docker/sys/audit_sink.h"

static const char *content(int fd) {
  char *text = sd_arena_alloc(&arena, 4096);
  assert_true(pread(fd, text, 4095, 0) >= 0);
  return text;
}

static bool write_record(const struct sd_audit_sink *sink, const char *record, bool *too_long) {
  struct sd_error err;
  sd_error_init(&err, &arena);
  bool good = sd_audit_write(&arena, sink, record, too_long, &err);
  assert_true(good || err.message != NULL);
  return good;
}

static void test_half_a_record(void **state) {
  (void)state;
  static const struct {
    const char *before, *after;
  } rows[] = {
      {"", "two\n"},
      {"one\n", "one\ntwo\n"},
      {"on", "on\ntwo\n"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    int fd = memfd_create("audit", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, rows[i].before, strlen(rows[i].before)), strlen(rows[i].before));
    bool too_long = true;
    struct sd_audit_sink sink = {.syslog = -1, .file = fd};
    assert_true(write_record(&sink, "two", &too_long));
    assert_false(too_long);
    assert_string_equal(content(fd), rows[i].after);
    assert_int_equal(close(fd), 0);
  }
}

/* A file that may not be read: an empty line at worst. */
static void test_write_only(void **state) {
  (void)state;
  int fd = memfd_create("audit", MFD_CLOEXEC);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "on", 2), 2);
  char path[64];
  assert_true(snprintf(path, sizeof(path), "/proc/self/fd/%d", fd) > 0);
  int blind = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  assert_true(blind >= 0);
  bool too_long = true;
  struct sd_audit_sink sink = {.syslog = -1, .file = blind};
  assert_true(write_record(&sink, "two", &too_long));
  assert_string_equal(content(fd), "on\ntwo\n");
  assert_int_equal(close(blind), 0);
  assert_int_equal(close(fd), 0);
}

static void test_too_long_for_syslog(void **state) {
  (void)state;
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
  char *record = sd_arena_alloc(&arena, 8000001);
  memset(record, 'x', 8000000);
  int fd = memfd_create("audit", MFD_CLOEXEC);
  struct sd_audit_sink sink = {.syslog = pair[0], .file = fd};
  bool too_long = false;
  assert_false(write_record(&sink, record, &too_long));
  assert_true(too_long);
  /* The other sink has it all the same. */
  assert_int_equal(lseek(fd, 0, SEEK_END), 8000001);
  assert_true(write_record(&sink, "short", &too_long));
  assert_false(too_long);
  char got[100] = "";
  assert_true(recv(pair[1], got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
  assert_non_null(strstr(got, "]: short"));
  assert_int_equal(close(fd), 0);
  assert_int_equal(close(pair[0]), 0);
  assert_int_equal(close(pair[1]), 0);
}

/* Somebody else has filled the queue: waited for, but not for good. */
static void test_full_queue(void **state) {
  (void)state;
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
  while (send(pair[0], "noise", 5, MSG_DONTWAIT) == 5)
    continue;
  bool too_long = true;
  struct sd_audit_sink sink = {.syslog = pair[0], .file = -1};
  assert_false(write_record(&sink, "one", &too_long));
  assert_false(too_long);
  char got[100];
  while (recv(pair[1], got, sizeof(got), MSG_DONTWAIT) > 0)
    continue;
  assert_true(write_record(&sink, "one", &too_long));
  assert_int_equal(close(pair[0]), 0);
  assert_int_equal(close(pair[1]), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_half_a_record),
      cmocka_unit_test(test_write_only),
      cmocka_unit_test(test_too_long_for_syslog),
      cmocka_unit_test(test_full_queue),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
