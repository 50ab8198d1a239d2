/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on images: from words to what is executed, or the rule that refuses. */
#include "fixture.h"
#include "safe-docker/rules/archive.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID "sha256:" HEX
#define OTHER_ID "sha256:1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BARE_ID "sha256:2123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define STRANGE_ID "sha256:3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BOX "c0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* What the daemon has: one image of alice's, one of everybody's with a name of alice's too, one without a name, one whose
 * name nobody allows. */
static const char images[] =
    "[{\"Id\":\"" ID "\",\"RepoTags\":[\"alice/app:1\",\"alice/app:2\"],\"RepoDigests\":[]},"
    "{\"Id\":\"" OTHER_ID "\",\"RepoTags\":[\"alpine:3\",\"alice/pine:1\"],\"RepoDigests\":[]},"
    "{\"Id\":\"" BARE_ID "\",\"RepoTags\":[],\"RepoDigests\":[]},"
    "{\"Id\":\"" STRANGE_ID "\",\"RepoTags\":[\"strange:1\"],\"RepoDigests\":[]}]";

struct row {
  const char *words; /* one blank between them */
  const char
      *wanted; /* what is executed, or "!rule", or "-" and Docker's words for what is not there */
};

static const char *joined(struct fixture *f, const struct sd_strv *argv) {
  return sd_strv_join(argv, &f->arena, " ");
}

static const char *const *split(struct fixture *f, const char *words) {
  struct sd_strv argv = {0};
  for (const char *at = words; at != NULL;) {
    const char *blank = strchr(at, ' ');
    sd_strv_add(&argv, &f->arena,
                blank != NULL ? sd_arena_strndup(&f->arena, at, (size_t)(blank - at)) : at);
    at = blank != NULL ? blank + 1 : NULL;
  }
  /* "_" stands for a blank inside a word */
  for (size_t i = 0; i < argv.v.len; i++) {
    char *word = sd_arena_strdup(&f->arena, argv.v.items[i]);
    for (char *c = word; *c != '\0'; c++)
      if (*c == '_')
        *c = ' ';
    argv.v.items[i] = word;
  }
  return (const char *const *)sd_strv_argv(&argv, &f->arena);
}

static void reset_decision(struct fixture *f) {
  f->decision = (struct sd_decision){.arena = &f->arena, .problems = {.arena = &f->arena}};
}

static const char *answer(struct fixture *f, const char *words) {
  struct sd_command_line line = {0};
  struct sd_invocation invocation = {0};
  struct sd_objects objects = {.complete = true};
  struct sd_emitted emitted = {0};
  struct sd_emit_paths paths = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  sd_cli_parse(&f->arena, split(f, words), &line, &f->decision.problems);
  assert_non_null(line.known);
  sd_invocation_build(&f->arena, &line, &f->host, &invocation, &f->decision.problems);
  f->in.invocation = &invocation;
  sd_rules_command(&f->in, &f->decision);
  if (f->decision.problems.list.len == 0 && f->decision.wants.v.len > 0) {
    assert_true(
        sd_objects_read(&f->arena, SD_OBJECT_IMAGE, images, strlen(images), &objects, &err));
    f->in.objects = &objects;
    reset_decision(f);
    sd_rules_command(&f->in, &f->decision);
  }
  if (f->decision.problems.list.len > 0) {
    assert_string_not_equal(f->decision.problems.list.items[0].hint, "");
    return sd_arena_printf(&f->arena, "!%s", f->decision.problems.list.items[0].rule);
  }
  if (f->decision.absent.v.len > 0)
    return sd_arena_printf(&f->arena, "-%s", joined(f, &f->decision.absent));
  if (!sd_invocation_emit(&f->arena, &f->decision.invocation, &paths, &emitted, &err))
    fail_msg("%s", err.message);
  return joined(f, &emitted.argv);
}

static void own(struct fixture *f) {
  f->policy.images.own.v.len = 0;
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/**");
  sd_strv_add(&f->policy.images.own, &f->arena, "reg.example.com/alice/*");
}

static void allow(struct fixture *f, const char *pattern) {
  f->policy.images.allow.v.len = 0;
  sd_strv_add(&f->policy.images.allow, &f->arena, pattern);
}

static void run_rows(struct fixture *f, const struct row *rows, size_t count,
                     void (*change)(struct fixture *f)) {
  for (size_t i = 0; i < count; i++) {
    fixture_reset(f);
    own(f);
    if (change != NULL)
      change(f);
    const char *found = answer(f, rows[i].words);
    if (strcmp(found, rows[i].wanted) != 0)
      print_message("%s\n", rows[i].words);
    assert_string_equal(found, rows[i].wanted);
  }
}
#define RUN(state, rows, change) run_rows(*(state), rows, sizeof(rows) / sizeof((rows)[0]), change)

/* -- reading ------------------------------------------------------------------------------------ */

static void test_reading(void **state) {
  static const struct row rows[] = {
      {"images", "images"},
      {"image ls -a --digests", "images --all=true --digests=true"},
      {"images alpine", "images -- alpine"},
      {"images alp*:3", "images -- alp*:3"},
      {"images -f dangling=true -q", "images --quiet=true --filter=dangling=true"},
      {"images --format {{.ID}}", "images --format={{.ID}}"},
      {"images a_b", "!invalid-image"},
      {"images a b", "!operands"},
      {"image inspect alpine", "image inspect -- alpine"},
      {"image inspect " ID " 0123 sha256:0123", "image inspect -- " ID " 0123 sha256:0123"},
      {"image inspect ../containers/json", "!invalid-image"},
      {"image inspect a/../b", "!invalid-image"},
      {"image inspect -- -f", "!invalid-image"},
      {"history alpine:3 -q", "history --quiet=true -- alpine:3"},
      {"history x?y", "!invalid-image"},
      {"search nginx --limit 5", "search --limit=5 -- nginx"},
      {"search a_b", "!search-term"},
      {"search library/nginx", "search -- library/nginx"},
      {"search -f is-official=true nginx", "search --filter=is-official=true -- nginx"},
  };
  RUN(state, rows, NULL);
}

static void only_hub(struct fixture *f) {
  allow(f, "docker.io/**");
}

static void test_search_reaches_allowed_registries_alone(void **state) {
  static const struct row rows[] = {
      {"search nginx", "search -- nginx"},
      {"search team/nginx", "search -- team/nginx"},
      {"search 10.0.0.1/x", "!search-term"},
      {"search localhost/x", "!search-term"},
      {"search reg:5000/x", "!search-term"},
      {"search http://10.0.0.1/x", "!search-term"},
      {"search docker.io/library/x", "search -- docker.io/library/x"},
  };
  RUN(state, rows, only_hub);
}

/* -- pull --------------------------------------------------------------------------------------- */

static void test_pull(void **state) {
  static const struct row rows[] = {
      {"pull alpine", "pull -- docker.io/library/alpine"},
      {"image pull alpine:3", "pull -- docker.io/library/alpine:3"},
      {"pull alpine@" ID, "pull -- docker.io/library/alpine@" ID},
      {"pull -q --platform linux/arm64 ghcr.io/a/b",
       "pull --quiet=true --platform=linux/arm64 -- ghcr.io/a/b"},
      {"pull cafe", "pull -- docker.io/library/cafe"},
      {"pull " ID, "!image-id"},
      {"pull -a alpine", "!image-all-tags"},
      {"pull -a=false alpine", "pull -- docker.io/library/alpine"},
      {"pull --disable-content-trust alpine", "pull -- docker.io/library/alpine"},
      {"pull --disable-content-trust=false alpine", "!content-trust"},
      {"pull ALPINE", "!invalid-image"},
  };
  RUN(state, rows, NULL);
}

static void strict(struct fixture *f) {
  allow(f, "alpine");
  f->policy.images.content_trust = true;
}

static void by_digest(struct fixture *f) {
  f->policy.images.require_digest = true;
}

static void never(struct fixture *f) {
  f->policy.images.pull = "never";
}

static void test_pull_by_policy(void **state) {
  static const struct row rows[] = {
      {"pull alpine", "pull --disable-content-trust=false -- docker.io/library/alpine"},
      {"pull --disable-content-trust alpine", "!content-trust"},
      {"pull busybox", "!image"},
      {"pull evil.example/alpine", "!image"},
      {"pull cafe", "!image"},
  };
  static const struct row digests[] = {
      {"pull alpine", "!image-digest"},
      {"pull alpine@" ID, "pull -- docker.io/library/alpine@" ID},
  };
  static const struct row none[] = {{"pull alpine", "!pull"}};
  RUN(state, rows, strict);
  RUN(state, digests, by_digest);
  RUN(state, none, never);
}

/* -- names that are given ----------------------------------------------------------------------- */

static void test_tag(void **state) {
  static const struct row rows[] = {
      {"tag alpine alice/x", "tag -- alpine:latest alice/x:latest"},
      {"tag alpine:3 docker.io/alice/x:1", "tag -- alpine:3 alice/x:1"},
      {"image tag alpine reg.example.com/alice/x",
       "tag -- alpine:latest reg.example.com/alice/x:latest"},
      {"tag " ID " alice/x", "tag -- " ID " alice/x:latest"},
      {"tag 0123456789ab alice/x", "tag -- " ID " alice/x:latest"},
      {"tag beef alice/x", "-Error response from daemon: No such image: beef"},
      {"tag alpine bob/x", "!image-own"},
      {"tag alpine alpine", "!image-own"},
      {"tag alpine reg.example.com/alice/x/y", "!image-own"},
      {"tag alpine evil.example/alice/x", "!image-own"},
      {"tag alpine alice", "!image-own"},
      {"tag alpine alice/x@" ID, "!invalid-image"},
      {"tag alpine " HEX, "!invalid-image"},
      {"tag alpine alice/../bob/x", "!invalid-image"},
      {"tag alpine", "!operands"},
  };
  RUN(state, rows, NULL);
}

static void alpine_alone(struct fixture *f) {
  allow(f, "alpine");
}

static void test_tag_of_what_is_allowed(void **state) {
  static const struct row rows[] = {
      {"tag alpine:3 alice/x", "tag -- alpine:3 alice/x:latest"},
      {"tag alice/app:1 alice/x", "tag -- alice/app:1 alice/x:latest"},
      {"tag busybox alice/x", "!image"},
      {"tag 112345 alice/x", "tag -- " OTHER_ID " alice/x:latest"}, /* it is alpine:3, too */
      {"tag 212345 alice/x", "!image"},
      {"tag 312345 alice/x", "!image"},
  };
  RUN(state, rows, alpine_alone);
}

static void test_rmi(void **state) {
  static const struct row rows[] = {
      {"rmi alice/app:1", "rmi -- alice/app:1"},
      {"image rm --no-prune alice/app", "rmi --no-prune=true -- alice/app:latest"},
      {"image remove alice/app:1 alice/app:2 -f", "rmi --force=true -- alice/app:1 alice/app:2"},
      {"rmi alice/app@" ID, "rmi -- alice/app@" ID},
      {"rmi alpine", "!image-own"},
      {"rmi alice/app bob/app", "!image-own"},
      {"rmi " ID, "rmi -- alice/app:1 alice/app:2"},
      {"rmi -f 01234", "rmi --force=true -- alice/app:1 alice/app:2"},
      {"rmi 112345", "!image-own"},
      {"rmi -f 112345", "!image-own"},
      {"rmi 212345", "!image-own"},
      {"rmi beef", "-Error response from daemon: No such image: beef"},
      {"rmi sha256:0123", "!invalid-image"},
  };
  RUN(state, rows, NULL);
}

static void own_everything(struct fixture *f) {
  f->policy.images.own.v.len = 0;
  sd_strv_add(&f->policy.images.own, &f->arena, "**");
}

static void test_rmi_of_everything(void **state) {
  static const struct row rows[] = {
      {"rmi alpine", "rmi -- alpine:latest"},
      {"rmi 112345", "!image-names"},
      {"rmi -f 112345", "rmi --force=true -- alpine:3 alice/pine:1"},
      {"rmi 212345", "!image-own"},
      {"tag alpine sha256", "tag -- alpine:latest sha256:latest"},
      {"tag alpine docker.io/library/sha256:beef", "tag -- alpine:latest library/sha256:beef"},
      {"tag alpine docker.io/a.b/c", "tag -- alpine:latest docker.io/a.b/c:latest"},
  };
  RUN(state, rows, own_everything);
}

static void one_repository(struct fixture *f) {
  f->policy.images.own.v.len = 0;
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/app:1");
}

static void test_push(void **state) {
  static const struct row rows[] = {
      {"push alice/app", "push -- docker.io/alice/app"},
      {"image push -q reg.example.com/alice/app:1",
       "push --quiet=true -- reg.example.com/alice/app:1"},
      {"push -a alice/app", "push --all-tags=true -- docker.io/alice/app"},
      {"push -a alice/app:1", "!image-all-tags"},
      {"push --disable-content-trust alice/app", "push -- docker.io/alice/app"},
      {"push --disable-content-trust=false alice/app", "!content-trust"},
      {"push alpine", "!image-own"},
      {"push bob/app", "!image-own"},
      {"push " ID, "!invalid-image"},
  };
  static const struct row one[] = {
      {"push alice/app:1", "push -- docker.io/alice/app:1"},
      {"push alice/app:2", "!image-own"},
      {"push alice/app", "!image-own"},
      {"push -a alice/app", "!image-own"},
  };
  RUN(state, rows, NULL);
  RUN(state, one, one_repository);
}

/* -- save --------------------------------------------------------------------------------------- */

static void alpine_three(struct fixture *f) {
  allow(f, "alpine:3");
}

static void test_save(void **state) {
  static const struct row rows[] = {
      {"save alpine", "save -- docker.io/library/alpine"},
      {"save alpine:3 bob/x:1", "save -- docker.io/library/alpine:3 docker.io/bob/x:1"},
      {"image save " ID, "save -- " ID},
  };
  static const struct row three[] = {
      {"save alpine:3", "save -- docker.io/library/alpine:3"},
      {"save alpine", "!image"}, /* every tag */
      {"save alice/app", "save -- docker.io/alice/app"},
      {"save 112345", "save -- " OTHER_ID},
      {"save 212345", "!image"},
      {"save 312345", "!image"},
      {"save busybox", "!image"},
  };
  struct fixture *f = *state;
  RUN(state, rows, NULL);
  RUN(state, three, alpine_three);
  fixture_reset(f);
  assert_string_equal(answer(f, "save -o /tmp/x.tar alpine"), "save -- docker.io/library/alpine");
  assert_string_equal(f->decision.output_file, "/tmp/x.tar");
}

static void test_load(void **state) {
  struct fixture *f = *state;
  assert_string_equal(answer(f, "load -i /tmp/x.tar -q"), "load --quiet=true");
  assert_string_equal(f->decision.input_file, "/tmp/x.tar");
  fixture_reset(f);
  assert_string_equal(answer(f, "image load"), "load");
  assert_null(f->decision.input_file);
}

/* -- commit and import -------------------------------------------------------------------------- */

static void test_import(void **state) {
  static const struct row rows[] = {
      {"import - alice/x", "import -- - alice/x:latest"},
      {"import -c cmd_sh -m hi rootfs.tar alice/x:1",
       "import --message=hi --change=CMD sh -- - alice/x:1"},
      {"import -", "!image-own"},
      {"import rootfs.tar", "!image-own"},
      {"import - alpine", "!image-own"},
      {"import http://10.0.0.1/x alice/x", "!import-url"},
      {"import HTTPS://h/x alice/x", "!import-url"},
      {"import -c ONBUILD_RUN_x - alice/x", "!image-change"},
      {"import -c RUN_x - alice/x", "!image-change"},
      {"import -c CMD - alice/x", "!image-change"},
      {"import -c CMD_a\nRUN_x - alice/x", "!image-change"},
      {"import -c CMD_a\\ - alice/x", "!image-change"},
      {"import -c CMD_a\\_ - alice/x", "!image-change"},
      {"import -c #_escape=` - alice/x", "!image-change"},
      {"import -c LABEL_a=b - alice/x", "import --change=LABEL a=b -- - alice/x:latest"},
      {"import -c label_io.safe-docker.owner=5 - alice/x", "!label-reserved"},
      {"import -c LABEL_io.safe-\"docker\".owner=5 - alice/x", "!label-reserved"},
      {"import -c LABEL_io.safe-$X.owner=5 - alice/x", "!label-reserved"},
      {"import -c LABEL_io.safe\\-docker.owner=5 - alice/x", "!label-reserved"},
      {"import -c LABEL_a=b_io.safe-docker.owner=5 - alice/x", "!label-reserved"},
      {"import -c ENV_A=$PATH - alice/x", "import --change=ENV A=$PATH -- - alice/x:latest"},
      {"import -c USER_0 -c VOLUME_/d -c EXPOSE_80 - alice/x",
       "import --change=USER 0 --change=VOLUME /d --change=EXPOSE 80 -- - alice/x:latest"},
  };
  struct fixture *f = *state;
  RUN(state, rows, NULL);
  fixture_reset(f);
  own(f);
  (void)answer(f, "import rootfs.tar alice/x");
  assert_string_equal(f->decision.input_file, "rootfs.tar");
}

static void test_commit(void **state) {
  static const struct row rows[] = {
      {"commit box alice/x", "!not-launched"},
      {"commit box", "!not-launched"},
      {"commit nobox", "-Error response from daemon: No such container: nobox"},
      {"commit box bob/x", "!image-own"},
      {"commit -c RUN_x box alice/x", "!image-change"},
      {"commit -c LABEL_io.safe-docker.owner=0 box alice/x", "!label-reserved"},
      {"commit nobox alice/x", "-Error response from daemon: No such container: nobox"},
  };
  static const char box[] = "[{\"Id\":\"" BOX "\",\"Name\":\"/box\",\"HostConfig\":{},"
                            "\"Config\":{\"Labels\":{}}}]";
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_objects objects = {.complete = true};
    struct sd_error err;
    fixture_reset(f);
    own(f);
    f->policy.isolation = SD_ISOLATION_SHARED;
    sd_error_init(&err, &f->arena);
    assert_true(sd_objects_read(&f->arena, SD_OBJECT_CONTAINER, box, strlen(box), &objects, &err));
    f->in.objects = &objects;
    assert_string_equal(answer(f, rows[i].words), rows[i].wanted);
  }
  /* what stands before looking up */
  fixture_reset(f);
  own(f);
  struct sd_objects none = {.complete = true};
  f->in.objects = &none;
  assert_string_equal(answer(f, "commit -a me -m hi -c CMD_sh box alice/x"),
                      "-Error response from daemon: No such container: box");
  assert_int_equal(f->decision.invocation.operands.v.len, 0);
  assert_string_equal(sd_setting_find(&f->decision.invocation, "change")->text, "CMD sh");
  const struct sd_setting *last =
      &f->decision.invocation.settings.items[f->decision.invocation.settings.len - 1];
  assert_string_equal(last->text, "LABEL io.safe-docker.owner=\"\" io.safe-docker.version=\"\"");
}

static void test_commit_of_a_launch(void **state) {
  static const struct {
    const char *words, *rule;
  } rows[] = {
      {"commit mine", "image-own"},
      {"commit mine alpine", "image-own"},
      {"commit mine alice/x@" ID, "invalid-image"},
  };
  struct fixture *f = *state;
  own(f);
  fixture_container(f, "mine", 'c', 1000, "");
  fixture_container(f, "theirs", 'd', 2000, "");
  fixture_line(f, "commit mine alice/x");
  fixture_decide(f);
  fixture_assert_emitted(f, "commit --change=LABEL io.safe-docker.owner=\"\" "
                            "io.safe-docker.version=\"\" -- "
                            "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc "
                            "alice/x:latest");
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_line(f, rows[i].words);
    fixture_decide(f);
    fixture_assert_refused(f, rows[i].rule);
  }
  fixture_line(f, "commit theirs");
  fixture_decide(f);
  fixture_assert_absent(f, "Error response from daemon: No such container: theirs");
  fixture_line(f, "commit theirs alice/x");
  fixture_decide(f);
  fixture_assert_absent(f, "Error response from daemon: No such container: theirs");
  assert_int_equal(f->decision.invocation.operands.v.len, 0);
}

/* -- what an archive names ---------------------------------------------------------------------- */

static void test_archive(void **state) {
  static const struct {
    const char *name;
    const char *rule; /* NULL: allowed */
  } rows[] = {
      {"alice/x:1", NULL},
      {"docker.io/alice/x:1", NULL},
      {"reg.example.com/alice/x:1", NULL},
      {"alpine:3", "image-own"},
      {"docker.io/library/alpine:3", "image-own"},
      {"bob/x:1", "image-own"},
      {"latest", "image-own"},
      {"evil.example/alice/x:1", "image-own"},
      {"alice/x@" ID, "image-own"},
      {ID, "load-archive"},
      {"", "load-archive"},
      {"Alice/x", "load-archive"},
      {"alice/../bob:1", "load-archive"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_archive archive = {0};
    fixture_reset(f);
    own(f);
    sd_strv_add(&archive.names, &f->arena, "alice/y:1");
    sd_strv_add(&archive.names, &f->arena, rows[i].name);
    sd_strv_add(&archive.names, &f->arena, rows[i].name);
    sd_rules_archive(&f->in, &f->decision, &archive);
    assert_int_equal(f->decision.problems.list.len, rows[i].rule != NULL ? 1 : 0);
    if (rows[i].rule != NULL)
      assert_string_equal(f->decision.problems.list.items[0].rule, rows[i].rule);
  }
  struct sd_archive alone = {0};
  fixture_reset(f);
  sd_strv_add(&alone.names, &f->arena, "bob/x:1");
  sd_rules_archive(&f->in, &f->decision, &alone);
  assert_int_equal(f->decision.problems.list.len, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_reading), TEST(test_search_reaches_allowed_registries_alone),
      TEST(test_pull),    TEST(test_pull_by_policy),
      TEST(test_tag),     TEST(test_tag_of_what_is_allowed),
      TEST(test_rmi),     TEST(test_rmi_of_everything),
      TEST(test_push),    TEST(test_save),
      TEST(test_load),    TEST(test_import),
      TEST(test_commit),  TEST(test_commit_of_a_launch),
      TEST(test_archive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
