/* SPDX-License-Identifier: Apache-2.0 */
/* The policy where it is shown and compared rather than loaded: the JSON schema, the views of those whom an override is
 * for, words; and values that hardly anybody writes. */
#include <string.h>

#include "../../known_groups.h"
#include "../with_arena.h"

#include "safe-docker/base/json.h"
#include "safe-docker/policy/diff.h"
#include "safe-docker/policy/json_schema.h"
#include "safe-docker/policy/lint.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const gid_t own_groups[] = {1000};
static struct sd_gids own = {own_groups, 1};

static struct sd_policy_text text_of(const char *body) {
  const char *text = sd_arena_printf(&arena, "{\"version\": 1, %s}", body);
  return (struct sd_policy_text){"/p.json", text, strlen(text)};
}

static struct sd_policy_caller alice(void) {
  return (struct sd_policy_caller){.uid = 1000,
                                   .gid = 1000,
                                   .user = "alice",
                                   .home = "/home/alice",
                                   .groups = known_groups,
                                   .context = &own};
}

static bool load(const char *body, const struct sd_policy_caller *caller, struct sd_policy *out,
                 struct sd_error *err) {
  const struct sd_policy_text text = text_of(body);
  sd_error_init(err, &arena);
  return sd_policy_load(&arena, &text, 1, caller, out, err);
}

static void holds(const char *text, const char *part) {
  if (text == NULL || strstr(text, part) == NULL)
    fail_msg("\"%s\" does not hold \"%s\"", text != NULL ? text : "nothing", part);
}

/* -- the schema ---------------------------------------------------------------------------------- */

static const struct sd_json *at(const struct sd_json *node, const char *first, const char *second) {
  const struct sd_json *next = sd_json_get(node, first);
  assert_non_null(next);
  next = sd_json_get(next, second);
  assert_non_null(next);
  return next;
}

/* Every object says which keys there are, and that there are no others; every key is described. */
static void check_object(const struct sd_json *node) {
  const struct sd_json *type = sd_json_get(node, "type");
  const struct sd_json *keys = sd_json_get(node, "properties");
  if (sd_json_get(node, "description") != NULL)
    assert_string_not_equal(sd_json_get(node, "description")->string, "");
  if (type != NULL && strcmp(type->string, "object") == 0)
    assert_non_null(sd_json_get(node, "additionalProperties"));
  for (size_t i = 0; keys != NULL && i < keys->members.len; i++)
    check_object(keys->members.items[i].value);
  if (sd_json_get(node, "items") != NULL)
    check_object(sd_json_get(node, "items"));
}

static void the_schema(void **state) {
  const char *text = sd_policy_json_schema(&arena);
  struct sd_json *root = NULL;
  struct sd_error err;
  (void)state;
  sd_error_init(&err, &arena);
  if (!sd_json_read(&arena, "schema", text, strlen(text), false, &root, &err))
    fail_msg("%s", err.message);
  assert_false(sd_json_get(root, "additionalProperties")->boolean);
  check_object(root);
  const struct sd_json *keys = sd_json_get(root, "properties");
  assert_true(keys->members.len > 10);
  for (size_t i = 0; i < keys->members.len; i++)
    if (sd_json_get(keys->members.items[i].value, "$ref") != NULL)
      check_object(at(root, "definitions", keys->members.items[i].key));
  (void)at(root, "properties", "overrides");
  assert_null(sd_json_get(sd_json_get(root, "definitions"), "overrides"));
}

static void descriptions(void **state) {
  (void)state;
  assert_non_null(sd_policy_describe(&arena, "mounts.bind[].source"));
  assert_non_null(sd_policy_describe(&arena, "docker.contexts.lab.host"));
  assert_null(sd_policy_describe(&arena, "mounts.bound"));
}

/* -- views and differences ----------------------------------------------------------------------- */

#define TOO_MUCH "{\"resources\": {\"memory\": {\"default\": \"2g\", \"max\": \"1g\"}}}"

static void views(void **state) {
  static const struct {
    const char *body;
    const char *wrong; /* NULL: every view can be had */
  } rows[] = {
      {"\"overrides\": [{\"users\": [\"alice\"], \"policy\": {\"isolation\": \"shared\"}}]", NULL},
      {"\"overrides\": [{\"users\": [\"alice\"], \"policy\": " TOO_MUCH "}]",
       "(in the override for user alice)"},
      {"\"resources\": {\"memory\": {\"default\": \"2g\", \"max\": \"1g\"}}", "memory"},
      {"\"nonsense\": 1", "nonsense"},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    const struct sd_policy_text text = text_of(rows[i].body);
    struct sd_policy_views found;
    struct sd_error err;
    sd_error_init(&err, &arena);
    bool good = sd_policy_view_all(&arena, &text, 1, &found, &err);
    if (rows[i].wrong != NULL) {
      assert_false(good);
      holds(err.message, rows[i].wrong);
      continue;
    }
    assert_true(good);
    assert_int_equal(found.v.len, 2);
    assert_null(found.v.items[0].who);
    assert_string_equal(found.v.items[1].who, "user alice");
    assert_int_equal(found.v.items[0].policy.isolation, SD_ISOLATION_OWNER);
    assert_int_equal(found.v.items[1].policy.isolation, SD_ISOLATION_SHARED);
  }
}

static void differences_that_cannot_be_told(void **state) {
  static const char *const wrong[] = {
      "\"nonsense\": 1", "\"overrides\": [{\"users\": [\"alice\"], \"policy\": " TOO_MUCH "}]"};
  const struct sd_policy_caller caller = alice();
  (void)state;
  for (size_t i = 0; i < COUNT(wrong); i++)
    for (size_t side = 0; side < 2; side++) {
      struct sd_policy_text texts[2] = {text_of("\"isolation\": \"owner\""),
                                        text_of("\"isolation\": \"owner\"")};
      texts[side] = text_of(wrong[i]);
      const struct sd_policy_side sides[2] = {{&texts[0], 1}, {&texts[1], 1}};
      struct sd_policy_differences found;
      struct sd_error err;
      sd_error_init(&err, &arena);
      assert_false(sd_policy_diff(&arena, sides, &caller, &found, &err));
      assert_non_null(err.message);
    }
}

static void words(void **state) {
  (void)state;
  assert_string_equal(sd_policy_change_word(SD_POLICY_LOOSENS), "loosens");
  assert_string_equal(sd_policy_change_word(SD_POLICY_TIGHTENS), "tightens");
  assert_string_equal(sd_policy_change_word(SD_POLICY_DIFFERS), "differs");
  assert_string_equal(sd_policy_severity_word(SD_POLICY_NOTE), "note");
  assert_string_equal(sd_policy_severity_word(SD_POLICY_WARNING), "warning");
  assert_string_equal(sd_policy_severity_word(SD_POLICY_DANGER), "danger");
}

/* -- overrides ----------------------------------------------------------------------------------- */

/* Groups of somebody who is only imagined are told by name. */
static void groups_by_name(void **state) {
  static const char body[] =
      "\"overrides\": [{\"groups\": [\"nobodys-group\"], \"policy\": {\"isolation\": \"shared\"}}]";
  struct sd_policy_caller caller = alice();
  struct sd_strv names = {0};
  struct sd_policy policy;
  struct sd_error err;
  (void)state;
  assert_true(load(body, &caller, &policy, &err));
  assert_int_equal(policy.isolation, SD_ISOLATION_OWNER);
  sd_strv_add(&names, &arena, "nobodys-group");
  caller.group_names = &names;
  assert_true(load(body, &caller, &policy, &err));
  assert_int_equal(policy.isolation, SD_ISOLATION_SHARED);
  assert_true(
      load("\"overrides\": [{\"groups\": [\"root\"], \"policy\": {\"isolation\": \"shared\"}}]",
           &caller, &policy, &err));
  assert_int_equal(policy.isolation, SD_ISOLATION_OWNER);
}

/* -- values -------------------------------------------------------------------------------------- */

#define TEN "aaaaaaaaaa"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void values(void **state) {
  static const struct {
    const char *body;
    const char *wrong; /* NULL: it is taken */
  } rows[] = {
      {"\"docker\": {\"contexts\": []}", "must be an object"},
      {"\"docker\": {\"host\": \"unix:///" LONG "\"}", "107 bytes"},
      {"\"docker\": {\"host\": \"tcp://[::1\"}", "is not tcp://HOST:PORT"},
      {"\"docker\": {\"host\": \"ssh://there/../x\"}", "is not ssh://[USER@]HOST[:PORT]"},
      {"\"docker\": {\"host\": \"ssh://a@there:22/run/d.sock\"}", NULL},
      {"\"mounts\": {\"protect\": [\"/a/[!b]\", \"/a/[^b]\", \"/a/[[:alpha:]b]\", "
       "\"/a/[\\\\]b]\"]}",
       NULL},
      {"\"mounts\": {\"protect\": [\"/a/[b]/{user}\"]}", NULL},
      {"\"mounts\": {\"protect\": [\"/a/[!b\"]}", "["},
      {"\"mounts\": {\"protect\": [\"/a/[[:alpha:]\"]}", "["},
      {"\"mounts\": {\"protect\": [\"/a/[b\\\\]\"]}", "["},
  };
  const struct sd_policy_caller caller = alice();
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_policy policy;
    struct sd_error err;
    bool good = load(rows[i].body, &caller, &policy, &err);
    if (good != (rows[i].wrong == NULL))
      fail_msg("%s: %s", rows[i].body, good ? "it was taken" : err.message);
    if (!good)
      holds(err.message, rows[i].wrong);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_schema), cmocka_unit_test(descriptions),
      cmocka_unit_test(views),      cmocka_unit_test(differences_that_cannot_be_told),
      cmocka_unit_test(words),      cmocka_unit_test(groups_by_name),
      cmocka_unit_test(values),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
