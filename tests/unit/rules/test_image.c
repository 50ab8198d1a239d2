/* SPDX-License-Identifier: Apache-2.0 */
/* Images: names, ids, digests, pulling, platforms and content trust. */
#include "fixture.h"

#include <string.h>

#define SHA "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void set_image(struct fixture *f, const char *text) {
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  if (!sd_image_parse(&f->arena, text, &f->request.image, &err))
    fail_msg("%s: %s", text, err.message);
}

static void allow(struct fixture *f, const char *pattern) {
  f->policy.images.allow.v.len = 0;
  sd_strv_add(&f->policy.images.allow, &f->arena, pattern);
}

/* The made daemon has no image but these, which have no name. */
static void look_up(struct fixture *f) {
  static const char *const digits[] = {HEX, "cafe", "4", "ada"};
  f->objects = (struct sd_objects){.complete = true};
  for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++)
    fixture_object(f, SD_OBJECT_IMAGE,
                   sd_arena_printf(&f->arena, "{\"Id\":\"sha256:%s%s\",\"RepoTags\":[]}", digits[i],
                                   &HEX[strlen(digits[i])]));
  f->in.objects = &f->objects;
}

static void test_patterns(void **state) {
  static const struct {
    const char *pattern, *image;
    bool allowed;
  } rows[] = {
      {"**", "alpine", true},
      {"**", "evil.example:5000/a/b/c:1", true},
      {"**", "alpine@" SHA, true},
      /* one name, however it is written */
      {"alpine", "alpine", true},
      {"alpine", "alpine:3.20", true},
      {"alpine", "library/alpine", true},
      {"alpine", "docker.io/alpine", true},
      {"alpine", "docker.io/library/alpine:3.20", true},
      {"alpine", "index.docker.io/library/alpine", true},
      {"alpine", "alpine@" SHA, true},
      {"library/alpine", "alpine", true},
      {"docker.io/alpine", "alpine", true},
      {"docker.io/library/alpine", "alpine:1", true},
      {"docker.io/library/*", "alpine", true},
      {"docker.io/library/*", "team/alpine", false},
      {"docker.io/**", "team/app", true},
      {"docker.io/**", "ghcr.io/team/app", false},
      {"alpine:latest", "alpine", true},
      {"alpine:latest", "alpine:3.20", false},
      {"alpine:3.20", "alpine:3.20", true},
      {"alpine:3.20", "docker.io/library/alpine:3.20", true},
      {"alpine:3.20", "alpine", false},
      {"alpine:3.*", "alpine:3.20", true},
      {"alpine:3.*", "alpine:2.7", false},
      {"docker.io/library/alpine:3.20", "alpine:3.20", true},
      {"team/*", "team/app", true},
      {"team/*", "docker.io/team/app", true},
      {"team/*", "team/a/b", false},
      {"team/**", "team/a/b", true},
      {"team-nine/*", "team-nine/app", true},
      /* the same words on another registry are another image */
      {"alpine", "evil.example/alpine", false},
      {"alpine*", "evil.example/alpine", false},
      {"alpine*", "alpine-evil", true},
      {"*", "evil.example/alpine", false},
      {"*", "alpine", true},
      {"*", "team/app", false},
      {"*/*", "evil.example/app", false},
      {"*/*", "team/app", true},
      {"team/*", "evil.example/team/app", false},
      {"team/*", "team.evil.example/app", false},
      {"team**", "team.evil.example/app", false},
      {"alpine:**", "alpine:5000/evil", false},
      {"library/*", "library.evil.example/alpine", false},
      {"localhost/*", "localhost/app", true},
      {"localhost/*", "localhost:5000/app", false},
      {"localhost:5000/*", "localhost:5000/app:1", true},
      {"ghcr.io/team/*", "ghcr.io/team/app:1", true},
      {"ghcr.io/team/*", "ghcr.io/team/app@" SHA, true},
      {"ghcr.io/team/*", "ghcr.io/team/sub/app", false},
      {"ghcr.io/team/*", "ghcr.io/teamevil/app", false},
      {"ghcr.io/team/*", "ghcr.io.evil.example/team/app", false},
      {"ghcr.io/team/*", "team/app", false},
      {"ghcr.io/alpine", "alpine", false},
      {"*.example.com/*", "reg.example.com/app", true},
      {"*.example.com/*", "evil.org/reg.example.com/app", false},
      {"**/app", "ghcr.io/team/app", true},
      {"**/app", "team/app", true},
      {"**/app", "team/app2", false},
      /* a digest overrides the tag */
      {"alpine:3.20", "alpine:3.20@" SHA, false},
      {"alpine:3.*", "alpine:3.20@" SHA, false},
      {"docker.io/library/alpine:3.*", "alpine:3.20@" SHA, false},
      {"alpine:*", "alpine:3.20@" SHA, true},
      {"alpine:*", "alpine", true},
      {"alpine@" SHA, "alpine@" SHA, true},
      {"alpine:3.20@" SHA, "alpine:3.20@" SHA, true},
      {"alpine@" SHA, "alpine:3.20@" SHA, true},
      {"alpine@" SHA, "alpine", true}, /* only when it is there can one say */
      {"alpine@sha256:*", "alpine@" SHA, true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    allow(f, rows[i].pattern);
    look_up(f);
    set_image(f, rows[i].image);
    fixture_run(f, sd_rules_image);
    if ((f->decision.problems.list.len == 0) != rows[i].allowed)
      print_message("row %s %s\n", rows[i].pattern, rows[i].image);
    if (rows[i].allowed) {
      fixture_assert_allowed(f);
      assert_string_equal(f->decision.out.image.given, rows[i].image);
    } else {
      const struct sd_problem *problem = fixture_assert_denied(f, "image");
      assert_int_equal(strncmp(problem->message, rows[i].image, strlen(rows[i].image)), 0);
      fixture_assert_contains(problem->hint, rows[i].pattern);
      assert_null(f->decision.out.image.given);
    }
  }
}

static void test_several_patterns(void **state) {
  struct fixture *f = *state;
  allow(f, "busybox");
  sd_strv_add(&f->policy.images.allow, &f->arena, "ghcr.io/team/*");
  set_image(f, "ghcr.io/team/app");
  fixture_run(f, sd_rules_image);
  fixture_assert_allowed(f);
  fixture_reset(f);
  f->policy.images.allow.v.len = 0;
  set_image(f, "alpine");
  fixture_run(f, sd_rules_image);
  (void)fixture_assert_denied(f, "image");
}

static void test_ids(void **state) {
  static const char *const ids[] = {HEX, SHA, "cafe", "4", "ada"};
  static const char *const patterns[] = {"cafe", "*", "**/**", "***",     "ada",
                                         "4",    HEX, SHA,     "sha256:*"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
    fixture_reset(f);
    set_image(f, ids[i]);
    fixture_run(f, sd_rules_image);
    fixture_assert_allowed(f);
    for (size_t j = 0; j < sizeof(patterns) / sizeof(patterns[0]); j++) {
      fixture_reset(f);
      allow(f, patterns[j]);
      look_up(f);
      set_image(f, ids[i]);
      fixture_run(f, sd_rules_image);
      (void)fixture_assert_denied(f, "image-id");
      assert_null(f->decision.out.image.given);
    }
  }
  fixture_reset(f); /* with a tag it can only be a name */
  allow(f, "ada");
  set_image(f, "ada:latest");
  fixture_run(f, sd_rules_image);
  fixture_assert_allowed(f);
}

static void test_require_digest(void **state) {
  static const struct {
    const char *image;
    bool allowed;
  } rows[] = {{"alpine", false},     {"alpine:3.20", false},
              {"alpine@" SHA, true}, {"a/b:1@" SHA, true},
              {HEX, true},           {SHA, true},
              {"cafe", false}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.images.require_digest = true;
    set_image(f, rows[i].image);
    fixture_run(f, sd_rules_image);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "image-digest");
    assert_int_equal(f->decision.out.image.given != NULL, rows[i].allowed);
  }
}

static void test_no_image(void **state) {
  struct fixture *f = *state;
  allow(f, "alpine");
  fixture_run(f, sd_rules_image); /* parsing has complained already */
  fixture_assert_allowed(f);
  assert_null(f->decision.out.image.given);
}

static void test_pull(void **state) {
  static const struct {
    const char *policy, *asked, *rule, *out;
    bool injected;
  } rows[] = {
      {"", NULL, NULL, NULL, false},
      {"", "always", NULL, "always", false},
      {"", "missing", NULL, "missing", false},
      {"", "never", NULL, "never", false},
      {"", "", NULL, NULL, false},
      {"", "sometimes", "invalid-value", NULL, false},
      {"", "Always", "invalid-value", NULL, false},
      {"always", NULL, NULL, "always", true},
      {"always", "", NULL, "always", true},
      {"always", "always", NULL, "always", false},
      {"always", "never", "pull", NULL, false},
      {"never", "always", "pull", NULL, false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.images.pull = rows[i].policy;
    set_image(f, "alpine");
    if (rows[i].asked != NULL)
      fixture_text(f, SD_OPT_PULL, rows[i].asked);
    fixture_run(f, sd_rules_image);
    if (rows[i].rule != NULL)
      (void)fixture_assert_denied(f, rows[i].rule);
    else
      fixture_assert_allowed(f);
    assert_int_equal(f->decision.out.pull.set, rows[i].out != NULL);
    if (rows[i].out != NULL)
      assert_string_equal(f->decision.out.pull.value, rows[i].out);
    fixture_assert_change_count(f, rows[i].injected ? 1 : 0);
    if (rows[i].injected)
      fixture_assert_changed(f, "pull", "--pull=always");
  }
}

static void test_platform(void **state) {
  struct fixture *f = *state;
  static const char *const good[] = {"linux/amd64", "linux/arm64/v8", "windows(10.0.17763)/amd64"};
  for (size_t i = 0; i < 3; i++) {
    fixture_reset(f);
    set_image(f, "alpine");
    fixture_text(f, SD_OPT_PLATFORM, good[i]);
    fixture_run(f, sd_rules_image);
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.out.platform.value, good[i]);
  }
  fixture_reset(f);
  fixture_text(f, SD_OPT_PLATFORM, "");
  fixture_run(f, sd_rules_image);
  fixture_assert_allowed(f);
  assert_false(f->decision.out.platform.set);
  static const char *const bad[] = {"linux amd64", "linux,amd64", "li\nux", "{\"os\":1}", "\xff"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    fixture_reset(f);
    fixture_text(f, SD_OPT_PLATFORM, bad[i]);
    fixture_run(f, sd_rules_image);
    (void)fixture_assert_denied(f, "platform");
    assert_false(f->decision.out.platform.set);
  }
}

static void test_content_trust(void **state) {
  static const struct {
    bool policy;
    int asked; /* -1: not given; else the value of --disable-content-trust */
    int out;   /* -1: not set; 2: denied */
    bool injected;
  } rows[] = {
      {false, -1, -1, false}, {false, 1, -1, false}, {false, 0, 2, false},
      {true, -1, 0, true},    {true, 0, 0, false},   {true, 1, 2, false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.images.content_trust = rows[i].policy;
    set_image(f, "alpine");
    if (rows[i].asked != -1)
      fixture_flag(f, SD_OPT_DISABLE_CONTENT_TRUST, rows[i].asked == 1);
    fixture_run(f, sd_rules_image);
    const struct sd_flag *out = &f->decision.out.disable_content_trust;
    if (rows[i].out == 2) {
      (void)fixture_assert_denied(f, "content-trust");
      assert_false(out->set);
      continue;
    }
    fixture_assert_allowed(f);
    assert_int_equal(out->set ? (int)out->value : -1, rows[i].out);
    fixture_assert_change_count(f, rows[i].injected ? 1 : 0);
    if (rows[i].injected)
      fixture_assert_changed(f, "content-trust", "--disable-content-trust=false");
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_patterns),       TEST(test_several_patterns), TEST(test_ids),
      TEST(test_require_digest), TEST(test_no_image),         TEST(test_pull),
      TEST(test_platform),       TEST(test_content_trust),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
