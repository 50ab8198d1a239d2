/* SPDX-License-Identifier: Apache-2.0 */
/* Two policies beside each other: for each key which way is told, turned round the other way; what means the same; places,
 * overrides, accounts. */
#include <string.h>

#include "../../known_groups.h"
#include "../with_arena.h"

#include "safe-docker/policy/diff.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SAME (-1)

static struct sd_policy_text text_of(const char *name, const char *body) {
  const char *text = sd_arena_printf(&arena, "{\"version\": 1,\n%s}", body);
  return (struct sd_policy_text){name, text, strlen(text)};
}

static struct sd_policy_differences diff_for(const char *old, const char *new,
                                             const struct sd_policy_caller *caller) {
  const struct sd_policy_text texts[2] = {text_of("/old.json", old), text_of("/new.json", new)};
  const struct sd_policy_side sides[2] = {{&texts[0], 1}, {&texts[1], 1}};
  struct sd_policy_differences found;
  struct sd_error err;
  memset(&found, 0, sizeof(found));
  sd_error_init(&err, &arena);
  if (!sd_policy_diff(&arena, sides, caller, &found, &err))
    fail_msg("%s", err.message);
  return found;
}

static const struct row {
  const char *key;
  int change; /* SAME: no difference */
  const char *old, *new;
} rows[] = {
    {"docker.path", SD_POLICY_DIFFERS, "\"docker\": {\"path\": \"/a\"}",
     "\"docker\": {\"path\": \"/b\"}"},
    {"docker.run_as", SD_POLICY_DIFFERS, "\"docker\": {\"run_as\": \"caller\"}",
     "\"docker\": {\"run_as\": \"root\"}"},
    {"docker.machine", SD_POLICY_LOOSENS, "\"docker\": {\"machine\": \"auto\"}",
     "\"docker\": {\"machine\": \"this\"}"},
    {"docker.machine", SD_POLICY_TIGHTENS, "\"docker\": {\"machine\": \"auto\"}",
     "\"docker\": {\"machine\": \"other\"}"},
    {"docker.contexts.far.host", SD_POLICY_LOOSENS, "\"docker\": {}",
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"unix:///s\"}}}"},
    {"docker.contexts.far.host", SD_POLICY_DIFFERS,
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"unix:///r\"}}}",
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"unix:///s\"}}}"},
    {"commands.allow", SD_POLICY_LOOSENS, "\"commands\": {\"allow\": [\"run\"]}",
     "\"commands\": {\"allow\": [\"ps\", \"run\"]}"},
    {"commands.allow", SAME, "\"commands\": {\"allow\": [\"run\", \"ps\"]}",
     "\"commands\": {\"allow\": [\"container ls\", \"container run\"]}"},
    {"commands.allow", SD_POLICY_DIFFERS, "\"commands\": {\"allow\": [\"run\"]}",
     "\"commands\": {\"allow\": [\"ps\"]}"},
    {"isolation", SD_POLICY_LOOSENS, "\"isolation\": \"owner\"", "\"isolation\": \"shared\""},
    {"capabilities.allow", SD_POLICY_LOOSENS, "\"capabilities\": {\"allow\": []}",
     "\"capabilities\": {\"allow\": [\"CHOWN\"]}"},
    {"capabilities.allow", SAME, "\"capabilities\": {\"allow\": [\"CHOWN\"]}",
     "\"capabilities\": {\"allow\": [\"CAP_CHOWN\"]}"},
    {"capabilities.default", SD_POLICY_LOOSENS, "\"capabilities\": {}",
     "\"capabilities\": {\"default\": [\"NET_BIND_SERVICE\"]}"},
    {"resources.memory.max", SD_POLICY_LOOSENS, "\"resources\": {\"memory\": {\"max\": \"2g\"}}",
     "\"resources\": {\"memory\": {\"max\": \"3g\"}}"},
    {"resources.memory.max", SAME, "\"resources\": {\"memory\": {\"max\": \"2g\"}}",
     "\"resources\": {\"memory\": {\"max\": 2147483648}}"},
    {"resources.memory.max", SAME, "\"resources\": {\"memory\": {\"max\": \"1g\"}}",
     "\"resources\": {\"memory\": {\"max\": \"1024M\"}}"},
    {"resources.memory.default", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"memory\": {\"default\": \"1g\"}}"},
    {"resources.swap.max", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"swap\": {\"max\": 1}}"},
    {"resources.cpus.max", SD_POLICY_LOOSENS, "\"resources\": {\"cpus\": {\"max\": \"1.5\"}}",
     "\"resources\": {\"cpus\": {\"max\": 2}}"},
    {"resources.cpus.max", SAME, "\"resources\": {\"cpus\": {\"max\": \"2.0\"}}",
     "\"resources\": {\"cpus\": {\"max\": 2}}"},
    {"resources.pids.max", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"pids\": {\"max\": 2000}}"},
    {"resources.shm_size.max", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"shm_size\": {\"max\": \"1g\"}}"},
    {"resources.tmpfs_size.max", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"tmpfs_size\": {\"max\": \"1g\"}}"},
    {"resources.ulimits.nofile.max", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"ulimits\": {\"nofile\": {\"max\": \"99999\"}}}"},
    {"resources.ulimits.nofile.default", SD_POLICY_LOOSENS, "\"resources\": {}",
     "\"resources\": {\"ulimits\": {\"nofile\": {\"default\": \"1024:20000\"}}}"},
    {"resources.ulimits.nofile.default", SD_POLICY_DIFFERS, "\"resources\": {}",
     "\"resources\": {\"ulimits\": {\"nofile\": {\"default\": \"1000:20000\"}}}"},
    {"resources.ulimits.core.default", SAME, "\"resources\": {}",
     "\"resources\": {\"ulimits\": {\"core\": {\"default\": \"0:0\"}}}"},
    {"resources.ulimits.nproc.max", SD_POLICY_DIFFERS, "\"resources\": {}",
     "\"resources\": {\"ulimits\": {\"nproc\": {\"max\": 10}}}"},
    {"resources.cgroup_parent", SD_POLICY_DIFFERS, "\"resources\": {}",
     "\"resources\": {\"cgroup_parent\": \"a.slice\"}"},
    {"user.mode", SD_POLICY_LOOSENS, "\"user\": {\"mode\": \"caller\"}",
     "\"user\": {\"mode\": \"non-root\"}"},
    {"user.mode", SD_POLICY_LOOSENS, "\"user\": {\"mode\": \"non-root\"}",
     "\"user\": {\"mode\": \"any\"}"},
    {"user.root_fallback", SD_POLICY_DIFFERS, "\"user\": {}",
     "\"user\": {\"root_fallback\": \"1:1\"}"},
    {"mounts.bind", SD_POLICY_LOOSENS, "\"mounts\": {}",
     "\"mounts\": {\"bind\": [{\"source\": \"{home}\", \"access\": \"rw\"}, {\"source\": "
     "\"/srv\"}]}"},
    {"mounts.bind", SD_POLICY_LOOSENS, "\"mounts\": {\"bind\": [{\"source\": \"/srv\"}]}",
     "\"mounts\": {\"bind\": [{\"source\": \"/srv\", \"access\": \"rw\"}]}"},
    {"mounts.bind", SAME, "\"mounts\": {\"bind\": [{\"source\": \"/srv\"}]}",
     "\"mounts\": {\"bind\": [{\"access\": \"ro\", \"source\": \"/srv\"}]}"},
    /* Of several sources the longest decides: what is added takes away. */
    {"mounts.bind", SD_POLICY_DIFFERS,
     "\"mounts\": {\"bind\": [{\"source\": \"/srv\", \"access\": \"rw\"}]}",
     "\"mounts\": {\"bind\": [{\"source\": \"/srv\", \"access\": \"rw\"}, {\"source\": "
     "\"/srv/keys\"}]}"},
    {"mounts.protect", SD_POLICY_TIGHTENS, "\"mounts\": {}",
     "\"mounts\": {\"protect\": [\"/srv/keys\"]}"},
    {"mounts.volumes.allow", SD_POLICY_LOOSENS, "\"mounts\": {\"volumes\": {\"allow\": []}}",
     "\"mounts\": {\"volumes\": {\"allow\": [\"a-*\"]}}"},
    {"mounts.volumes.shared", SD_POLICY_LOOSENS, "\"mounts\": {}",
     "\"mounts\": {\"volumes\": {\"shared\": [\"cache\"]}}"},
    {"mounts.tmpfs", SD_POLICY_TIGHTENS, "\"mounts\": {}", "\"mounts\": {\"tmpfs\": false}"},
    {"network.allow", SD_POLICY_LOOSENS, "\"network\": {\"allow\": [\"none\"]}",
     "\"network\": {\"allow\": [\"none\", \"host\"]}"},
    {"network.publish.addresses", SD_POLICY_LOOSENS, "\"network\": {}",
     "\"network\": {\"publish\": {\"addresses\": [\"127.0.0.1\", \"::1\", \"0.0.0.0\"]}}"},
    {"network.publish.default_address", SD_POLICY_DIFFERS, "\"network\": {}",
     "\"network\": {\"publish\": {\"default_address\": \"\"}}"},
    {"network.publish.ports", SD_POLICY_LOOSENS, "\"network\": {}",
     "\"network\": {\"publish\": {\"ports\": \"80-65535\"}}"},
    {"network.publish.ports", SD_POLICY_TIGHTENS, "\"network\": {}",
     "\"network\": {\"publish\": {\"ports\": \"8080\"}}"},
    {"network.publish.ports", SD_POLICY_DIFFERS, "\"network\": {}",
     "\"network\": {\"publish\": {\"ports\": \"80-2000\"}}"},
    {"network.publish.all", SD_POLICY_LOOSENS, "\"network\": {}",
     "\"network\": {\"publish\": {\"all\": true}}"},
    {"network.subnets", SD_POLICY_LOOSENS, "\"network\": {}",
     "\"network\": {\"subnets\": [\"10.0.0.0/8\"]}"},
    {"images.allow", SD_POLICY_TIGHTENS, "\"images\": {}", "\"images\": {\"allow\": [\"a/**\"]}"},
    {"images.allow", SD_POLICY_DIFFERS, "\"images\": {\"allow\": [\"a/*\"]}",
     "\"images\": {\"allow\": [\"a/**\"]}"},
    {"images.own", SD_POLICY_LOOSENS, "\"images\": {}", "\"images\": {\"own\": [\"{user}/**\"]}"},
    {"images.local", SD_POLICY_LOOSENS, "\"images\": {}", "\"images\": {\"local\": [\"site/*\"]}"},
    {"images.verify.command", SD_POLICY_DIFFERS, "\"images\": {}",
     "\"images\": {\"verify\": {\"command\": [\"/bin/v\", \"{image}\"]}}"},
    {"images.verify.timeout", SD_POLICY_DIFFERS, "\"images\": {}",
     "\"images\": {\"verify\": {\"timeout\": 5}}"},
    {"images.credentials", SD_POLICY_DIFFERS, "\"images\": {}",
     "\"images\": {\"credentials\": \"caller\"}"},
    {"images.require_digest", SD_POLICY_TIGHTENS, "\"images\": {}",
     "\"images\": {\"require_digest\": true}"},
    {"images.content_trust", SD_POLICY_TIGHTENS, "\"images\": {}",
     "\"images\": {\"content_trust\": true}"},
    {"images.pull", SD_POLICY_TIGHTENS, "\"images\": {}", "\"images\": {\"pull\": \"always\"}"},
    {"images.pull", SD_POLICY_DIFFERS, "\"images\": {\"pull\": \"never\"}",
     "\"images\": {\"pull\": \"always\"}"},
    {"filesystem.read_only", SD_POLICY_TIGHTENS, "\"filesystem\": {\"read_only\": \"allow\"}",
     "\"filesystem\": {\"read_only\": \"default\"}"},
    {"filesystem.read_only", SD_POLICY_TIGHTENS, "\"filesystem\": {\"read_only\": \"default\"}",
     "\"filesystem\": {\"read_only\": \"require\"}"},
    {"seccomp.profile", SD_POLICY_DIFFERS, "\"seccomp\": {}",
     "\"seccomp\": {\"profile\": \"strict\"}"},
    {"seccomp.caller_profiles", SD_POLICY_LOOSENS, "\"seccomp\": {}",
     "\"seccomp\": {\"caller_profiles\": \"stricter\"}"},
    {"apparmor.profile", SD_POLICY_DIFFERS, "\"apparmor\": {}",
     "\"apparmor\": {\"profile\": \"mine\"}"},
    {"apparmor.mode", SD_POLICY_LOOSENS, "\"apparmor\": {\"mode\": \"require\"}",
     "\"apparmor\": {\"mode\": \"auto\"}"},
    {"apparmor.mode", SD_POLICY_LOOSENS, "\"apparmor\": {\"mode\": \"auto\"}",
     "\"apparmor\": {\"mode\": \"off\"}"},
    {"apparmor.allow", SD_POLICY_LOOSENS, "\"apparmor\": {}",
     "\"apparmor\": {\"allow\": [\"mine\"]}"},
    {"restart.allow", SD_POLICY_LOOSENS, "\"restart\": {\"allow\": [\"no\"]}",
     "\"restart\": {\"allow\": [\"no\", \"always\"]}"},
    {"restart.max_retries", SD_POLICY_LOOSENS, "\"restart\": {}",
     "\"restart\": {\"max_retries\": 6}"},
    {"logging.drivers", SD_POLICY_TIGHTENS, "\"logging\": {}",
     "\"logging\": {\"drivers\": [\"local\"]}"},
    {"sysctls.allow", SD_POLICY_TIGHTENS, "\"sysctls\": {}", "\"sysctls\": {\"allow\": []}"},
    {"devices.allow", SD_POLICY_LOOSENS, "\"devices\": {}",
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"r\"}]}"},
    {"devices.allow", SD_POLICY_LOOSENS,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"r\"}]}",
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rw\"}]}"},
    {"devices.allow", SD_POLICY_DIFFERS,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rm\"}]}",
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rw\"}]}"},
    {"devices.allow", SAME,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"wr\"}]}",
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rw\"}]}"},
    {"runtimes.allow", SD_POLICY_LOOSENS, "\"runtimes\": {}",
     "\"runtimes\": {\"allow\": [\"runsc\"]}"},
    {"options.allow", SD_POLICY_LOOSENS, "\"options\": {}", "\"options\": {\"allow\": [\"gpus\"]}"},
    {"audit.syslog", SD_POLICY_LOOSENS, "\"audit\": {}", "\"audit\": {\"syslog\": false}"},
    {"audit.file", SD_POLICY_TIGHTENS, "\"audit\": {}", "\"audit\": {\"file\": \"/var/log/a\"}"},
    {"audit.file", SD_POLICY_DIFFERS, "\"audit\": {\"file\": \"/var/log/b\"}",
     "\"audit\": {\"file\": \"/var/log/a\"}"},
    {"audit.required", SD_POLICY_LOOSENS, "\"audit\": {}", "\"audit\": {\"required\": false}"},
    {"version", SAME, "\"isolation\": \"owner\"", "\"isolation\": \"owner\""},
};

static const struct sd_policy_difference *find(const struct sd_policy_differences *found,
                                               const char *key) {
  for (size_t i = 0; i < found->v.len; i++)
    if (strcmp(found->v.items[i].key, key) == 0)
      return &found->v.items[i];
  return NULL;
}

static void check(const char *key, int wanted, const char *old, const char *new) {
  struct sd_policy_differences found = diff_for(old, new, NULL);
  const struct sd_policy_difference *difference = find(&found, key);
  if (wanted == SAME) {
    if (found.v.len != 0)
      fail_msg("%s: %s to %s: a difference in %s", key, old, new, found.v.items[0].key);
    return;
  }
  if (difference == NULL || (int)difference->change != wanted)
    fail_msg("%s: %s to %s: %s", key, old, new,
             difference == NULL ? "no difference" : sd_policy_change_word(difference->change));
  if (found.v.len != 1)
    fail_msg("%s: %zu differences", key, found.v.len);
}

static int turned(int change) {
  if (change == SD_POLICY_LOOSENS)
    return SD_POLICY_TIGHTENS;
  return change == SD_POLICY_TIGHTENS ? SD_POLICY_LOOSENS : change;
}

/* What loosens one way tightens the other. */
static void test_keys(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    check(rows[i].key, rows[i].change, rows[i].old, rows[i].new);
    check(rows[i].key, turned(rows[i].change), rows[i].new, rows[i].old);
  }
}

/* Every key of the built-in policy has a row here. */
static void check_rows(const struct sd_json *node, const char *key) {
  if (node->type == SD_JSON_OBJECT && node->members.len > 0) {
    for (size_t i = 0; i < node->members.len; i++)
      check_rows(node->members.items[i].value,
                 sd_arena_printf(&arena, "%s%s%s", key, key[0] != '\0' ? "." : "",
                                 node->members.items[i].key));
    return;
  }
  static const char *const others[] = {
      "overrides",
      "docker.host",
      "docker.tls.ca",
      "docker.tls.cert",
      "docker.tls.key",
      "docker.config_dir",
      "docker.contexts",
      "docker.annotations",
      "resources.cpus.default",
      "resources.pids.default",
      "resources.shm_size.default",
      "resources.tmpfs_size.default",
      "resources.ulimits.core.max"}; /* one row stands for all that begin alike */
  for (size_t i = 0; i < COUNT(others); i++)
    if (strcmp(others[i], key) == 0)
      return;
  for (size_t i = 0; i < COUNT(rows); i++)
    if (strcmp(rows[i].key, key) == 0)
      return;
  fail_msg("%s has no case", key);
}

static void test_every_key_has_a_row(void **state) {
  (void)state;
  check_rows(sd_policy_builtin_tree(&arena), "");
}

static void test_places_and_texts(void **state) {
  (void)state;
  struct sd_policy_differences found = diff_for(
      "\"images\": {}", "\"images\": {\"pull\": \"always\", \"allow\": [\"a\", \"b\"]}", NULL);
  const struct sd_policy_difference *pull = find(&found, "images.pull");
  assert_string_equal(pull->old_text, "\"\"");
  assert_string_equal(pull->new_text, "\"always\"");
  assert_string_equal(pull->old_node->source, "built-in");
  assert_string_equal(pull->new_node->source, "/new.json");
  assert_int_equal(pull->new_node->line, 2);
  assert_false(pull->list);
  const struct sd_policy_difference *allow = find(&found, "images.allow");
  assert_true(allow->list);
  assert_string_equal(sd_strv_join(&allow->added, &arena, " "), "a b");
  assert_string_equal(sd_strv_join(&allow->removed, &arena, " "), "**");
}

/* -- overrides ------------------------------------------------------------------------------------ */

static const char with_ml[] =
    "\"overrides\": [{\"groups\": [\"ml\"], \"policy\": {\"resources\": {\"pids\": "
    "{\"max\": 2000}}}}]";

static void test_overrides(void **state) {
  (void)state;
  struct sd_policy_differences found = diff_for("\"isolation\": \"owner\"", with_ml, NULL);
  assert_int_equal(found.v.len, 1);
  assert_string_equal(found.v.items[0].who, "group ml");
  assert_int_equal(found.v.items[0].change, SD_POLICY_LOOSENS);
  /* What is so for everybody is not told again for the group. */
  found =
      diff_for(with_ml, sd_arena_printf(&arena, "\"isolation\": \"shared\", %s", with_ml), NULL);
  assert_int_equal(found.v.len, 1);
  assert_null(found.v.items[0].who);
  assert_string_equal(found.v.items[0].key, "isolation");
}

/* An override that is moved into the policy of everybody changes nothing for its group. */
static void test_override_becomes_the_rule(void **state) {
  (void)state;
  struct sd_policy_differences found =
      diff_for(with_ml, "\"resources\": {\"pids\": {\"max\": 2000}}", NULL);
  assert_int_equal(found.v.len, 1);
  assert_null(found.v.items[0].who);
}

static void test_caller(void **state) {
  (void)state;
  static const char for_alice[] =
      "\"overrides\": [{\"users\": [\"alice\"], \"policy\": {\"isolation\": \"shared\"}}]";
  struct sd_gids groups = {(const gid_t[]){1000}, 1};
  struct sd_policy_caller caller = {.uid = 1000,
                                    .gid = 1000,
                                    .user = "alice",
                                    .home = "/home/alice",
                                    .groups = known_groups,
                                    .context = &groups};
  struct sd_policy_differences found = diff_for("\"isolation\": \"owner\"", for_alice, &caller);
  assert_int_equal(found.v.len, 1);
  assert_null(found.v.items[0].who);
  caller.user = "bob";
  assert_int_equal(diff_for("\"isolation\": \"owner\"", for_alice, &caller).v.len, 0);
}

static void test_override_of(void **state) {
  (void)state;
  const struct sd_policy_text text =
      text_of("/p.json", sd_arena_printf(&arena, "\"isolation\": \"shared\", %s", with_ml));
  const gid_t ids[] = {1000};
  struct sd_gids groups = {ids, 1};
  const struct sd_policy_caller caller = {.uid = 1000,
                                          .gid = 1000,
                                          .user = "a",
                                          .home = "/home/a",
                                          .groups = known_groups,
                                          .context = &groups};
  struct sd_json *tree = NULL;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_tree(&arena, &text, 1, &tree, &err));
  const struct sd_json *list = sd_json_get(tree, "overrides");
  const struct sd_json *own =
      sd_policy_at(&arena, sd_json_get(list->items.items[0], "policy"), "resources.pids.max");
  assert_string_equal(sd_policy_override_of(&arena, tree, own), "group ml");
  struct sd_policy policy;
  assert_true(sd_policy_load_tree(&arena, tree, &caller, &policy, &err));
  assert_int_equal(policy.resources.pids.max, 1024);
  assert_null(
      sd_policy_override_of(&arena, tree, sd_policy_at(&arena, policy.effective, "isolation")));
  assert_null(sd_policy_at(&arena, policy.effective, "isolation.deeper"));
  assert_null(sd_policy_at(&arena, policy.effective, "nothing"));
}

static void test_mistakes(void **state) {
  (void)state;
  const struct sd_policy_text texts[2] = {text_of("/old.json", "\"isolation\": \"owner\""),
                                          text_of("/new.json", "\"isolation\": \"none\"")};
  const struct sd_policy_side sides[2] = {{&texts[0], 1}, {&texts[1], 1}};
  struct sd_policy_differences found;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_policy_diff(&arena, sides, NULL, &found, &err));
  assert_non_null(strstr(err.message, "/new.json:2:"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_every_key_has_a_row),
      cmocka_unit_test(test_places_and_texts),
      cmocka_unit_test(test_overrides),
      cmocka_unit_test(test_override_becomes_the_rule),
      cmocka_unit_test(test_caller),
      cmocka_unit_test(test_override_of),
      cmocka_unit_test(test_mistakes),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
