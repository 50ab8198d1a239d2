/* SPDX-License-Identifier: Apache-2.0 */
/* Hints that name what to type: a port, a folder, a command. tests/cli/hints.bats and tests/tutorials type it. */
#include "fixture.h"

#include <string.h>

static void push_port(struct fixture *f, const char *text) {
  struct sd_port port = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  if (!sd_port_parse(&f->arena, text, &port, &err))
    fail_msg("%s: %s", text, err.message);
  port.given = fixture_given(f, SD_OPT_PUBLISH, text);
  *sd_vec_push(&f->arena, &f->request.ports.v) = port;
}

static void push_bind(struct fixture *f, const char *source) {
  struct sd_mount mount = {
      .kind = SD_MOUNT_BIND, .source = source, .target = "/w", .short_form = true};
  mount.given = fixture_given(f, SD_OPT_VOLUME, source);
  *sd_vec_push(&f->arena, &f->request.mounts.v) = mount;
}

static void assert_hint(struct fixture *f, const char *rule, const char *part) {
  fixture_assert_contains(fixture_assert_denied(f, rule)->hint, part);
}

static void a_port_near_the_one_that_was_meant(void **state) {
  static const struct {
    const char *text, *part;
    unsigned first, last;
  } rows[] = {
      {"80:80", "65535, such as 8080, or leave", 1024, 65535},
      {"443:443", "65535, such as 8443, or leave", 1024, 65535},
      {"53:53/udp", "65535, such as 8053, or leave", 1024, 65535},
      {"999:80", "65535, such as 8999, or leave", 1024, 65535},
      {"1023:80", "65535, or leave", 1024, 65535}, /* 9023 would not remind of it */
      {"80-81:80-81", "65535, or leave", 1024, 65535},
      {"80:80", "from 8080 to 8080, such as 8080, or leave", 8080, 8080},
      {"80:80", "from 8081 to 9000, or leave", 8081, 9000},
      {"80:80", "from 7000 to 8079, or leave", 7000, 8079},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.network.port_first = rows[i].first;
    f->policy.network.port_last = rows[i].last;
    push_port(f, rows[i].text);
    fixture_run(f, sd_rules_network);
    assert_hint(f, "publish-port", rows[i].part);
  }
}

/* What cannot be had in any form is not hinted at. */
static void no_port_where_none_is_published(void **state) {
  static const char *const texts[] = {"8080:80", "127.0.0.1:8080:80"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    fixture_reset(f);
    f->policy.network.addresses.v.len = 0;
    f->policy.network.default_address = "";
    push_port(f, texts[i]);
    fixture_run(f, sd_rules_network);
    assert_hint(f, "publish-address", "leave it out: no ports are published here");
  }
  fixture_reset(f);
  f->policy.network.addresses.v.len = 0;
  f->request.publish_all = (struct sd_flag){
      .set = true, .value = true, .given = fixture_given(f, SD_OPT_PUBLISH_ALL, "")};
  fixture_run(f, sd_rules_network);
  assert_hint(f, "publish-all", "leave it out: no ports are published here");
}

static void a_better_way_than_a_bind(void **state) {
  static const struct {
    const char *source, *rule, *part;
  } rows[] = {
      {"/etc/localtime", "bind-source", "-e TZ="},
      {"/etc/timezone", "bind-source", "-e TZ="},
      {"/dev/shm", "bind-protected", "--shm-size"},
      {"/dev/shm/", "bind-protected", "--shm-size"},
      {"/dev/shm2", "bind-protected", "folder of your own"},
      {"/usr", "bind-source", "or use a named volume"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    fixture_node(f, "/home/alice", SD_NODE_DIRECTORY, NULL);
    fixture_node(f, rows[i].source, SD_NODE_DIRECTORY, NULL);
    push_bind(f, rows[i].source);
    fixture_run(f, sd_rules_mounts);
    assert_hint(f, rows[i].rule, rows[i].part);
  }
}

static void only_sources_that_are_there(void **state) {
  struct fixture *f = *state;
  *sd_vec_push(&f->arena, &f->policy.mounts.bind) = (struct sd_bind_policy){"/srv/gone", true};
  fixture_node(f, "/home/alice", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/usr", SD_NODE_DIRECTORY, NULL);
  push_bind(f, "/usr");
  fixture_run(f, sd_rules_mounts);
  assert_hint(f, "bind-source", "sources: /home/alice (rw); or");
  fixture_reset(f);
  f->policy.mounts.bind.len = 0;
  *sd_vec_push(&f->arena, &f->policy.mounts.bind) = (struct sd_bind_policy){"/srv/gone", true};
  fixture_node(f, "/home/alice", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/usr", SD_NODE_DIRECTORY, NULL);
  push_bind(f, "/usr");
  fixture_run(f, sd_rules_mounts);
  assert_hint(f, "bind-source", "no bind mounts are allowed here");
}

/* A command to copy holds nothing that a shell takes apart. */
static void a_folder_to_make(void **state) {
  static const struct {
    const char *source, *part;
  } rows[] = {
      {"/home/alice/new/data", "with mkdir -p /home/alice/new/data, or"},
      {"/home/alice/my data", "with mkdir, or"},
      {"/home/alice/$(id)", "with mkdir, or"},
      {"/home/alice/a;b", "with mkdir, or"},
      {"/home/alice/'a'", "with mkdir, or"},
      {"/home/alice/-rf", "with mkdir -p /home/alice/-rf, or"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    push_bind(f, rows[i].source);
    fixture_run(f, sd_rules_mounts);
    assert_hint(f, "bind-missing", rows[i].part);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_port_near_the_one_that_was_meant),
      TEST(no_port_where_none_is_published),
      TEST(a_better_way_than_a_bind),
      TEST(only_sources_that_are_there),
      TEST(a_folder_to_make),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
