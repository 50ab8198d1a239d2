/* SPDX-License-Identifier: Apache-2.0 */
/* Images by what they are: names, digests and ids of a made daemon against images.allow, own, local and verify. */
#include "fixture.h"

#include <string.h>

#define TEN(digit) digit digit digit digit digit digit digit digit digit digit
#define DIGITS(digit)                                                                              \
  TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) digit digit digit digit
#define ID(digit) "sha256:" DIGITS(digit)
#define ALPINE ID("1") /* the digest of alpine:3.20 in its repository */
#define EVIL ID("2")   /* that of an image which somebody called alpine:evil */
#define OTHER ID("3")  /* of nothing here */

/* As inspect shows them. The last one is of a daemon whose images containerd stores. */
static const char *const images[] = {
    "{\"Id\":\"" ID("a") "\",\"RepoTags\":[\"alpine:3.20\",\"site/tool:1\",\"cafe:latest\"],"
                         "\"RepoDigests\":[\"mirror.example/alpine@" OTHER "\",\"alpine@" ALPINE
                         "\"]}",
    "{\"Id\":\"" ID("b") "\",\"RepoTags\":[\"alpine:evil\",\"local/app:1\",\"alice/app:1\"],"
                         "\"RepoDigests\":[\"evil/app@" EVIL "\"]}",
    "{\"Id\":\"" ID("d") "\",\"RepoTags\":[],\"RepoDigests\":null}",
    "{\"Id\":\"" ID("c") "\",\"RepoTags\":[\"team/app:1\"],"
                         "\"RepoDigests\":[\"team/app@" ID("c") "\"]}",
};

#define TRUSTED "alpine:3.20@" ALPINE
#define FULL "docker.io/library/"

enum more { NOTHING = 0, VERIFY = 1, ALWAYS = 2, NEVER = 4, SIGNED = 8, NO_START = 16, PULLS = 32 };

static const struct row {
  const char *allow, *image;
  unsigned more;
  const char *pulled; /* before, or NULL */
  const char *rule;   /* "": it is allowed; "pull": it must be pulled first */
  const char *given;  /* what is handed on, or to be pulled */
} rows[] = {
    /* by tag */
    {"alpine", "alpine:3.20", NOTHING, NULL, "", TRUSTED},
    {"alpine:3.*", "docker.io/library/alpine:3.20", NOTHING, NULL, "", TRUSTED},
    {"alpine", "alpine:evil", NOTHING, NULL, "image-repointed", NULL},
    {"alpine", "alpine:edge", NOTHING, NULL, "pull", FULL "alpine:edge"},
    {"alpine", "alpine:edge", NOTHING, FULL "alpine:edge", "image-repointed", NULL},
    {"alpine", "alpine:edge", NEVER, NULL, "pull-never", NULL},
    {"alpine", "alpine:3.20", ALWAYS, NULL, "pull", FULL "alpine:3.20"},
    {"alpine", "alpine:3.20", ALWAYS, FULL "alpine:3.20", "", TRUSTED},
    {"alpine", "alpine:evil", ALWAYS, FULL "alpine:evil", "image-repointed", NULL},
    {"site/*", "site/tool:1", NOTHING, NULL, "", "site/tool:1"},
    {"local/*", "local/app:1", NOTHING, NULL, "image-repointed", NULL},
    {"alice/*", "alice/app:1", NOTHING, NULL, "", "alice/app:1"},
    {"other/*", "alice/app:1", NOTHING, NULL, "image", NULL},
    {"other/*", "site/tool:1", NOTHING, NULL, "image", NULL},
    /* a tag whose content the policy names */
    {"alpine@" ALPINE, "alpine:3.20", NOTHING, NULL, "", TRUSTED},
    {"alpine@" OTHER, "alpine:3.20", NOTHING, NULL, "image", NULL},
    {"alpine@" EVIL, "alpine:evil", NOTHING, NULL, "image-repointed", NULL},
    {"alpine:3.19@" ALPINE, "alpine:3.20", NOTHING, NULL, "image", NULL},
    {"alpine@" ALPINE, "alpine:edge", NOTHING, NULL, "pull", FULL "alpine:edge"},
    {"busybox@" ALPINE, "alpine:3.20", NOTHING, NULL, "image", NULL},
    /* by digest */
    {"alpine", "alpine@" ALPINE, NOTHING, NULL, "", "alpine@" ALPINE},
    {"alpine", "alpine@" OTHER, NOTHING, NULL, "pull", FULL "alpine@" OTHER},
    {"alpine", "alpine:9@" OTHER, NOTHING, NULL, "pull", FULL "alpine@" OTHER},
    {"alpine", "alpine@" OTHER, NOTHING, FULL "alpine@" OTHER, "image-repointed", NULL},
    {"alpine", "alpine@" OTHER, NEVER, NULL, "pull-never", NULL},
    {"alpine@" OTHER, "alpine@" OTHER, NOTHING, NULL, "", "alpine@" OTHER},
    {"alice/*", "alice/app@" OTHER, NOTHING, NULL, "", "alice/app@" OTHER},
    {"other/*", "alice/app@" OTHER, NOTHING, NULL, "image", NULL},
    {"alpine@" ALPINE, "alpine:9@" ALPINE, NOTHING, NULL, "", "alpine:9@" ALPINE},
    {"alpine:3.20", "alpine@" ALPINE, NOTHING, NULL, "", "alpine@" ALPINE},
    {"alpine:3.20", "alpine:1@" ALPINE, NOTHING, NULL, "", "alpine:1@" ALPINE},
    {"alpine:3.19", "alpine@" ALPINE, NOTHING, NULL, "image", NULL},
    {"alpine:3.20", "alpine@" OTHER, NOTHING, NULL, "image", NULL},
    {"alpine:evil", "alpine@" EVIL, NOTHING, NULL, "image", NULL},
    {"alpine:evil", "evil/app@" EVIL, NOTHING, NULL, "image", NULL},
    /* by id, and by what may be one */
    {"alpine", ID("a"), NOTHING, NULL, "", ID("a")},
    {"alpine:3.20", "aaaaaaaaaaaa", NOTHING, NULL, "", ID("a")},
    {"alpine@" ALPINE, "aaaa", NOTHING, NULL, "", ID("a")},
    {"alpine:3.19", ID("a"), NOTHING, NULL, "image-id", NULL},
    {"alpine", ID("b"), NOTHING, NULL, "image-id", NULL},
    {"alpine", DIGITS("b"), NOTHING, NULL, "image-id", NULL},
    {"alpine", "bbbb", NOTHING, NULL, "image-id", NULL},
    {"alice/*", ID("b"), NOTHING, NULL, "", ID("b")},
    {"evil/*", ID("b"), NOTHING, NULL, "", ID("b")},
    {"alpine", ID("d"), NOTHING, NULL, "image-id", NULL},
    {"alpine", ID("e"), NOTHING, NULL, "image-id", NULL},
    {"cafe", "cafe", NOTHING, NULL, "image-repointed", NULL},
    {"fade", "fade", NOTHING, NULL, "pull", FULL "fade:latest"},
    {"alpine", "fade", NOTHING, NULL, "image", NULL},
    /* where containerd stores images their digests say nothing; the registry does */
    {"team/*", "team/app:1", NOTHING, NULL, "pull", "docker.io/team/app@" ID("c")},
    {"team/*", "team/app:1", NOTHING, "docker.io/team/app@" ID("c"), "", "team/app:1@" ID("c")},
    {"team/*", "team/app:1", NEVER, NULL, "image-repointed", NULL},
    {"team/app@" ID("c"), "team/app:1", NOTHING, NULL, "", "team/app:1@" ID("c")},
    {"team/app:1", "team/app@" ID("c"), NOTHING, NULL, "pull", "docker.io/team/app@" ID("c")},
    {"team/app:1", "team/app@" ID("c"), NEVER, NULL, "image-repointed", NULL},
    {"team/*", "team/app@" ID("c"), NOTHING, NULL, "pull", "docker.io/team/app@" ID("c")},
    {"team/*", "team/app@" ID("c"), NOTHING, "docker.io/team/app@" ID("c"), "",
     "team/app@" ID("c")},
    {"team/*", "team/app@" ID("c"), NEVER, NULL, "image-repointed", NULL},
    {"team/*", "team/app@" ID("c"), VERIFY, NULL, "pull", "docker.io/team/app@" ID("c")},
    {"team/app@" ID("c"), "team/app@" ID("c"), NEVER, NULL, "", "team/app@" ID("c")},
    {"team/*", "team/else@" ID("c"), NOTHING, NULL, "pull", "docker.io/team/else@" ID("c")},
    {"team/*", ID("c"), NOTHING, NULL, "image-id", NULL},
    {"team/app@" ID("c"), ID("c"), NOTHING, NULL, "", ID("c")},
    /* verified: whoever may give the name */
    {"**", "alpine:3.20", VERIFY, NULL, "", TRUSTED},
    {"**", "alpine:evil", VERIFY, NULL, "image-verify", NULL},
    {"**", "site/tool:1", VERIFY, NULL, "image-verify", NULL},
    {"**", "alice/app:1", VERIFY, NULL, "image-verify", NULL},
    {"**", "evil/app@" EVIL, VERIFY, NULL, "", "evil/app@" EVIL},
    {"**", ID("a"), VERIFY, NULL, "", ID("a")},
    {"**", ID("d"), VERIFY, NULL, "image-id", NULL},
    {"alice/*", ID("b"), VERIFY, NULL, "image-id", NULL},
    {"alpine", "alpine:edge", VERIFY, NULL, "pull", FULL "alpine:edge"},
    {"alice/*", "alice/app@" OTHER, VERIFY, NULL, "pull", "docker.io/alice/app@" OTHER},
    {"**", ID("c"), VERIFY, NULL, "", ID("c")},
    {"**", "alpine@" OTHER, VERIFY, NULL, "", "alpine@" OTHER},
    /* signed: the docker command asks for the digest itself */
    {"alpine", "alpine:3.20", SIGNED, NULL, "", "alpine:3.20"},
    {"alpine@" ALPINE, "alpine:3.20", SIGNED, NULL, "image", NULL},
    {"alpine", "alpine@" ALPINE, SIGNED, NULL, "content-trust", NULL},
    {"**", ID("a"), SIGNED, NULL, "content-trust", NULL},
    {"alpine", "aaaa", SIGNED, NULL, "content-trust", NULL},
    {"alice/*", "bbbb", SIGNED, NULL, "content-trust", NULL},
    {"**", "alpine:3.20@" ALPINE, SIGNED, NULL, "", "alpine:3.20@" ALPINE},
    /* nothing starts: names alone */
    {"alpine", "alpine:evil", NO_START, NULL, "", "alpine:evil"},
    {"alpine", "busybox", NO_START, NULL, "image", NULL},
    {"alpine@" ALPINE, "alpine:3.20", NO_START, NULL, "", "alpine:3.20"},
    {"alpine", ID("a"), NO_START | PULLS, NULL, "", ID("a")},
    {"alpine", "cafe", NO_START, NULL, "", "cafe"},
    {"alpine", "cafe", NO_START | PULLS, NULL, "image", NULL},
    {"cafe", "cafe", NO_START | PULLS, NULL, "", "cafe"},
};

static void prepare(struct fixture *f, const struct row *row) {
  static struct sd_image_pulls pulled; /* as long as the test, and read alone */
  struct sd_error err;
  fixture_reset(f);
  sd_error_init(&err, &f->arena);
  f->objects = (struct sd_objects){.complete = true};
  for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++)
    fixture_object(f, SD_OBJECT_IMAGE, images[i]);
  f->in.objects = &f->objects;
  f->in.nothing_starts = (row->more & NO_START) != 0;
  f->in.pulls_names = (row->more & PULLS) != 0;
  pulled = (struct sd_image_pulls){0};
  if (row->pulled != NULL)
    *sd_vec_push(&f->arena, &pulled.v) =
        (struct sd_image_pull){.reference = row->pulled, .platform = ""};
  f->in.pulled = &pulled;
  f->policy.images.allow.v.len = 0;
  sd_strv_add(&f->policy.images.allow, &f->arena, row->allow);
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/**");
  sd_strv_add(&f->policy.images.local, &f->arena, "site/*");
  if ((row->more & VERIFY) != 0)
    sd_strv_add(&f->policy.images.verify.command, &f->arena, "/bin/verify");
  f->policy.images.content_trust = (row->more & SIGNED) != 0;
  f->policy.images.pull = (row->more & ALWAYS) != 0  ? "always"
                          : (row->more & NEVER) != 0 ? "never"
                                                     : "";
  if (!sd_image_parse(&f->arena, row->image, &f->request.image, &err))
    fail_msg("%s: %s", row->image, err.message);
}

static void check_pull(const struct fixture *f, const struct row *row) {
  assert_int_equal(f->decision.pulls.v.len, 1);
  assert_string_equal(f->decision.pulls.v.items[0].reference, row->given);
}

/* What is pinned is pulled no more, and is what is verified. */
static void check_pinned(const struct fixture *f, const struct row *row) {
  assert_string_equal(f->decision.out.image.given, row->given);
  const char *at = strchr(row->given, '@');
  bool by_digest = at != NULL && (row->more & SIGNED) == 0;
  if (by_digest && strchr(row->image, '@') == NULL)
    assert_false(f->decision.out.pull.set);
  for (size_t i = 0; i < f->decision.used.v.len; i++) {
    const struct sd_used_image *used = &f->decision.used.v.items[i];
    assert_int_equal(used->verify, (row->more & VERIFY) != 0);
    if (by_digest)
      assert_string_equal(strchr(used->content, '@'), at);
  }
  if ((row->more & VERIFY) != 0)
    assert_int_equal(f->decision.used.v.len, 1);
}

static void test_rows(void **state) {
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct row *row = &rows[i];
    prepare(f, row);
    fixture_run(f, sd_rules_image);
    print_message("%s %s %u\n", row->allow, row->image, row->more);
    if (strcmp(row->rule, "") == 0 || strcmp(row->rule, "pull") == 0) {
      fixture_assert_allowed(f);
      assert_int_equal(f->decision.wants.v.len, 0);
      if (strcmp(row->rule, "pull") == 0) {
        check_pull(f, row);
      } else {
        assert_int_equal(f->decision.pulls.v.len, 0);
        check_pinned(f, row);
      }
    } else {
      const char *rule = strcmp(row->rule, "pull-never") == 0 ? "pull" : row->rule;
      (void)fixture_assert_denied(f, rule);
    }
  }
}

/* Where every image is allowed and none is verified nobody is asked anything. */
static void test_no_cost(void **state) {
  static const char *const asked[] = {"alpine:3.20", "alpine@" ALPINE, ID("a"), "cafe"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
    const struct row row = {"**", asked[i], NOTHING, NULL, "", asked[i]};
    prepare(f, &row);
    f->in.objects = NULL;
    fixture_run(f, sd_rules_image);
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.wants.v.len, 0);
    assert_int_equal(f->decision.pulls.v.len, 0);
    assert_string_equal(f->decision.out.image.given, asked[i]);
  }
}

/* A pull of one platform says nothing of another. */
static void test_platforms(void **state) {
  struct fixture *f = *state;
  const struct row row = {"alpine", "alpine:3.20", ALWAYS, FULL "alpine:3.20", "", ""};
  prepare(f, &row);
  fixture_text(f, SD_OPT_PLATFORM, "linux/arm64");
  fixture_run(f, sd_rules_image);
  fixture_assert_allowed(f);
  assert_int_equal(f->decision.pulls.v.len, 1);
  assert_string_equal(f->decision.pulls.v.items[0].platform, "linux/arm64");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_rows), TEST(test_no_cost), TEST(test_platforms)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
