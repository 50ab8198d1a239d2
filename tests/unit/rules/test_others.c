/* SPDX-License-Identifier: Apache-2.0 */
/* Other containers that a new one refers to, and its networks: the caller's own, by their ids. */
#include <string.h>

#include "world.h"

#define BIND(source, rw)                                                                           \
  "{\"Type\":\"bind\",\"Source\":\"" source "\",\"Destination\":\"/w\",\"RW\":" rw                 \
  ",\"Propagation\":\"rprivate\"}"

static void start(struct fixture *f, const char *mounts) {
  static const char *const options[] = {"pid", "ipc", "link", "volumes-from"};
  fixture_reset(f);
  for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
    sd_strv_add(&f->policy.options, &f->arena, options[i]);
  sd_strv_add(&f->policy.network.allow, &f->arena, "container:*");
  fixture_node(f, "/", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/home", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/home/alice", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/home/alice/w", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/home/alice/moved", SD_NODE_DIRECTORY, "/home/alice/w");
  fixture_node(f, "/srv", SD_NODE_DIRECTORY, NULL);
  fixture_node(f, "/etc", SD_NODE_DIRECTORY, NULL);
  world_looked_up(f, mounts);
}

/* -- namespaces --------------------------------------------------------------------------------- */
static void test_namespaces(void **state) {
  static const struct {
    enum sd_option_id id;
    const char *value, *rule;
  } rows[] = {
      {SD_OPT_PID, "container:mine", NULL},
      {SD_OPT_IPC, "container:mine", NULL},
      {SD_OPT_PID, "container:1111", NULL},
      {SD_OPT_PID, "container:theirs", "pid-namespace"},
      {SD_OPT_PID, "container:", "pid-namespace"},
      {SD_OPT_IPC, "container:plain", "ipc-namespace"},
      {SD_OPT_PID, "host", "pid-namespace"},
      {SD_OPT_IPC, "host", "ipc-namespace"},
      {SD_OPT_UTS, "container:mine", "uts-namespace"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f, "[]");
    fixture_text(f, rows[i].id, rows[i].value);
    fixture_run(f, sd_rules_namespaces);
    if (rows[i].rule != NULL) {
      (void)fixture_assert_denied(f, rows[i].rule);
      continue;
    }
    fixture_assert_allowed(f);
    const struct sd_text *out = fixture_out(f, rows[i].id);
    assert_string_equal(out->value, "container:" WORLD_MINE);
  }
}

/* Where callers share their things, one that safe-docker did not launch is still none of theirs. */
static void test_not_launched(void **state) {
  struct fixture *f = *state;
  start(f, "[]");
  f->policy.isolation = SD_ISOLATION_SHARED;
  fixture_text(f, SD_OPT_PID, "container:plain");
  fixture_run(f, sd_rules_namespaces);
  (void)fixture_assert_denied(f, "not-launched");
}

/* -- networks ----------------------------------------------------------------------------------- */
static void test_networks(void **state) {
  static const struct {
    const char *asked, *out; /* NULL: refused */
  } rows[] = {
      {"lan", WORLD_LAN},
      {"aaaa", WORLD_LAN},
      {WORLD_LAN, WORLD_LAN},
      {"name=lan,alias=x", WORLD_LAN},
      {"bobs", NULL},
      {"team", NULL},
      {"bbbb", NULL},
      {"host", NULL},
      {"nothing", NULL},
      {"container:mine", "container:" WORLD_MINE},
      {"container:theirs", NULL},
      {"container:plain", NULL},
      {"bridge", "bridge"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_network network = {0};
    struct sd_error err;
    start(f, "[]");
    sd_error_init(&err, &f->arena);
    assert_true(sd_network_parse(&f->arena, rows[i].asked, &network, &err));
    network.given = fixture_given(f, SD_OPT_NETWORK, rows[i].asked);
    *sd_vec_push(&f->arena, &f->request.networks.v) = network;
    fixture_run(f, sd_rules_network);
    if (rows[i].out == NULL) {
      (void)fixture_assert_denied(f, "network");
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.out.networks.v.items[0].name, rows[i].out);
  }
}

/* -- links -------------------------------------------------------------------------------------- */
static void test_links(void **state) {
  static const struct {
    const char *asked, *out;
  } rows[] = {
      {"mine", WORLD_MINE ":mine"},
      {"mine:db", WORLD_MINE ":db"},
      {"1111:db", WORLD_MINE ":db"},
      {"/mine", WORLD_MINE ":mine"},
      {"theirs:db", NULL},
      {"plain", NULL},
      {"mine:a:b", NULL},
      {"mine:", NULL},
      {"", NULL},
      {"mine:../x", NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f, "[]");
    fixture_list(f, SD_OPT_LINK, rows[i].asked);
    fixture_run(f, sd_rules_generic);
    assert_true(f->decision.claimed[SD_OPT_LINK]);
    if (rows[i].out == NULL) {
      (void)fixture_assert_refused(f, "link");
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.out.link.v.items[0].value, rows[i].out);
  }
}

/* -- mounts ------------------------------------------------------------------------------------- */
static void run_with_volumes(struct fixture *f, const char *from) {
  fixture_list(f, SD_OPT_VOLUMES_FROM, from);
  fixture_run(f, sd_rules_generic);
  fixture_run(f, sd_rules_mounts);
}

static void test_volumes_from(void **state) {
  static const struct {
    const char *mounts, *asked, *rule, *out;
  } rows[] = {
      {"[]", "mine", NULL, WORLD_MINE},
      {"[]", "mine:ro", NULL, WORLD_MINE ":ro"},
      {"[]", "mine:rw", NULL, WORLD_MINE ":rw"},
      {"[{\"Type\":\"volume\",\"Name\":\"data\",\"Destination\":\"/d\",\"RW\":true}]", "mine", NULL,
       WORLD_MINE},
      {"[{\"Type\":\"volume\",\"Name\":\"secret\",\"Destination\":\"/d\",\"RW\":true}]", "mine",
       "volume-owner", NULL},
      {"[{\"Type\":\"volume\",\"Name\":\"gone\",\"Destination\":\"/d\",\"RW\":true}]", "mine",
       "volume-owner", NULL},
      {"[" BIND("/home/alice/w", "true") "]", "mine", NULL, WORLD_MINE},
      {"[" BIND("/srv", "false") "]", "mine", NULL, WORLD_MINE},
      {"[" BIND("/srv", "true") "]", "mine", "bind-read-only", NULL},
      {"[" BIND("/srv", "true") "]", "mine:ro", NULL, WORLD_MINE ":ro"},
      {"[" BIND("/etc", "false") "]", "mine", "bind-protected", NULL},
      {"[" BIND("/gone", "false") "]", "mine", "bind-source", NULL},
      {"[" BIND("/home/alice/moved", "true") "]", "mine", "bind-moved", NULL},
      {"[{\"Type\":\"npipe\",\"Destination\":\"/d\"}]", "mine", "volumes-from", NULL},
      {"[7]", "mine", "volumes-from", NULL},
      {"[]", "mine:z", "volumes-from", NULL},
      {"[]", "mine:ro:rw", "volumes-from", NULL},
      {"[]", "theirs", "volumes-from", NULL},
      {"[]", "plain:ro", "volumes-from", NULL},
      {"[]", "nothing", "volumes-from", NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f, rows[i].mounts);
    *sd_vec_push(&f->arena, &f->policy.mounts.bind) = (struct sd_bind_policy){"/srv", false};
    run_with_volumes(f, rows[i].asked);
    if (rows[i].rule != NULL) {
      (void)fixture_assert_denied(f, rows[i].rule);
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.out.volumes_from.v.items[0].value, rows[i].out);
    assert_int_equal(f->decision.out.mounts.v.len, 0);
  }
}

/* A mount below a folder that another container lends would be made there, on the host, as root. */
static void test_volumes_from_points(void **state) {
  struct fixture *f = *state;
  start(f, "[" BIND("/home/alice/w", "true") "]");
  struct sd_tmpfs tmpfs = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  assert_true(sd_tmpfs_parse(&f->arena, "/w/sub:size=1m", &tmpfs, &err));
  tmpfs.given = fixture_given(f, SD_OPT_TMPFS, "/w/sub:size=1m");
  *sd_vec_push(&f->arena, &f->request.tmpfs.v) = tmpfs;
  run_with_volumes(f, "mine");
  (void)fixture_assert_denied(f, "mount-point");
}

/* Not asked for anything before the policy opens the option. */
static void test_closed(void **state) {
  struct fixture *f = *state;
  start(f, "[]");
  f->policy.options.v.len = 0;
  f->policy.network.allow.v.len = 0;
  f->in.objects = NULL;
  fixture_text(f, SD_OPT_PID, "container:mine");
  fixture_list(f, SD_OPT_LINK, "mine");
  run_with_volumes(f, "mine");
  fixture_run(f, sd_rules_namespaces);
  assert_int_equal(f->decision.problems.list.len, 3);
  assert_int_equal(f->decision.wants.v.len, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_namespaces), TEST(test_not_launched), TEST(test_networks),
      TEST(test_links),      TEST(test_volumes_from), TEST(test_volumes_from_points),
      TEST(test_closed),
  };
  return cmocka_run_group_tests_name("others", tests, NULL, NULL);
}
