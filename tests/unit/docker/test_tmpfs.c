/* SPDX-License-Identifier: Apache-2.0 */
/* --tmpfs: options in canonical form, and those that are refused. */
#include "spec_fixture.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_tmpfs tmpfs;
  return sd_tmpfs_parse(arena, text, &tmpfs, err) ? sd_tmpfs_format(arena, &tmpfs) : NULL;
}

static void accepted(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("/t"),
      {"/t:", "/t", NULL},
      {"/t/./u/../", "/t", NULL},
      {"/t:rw,size=1k", "/t:rw,size=1024", NULL},
      {"/t:size=64M,noexec,mode=01777", "/t:noexec,size=67108864,mode=1777", NULL},
      {"/t:size=2g,uid=1,gid=2,nr_inodes=1k", "/t:size=2147483648,nr_inodes=1024,uid=1,gid=2",
       NULL},
      {"/t:size=0", "/t:size=0", NULL},
      SPEC_SAME("/t:exec,suid,dev,nr_blocks=8,mpol=bind:0-1"),
      SPEC_SAME("/t:rshared"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void refused(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("t", "not absolute"),
      SPEC_REFUSED("/", "root of the container"),
      SPEC_REFUSED("/t\\u", "backslash"),
      SPEC_REFUSED("/t:size=10%", "not an amount"),
      SPEC_REFUSED("/t:size=", "not an amount"),
      SPEC_REFUSED("/t:size=-1", "not an amount"),
      SPEC_REFUSED("/t:size=1kb", "not an amount"),
      SPEC_REFUSED("/t:size=1.5m", "not an amount"),
      SPEC_REFUSED("/t:size=0x10", "not an amount"),
      SPEC_REFUSED("/t:size=010", "not an amount"),
      SPEC_REFUSED("/t:size=99999999999999999999", "size: "),
      SPEC_REFUSED("/t:size=1m,size=1g", "repeats"),
      SPEC_REFUSED("/t:mode=8", "mode: "),
      SPEC_REFUSED("/t:mode=10000", "mode: "),
      SPEC_REFUSED("/t:uid=+1", "uid: "),
      SPEC_REFUSED("/t:gid=x", "gid: "),
      SPEC_REFUSED("/t:uid=1,uid=2", "repeats"),
      SPEC_REFUSED("/t:huge=always", "unknown tmpfs option 'huge'"),
      SPEC_REFUSED("/t:Size=1m", "did you mean size"),
      SPEC_REFUSED("/t:huge=always", "use size=SIZE, mode=MODE, nr_inodes=N, uid=N, gid=N, ro,"),
      SPEC_REFUSED("/t:noexecc", "did you mean noexec"),
      SPEC_REFUSED("/t:ro,rw", "repeats or contradicts"),
      SPEC_REFUSED("/t:noexec,exec", "repeats or contradicts"),
      SPEC_REFUSED("/t:noexec,noexec", "repeats or contradicts"),
      SPEC_REFUSED("/t:,", "extra comma"),
      SPEC_REFUSED("/t:rw,", "extra comma"),
      SPEC_REFUSED("/t: rw", "unknown tmpfs option ' rw'"),
      SPEC_REFUSED("/t:rw:x", "unknown tmpfs option"),
      SPEC_REFUSED("/t:size", "unknown tmpfs option 'size'"),
      SPEC_REFUSED("/t:mpol=a b", "memory policy"),
      SPEC_REFUSED("/\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void fields(void **state) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_tmpfs tmpfs;
  (void)state;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  assert_true(sd_tmpfs_parse(&arena, "/t:ro,gid=7", &tmpfs, &err));
  assert_int_equal(tmpfs.size, -1);
  assert_int_equal(tmpfs.mode, -1);
  assert_int_equal(tmpfs.nr_inodes, -1);
  assert_int_equal(tmpfs.flags.v.len, 1);
  assert_string_equal(tmpfs.flags.v.items[0], "ro");
  assert_int_equal(tmpfs.others.v.len, 1);
  assert_string_equal(tmpfs.others.v.items[0], "gid=7");
  assert_null(tmpfs.given);
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepted),
      cmocka_unit_test(refused),
      cmocka_unit_test(fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
