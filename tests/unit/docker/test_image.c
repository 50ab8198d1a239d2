/* SPDX-License-Identifier: Apache-2.0 */
/* References to images: the canonical name, ids, and what could be an id. */
#include "spec_fixture.h"

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define HEX96 HEX64 HEX16 HEX16
#define HEX128 HEX64 HEX64
#define X10 "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_image image;
  if (!sd_image_parse(arena, text, &image, err))
    return NULL;
  assert_string_equal(image.given, text);
  assert_int_equal(image.name == NULL, image.is_id);
  return image.canonical;
}

static void names(void **state) {
  static const struct spec_case rows[] = {
      {"alpine", "docker.io/library/alpine:latest", NULL},
      {"alpine:3.20", "docker.io/library/alpine:3.20", NULL},
      {"me/app", "docker.io/me/app:latest", NULL},
      {"docker.io/alpine", "docker.io/library/alpine:latest", NULL},
      {"docker.io/me/app:1", "docker.io/me/app:1", NULL},
      {"index.docker.io/alpine", "docker.io/library/alpine:latest", NULL},
      {"index.docker.io/x/y", "docker.io/x/y:latest", NULL},
      {"docker.io/library/x/y", "docker.io/library/x/y:latest", NULL},
      {"localhost/x", "localhost/x:latest", NULL},
      {"localhost:5000/x:t", "localhost:5000/x:t", NULL},
      {"foo:5000/bar", "foo:5000/bar:latest", NULL},
      {"foo:5000", "docker.io/library/foo:5000", NULL},
      {"localhost", "docker.io/library/localhost:latest", NULL},
      {"docker.io", "docker.io/library/docker.io:latest", NULL},
      {"ghcr.io/a/b/c:t", "ghcr.io/a/b/c:t", NULL},
      {"FOO.com/bar", "FOO.com/bar:latest", NULL},
      {"Docker.io/x", "Docker.io/x:latest", NULL},
      {"docker.io:443/x", "docker.io:443/x:latest", NULL},
      {"a_b/c__d/e--f.g", "docker.io/a_b/c__d/e--f.g:latest", NULL},
      {"foo_bar/baz.com", "docker.io/foo_bar/baz.com:latest", NULL},
      {"sha256", "docker.io/library/sha256:latest", NULL},
      {"sha256:latest", "docker.io/library/sha256:latest", NULL},
      {"x:_T.-1", "docker.io/library/x:_T.-1", NULL},
      {"x@sha256:" HEX64, "docker.io/library/x@sha256:" HEX64, NULL},
      {"x:t@sha384:" HEX96, "docker.io/library/x:t@sha384:" HEX96, NULL},
      {"r.io:1/x@sha512:" HEX128, "r.io:1/x@sha512:" HEX128, NULL},
      {"x:" X100 X10 X10 "12345678", "docker.io/library/x:" X100 X10 X10 "12345678", NULL},
      {"a/" X100 X100 X10 X10 X10 X10 "xxx", "docker.io/a/" X100 X100 X10 X10 X10 X10 "xxx:latest",
       NULL},
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void refused(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("A", "lower case"),
      SPEC_REFUSED("foo/Bar", "lower case"),
      /* 20.10 refuses it, later versions look for a registry of this name. */
      SPEC_REFUSED("Foo/bar", "lower case"),
      SPEC_REFUSED("LOCALHOST/x", "lower case"),
      SPEC_REFUSED("[::1]:5000/x", "use the registry's name"),
      SPEC_REFUSED("a___b", "not the name of an image"),
      SPEC_REFUSED("a..b", "not the name of an image"),
      SPEC_REFUSED("a._b", "not the name of an image"),
      SPEC_REFUSED("a-", "not the name of an image"),
      SPEC_REFUSED("-a", "not the name of an image"),
      SPEC_REFUSED("/x", "not the name of an image"),
      SPEC_REFUSED("x/", "not the name of an image"),
      SPEC_REFUSED("a//b", "not the name of an image"),
      SPEC_REFUSED("x y", "not the name of an image"),
      SPEC_REFUSED("\xC3\xA9", "not the name of an image"),
      SPEC_REFUSED("docker.io/", "not the name of an image"),
      SPEC_REFUSED("../x", "registry is not valid"),
      SPEC_REFUSED("foo.com./x", "registry is not valid"),
      SPEC_REFUSED("foo.com:/x", "registry is not valid"),
      SPEC_REFUSED("foo.com:1a/x", "registry is not valid"),
      SPEC_REFUSED("foo-.com/x", "registry is not valid"),
      SPEC_REFUSED("user:pw@host.com/x", "digest is not valid"),
      SPEC_REFUSED("x:", "tag is not valid"),
      SPEC_REFUSED("x:.t", "tag is not valid"),
      SPEC_REFUSED("x:-t", "tag is not valid"),
      SPEC_REFUSED("x:t:u", "tag is not valid"),
      SPEC_REFUSED("x:" X100 X10 X10 "123456789", "tag is not valid"),
      SPEC_REFUSED("x@", "digest is not valid"),
      SPEC_REFUSED("x@sha256:" HEX16, "digest is not valid"),
      SPEC_REFUSED("x@sha256:" HEX64 "0", "digest is not valid"),
      SPEC_REFUSED("x@sha512:" HEX64, "digest is not valid"),
      SPEC_REFUSED("x@md5:" HEX16 HEX16, "digest is not valid"),
      SPEC_REFUSED("x@sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                   "digest is not valid"),
      SPEC_REFUSED("x@sha256:" HEX64 "@sha256:" HEX64, "digest is not valid"),
      SPEC_REFUSED("a/" X100 X100 X10 X10 X10 X10 "xxxx", "255"),
      SPEC_REFUSED("x\n", "control characters"),
      SPEC_REFUSED("x\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void ids(void **state) {
  static const struct spec_case rows[] = {
      {HEX64, "sha256:" HEX64, NULL},
      SPEC_SAME("sha256:" HEX64),
      SPEC_REFUSED("sha256:abcd", "start of an id"),
      SPEC_REFUSED("sha256:" HEX64 "0", "start of an id"),
      SPEC_REFUSED("sha512:" HEX128, "start of an id"),
      SPEC_REFUSED("sha384:" HEX64, "start of an id"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

struct maybe_case {
  const char *text;
  bool is_id;
  bool maybe_id;
};

/* The daemon may find an image by the start of its id, and by less than 64 digits. */
static void maybe_ids(void **state) {
  static const struct maybe_case rows[] = {
      {"4", false, true},
      {"deadbeef", false, true},
      {"cafe", false, true},
      {HEX64 "0", false, true},
      {"cafe:latest", false, false},
      {"library/cafe", false, false},
      {"cafe@sha256:" HEX64, false, false},
      {"coffee", false, false},
      {HEX64, true, false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    struct sd_error err;
    struct sd_image image;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    if (!sd_image_parse(&arena, rows[i].text, &image, &err))
      fail_msg("'%s': %s", rows[i].text, err.message);
    assert_int_equal(image.is_id, rows[i].is_id);
    assert_int_equal(image.maybe_id, rows[i].maybe_id);
    sd_arena_finish(&arena);
  }
}

static void fields(void **state) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_image image;
  (void)state;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  assert_true(sd_image_parse(&arena, "r.io:1/x:t@sha256:" HEX64, &image, &err));
  assert_string_equal(image.name, "r.io:1/x");
  assert_string_equal(image.tag, "t");
  assert_string_equal(image.digest, "sha256:" HEX64);
  assert_true(sd_image_parse(&arena, "x", &image, &err));
  assert_null(image.tag);
  assert_null(image.digest);
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names),     cmocka_unit_test(refused), cmocka_unit_test(ids),
      cmocka_unit_test(maybe_ids), cmocka_unit_test(fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
