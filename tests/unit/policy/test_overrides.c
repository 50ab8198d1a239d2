/* SPDX-License-Identifier: Apache-2.0 */
/* Overrides: whom they match, in which order, and that the whole text is checked whoever asks. */
#include <string.h>

#include "../../known_groups.h"
#include "../with_arena.h"

#include "safe-docker/policy/policy.h"

static const char overrides[] =
    "{\"version\": 1, \"isolation\": \"owner\", \"overrides\": ["
    "{\"users\": [\"alice\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 2000}}, "
    "\"isolation\": \"shared\"}},"
    "{\"users\": [1001, \"1002\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 3000}}}},"
    "{\"groups\": [\"root\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 4000}}}},"
    "{\"groups\": [5000, \"6000\"], \"policy\": {\"images\": {\"allow\": [\"local/**\"]}}},"
    "{\"users\": [], \"groups\": [\"no-such-group-here\"], \"policy\": {\"mounts\": {\"tmpfs\": "
    "false}}},"
    "{\"users\": [\"carol\"], \"groups\": [5000], \"policy\": {\"network\": {\"publish\": "
    "{\"all\": true}}}},"
    "{\"users\": [\"alice\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 2500}}}}"
    "]}";

struct caller {
  uid_t uid;
  const char *user;
  gid_t gid;
  gid_t groups[2];
  int64_t pids;
  bool shared, local_images, publish_all;
};

static struct sd_policy load_for(const struct caller *who, const char *text) {
  const struct sd_policy_text texts[] = {{"/p.json", text, strlen(text)}};
  struct sd_gids groups = {who->groups, 2};
  const struct sd_policy_caller caller = {.uid = who->uid,
                                          .gid = who->gid,
                                          .user = who->user,
                                          .home = "/home/x",
                                          .groups = known_groups,
                                          .context = &groups};
  struct sd_policy policy;
  struct sd_error err;
  memset(&policy, 0, sizeof(policy));
  sd_error_init(&err, &arena);
  if (!sd_policy_load(&arena, texts, 1, &caller, &policy, &err))
    fail_msg("%s", err.message);
  return policy;
}

static void test_matching(void **state) {
  (void)state;
  static const struct caller rows[] = {
      {1000, "alice", 1000, {1000, 27}, 2500, true, false, false}, /* both; the last wins */
      {1000, "Alice", 1000, {1000, 27}, 1024, false, false, false},
      {1001, "bob", 1001, {1001, 27}, 3000, false, false, false},
      {1002, "1001", 1002, {1002, 27}, 3000, false, false, false}, /* by id, not by name */
      {1003, "1002", 1003, {1003, 27}, 1024, false, false, false},
      {1004, NULL, 1004, {1004, 27}, 1024, false, false, false},
      {1005, "dave", 0, {7, 8}, 4000, false, false, false},         /* the primary group */
      {1006, "erin", 1006, {1006, 0}, 4000, false, false, false},   /* by the name of a group */
      {1007, "frank", 1007, {1007, 5000}, 1024, false, true, true}, /* by the id of a group */
      {1008, "grace", 1008, {6000, 1008}, 1024, false, true, false},
      {1009, "carol", 1009, {1009, 1009}, 1024, false, false, true},
      {5000, "heidi", 1010, {1010, 1010}, 1024, false, false, false}, /* a uid is no gid */
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_policy policy = load_for(&rows[i], overrides);
    assert_int_equal(policy.resources.pids.max, rows[i].pids);
    assert_int_equal(policy.isolation == SD_ISOLATION_SHARED, rows[i].shared);
    assert_string_equal(policy.images.allow.v.items[0], rows[i].local_images ? "local/**" : "**");
    assert_int_equal(policy.network.publish_all, rows[i].publish_all);
    assert_true(policy.mounts.tmpfs);
    /* What is for others is nobody else's to see. */
    assert_null(sd_json_get(policy.effective, "overrides"));
  }
}

/* Values of an override are held against those of the whole, with the override's position. */
static void test_whole_is_checked(void **state) {
  (void)state;
  static const char text[] =
      "{\"version\": 1, \"overrides\": [\n"
      "{\"users\": [\"alice\"], \"policy\": {\"capabilities\": {\"default\": [\"CHOWN\"]}}}]}";
  const struct sd_policy_text texts[] = {{"/p.json", text, sizeof(text) - 1}};
  struct sd_policy_caller caller = {.uid = 1, .gid = 1, .user = "alice", .home = "/home/x"};
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_policy_load(&arena, texts, 1, &caller, &policy, &err));
  assert_string_equal(err.message,
                      "/p.json:2:61: capabilities.default: CHOWN is not in capabilities.allow");
  caller.user = "bob";
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, texts, 1, &caller, &policy, &err));
}

/* Whether the text is right must not depend on who asks: templates of overrides for others are not
 * expanded for a caller without a home. */
static void test_others_templates(void **state) {
  (void)state;
  static const char text[] = "{\"version\": 1, \"overrides\": [{\"users\": [\"bob\"], \"policy\": "
                             "{\"docker\": {\"config_dir\": \"{home}/.docker\"}}}]}";
  const struct sd_policy_text texts[] = {{"/p.json", text, sizeof(text) - 1}};
  const struct sd_policy_caller caller = {.uid = 1, .gid = 1, .user = NULL, .home = "/"};
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, texts, 1, &caller, &policy, &err));
}

/* What a mistake of the administrator's may look like: an override without anything in it changes nothing; of two that match, a
 * list of the later one stands alone; and a drop-in with overrides takes those of the files before it away. */
static void test_merging(void **state) {
  (void)state;
  static const char first[] =
      "{\"version\": 1, \"$schema\": \"/x\", \"capabilities\": {\"allow\": [\"CHOWN\"]}, "
      "\"overrides\": ["
      "{\"users\": [\"alice\"], \"policy\": {\"network\": {\"allow\": [\"a\", \"b\"]}}},"
      "{\"users\": [\"alice\"], \"policy\": {}},"
      "{\"users\": [\"alice\"], \"policy\": {\"network\": {}}},"
      "{\"users\": [\"alice\"], \"policy\": {\"network\": {\"allow\": [\"c\"]}}}]}";
  static const char second[] = "{\"$schema\": \"/y\", \"overrides\": [{\"users\": [\"bob\"], "
                               "\"policy\": {\"user\": {\"mode\": \"any\"}}}]}";
  const struct sd_policy_text texts[] = {
      {"/e/policy.json", first, sizeof(first) - 1},
      {"/e/policy.d/10.json", second, sizeof(second) - 1},
  };
  const struct sd_policy_caller caller = {.uid = 1, .gid = 1, .user = "alice", .home = "/home/x"};
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, texts, 1, &caller, &policy, &err));
  assert_string_equal(sd_strv_join(&policy.network.allow, &arena, "|"), "c");
  assert_string_equal(sd_strv_join(&policy.capabilities.allow, &arena, "|"), "CHOWN");
  assert_int_equal(policy.network.port_first, 1024);
  assert_true(sd_policy_load(&arena, texts, 2, &caller, &policy, &err));
  assert_string_equal(sd_strv_join(&policy.network.allow, &arena, "|"), "default|bridge|none");
  assert_string_equal(sd_strv_join(&policy.capabilities.allow, &arena, "|"), "CHOWN");
  assert_int_equal(policy.user.mode, SD_USER_CALLER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_matching), cmocka_unit_test(test_whole_is_checked),
      cmocka_unit_test(test_others_templates), cmocka_unit_test(test_merging)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
