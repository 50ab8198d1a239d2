/* SPDX-License-Identifier: Apache-2.0 */
/* Named volumes: whose they are, in run and in volume create. */
#include <string.h>

#include "world.h"

static void push(struct fixture *f, const char *text) {
  struct sd_mount mount = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  if (!sd_mount_parse(&f->arena, text, &mount, &err))
    fail_msg("%s", err.message);
  mount.given = fixture_given(f, SD_OPT_MOUNT, text);
  *sd_vec_push(&f->arena, &f->request.mounts.v) = mount;
}

static void start(struct fixture *f) {
  fixture_reset(f);
  world_looked_up(f, "[]");
}

/* -- run ---------------------------------------------------------------------------------------- */
static void test_own(void **state) {
  struct fixture *f = *state;
  start(f);
  push(f, "type=volume,source=data,target=/a");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  fixture_assert_change_count(f, 0);
  assert_int_equal(f->decision.volumes.v.len, 1);
  assert_true(f->decision.volumes.v.items[0].exists);
}

static void test_new(void **state) {
  struct fixture *f = *state;
  start(f);
  push(f, "type=volume,source=fresh,target=/a,volume-label=a=b");
  push(f, "type=volume,source=fresh,target=/b,volume-label=c=d");
  push(f, "type=volume,target=/c");
  push(f, "type=volume,source=data,target=/d");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  fixture_assert_changed(f, "volume-owner",
                         "volume create --label=io.safe-docker.owner=1000 -- fresh");
  fixture_assert_change_count(f, 1);
  assert_int_equal(f->decision.volumes.v.len, 2);
  const struct sd_own_volume *fresh = &f->decision.volumes.v.items[0];
  assert_string_equal(fresh->name, "fresh");
  assert_false(fresh->exists);
  assert_int_equal(fresh->labels.v.len, 1);
  assert_string_equal(fresh->labels.v.items[0], "a=b");
  assert_int_equal(f->decision.out.mounts.v.len, 4);
}

static void test_foreign(void **state) {
  static const char *const names[] = {"secret", "old"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    start(f);
    push(f, sd_arena_printf(&f->arena, "type=volume,source=%s,target=/a", names[i]));
    fixture_run(f, sd_rules_mounts);
    const struct sd_problem *problem = fixture_assert_denied(f, "volume-owner");
    assert_string_equal(problem->hint, "choose another name");
    assert_int_equal(f->decision.out.mounts.v.len, 0);
    assert_int_equal(f->decision.volumes.v.len, 0);
  }
}

static void test_shared(void **state) {
  struct fixture *f = *state;
  for (int i = 0; i < 2; i++) {
    start(f);
    if (i == 0)
      sd_strv_add(&f->policy.mounts.shared_volumes, &f->arena, "sec*");
    else
      f->policy.isolation = SD_ISOLATION_SHARED;
    f->in.objects = NULL;
    push(f, "type=volume,source=secret,target=/a");
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.volumes.v.len, 0);
    assert_int_equal(f->decision.wants.v.len, 0);
  }
  /* What is shared must be allowed all the same. */
  start(f);
  sd_strv_add(&f->policy.mounts.shared_volumes, &f->arena, "sec*");
  f->policy.mounts.volumes.v.len = 0;
  push(f, "type=volume,source=secret,target=/a");
  fixture_run(f, sd_rules_mounts);
  (void)fixture_assert_denied(f, "volume-name");
}

static void test_looked_up_once(void **state) {
  struct fixture *f = *state;
  start(f);
  f->in.objects = NULL;
  push(f, "type=volume,source=data,target=/a");
  push(f, "type=volume,source=data,target=/b");
  push(f, "type=volume,source=other,target=/c");
  push(f, "type=volume,target=/d");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  fixture_assert_change_count(f, 0);
  assert_int_equal(f->decision.wants.v.len, 2);
}

/* -- volume create ------------------------------------------------------------------------------ */
#define VERSION "--label=io.safe-docker.version=0.1.0"
#define LABELS "--label=io.safe-docker.owner=1000 " VERSION

static void test_create(void **state) {
  static const struct {
    const char *asked, *executed;
    size_t volumes;
  } rows[] = {
      {"volume create", "volume create " LABELS, 0},
      {"volume create --driver local --label a=b fresh",
       "volume create --label=a=b " LABELS " -- fresh", 1},
      {"volume create --name fresh", "volume create " LABELS " -- fresh", 1},
      {"volume create data", "volume create " LABELS " -- data", 1},
      {"volume create shared-x", "volume create " VERSION " -- shared-x", 0},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    sd_strv_add(&f->policy.mounts.shared_volumes, &f->arena, "shared-*");
    world_command(f, rows[i].asked);
    fixture_assert_emitted(f, rows[i].executed);
    assert_int_equal(f->decision.volumes.v.len, rows[i].volumes);
  }
  start(f);
  world_command(f, "volume create --label a=b fresh");
  assert_string_equal(f->decision.volumes.v.items[0].labels.v.items[0], "a=b");
}

static void test_create_refused(void **state) {
  static const struct {
    const char *asked, *rule;
  } rows[] = {
      {"volume create secret", "volume-owner"},
      {"volume create old", "volume-owner"},
      {"volume create --name secret", "volume-owner"},
      {"volume create --name data data", "volume-name"},
      {"volume create a/b", "volume-name"},
      {"volume create 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
       "volume-name"},
      {"volume create --driver nfs x", "volume-driver"},
      {"volume create -o type=none x", "volume-options"},
      {"volume create --label io.safe-docker.owner=0 x", "label-reserved"},
      {"volume create --scope single x", "cluster-volume"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    world_command(f, rows[i].asked);
    (void)fixture_assert_refused(f, rows[i].rule);
  }
  start(f);
  f->policy.mounts.volumes.v.len = 0;
  world_command(f, "volume create fresh");
  (void)fixture_assert_refused(f, "volume-name");
}

static void test_others(void **state) {
  struct fixture *f = *state;
  start(f);
  world_command(f, "volume inspect data secret old");
  fixture_assert_emitted(f, "volume inspect -- data");
  assert_int_equal(f->decision.absent.v.len, 2);
  assert_string_equal(f->decision.absent.v.items[0],
                      "Error response from daemon: get secret: no such volume");
  world_command(f, "volume rm -f data secret");
  fixture_assert_emitted(f, "volume rm --force=true -- data");
  assert_int_equal(f->decision.named.v.len, 1);
  assert_string_equal(f->decision.named.v.items[0].mark, "");
  fixture_object(
      f, SD_OBJECT_VOLUME,
      "{\"Name\":\"marked\",\"Mountpoint\":\"/m\",\"Labels\":{\"io.safe-docker.owner\":\"1000\","
      "\"io.safe-docker.id\":\"00ff\"}}");
  world_command(f, "volume rm marked");
  assert_string_equal(f->decision.named.v.items[f->decision.named.v.len - 1].mark, "00ff");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_own),
      TEST(test_new),
      TEST(test_foreign),
      TEST(test_shared),
      TEST(test_looked_up_once),
      TEST(test_create),
      TEST(test_create_refused),
      TEST(test_others),
  };
  return cmocka_run_group_tests_name("volumes", tests, NULL, NULL);
}
