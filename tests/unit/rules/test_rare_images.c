/* SPDX-License-Identifier: Apache-2.0 */
/* Images that only the daemon knows: before it was asked, and where it is not. */
#include "fixture.h"

#define TEN(digit) digit digit digit digit digit digit digit digit digit digit
#define DIGITS(digit)                                                                              \
  TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) digit digit digit digit
#define DIGEST "sha256:" DIGITS("1")

static void ask_for(struct fixture *f, const char *allow, const char *image) {
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  f->policy.images.allow = (struct sd_strv){0};
  sd_strv_add(&f->policy.images.allow, &f->arena, allow);
  if (!sd_image_parse(&f->arena, image, &f->request.image, &err))
    fail_msg("%s", err.message);
}

/* Where the daemon is not asked, what only it knows is refused. */
static void images_without_a_daemon(void **state) {
  static const struct {
    const char *image, *rule;
  } rows[] = {{DIGEST, "image-id"}, {"cafe", "image-id"}, {"busybox@" DIGEST, "image"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    ask_for(f, "alpine", rows[i].image);
    f->in.blind = true;
    fixture_run(f, sd_rules_image);
    (void)fixture_assert_denied(f, rows[i].rule);
    fixture_reset(f);
  }
}

/* Before the daemon was asked nothing is refused for what it may answer, but the answer is wanted. */
static void images_not_yet_looked_up(void **state) {
  static const char *const images[] = {DIGEST, "cafe", "alpine@" DIGEST};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
    ask_for(f, "alpine:3", images[i]);
    fixture_run(f, sd_rules_image);
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.wants.v.len, 1);
    fixture_reset(f);
  }
}

/* A name that could be the beginning of an id goes on with its tag. */
static void a_name_like_an_id(void **state) {
  struct fixture *f = *state;
  ask_for(f, "cafe", "cafe");
  sd_strv_add(&f->policy.images.own, &f->arena, "cafe");
  fixture_object(f, SD_OBJECT_IMAGE,
                 "{\"Id\":\"" DIGEST "\",\"RepoTags\":[\"cafe:latest\"],\"RepoDigests\":[]}");
  f->objects.complete = true;
  f->in.objects = &f->objects;
  fixture_run(f, sd_rules_image);
  fixture_assert_allowed(f);
  assert_string_equal(f->decision.out.image.given, "cafe:latest");
}

#define RARE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      RARE(images_without_a_daemon),
      RARE(images_not_yet_looked_up),
      RARE(a_name_like_an_id),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
