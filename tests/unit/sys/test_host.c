/* SPDX-License-Identifier: Apache-2.0 */
/* The real host, where looking fails. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../with_arena.h"

#include "safe-docker/sys/host.h"

static struct sd_special look(const char *path) {
  const struct sd_host *host = sd_host_real();
  return host->find_special(host->context, &arena, path);
}

static void test_special(void **state) {
  (void)state;
  char folder[] = "/tmp/safe-docker-host.XXXXXX";
  assert_non_null(mkdtemp(folder));
  assert_null(look(folder).name);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = sd_arena_printf(&arena, "%s/s", folder);
  memcpy(address.sun_path, path, strlen(path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
  assert_int_equal(close(fd), 0);
  assert_string_equal(look(folder).name, "s");
  assert_string_equal(look(folder).kind, "socket");
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0);
  /* Gone meanwhile: what would be bound has not been seen. */
  assert_non_null(look(folder).name);
}

/* As root, who may give a fifo away. */
static void test_fifo(void **state) {
  (void)state;
  char folder[] = "/tmp/safe-docker-host.XXXXXX";
  assert_non_null(mkdtemp(folder));
  const char *path = sd_arena_printf(&arena, "%s/f", folder);
  assert_int_equal(mkfifo(path, S_IRUSR | S_IWUSR), 0);
  assert_null(look(folder).name);
  bool given = chown(path, 65534, 65534) == 0;
  struct sd_special found = look(folder);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0);
  if (!given)
    skip();
  assert_string_equal(found.name, "f");
  assert_string_equal(found.kind, "fifo of somebody else");
}

/* On one processor alone, as by taskset(1), the others are still there. */
static void test_cpus(void **state) {
  (void)state;
  const struct sd_host *host = sd_host_real();
  unsigned online = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t before;
  cpu_set_t one;
  int first = 0;
  assert_int_equal(host->cpus(host->context, online + 1), online);
  assert_int_equal(host->cpus(host->context, 1), 1);
  assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
  while (!CPU_ISSET(first, &before))
    first++;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
  assert_int_equal(host->cpus(host->context, online), online);
  assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static bool goes_straight(const char *path) {
  const struct sd_host *host = sd_host_real();
  struct sd_resolved at;
  host->resolve(host->context, &arena, path, &at);
  bool straight = host->is_straight(host->context, path);
  assert_int_equal(straight, at.straight);
  return straight;
}

static void test_straight(void **state) {
  (void)state;
  char folder[] = "/tmp/safe-docker-host.XXXXXX";
  assert_non_null(mkdtemp(folder));
  const char *link = sd_arena_printf(&arena, "%s/link", folder);
  assert_int_equal(symlink(folder, link), 0);
  assert_true(goes_straight("/"));
  assert_true(goes_straight(folder));
  assert_true(goes_straight(sd_arena_printf(&arena, "%s/missing/below", folder)));
  assert_false(goes_straight(link));
  assert_false(goes_straight(sd_arena_printf(&arena, "%s/link/below", folder)));
  assert_false(goes_straight(sd_arena_printf(&arena, "%s/", folder)));
  assert_false(goes_straight(sd_arena_printf(&arena, "%s/../x", folder)));
  assert_false(goes_straight("tmp"));
  assert_false(goes_straight(""));
  assert_int_equal(unlink(link), 0);
  assert_int_equal(rmdir(folder), 0);
}

static void test_no_descriptors(void **state) {
  (void)state;
  struct rlimit now;
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
  struct rlimit none = {.rlim_cur = 0, .rlim_max = now.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
  struct sd_special found = look("/");
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
  assert_non_null(found.name);
}

/* Read another way: personalities can make uname(2) lie, but not here. */
static void test_kernel(void **state) {
  (void)state;
  unsigned major = 0;
  unsigned minor = 0;
  FILE *file = fopen("/proc/sys/kernel/osrelease", "re");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%u.%u", &major, &minor), 2);
  (void)fclose(file);
  assert_int_equal(sd_host_kernel(), major << 16 | minor);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_special),        cmocka_unit_test(test_fifo),
      cmocka_unit_test(test_cpus),           cmocka_unit_test(test_straight),
      cmocka_unit_test(test_no_descriptors), cmocka_unit_test(test_kernel),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
