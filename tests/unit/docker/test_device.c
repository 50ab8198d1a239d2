/* SPDX-License-Identifier: Apache-2.0 */
/* --device: paths, CDI names, and permissions. */
#include "spec_fixture.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_device device;
  return sd_device_parse(arena, text, &device, err) ? sd_device_format(arena, &device) : NULL;
}

static void paths(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("/dev/fuse"),
      SPEC_SAME("/dev/fuse:/dev/x"),
      SPEC_SAME("/dev/fuse:/dev/x:r"),
      SPEC_SAME("/dev/fuse:rw"),
      {"/dev/fuse:/dev/fuse:rw", "/dev/fuse:rw", NULL},
      {"/dev/fuse:mwr", "/dev/fuse:rwm", NULL},
      {"/dev//x/../fuse/", "/dev/fuse", NULL},
      {"/dev/../etc:/dev/./x", "/etc:/dev/x", NULL},
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("/", "no device"),
      SPEC_REFUSED("/dev/..", "no device"),
      SPEC_REFUSED("dev/fuse", "neither an absolute path"),
      SPEC_REFUSED("dev/fuse:/dev/x", "neither an absolute path"),
      SPEC_REFUSED("/dev/fuse:", "not absolute"),
      SPEC_REFUSED("/dev/fuse::r", "not absolute"),
      SPEC_REFUSED("/dev/fuse:dev/x", "not absolute"),
      SPEC_REFUSED("/dev/fuse:r:r", "not absolute"),
      SPEC_REFUSED("/dev/fuse:rwmm", "not absolute"),
      SPEC_REFUSED("/dev/fuse:/dev/x:rr", "at most once"),
      SPEC_REFUSED("/dev/fuse:/dev/x:RW", "at most once"),
      SPEC_REFUSED("/dev/fuse:/dev/x:", "at most once"),
      SPEC_REFUSED("/dev/fuse:/dev/x:r:w", "too many colons"),
      SPEC_REFUSED("/dev/fuse:/", "root of the container"),
      SPEC_REFUSED("/dev/\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void cdi_names(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("vendor.com/class=name"),
      SPEC_SAME("nvidia.com/gpu=all"),
      SPEC_SAME("vendor.com/class=a:b"),
      SPEC_SAME("VENDOR.com/cl_a-s=0"),
      SPEC_REFUSED("vendor.com/class", "CDI"),
      SPEC_REFUSED("vendor.com/class=", "CDI"),
      SPEC_REFUSED("vendor.com/class=-x", "CDI"),
      SPEC_REFUSED("vendor.com/class=x-", "CDI"),
      SPEC_REFUSED("1vendor.com/class=0", "CDI"),
      SPEC_REFUSED("v/c=1", "CDI"),
      SPEC_REFUSED("=x", "CDI"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void fields(void **state) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_device device;
  (void)state;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  assert_true(sd_device_parse(&arena, "/dev/fuse", &device, &err));
  assert_false(device.cdi);
  assert_string_equal(device.target, "/dev/fuse");
  assert_null(device.permissions);
  assert_true(sd_device_parse(&arena, "vendor.com/class=x", &device, &err));
  assert_true(device.cdi);
  assert_string_equal(device.path, "vendor.com/class=x");
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths),
      cmocka_unit_test(cdi_names),
      cmocka_unit_test(fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
