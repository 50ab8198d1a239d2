/* SPDX-License-Identifier: Apache-2.0 */
/* What a name means among what was looked up, and which names are never asked for. */
#include "fixture.h"

#include <string.h>

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define B16 "bbbbbbbbbbbbbbbb"
#define B64 B16 B16 B16 B16

static void possible_names(void **state) {
  static const struct {
    enum sd_object_kind kind;
    const char *text;
    bool possible;
  } cases[] = {
      {SD_OBJECT_CONTAINER, "web", true},
      {SD_OBJECT_CONTAINER, "/web", true},
      {SD_OBJECT_CONTAINER, "Web_1.x-y", true},
      {SD_OBJECT_CONTAINER, "4", true},
      {SD_OBJECT_CONTAINER, A64, true},
      {SD_OBJECT_CONTAINER, "", false},
      {SD_OBJECT_CONTAINER, "/", false},
      {SD_OBJECT_CONTAINER, "//web", false},
      {SD_OBJECT_CONTAINER, ".", false},
      {SD_OBJECT_CONTAINER, "..", false},
      {SD_OBJECT_CONTAINER, "-x", false},
      {SD_OBJECT_CONTAINER, "--help", false},
      {SD_OBJECT_CONTAINER, "_x", false},
      {SD_OBJECT_CONTAINER, "a/b", false},
      {SD_OBJECT_CONTAINER, "a/../b", false},
      {SD_OBJECT_CONTAINER, "a?all=1", false},
      {SD_OBJECT_CONTAINER, "a%2f..", false},
      {SD_OBJECT_CONTAINER, "a b", false},
      {SD_OBJECT_CONTAINER, "a\n", false},
      {SD_OBJECT_CONTAINER, "caf\xc3\xa9", false},
      {SD_OBJECT_CONTAINER, "sha256:" A64, false},
      {SD_OBJECT_NETWORK, "lan", true},
      {SD_OBJECT_NETWORK, "/lan", false},
      {SD_OBJECT_NETWORK, "a/b", false},
      {SD_OBJECT_VOLUME, "data", true},
      {SD_OBJECT_VOLUME, "../x", false},
      {SD_OBJECT_VOLUME, "/data", false},
      {SD_OBJECT_IMAGE, "alpine", true},
      {SD_OBJECT_IMAGE, "registry.example.org:5000/team/app:1", true},
      {SD_OBJECT_IMAGE, "sha256:" A64, true},
      {SD_OBJECT_IMAGE, "..", false},
      {SD_OBJECT_IMAGE, "a/../b", false},
      {SD_OBJECT_IMAGE, "-x", false},
      {SD_OBJECT_IMAGE, "a/json?x=1", false},
      {SD_OBJECT_IMAGE, "", false},
      {SD_OBJECT_ANY, "web", true},
      {SD_OBJECT_ANY, "Web", true},
      {SD_OBJECT_ANY, "team/app", true},
      {SD_OBJECT_ANY, "..", false},
      {SD_OBJECT_ANY, "a/..", false},
      {SD_OBJECT_ANY, "-f", false},
      {SD_OBJECT_ANY, "", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    if (sd_object_name_is_possible(cases[i].kind, cases[i].text) != cases[i].possible)
      fail_msg("%s '%s'", sd_object_kind_name(cases[i].kind), cases[i].text);
}

/* web (aaaa...), a container whose name is the beginning of another's id, a network and an image of one name, a volume. */
static void fill(struct fixture *fixture) {
  fixture_container(fixture, "web", 'a', 1000, "");
  fixture_container(fixture, "bbbb", 'c', 1000, "");
  fixture_container(fixture, "theirs", 'b', 1001, "");
  fixture_object(fixture, SD_OBJECT_IMAGE,
                 "{\"Id\": \"sha256:" A64 "\", \"RepoTags\": [\"app:latest\", \"team/app:2\"], "
                 "\"RepoDigests\": []}");
  fixture_object(fixture, SD_OBJECT_NETWORK,
                 "{\"Id\": \"" B64 "\", \"Name\": \"app\", \"IPAM\": {}, \"Labels\": "
                 "{\"io.safe-docker.owner\": \"1000\"}}");
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 "{\"Name\": \"data\", \"Mountpoint\": \"/m\", \"Labels\": null}");
}

static void finding(void **state) {
  static const struct {
    enum sd_object_kind kind;
    const char *text;
    const char *found; /* "kind first-character-of-id", or "" */
  } cases[] = {
      {SD_OBJECT_CONTAINER, "web", "container a"},
      {SD_OBJECT_CONTAINER, "/web", "container a"},
      {SD_OBJECT_CONTAINER, "aa", "container a"},
      {SD_OBJECT_CONTAINER, A64, "container a"},
      {SD_OBJECT_CONTAINER, A64 "a", ""},
      {SD_OBJECT_CONTAINER, "bbbb", "container c"}, /* the name before the beginning of an id */
      {SD_OBJECT_CONTAINER, "bbb", "container b"},
      {SD_OBJECT_CONTAINER, B64, "container b"}, /* the id before anything */
      {SD_OBJECT_CONTAINER, "we", ""},
      {SD_OBJECT_CONTAINER, "WEB", ""},
      {SD_OBJECT_CONTAINER, "app", ""},
      {SD_OBJECT_IMAGE, "app", "image s"},
      {SD_OBJECT_IMAGE, "docker.io/library/app", "image s"},
      {SD_OBJECT_IMAGE, "team/app:2", "image s"},
      {SD_OBJECT_IMAGE, "team/app", ""},
      {SD_OBJECT_IMAGE, "sha256:" A64, "image s"},
      {SD_OBJECT_IMAGE, "aaaa", "image s"},
      {SD_OBJECT_NETWORK, "app", "network b"},
      {SD_OBJECT_NETWORK, "bb", "network b"},
      {SD_OBJECT_VOLUME, "data", "volume d"},
      {SD_OBJECT_VOLUME, "dat", ""},
      {SD_OBJECT_ANY, "app", "image s"},
      {SD_OBJECT_ANY, "aa", "container a"},
      {SD_OBJECT_ANY, "data", "volume d"},
      {SD_OBJECT_ANY, "nothing", ""},
  };
  struct fixture *fixture = *state;
  fill(fixture);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const struct sd_object *found =
        sd_objects_find(&fixture->arena, &fixture->objects, cases[i].kind, cases[i].text);
    const char *what = found == NULL
                           ? ""
                           : sd_arena_printf(&fixture->arena, "%s %c",
                                             sd_object_kind_name(found->kind), found->id[0]);
    if (strcmp(what, cases[i].found) != 0)
      fail_msg("%s: '%s', not '%s'", cases[i].text, what, cases[i].found);
  }
}

static void ambiguous(void **state) {
  struct fixture *fixture = *state;
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\": \"abc1\", \"Name\": \"/one\", \"HostConfig\": {}}");
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\": \"abc2\", \"Name\": \"/two\", \"HostConfig\": {}}");
  assert_null(sd_objects_find(&fixture->arena, &fixture->objects, SD_OBJECT_CONTAINER, "abc"));
  assert_non_null(sd_objects_find(&fixture->arena, &fixture->objects, SD_OBJECT_CONTAINER, "abc1"));
  assert_null(sd_objects_find(&fixture->arena, &fixture->objects, SD_OBJECT_CONTAINER, ""));
  fixture_reset(fixture); /* one that was looked up twice */
  fixture->objects = (struct sd_objects){0};
  fixture_container(fixture, "one", 'a', 1000, "");
  fixture_container(fixture, "one", 'a', 1000, "");
  assert_non_null(sd_objects_find(&fixture->arena, &fixture->objects, SD_OBJECT_CONTAINER, "aa"));
  fixture_reset(fixture); /* the id of the first is the name of the second */
  fixture->objects = (struct sd_objects){0};
  fixture_container(fixture, "one", 'a', 1000, "");
  fixture_container(fixture, A64, 'b', 1000, "");
  assert_ptr_equal(sd_objects_find(&fixture->arena, &fixture->objects, SD_OBJECT_CONTAINER, A64),
                   &fixture->objects.v.items[0]);
}

/* Before the lookup everything counts as the caller's, and is wanted once; afterwards what it is decides. */
static void whose(void **state) {
  struct fixture *fixture = *state;
  const struct sd_object *object = NULL;
  fill(fixture);
  for (int i = 0; i < 2; i++)
    assert_int_equal(
        sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "theirs", &object),
        SD_FOUND_OWN);
  assert_string_equal(object->id, "theirs");
  assert_null(object->json);
  assert_int_equal(fixture->decision.wants.v.len, 1);
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "..", &object),
      SD_FOUND_NOTHING);
  assert_null(object);
  assert_int_equal(fixture->decision.wants.v.len, 1);
  assert_int_equal(sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_ANY, "a/b", NULL),
                   SD_FOUND_OWN);
  assert_int_equal(fixture->decision.wants.v.items[1].kind, SD_OBJECT_IMAGE);
  fixture->objects.complete = true;
  fixture->in.objects = &fixture->objects;
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "theirs", &object),
      SD_FOUND_FOREIGN);
  assert_string_equal(object->id, B64);
  assert_int_equal(sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "web", NULL),
                   SD_FOUND_OWN);
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "none", &object),
      SD_FOUND_NOTHING);
  assert_null(object);
  assert_int_equal(sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_VOLUME, "data", NULL),
                   SD_FOUND_FOREIGN);
  fixture->policy.isolation = SD_ISOLATION_SHARED;
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "theirs", NULL),
      SD_FOUND_OWN);
}

static void too_many(void **state) {
  struct fixture *fixture = *state;
  fixture_command(fixture, "stop");
  for (int i = 0; i < 10050; i++)
    fixture_operand(fixture, sd_arena_printf(&fixture->arena, "n%d", i));
  fixture_decide(fixture);
  (void)fixture_assert_refused(fixture, "operands");
}

/* The one more than there may be is a violation, once; names that stand there already are none more. */
static void as_many_as_there_may_be(void **state) {
  struct fixture *fixture = *state;
  const struct {
    int index;
    size_t wants, problems;
  } steps[] = {{10000, 10000, 0}, {10001, 10001, 1}, {10002, 10001, 1}, {10001, 10001, 1}};
  const struct sd_object *object = NULL;
  for (int i = 1; i < 10000; i++)
    (void)sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER,
                       sd_arena_printf(&fixture->arena, "n%d", i), NULL);
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const char *name = sd_arena_printf(&fixture->arena, "n%d", steps[i].index);
    assert_int_equal(
        sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, name, &object),
        SD_FOUND_OWN);
    assert_string_equal(object->name, name);
    assert_int_equal(fixture->decision.wants.v.len, steps[i].wants);
    assert_int_equal(fixture->decision.problems.list.len, steps[i].problems);
  }
  /* Of another kind it is another one. */
  fixture->decision.wants.v.len = 1;
  (void)sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_VOLUME, "n1", NULL);
  assert_int_equal(fixture->decision.wants.v.len, 2);
}

/* What was asked for and looked up alone, as long as not everything is. */
static void asked_alone(void **state) {
  struct fixture *fixture = *state;
  const struct sd_object *object = NULL;
  fill(fixture);
  fixture->in.objects = &fixture->objects;
  *sd_vec_push(&fixture->arena, &fixture->objects.asked.v) =
      (struct sd_want){SD_OBJECT_CONTAINER, "theirs"};
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "theirs", &object),
      SD_FOUND_FOREIGN);
  assert_int_equal(fixture->decision.wants.v.len, 0);
  assert_int_equal(
      sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_CONTAINER, "web", &object),
      SD_FOUND_OWN);
  assert_null(object->json);
  assert_int_equal(fixture->decision.wants.v.len, 1);
  assert_int_equal(sd_rule_find(&fixture->in, &fixture->decision, SD_OBJECT_ANY, "theirs", &object),
                   SD_FOUND_OWN);
  assert_int_equal(fixture->decision.wants.v.len, 2);
  assert_int_equal(fixture->decision.wants.v.items[1].kind, SD_OBJECT_ANY);
}

static void lists_of_ones_own(void **state) {
  struct fixture *fixture = *state;
  assert_null(sd_rule_list_own(&fixture->in, &fixture->decision, SD_OWN_LIST_ALL));
  assert_int_equal(fixture->decision.wants.list, SD_OWN_LIST_ALL);
  fixture->decision.wants.list = SD_OWN_LIST_NONE;
  fixture->in.objects = &fixture->objects;
  fixture->objects.asked.list = SD_OWN_LIST_RUNNING;
  assert_null(sd_rule_list_own(&fixture->in, &fixture->decision, SD_OWN_LIST_ALL));
  assert_int_equal(fixture->decision.wants.list, SD_OWN_LIST_ALL);
  fixture->decision.wants.list = SD_OWN_LIST_NONE;
  fixture->objects.asked.list = SD_OWN_LIST_ALL;
  assert_ptr_equal(sd_rule_list_own(&fixture->in, &fixture->decision, SD_OWN_LIST_ALL),
                   &fixture->objects);
  fixture->objects.asked.list = SD_OWN_LIST_NONE;
  fixture->objects.complete = true;
  assert_ptr_equal(sd_rule_list_own(&fixture->in, &fixture->decision, SD_OWN_LIST_ALL),
                   &fixture->objects);
  assert_int_equal(fixture->decision.wants.list, SD_OWN_LIST_NONE);
}

/* What no daemon shows, and what looks like a name but is none of that kind. */
static void odd_objects(void **state) {
  struct fixture *fixture = *state;
  fixture_object(fixture, SD_OBJECT_NETWORK,
                 "{\"Id\": \"" B64 "\", \"Name\": \"/n\", \"IPAM\": {}}");
  fixture_object(fixture, SD_OBJECT_CONTAINER, "{\"Id\": \"" A64 "\", \"HostConfig\": {}}");
  fixture_object(fixture, SD_OBJECT_IMAGE,
                 "{\"Id\": \"sha256:" A64 "\", \"RepoTags\": [1, \"..\", \"sha256:" B64
                 "\", \"app:1\"]}");
  fixture_object(fixture, SD_OBJECT_IMAGE,
                 "{\"Id\": \"sha256:" B64 "\", \"RepoTags\": null, \"RepoDigests\": "
                 "[\"app@sha256:" A64 "\"]}");
  fixture_object(fixture, SD_OBJECT_VOLUME, "{\"Name\": \"" B64 "\", \"Mountpoint\": \"/m\"}");
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\": \"cccc\", \"Name\": \"/" B64 "\", \"HostConfig\": {}}");
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\": \"" B64 "\", \"Name\": \"bare\", \"HostConfig\": {}}");
  static const struct {
    enum sd_object_kind kind;
    const char *text;
    int found; /* its place, or -1 */
  } cases[] = {
      {SD_OBJECT_NETWORK, "n", -1},
      {SD_OBJECT_NETWORK, "", -1},
      {SD_OBJECT_IMAGE, "sha256:0" A16 A16 A16 "aaaaaaaaaaaaaaa", -1},
      {SD_OBJECT_NETWORK, "/n", 0},
      {SD_OBJECT_CONTAINER, A64, 1},
      {SD_OBJECT_IMAGE, "app:1", 2},
      {SD_OBJECT_IMAGE, "app:2", -1},
      {SD_OBJECT_IMAGE, "..", -1},
      {SD_OBJECT_IMAGE, "app@sha256:" A64, 3},
      {SD_OBJECT_IMAGE, "app@sha256:" B64, -1},
      {SD_OBJECT_IMAGE, A64, 2},
      {SD_OBJECT_IMAGE, "sha256:bb", 3},
      {SD_OBJECT_VOLUME, B64, 4},
      {SD_OBJECT_CONTAINER, "bare", 6},
      {SD_OBJECT_CONTAINER, B64, 6}, /* the id before the name, wherever it stands */
      {SD_OBJECT_CONTAINER, "bbb", 6},
      {SD_OBJECT_CONTAINER, "cccc", 5},
      {SD_OBJECT_VOLUME, "bb", -1},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const struct sd_object *found =
        sd_objects_find(&fixture->arena, &fixture->objects, cases[i].kind, cases[i].text);
    const struct sd_object *wanted =
        cases[i].found >= 0 ? &fixture->objects.v.items[cases[i].found] : NULL;
    if (found != wanted)
      fail_msg("%s", cases[i].text);
  }
}

static void what_inspect_prints(void **state) {
  static const struct {
    const char *text;
    bool good;
    size_t count;
  } cases[] = {
      {"[]", true, 0},
      {"[]\n", true, 0},
      {"", false, 0},
      {"{}", false, 0},
      {"[1, null, \"x\"]", true, 0},
      {"[{\"Id\": 1, \"HostConfig\": {}}]", true, 0},
      {"[{\"Id\": \"1\"}]", true, 0},
      {"[{\"Id\": \"1\", \"HostConfig\": {}}, {\"Id\": \"2\", \"IPAM\": {}, \"Name\": \"n\"}]",
       true, 2},
      {"[{\"Id\": \"1\", \"HostConfig\": {\"x\": 1.5, \"y\": 18446744073709551615}}]", true, 1},
      {"[{\"ID\": \"1\", \"Spec\": {}}]", true, 0}, /* of a cluster */
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct sd_objects objects = {0};
    struct sd_error err;
    sd_error_init(&err, &fixture->arena);
    bool good = sd_objects_read(&fixture->arena, SD_OBJECT_ANY, cases[i].text,
                                strlen(cases[i].text), &objects, &err);
    assert_int_equal(good, cases[i].good);
    assert_int_equal(objects.v.len, cases[i].count);
  }
}

static void words(void **state) {
  static const struct {
    enum sd_object_kind kind;
    const char *words;
  } cases[] = {
      {SD_OBJECT_CONTAINER, "Error response from daemon: No such container: a\\x1bb"},
      {SD_OBJECT_IMAGE, "Error response from daemon: No such image: a\\x1bb"},
      {SD_OBJECT_NETWORK, "Error response from daemon: network a\\x1bb not found"},
      {SD_OBJECT_VOLUME, "Error response from daemon: get a\\x1bb: no such volume"},
      {SD_OBJECT_ANY, "Error: No such object: a\\x1bb"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    assert_string_equal(sd_object_absent(&fixture->arena, cases[i].kind,
                                         "a\x1b"
                                         "b"),
                        cases[i].words);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(possible_names),
      cmocka_unit_test_setup_teardown(finding, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(ambiguous, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(whose, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(too_many, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(as_many_as_there_may_be, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(asked_alone, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(lists_of_ones_own, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(odd_objects, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(what_inspect_prints, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(words, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
