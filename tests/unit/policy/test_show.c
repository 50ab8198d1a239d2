/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown of a policy: where each value is from, and that it is a policy itself. */
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/policy/policy.h"

static const struct sd_policy_caller alice = {
    .uid = 1000, .gid = 1000, .user = "alice", .home = "/home/alice"};

static const char file_text[] =
    "{\"version\": 1,\n"
    " \"mounts\": {\"bind\": [{\"source\": \"{home}/\\u00e4\", \"access\": \"ro\"}]},\n"
    " \"overrides\": [{\"users\": [\"alice\"], \"policy\": {\"isolation\": \"shared\"}},\n"
    "                 {\"users\": [\"bob\"], \"policy\": {\"isolation\": \"owner\"}}]}";
static const char drop_in[] = "{\"resources\": {\"memory\": {\"max\": \"4g\"}}}";

static const char *show(const struct sd_policy_text *texts, size_t count) {
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, &arena);
  if (!sd_policy_load(&arena, texts, count, &alice, &policy, &err))
    fail_msg("%s", err.message);
  return sd_policy_show(&arena, &policy, &alice);
}

static struct sd_json *reread(const char *shown) {
  struct sd_json *tree = NULL;
  struct sd_error err;
  sd_error_init(&err, &arena);
  if (!sd_json_read(&arena, "shown", shown, strlen(shown), false, &tree, &err))
    fail_msg("%s", err.message);
  return tree;
}

static const char *origin(const struct sd_json *shown, const char *path) {
  const struct sd_json *node = sd_json_get(sd_json_get(shown, "origin"), path);
  return node != NULL ? node->string : NULL;
}

static void test_show(void **state) {
  (void)state;
  const struct sd_policy_text texts[] = {
      {"/etc/safe-docker/policy.json", file_text, sizeof(file_text) - 1},
      {"/etc/safe-docker/policy.d/1, 2.json", drop_in, sizeof(drop_in) - 1}};
  const char *text = show(texts, 2);
  assert_int_equal(text[strlen(text) - 1], '\n');
  const struct sd_json *shown = reread(text);
  const struct sd_json *policy = sd_json_get(shown, "policy");
  /* Templates stay, so that the text can be used as a policy. */
  assert_string_equal(
      sd_json_get(sd_json_get(policy, "mounts")->members.items[0].value->items.items[0], "source")
          ->string,
      "{home}/\xc3\xa4");
  assert_string_equal(sd_json_get(policy, "isolation")->string, "shared");
  assert_null(sd_json_get(policy, "overrides"));
  assert_string_equal(origin(shown, "isolation"), "/etc/safe-docker/policy.json:3:61");
  assert_string_equal(origin(shown, "mounts.bind"), "/etc/safe-docker/policy.json:2:21");
  assert_string_equal(origin(shown, "resources.memory.max"),
                      "/etc/safe-docker/policy.d/1, 2.json:1:34");
  assert_memory_equal(origin(shown, "resources.memory.default"), "built-in:", 9);
  assert_memory_equal(origin(shown, "docker.contexts"), "built-in:", 9);
  assert_null(origin(shown, "resources.memory"));
  const struct sd_json *sources = sd_json_get(shown, "sources");
  assert_int_equal(sources->items.len, 2);
  assert_string_equal(sources->items.items[0]->string, "/etc/safe-docker/policy.json");
  assert_string_equal(sources->items.items[1]->string, "/etc/safe-docker/policy.d/1, 2.json");
  assert_int_equal(strlen(sd_json_get(shown, "hash")->string), 64);
  assert_int_equal(sd_json_get(sd_json_get(shown, "caller"), "uid")->number, 1000);
}

/* Every leaf of the policy has an origin, and nothing else has. */
static size_t count_leaves(const struct sd_json *shown, const struct sd_json *node,
                           const char *path) {
  if (node->type != SD_JSON_OBJECT || node->members.len == 0) {
    if (origin(shown, path) == NULL)
      fail_msg("%s has no origin", path);
    return 1;
  }
  size_t count = 0;
  for (size_t i = 0; i < node->members.len; i++)
    count += count_leaves(shown, node->members.items[i].value,
                          sd_arena_printf(&arena, "%s%s%s", path, *path != '\0' ? "." : "",
                                          node->members.items[i].key));
  return count;
}

static void test_origins(void **state) {
  (void)state;
  const struct sd_json *shown = reread(show(NULL, 0));
  size_t leaves = count_leaves(shown, sd_json_get(shown, "policy"), "");
  assert_int_equal(leaves, sd_json_get(shown, "origin")->members.len);
  assert_true(leaves > 50);
  assert_string_equal(sd_json_get(shown, "sources")->items.items[0]->string, "built-in");
}

/* What is shown is a policy that means the same. */
static void test_shown_is_a_policy(void **state) {
  (void)state;
  const struct sd_policy_text texts[] = {{"/p.json", file_text, sizeof(file_text) - 1}};
  const char *first = show(texts, 1);
  static const char head[] = "{\n  \"policy\": ";
  const char *end = strstr(first, ",\n  \"origin\": {");
  assert_memory_equal(first, head, sizeof(head) - 1);
  assert_non_null(end);
  const char *policy = first + sizeof(head) - 1;
  const struct sd_policy_text again[] = {{"/p.json", policy, (size_t)(end - policy)}};
  assert_memory_equal(show(again, 1), first, (size_t)(end - first));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_show), cmocka_unit_test(test_origins),
                                     cmocka_unit_test(test_shown_is_a_policy)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
