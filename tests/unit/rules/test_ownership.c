/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an object is: what a launch by safe-docker looks like, and every way of missing it. */
#include "fixture.h"

#include <string.h>

#define LABELS "\"Labels\": {\"io.safe-docker.owner\": \"1000\"}"
#define USER "\"User\": \"1000:1000\""
#define SECURITY "\"SecurityOpt\": [\"seccomp={}\", \"no-new-privileges=true\"]"
#define LIMITS "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1"
#define SPACES "\"IpcMode\": \"private\", \"CgroupnsMode\": \"private\""
#define HOST "\"CapDrop\": [\"ALL\"], " SECURITY ", " LIMITS ", " SPACES
#define CONTAINER(config, host)                                                                    \
  "{\"Id\": \"1\", \"Config\": {" config "}, \"HostConfig\": {" host "}}"

struct row {
  const char *json;
  bool own, launched;
};

static const struct row rows[] = {
    {CONTAINER(USER ", " LABELS, HOST), true, true},
    /* the label */
    {CONTAINER(USER, HOST), false, false},
    {CONTAINER(USER ", \"Labels\": null", HOST), false, false},
    {CONTAINER(USER ", \"Labels\": {\"io.safe-docker.owner\": 1000}", HOST), false, false},
    {CONTAINER(USER ", \"Labels\": {\"io.safe-docker.owner\": \"\"}", HOST), false, false},
    {CONTAINER(USER ", \"Labels\": {\"io.safe-docker.owner\": \"1001\"}", HOST), false, true},
    {CONTAINER(USER ", \"Labels\": {\"io.safe-docker.owner\": \"01000\"}", HOST), false, true},
    {CONTAINER(USER ", \"Labels\": {\"io.safe-docker.owner\": \"1000 \"}", HOST), false, true},
    {CONTAINER(USER ", \"Labels\": {\"IO.safe-docker.owner\": \"1000\"}", HOST), false, false},
    /* an image that has the label, and a user */
    {CONTAINER(USER ", " LABELS, ""), false, false},
    {CONTAINER(USER ", " LABELS, "\"CapDrop\": null, \"SecurityOpt\": null"), false, false},
    {"{\"Id\": \"1\", \"HostConfig\": {}, \"Config\": {" USER ", " LABELS "}}", false, false},
    {"{\"Id\": \"1\", \"HostConfig\": null, \"Config\": {" USER ", " LABELS "}}", false, false},
    /* the user */
    {CONTAINER(LABELS, HOST), false, false},
    {CONTAINER("\"User\": \"\", " LABELS, HOST), false, false},
    {CONTAINER("\"User\": \"1000\", " LABELS, HOST), false, false},
    {CONTAINER("\"User\": \"1000:\", " LABELS, HOST), false, false},
    {CONTAINER("\"User\": \"alice:1000\", " LABELS, HOST), false, false},
    {CONTAINER("\"User\": \"1001:1000\", " LABELS, HOST), false, true},
    {CONTAINER("\"User\": \"0:0\", " LABELS, HOST), false, true},
    /* confinement */
    {CONTAINER(USER ", " LABELS, HOST ", \"Privileged\": true"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"Binds\": [\"/home/alice:/x\"]"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"Binds\": [\"data:/x\"]"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"CapAdd\": [\"ALL\"]"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"CapAdd\": [\"NET_BIND_SERVICE\"]"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"MaskedPaths\": []"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"MaskedPaths\": [\"/proc/kcore\"]"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"DeviceCgroupRules\": [\"a *:* rwm\"]"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"PidMode\": \"host\""), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"UTSMode\": \"host\""), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"UsernsMode\": \"host\""), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"MaskedPaths\": null"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"CapAdd\": [\"CHOWN\", \"CAP_ALL\"]"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"CapAdd\": [1]"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"Binds\": [\"data:/x\", \"/etc:/x\"]"), false, false},
    {CONTAINER(USER ", " LABELS, HOST ", \"DeviceCgroupRules\": []"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"Privileged\": false"), true, true},
    {CONTAINER(USER ", " LABELS, HOST ", \"PidMode\": \"container:1\""), true, true},
    {CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"CHOWN\"], " SECURITY ", " LIMITS ", " SPACES),
     false, false},
    {CONTAINER(USER ", " LABELS, SECURITY ", " LIMITS ", " SPACES), false, false},
    {CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"ALL\"], " LIMITS ", " SPACES), false, false},
    {CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"ALL\"], " SECURITY ", " SPACES), false, false},
    {CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"ALL\"], " SECURITY ", " LIMITS), false, false},
};

/* The last option counts, and one that takes a layer away spoils all. */
static const struct {
  const char *options;
  bool own;
} securities[] = {
    {"\"seccomp={}\", \"no-new-privileges=true\"", true},
    {"\"seccomp={}\", \"no-new-privileges:true\"", true},
    {"\"seccomp={}\", \"apparmor=safe-docker-default\", \"no-new-privileges=true\"", true},
    {"\"no-new-privileges=true\", \"seccomp={}\"", false},
    {"\"seccomp={}\", \"no-new-privileges=true\", \"no-new-privileges=false\"", false},
    {"\"seccomp={}\", \"no-new-privileges\"", false},
    {"\"seccomp={}\"", false},
    {"\"no-new-privileges=true\"", false},
    {"\"seccomp=unconfined\", \"no-new-privileges=true\"", false},
    {"\"seccomp={}\", \"seccomp=unconfined\", \"no-new-privileges=true\"", false},
    {"\"seccomp={}\", \"apparmor=unconfined\", \"no-new-privileges=true\"", false},
    {"\"seccomp={}\", \"label=disable\", \"no-new-privileges=true\"", false},
    {"\"seccomp={}\", \"label:disable\", \"no-new-privileges=true\"", false},
    {"\"seccomp=builtin\", \"no-new-privileges=true\"", false},
    {"\"seccomp={}\", \"no-new-privileges=true\", 1", false},
    {"1, \"seccomp={}\", \"no-new-privileges=true\"", true},
    {"\"xseccomp={}\", \"no-new-privileges=true\"", false},
    {"", false},
};

static const char *const spoilt_limits[] = {
    "\"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1",
    "\"Memory\": -1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 0, \"NanoCpus\": 1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 0, \"CpuQuota\": 0, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 0",
    "\"Memory\": 0, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": -1, \"NanoCpus\": 1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 0, \"CpuQuota\": -1, \"PidsLimit\": 1",
    "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": null",
    "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": -1",
    "\"Memory\": \"1\", \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1",
};

static void judge(struct fixture *fixture, const char *json, bool own, bool launched) {
  fixture_reset(fixture);
  fixture_object(fixture, SD_OBJECT_CONTAINER, json);
  const struct sd_object *object = &fixture->objects.v.items[0];
  if (sd_object_is_own(&fixture->in, object) != own ||
      sd_object_is_launched(&fixture->in, object) != launched)
    fail_msg("own %d, launched %d: %s", !own, !launched, json);
}

static void containers(void **state) {
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    judge(*state, rows[i].json, rows[i].own, rows[i].launched);
}

static void security_options(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(securities) / sizeof(securities[0]); i++)
    judge(fixture,
          sd_arena_printf(&fixture->arena,
                          CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"ALL\"], " LIMITS ", " SPACES
                                                      ", \"SecurityOpt\": [%s]"),
                          securities[i].options),
          securities[i].own, securities[i].own);
}

static void limits(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(spoilt_limits) / sizeof(spoilt_limits[0]); i++)
    judge(fixture,
          sd_arena_printf(
              &fixture->arena,
              CONTAINER(USER ", " LABELS, "\"CapDrop\": [\"ALL\"], " SECURITY ", " SPACES ", %s"),
              spoilt_limits[i]),
          false, false);
  judge(fixture,
        CONTAINER(USER ", " LABELS,
                  "\"CapDrop\": [\"ALL\"], " SECURITY ", " SPACES
                  ", \"Memory\": 1, \"MemorySwap\": 1, \"CpuQuota\": 1, \"PidsLimit\": 1"),
        true, true);
}

/* What namespaces and dropped capabilities may look like, each in place of those of a launch. */
static void parts(void **state) {
  static const struct {
    const char *dropped, *spaces;
    bool own;
  } cases[] = {
      {"[\"ALL\"]", SPACES, true},
      {"[\"ALL\", \"CHOWN\"]", SPACES, false},
      {"[\"CHOWN\", \"ALL\"]", SPACES, false},
      {"[]", SPACES, false},
      {"[1]", SPACES, false},
      {"[\"ALLES\"]", SPACES, false},
      {"[\"ALL\"]", "\"IpcMode\": \"none\", \"CgroupnsMode\": \"private\"", true},
      {"[\"ALL\"]", "\"IpcMode\": \"container:1\", \"CgroupnsMode\": \"private\"", true},
      {"[\"ALL\"]", "\"IpcMode\": \"host\", \"CgroupnsMode\": \"private\"", false},
      {"[\"ALL\"]", "\"IpcMode\": \"shareable\", \"CgroupnsMode\": \"private\"", false},
      {"[\"ALL\"]", "\"IpcMode\": \"\", \"CgroupnsMode\": \"private\"", false},
      {"[\"ALL\"]", "\"CgroupnsMode\": \"private\"", false},
      {"[\"ALL\"]", "\"IpcMode\": \"private\", \"CgroupnsMode\": \"host\"", false},
      {"[\"ALL\"]", "\"IpcMode\": \"private\", \"CgroupnsMode\": \"\"", false},
      {"[\"ALL\"]", "\"IpcMode\": \"private\", \"CgroupnsMode\": 1", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    judge(fixture,
          sd_arena_printf(
              &fixture->arena,
              CONTAINER(USER ", " LABELS, "\"CapDrop\": %s, " SECURITY ", " LIMITS ", %s"),
              cases[i].dropped, cases[i].spaces),
          cases[i].own, cases[i].own);
}

/* What no image can set: it must name the caller, too, where it is there. */
static void annotations(void **state) {
  judge(*state,
        CONTAINER(USER ", " LABELS, HOST ", \"Annotations\": {\"io.safe-docker.owner\": \"1000\"}"),
        true, true);
  judge(*state,
        CONTAINER(USER ", " LABELS, HOST ", \"Annotations\": {\"io.safe-docker.owner\": \"1001\"}"),
        false, true);
  judge(*state, CONTAINER(USER, HOST ", \"Annotations\": {\"io.safe-docker.owner\": \"1000\"}"),
        false, false);
  judge(*state,
        CONTAINER(USER ", " LABELS, "\"Annotations\": {\"io.safe-docker.owner\": \"1000\"}"), false,
        false);
}

/* Where callers may choose a user, any numeric one can be a launch; root's containers run as nobody. */
static void users(void **state) {
  struct fixture *fixture = *state;
  static const char other[] = CONTAINER("\"User\": \"5:6\", " LABELS, HOST);
  static const char roots[] =
      CONTAINER("\"User\": \"65534:65534\", \"Labels\": {\"io.safe-docker.owner\": \"0\"}", HOST);
  static const char as_root[] =
      CONTAINER("\"User\": \"0:1000\", \"Labels\": {\"io.safe-docker.owner\": \"0\"}", HOST);
  judge(fixture, other, false, true);
  fixture->policy.user.mode = SD_USER_NON_ROOT;
  assert_true(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]));
  judge(fixture, roots, false, true);
  fixture->caller.uid = 0;
  assert_true(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]));
  judge(fixture, as_root, false, true);
  fixture->caller.uid = 0;
  assert_false(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]));
}

/* What counts for a numeric user where callers may choose one. */
static void numeric_users(void **state) {
  static const struct {
    const char *user;
    bool numeric;
  } cases[] = {
      {"5:6", true},   {"0:0", true},   {"5", false},    {"5:", false},
      {":6", false},   {":", false},    {"", false},     {"5:6:7", false},
      {"x:6", false},  {"5:x", false},  {"5x:6", false}, {"5:6x", false},
      {"-5:6", false}, {"5 :6", false}, {"x5:6", false}, {"55:66", true},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    judge(fixture,
          sd_arena_printf(&fixture->arena, CONTAINER("\"User\": \"%s\", " LABELS, HOST),
                          cases[i].user),
          false, cases[i].numeric);
    fixture->policy.user.mode = SD_USER_ANY;
    assert_int_equal(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]),
                     cases[i].numeric);
  }
}

/* In a rootless daemon of the caller's own they are root, and limits may be forgotten; nothing else is excused. */
static void own_daemon(void **state) {
  static const char unlimited[] = "\"CapDrop\": [\"ALL\"], " SECURITY ", " SPACES;
  static const struct {
    const char *user, *host;
    bool own;
  } cases[] = {
      {"0:0", HOST, true},
      {"1000:1000", HOST, true},
      {"0:0", unlimited, true},
      {"1:1", HOST, false},
      {"", HOST, false},
      {"0", HOST, false},
      {"0:0", LIMITS ", " SPACES, false},
      {"0:0", "", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->in.own_daemon = true;
    fixture_object(fixture, SD_OBJECT_CONTAINER,
                   sd_arena_printf(&fixture->arena, CONTAINER("\"User\": \"%s\", " LABELS, "%s"),
                                   cases[i].user, cases[i].host));
    assert_int_equal(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]), cases[i].own);
  }
}

static void others(void **state) {
  static const struct {
    enum sd_object_kind kind;
    const char *json;
    bool own;
  } cases[] = {
      {SD_OBJECT_NETWORK, "{\"Id\": \"1\", \"Name\": \"n\", \"IPAM\": {}, " LABELS "}", true},
      {SD_OBJECT_NETWORK, "{\"Id\": \"1\", \"Name\": \"n\", \"IPAM\": {}, \"Labels\": {}}", false},
      {SD_OBJECT_NETWORK, "{\"Id\": \"1\", \"Name\": \"bridge\", \"IPAM\": {}}", false},
      {SD_OBJECT_VOLUME, "{\"Name\": \"v\", \"Mountpoint\": \"/\", " LABELS "}", true},
      {SD_OBJECT_VOLUME, "{\"Name\": \"v\", \"Mountpoint\": \"/\", \"Labels\": null}", false},
      {SD_OBJECT_IMAGE, "{\"Id\": \"sha256:1\", \"RepoTags\": []}", true},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_object(fixture, cases[i].kind, cases[i].json);
    assert_int_equal(sd_object_is_own(&fixture->in, &fixture->objects.v.items[0]), cases[i].own);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(containers, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(security_options, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(limits, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(annotations, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(parts, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(users, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(numeric_users, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(own_daemon, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(others, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("ownership", tests, NULL, NULL);
}
