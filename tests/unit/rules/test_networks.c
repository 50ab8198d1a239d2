/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of callers: created, connected to, shown. */
#include <string.h>

#include "world.h"

#define LABELS "--label=io.safe-docker.owner=1000 --label=io.safe-docker.version=0.1.0"

static void start(struct fixture *f) {
  fixture_reset(f);
  sd_strv_add(&f->policy.network.subnets, &f->arena, "10.20.0.0/16");
  sd_strv_add(&f->policy.network.subnets, &f->arena, "fd00:20::/32");
  world_looked_up(f, "[]");
}

static void test_create(void **state) {
  static const struct {
    const char *asked, *executed;
  } rows[] = {
      {"network create x", "network create " LABELS " -- x"},
      {"network create --driver bridge --internal --ipv6 --label a=b x",
       "network create --driver=bridge --internal=true --ipv6=true --label=a=b " LABELS " -- x"},
      {"network create --attachable=false --ingress=false --config-only=false x",
       "network create " LABELS " -- x"},
      {"network create --subnet 10.20.3.0/24 --ip-range 10.20.3.128/25 --gateway 10.20.3.9 x",
       "network create --subnet=10.20.3.0/24 --ip-range=10.20.3.128/25 --gateway=10.20.3.9 " LABELS
       " -- x"},
      {"network create --ipv6 --subnet fd00:20:1::/64 --gateway fd00:20:1::1 x",
       "network create --ipv6=true --subnet=fd00:20:1::/64 --gateway=fd00:20:1::1 " LABELS " -- x"},
      {"network create db", "network create " LABELS " -- db"},
      /* the beginning of another's id is no name that is taken */
      {"network create bbb", "network create " LABELS " -- bbb"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    world_command(f, rows[i].asked);
    fixture_assert_emitted(f, rows[i].executed);
    assert_null(f->decision.taken);
    fixture_assert_changed(f, "label", "--label=io.safe-docker.owner=1000");
  }
}

static void test_create_refused(void **state) {
  static const struct {
    const char *asked, *rule;
  } rows[] = {
      {"network create --driver macvlan x", "network-driver"},
      {"network create --driver= x", "network-driver"},
      {"network create -d host x", "network-driver"},
      {"network create --attachable x", "network-options"},
      {"network create --ingress x", "network-options"},
      {"network create --config-only x", "network-options"},
      {"network create --config-from y x", "network-options"},
      {"network create --scope swarm x", "network-options"},
      {"network create --aux-address a=10.20.0.5 x", "network-options"},
      {"network create --ipam-driver null x", "network-options"},
      {"network create --ipam-opt a=b x", "network-options"},
      {"network create -o com.docker.network.bridge.name=eth0 x", "network-options"},
      {"network create --label io.safe-docker.owner=1001 x", "label-reserved"},
      {"network create --subnet 10.21.0.0/24 x", "network-subnet"},
      {"network create --subnet 10.0.0.0/8 x", "network-subnet"},
      {"network create --subnet 10.20.0.1/24 x", "network-subnet"},
      {"network create --subnet 10.20.1.0/24,10.20.2.0/24 x", "network-subnet"},
      {"network create --gateway 10.20.0.1 x", "network-subnet"},
      {"network create --ip-range 10.20.0.0/24 x", "network-subnet"},
      {"network create --subnet 10.20.0.0/24 --gateway 10.20.1.1 x", "network-subnet"},
      {"network create --subnet 10.20.0.0/24 --gateway 10.20.0.1/24 x", "network-subnet"},
      {"network create --subnet 10.20.0.0/24 --ip-range 10.20.0.0/16 x", "network-subnet"},
      {"network create host", "network-name"},
      {"network create bridge", "network-name"},
      {"network create none", "network-name"},
      {"network create default", "network-name"},
      {"network create container", "network-name"},
      {"network create container:mine", "network-name"},
      {"network create a/b", "network-name"},
      {"network create .a", "network-name"},
      {"network create 0123456789ab", "network-name"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    world_command(f, rows[i].asked);
    (void)fixture_assert_refused(f, rows[i].rule);
  }
  start(f);
  f->policy.network.subnets.v.len = 0;
  world_command(f, "network create --subnet 10.20.0.0/24 x");
  fixture_assert_contains(fixture_assert_refused(f, "network-subnet")->hint, "Docker chooses");
  /* What callers could be given by this name is the administrator's to create. */
  start(f);
  sd_strv_add(&f->policy.network.allow, &f->arena, "shop");
  world_command(f, "network create shop");
  (void)fixture_assert_refused(f, "network-name");
}

/* Somebody's network of that name, whoever's. */
static void test_create_taken(void **state) {
  static const char *const names[] = {"lan", "bobs", "team"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    start(f);
    world_command(f, sd_arena_printf(&f->arena, "network create %s", names[i]));
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.taken,
                        sd_arena_printf(&f->arena,
                                        "Error response from daemon: network with name %s already "
                                        "exists",
                                        names[i]));
  }
  /* Not looked up yet. */
  start(f);
  fixture_line(f, "network create lan");
  sd_rules_command(&f->in, &f->decision);
  assert_null(f->decision.taken);
  assert_int_equal(f->decision.wants.v.len, 1);
  assert_int_equal(f->decision.wants.v.items[0].kind, SD_OBJECT_NETWORK);
}

static void test_connect(void **state) {
  static const struct {
    const char *asked, *executed; /* or what Docker says of what does not exist */
  } rows[] = {
      {"network connect lan mine", "network connect -- " WORLD_LAN " " WORLD_MINE},
      {"network connect --alias a --alias b aaa 111",
       "network connect --alias=a --alias=b -- " WORLD_LAN " " WORLD_MINE},
      {"network connect bridge mine", "network connect -- bridge " WORLD_MINE},
      {"network disconnect -f lan mine",
       "network disconnect --force=true -- " WORLD_LAN " " WORLD_MINE},
      {"network connect bobs mine", "Error response from daemon: network bobs not found"},
      {"network connect team mine", "Error response from daemon: network team not found"},
      {"network connect host mine", "Error response from daemon: network host not found"},
      {"network connect lan theirs", "Error response from daemon: No such container: theirs"},
      {"network connect lan plain", "Error response from daemon: No such container: plain"},
      {"network disconnect bobs theirs", "Error response from daemon: network bobs not found"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    world_command(f, rows[i].asked);
    fixture_assert_allowed(f);
    if (strncmp(rows[i].executed, "Error", 5) != 0) {
      fixture_assert_emitted(f, rows[i].executed);
      continue;
    }
    assert_int_equal(f->decision.invocation.operands.v.len, 0);
    assert_int_equal(f->decision.absent.v.len, 1);
    assert_string_equal(f->decision.absent.v.items[0], rows[i].executed);
  }
}

static void test_connect_options(void **state) {
  static const struct {
    const char *options, *rule;
  } rows[] = {
      {"--ip 10.20.0.5", "network-address"},
      {"--ip6 fd00::5", "network-address"},
      {"--link-local-ip 169.254.1.1", "network-options"},
      {"--link plain:a", "network-options"},
      {"--driver-opt a=b", "network-options"},
      {"--gw-priority 1", "network-options"},
      {"--alias a/b", "network-alias"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    world_command(f, sd_arena_printf(&f->arena, "network connect %s lan mine", rows[i].options));
    (void)fixture_assert_refused(f, rows[i].rule);
  }
  start(f);
  sd_strv_add(&f->policy.options, &f->arena, "ip");
  world_command(f, "network connect --ip 10.20.0.5 lan mine");
  fixture_assert_emitted(f, "network connect --ip=10.20.0.5 -- " WORLD_LAN " " WORLD_MINE);
  world_command(f, "network connect --ip fd00::5 lan mine");
  (void)fixture_assert_refused(f, "network-address");
}

/* Where callers share their things, networks of the administrator are still none of theirs. */
static void test_shared(void **state) {
  struct fixture *f = *state;
  start(f);
  f->policy.isolation = SD_ISOLATION_SHARED;
  world_command(f, "network connect bobs theirs");
  assert_int_equal(f->decision.invocation.operands.v.len, 2);
  world_command(f, "network connect team theirs");
  assert_int_equal(f->decision.absent.v.len, 1);
  world_command(f, "network connect bobs plain");
  (void)fixture_assert_refused(f, "not-launched");
}

static void test_inspect(void **state) {
  struct fixture *f = *state;
  start(f);
  world_command(f, "network inspect -f {{.Name}} lan bobs nothing");
  fixture_assert_emitted(f, "network inspect --format={{.Name}} -- " WORLD_LAN);
  assert_int_equal(f->decision.absent.v.len, 2);
  static const char *const common[] = {"bridge", "host", "none", "team"};
  for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
    start(f);
    sd_strv_add(&f->policy.network.allow, &f->arena, "team");
    world_command(f, sd_arena_printf(&f->arena, "network inspect lan %s", common[i]));
    (void)fixture_assert_refused(f, "network-inspect");
  }
  start(f);
  sd_strv_add(&f->policy.network.allow, &f->arena, "l*");
  world_command(f, "network inspect lan");
  fixture_assert_emitted(f, "network inspect -- " WORLD_LAN);
}

static void test_rm(void **state) {
  struct fixture *f = *state;
  start(f);
  world_command(f, "network rm lan bobs team");
  fixture_assert_emitted(f, "network rm -- " WORLD_LAN);
  assert_int_equal(f->decision.absent.v.len, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_create),          TEST(test_create_refused),
      TEST(test_create_taken),    TEST(test_connect),
      TEST(test_connect_options), TEST(test_shared),
      TEST(test_inspect),         TEST(test_rm),
  };
  return cmocka_run_group_tests_name("networks", tests, NULL, NULL);
}
