/* SPDX-License-Identifier: Apache-2.0 */
/* Users, groups, capabilities and new privileges. */
#include "fixture.h"

#include <string.h>

static const char *joined(struct fixture *fixture, const struct sd_texts *texts) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < texts->v.len; i++) {
    assert_true(texts->v.items[i].set);
    sd_strv_add(&names, &fixture->arena, texts->v.items[i].value);
  }
  return sd_strv_join(&names, &fixture->arena, ",");
}

static void default_capability(struct fixture *fixture, const char *name) {
  sd_strv_add(&fixture->policy.capabilities.defaults, &fixture->arena, name);
}

static void nothing_asked(void **state) {
  struct fixture *fixture = *state;
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_allowed(fixture);
  assert_string_equal(joined(fixture, &fixture->decision.out.cap_drop), "ALL");
  assert_int_equal(fixture->decision.out.cap_add.v.len, 0);
  assert_true(fixture->decision.out.user.set);
  assert_string_equal(fixture->decision.out.user.value, "1000:1000");
  assert_int_equal(fixture->decision.out.security.v.len, 1);
  fixture_assert_changed(fixture, "capabilities", "--cap-drop=ALL");
  fixture_assert_changed(fixture, "user", "--user=1000:1000");
  fixture_assert_changed(fixture, "no-new-privileges", "--security-opt=no-new-privileges=true");
  fixture_assert_change_count(fixture, 3);
}

static void capabilities_granted(void **state) {
  static const struct {
    const char *defaults[3], *add[3], *drop[3];
    const char *out;
  } cases[] = {
      {{NULL}, {"NET_BIND_SERVICE"}, {NULL}, "NET_BIND_SERVICE"},
      {{NULL}, {"cap_net_bind_service"}, {NULL}, "NET_BIND_SERVICE"},
      {{NULL}, {"net_bind_service", "NET_BIND_SERVICE"}, {NULL}, "NET_BIND_SERVICE"},
      {{NULL}, {"NET_BIND_SERVICE"}, {"ALL"}, "NET_BIND_SERVICE"},
      {{NULL}, {"NET_BIND_SERVICE"}, {"NET_BIND_SERVICE"}, "NET_BIND_SERVICE"},
      {{NULL}, {NULL}, {"SYS_ADMIN"}, ""},
      {{"SETUID", "CHOWN"}, {NULL}, {NULL}, "CHOWN,SETUID"},
      {{"SETUID", "CHOWN"}, {NULL}, {"CAP_CHOWN"}, "SETUID"},
      {{"SETUID", "CHOWN"}, {NULL}, {"chown", "setuid"}, ""},
      {{"SETUID", "CHOWN"}, {NULL}, {"all"}, ""},
      {{"SETUID", "CHOWN"}, {"CHOWN"}, {"ALL"}, "CHOWN"},
      {{"SETUID", "CHOWN"},
       {"NET_BIND_SERVICE", "setuid"},
       {NULL},
       "CHOWN,NET_BIND_SERVICE,SETUID"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    for (size_t j = 0; j < 3 && cases[i].defaults[j] != NULL; j++)
      default_capability(fixture, cases[i].defaults[j]);
    for (size_t j = 0; j < 3 && cases[i].add[j] != NULL; j++)
      fixture_list(fixture, SD_OPT_CAP_ADD, cases[i].add[j]);
    for (size_t j = 0; j < 3 && cases[i].drop[j] != NULL; j++)
      fixture_list(fixture, SD_OPT_CAP_DROP, cases[i].drop[j]);
    fixture_run(fixture, sd_rules_privileges);
    fixture_assert_allowed(fixture);
    assert_string_equal(joined(fixture, &fixture->decision.out.cap_drop), "ALL");
    assert_string_equal(joined(fixture, &fixture->decision.out.cap_add), cases[i].out);
    assert_true(fixture->decision.claimed[SD_OPT_CAP_ADD]);
    assert_true(fixture->decision.claimed[SD_OPT_CAP_DROP]);
  }
}

static void capabilities_injected(void **state) {
  struct fixture *fixture = *state;
  default_capability(fixture, "CHOWN");
  fixture_list(fixture, SD_OPT_CAP_DROP, "ALL");
  fixture_list(fixture, SD_OPT_CAP_ADD, "CHOWN");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_change_count(fixture, 2); /* user, no-new-privileges */
  fixture_reset(fixture);
  default_capability(fixture, "CHOWN");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_changed(fixture, "capabilities", "--cap-add=CHOWN");
}

static void capabilities_refused(void **state) {
  static const struct {
    enum sd_option_id id;
    const char *value;
  } cases[] = {
      {SD_OPT_CAP_ADD, "ALL"},       {SD_OPT_CAP_ADD, "all"},
      {SD_OPT_CAP_ADD, "SYS_ADMIN"}, {SD_OPT_CAP_ADD, "cap_sys_admin"},
      {SD_OPT_CAP_ADD, "CHOWN"},     {SD_OPT_CAP_ADD, ""},
      {SD_OPT_CAP_ADD, "NET_BIND"},  {SD_OPT_CAP_ADD, " NET_BIND_SERVICE"},
      {SD_OPT_CAP_DROP, "NET_BIND"}, {SD_OPT_CAP_DROP, ""},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_list(fixture, cases[i].id, cases[i].value);
    fixture_run(fixture, sd_rules_privileges);
    (void)fixture_assert_denied(fixture, "capabilities");
    assert_int_equal(fixture->decision.out.cap_add.v.len, 0);
  }
  fixture_reset(fixture);
  fixture_list(fixture, SD_OPT_CAP_ADD, "SYS_ADMIN");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_contains(fixture_assert_denied(fixture, "capabilities")->hint, "NET_BIND_SERVICE");
  fixture_reset(fixture);
  fixture->policy.capabilities.allow.v.len = 0;
  fixture_list(fixture, SD_OPT_CAP_ADD, "SYS_ADMIN");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_contains(fixture_assert_denied(fixture, "capabilities")->hint, "no capability");
}

struct user_case {
  enum sd_user_mode mode;
  uid_t caller;
  const char *value; /* NULL: not given */
  const char *out;   /* NULL: refused */
  bool changed;
};

static const struct user_case user_cases[] = {
    {SD_USER_CALLER, 1000, NULL, "1000:1000", true},
    {SD_USER_CALLER, 1000, "1000", "1000:1000", true},
    {SD_USER_CALLER, 1000, "1000:1000", "1000:1000", false},
    {SD_USER_CALLER, 1000, "1000:100", NULL, false},
    {SD_USER_CALLER, 1000, "1000:0", NULL, false},
    {SD_USER_CALLER, 1000, "1000:alice", NULL, false},
    {SD_USER_CALLER, 1000, "1001", NULL, false},
    {SD_USER_CALLER, 1000, "1001:1001", NULL, false},
    {SD_USER_CALLER, 1000, "alice", NULL, false},
    {SD_USER_CALLER, 1000, "alice:1000", NULL, false},
    {SD_USER_CALLER, 1000, "root", NULL, false},
    {SD_USER_CALLER, 1000, "0", NULL, false},
    {SD_USER_CALLER, 1000, "0:0", NULL, false},
    {SD_USER_CALLER, 1000, "00", NULL, false},
    {SD_USER_CALLER, 1000, "+1000", NULL, false},
    {SD_USER_CALLER, 1000, ":1000", NULL, false},
    {SD_USER_CALLER, 1000, "1000:", NULL, false},
    {SD_USER_CALLER, 1000, "", NULL, false},
    {SD_USER_CALLER, 0, NULL, "65534:65534", true},
    {SD_USER_CALLER, 0, "0:0", NULL, false},
    {SD_USER_CALLER, 0, "0", NULL, false},
    {SD_USER_CALLER, 0, "65534", "65534:65534", true},
    {SD_USER_NON_ROOT, 1000, NULL, "1000:1000", true},
    {SD_USER_NON_ROOT, 1000, "1000", "1000:1000", true},
    {SD_USER_NON_ROOT, 1000, "70:70", "70:70", false},
    {SD_USER_NON_ROOT, 1000, "2147483647:1", "2147483647:1", false},
    {SD_USER_NON_ROOT, 1000, "2147483648:1", NULL, false},
    {SD_USER_NON_ROOT, 1000, "1:4294967295", NULL, false},
    {SD_USER_NON_ROOT, 1000, "1:2147483647", "1:2147483647", false},
    {SD_USER_NON_ROOT, 1000, "70:postgres", NULL, false},
    {SD_USER_NON_ROOT, 1000, "postgres:70", NULL, false},
    {SD_USER_NON_ROOT, 1000, "70", NULL, false},
    {SD_USER_NON_ROOT, 1000, "70:0", NULL, false},
    {SD_USER_NON_ROOT, 1000, "70:999", NULL, false},
    {SD_USER_NON_ROOT, 1000, "0:70", NULL, false},
    {SD_USER_NON_ROOT, 1000, "root", NULL, false},
    {SD_USER_NON_ROOT, 1000, "postgres", NULL, false},
    {SD_USER_NON_ROOT, 1000, "", NULL, false},
    {SD_USER_ANY, 1000, NULL, "1000:1000", true},
    {SD_USER_ANY, 1000, "root", "0:0", true},
    {SD_USER_ANY, 1000, "0", "0:0", true},
    {SD_USER_ANY, 1000, "0:0", "0:0", false},
    {SD_USER_ANY, 1000, "0:70", "0:70", false},
    {SD_USER_ANY, 1000, "70:0", "70:0", false},
    {SD_USER_ANY, 1000, "70:70", "70:70", false},
    {SD_USER_ANY, 1000, "70:999", NULL, false},
    {SD_USER_ANY, 1000, "70", NULL, false},
    {SD_USER_ANY, 1000, "root:root", NULL, false},
    {SD_USER_ANY, 1000, "root:0", NULL, false},
    {SD_USER_ANY, 1000, "0:root", NULL, false},
    {SD_USER_ANY, 1000, "70:postgres", NULL, false},
    {SD_USER_ANY, 1000, "postgres:70", NULL, false},
    {SD_USER_ANY, 1000, "postgres", NULL, false},
    {SD_USER_ANY, 1000, "", NULL, false},
    {SD_USER_ANY, 0, NULL, "65534:65534", true},
};

/* In a rootless daemon of the caller's own. */
static const struct user_case rootless_cases[] = {
    {SD_USER_CALLER, 1000, NULL, "0:0", true},
    {SD_USER_CALLER, 1000, "0", "0:0", true},
    {SD_USER_CALLER, 1000, "root", "0:0", true},
    {SD_USER_CALLER, 1000, "0:0", "0:0", false},
    {SD_USER_CALLER, 1000, "1000", "1000:1000", true},
    {SD_USER_CALLER, 1000, "1000:1000", "1000:1000", false},
    {SD_USER_CALLER, 1000, "0:1000", NULL, false},
    {SD_USER_CALLER, 1000, "1000:0", NULL, false},
    {SD_USER_CALLER, 1000, "root:root", NULL, false},
    {SD_USER_CALLER, 1000, "1001:1001", NULL, false},
    {SD_USER_CALLER, 1000, "alice", NULL, false},
    {SD_USER_CALLER, 1000, "", NULL, false},
    {SD_USER_CALLER, 0, NULL, "65534:65534", true},
    {SD_USER_CALLER, 0, "0:0", NULL, false},
    {SD_USER_NON_ROOT, 1000, NULL, "1000:1000", true},
    {SD_USER_NON_ROOT, 1000, "0:0", NULL, false},
    {SD_USER_NON_ROOT, 1000, "root", NULL, false},
    {SD_USER_ANY, 1000, NULL, "0:0", true},
    {SD_USER_ANY, 1000, "70:70", "70:70", false},
    {SD_USER_ANY, 1000, "70:999", NULL, false},
};

static void users_of_own_daemon(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rootless_cases) / sizeof(rootless_cases[0]); i++) {
    const struct user_case *user = &rootless_cases[i];
    fixture_reset(fixture);
    fixture->in.own_daemon = true;
    fixture->policy.user.mode = user->mode;
    fixture->caller.uid = user->caller;
    if (user->value != NULL)
      fixture_text(fixture, SD_OPT_USER, user->value);
    fixture_run(fixture, sd_rules_privileges);
    const struct sd_text *out = &fixture->decision.out.user;
    if (user->out == NULL)
      (void)fixture_assert_denied(fixture, "user");
    else if (!out->set || strcmp(out->value, user->out) != 0)
      fail_msg("%s: not %s", user->value != NULL ? user->value : "nothing", user->out);
    fixture_assert_change_count(fixture, user->changed ? 3 : 2);
  }
}

static void users(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(user_cases) / sizeof(user_cases[0]); i++) {
    const struct user_case *user = &user_cases[i];
    fixture_reset(fixture);
    fixture->policy.user.mode = user->mode;
    fixture->caller.uid = user->caller;
    if (user->value != NULL)
      fixture_text(fixture, SD_OPT_USER, user->value);
    fixture_run(fixture, sd_rules_privileges);
    assert_true(fixture->decision.claimed[SD_OPT_USER]);
    if (user->out == NULL) {
      const struct sd_problem *problem = fixture_assert_denied(fixture, "user");
      fixture_assert_contains(problem->hint, "leave it out");
      assert_false(fixture->decision.out.user.set);
      continue;
    }
    fixture_assert_allowed(fixture);
    assert_string_equal(fixture->decision.out.user.value, user->out);
    assert_ptr_equal(fixture->decision.out.user.given, fixture->request.user.given);
    fixture_assert_change_count(fixture, user->changed ? 3 : 2);
  }
}

static void unknown_capability_hint(void **state) {
  struct fixture *fixture = *state;
  fixture_list(fixture, SD_OPT_CAP_ADD, "NET_BIND_SERVIC");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_contains(fixture_assert_denied(fixture, "capabilities")->hint, "NET_BIND_SERVICE");
}

static void groups_granted(void **state) {
  struct fixture *fixture = *state;
  fixture_list(fixture, SD_OPT_GROUP_ADD, "100");
  fixture_list(fixture, SD_OPT_GROUP_ADD, "1000");
  fixture_list(fixture, SD_OPT_GROUP_ADD, "100");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_allowed(fixture);
  assert_string_equal(joined(fixture, &fixture->decision.out.group_add), "100,1000");
  assert_true(fixture->decision.claimed[SD_OPT_GROUP_ADD]);
  fixture_assert_change_count(fixture, 3);
}

static void groups_refused(void **state) {
  static const char *const values[] = {"0",     "999",        "1001", "root",   "docker",
                                       "users", "",           "0100", "+100",   "0x64",
                                       " 100",  "4294967396", "-1",   "100:100"};
  static const gid_t with_more[] = {1000, 100, 999, 0};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 2 * sizeof(values) / sizeof(values[0]); i++) {
    fixture_reset(fixture);
    if (i % 2 == 1) { /* also when the caller is in the groups of the socket and of root */
      fixture->groups = (struct sd_gids){with_more, 4};
    }
    fixture_list(fixture, SD_OPT_GROUP_ADD, values[i / 2]);
    fixture_run(fixture, sd_rules_privileges);
    fixture_assert_contains(fixture_assert_denied(fixture, "group-add")->hint, ": 1000, 100");
    assert_int_equal(fixture->decision.out.group_add.v.len, 0);
  }
}

static void groups_of_root(void **state) {
  static const gid_t roots[] = {0};
  struct fixture *fixture = *state;
  fixture->caller.uid = 0;
  fixture->caller.gid = 0;
  fixture->groups = (struct sd_gids){roots, 1};
  fixture_list(fixture, SD_OPT_GROUP_ADD, "0");
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_allowed(fixture);
  assert_string_equal(joined(fixture, &fixture->decision.out.group_add), "0");
}

static void add_no_new_privileges(struct fixture *fixture, bool enabled) {
  const char *value = enabled ? "no-new-privileges" : "no-new-privileges=false";
  *sd_vec_push(&fixture->arena, &fixture->request.security.v) =
      (struct sd_security){.key = SD_SECURITY_NO_NEW_PRIVILEGES,
                           .value = enabled ? "" : "false",
                           .enabled = enabled,
                           .given = fixture_given(fixture, SD_OPT_SECURITY_OPT, value)};
}

static void no_new_privileges(void **state) {
  struct fixture *fixture = *state;
  add_no_new_privileges(fixture, true);
  add_no_new_privileges(fixture, true);
  fixture_run(fixture, sd_rules_privileges);
  fixture_assert_allowed(fixture);
  fixture_assert_change_count(fixture, 2);
  assert_int_equal(fixture->decision.out.security.v.len, 1);
  assert_true(fixture->decision.out.security.v.items[0].enabled);
  assert_string_equal(fixture->decision.out.security.v.items[0].value, "true");

  fixture_reset(fixture);
  add_no_new_privileges(fixture, true);
  add_no_new_privileges(fixture, false);
  fixture_run(fixture, sd_rules_privileges);
  (void)fixture_assert_denied(fixture, "no-new-privileges");
  assert_true(fixture->decision.out.security.v.items[0].enabled);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(nothing_asked),
      TEST(capabilities_granted),
      TEST(capabilities_injected),
      TEST(capabilities_refused),
      TEST(users),
      TEST(users_of_own_daemon),
      TEST(groups_granted),
      TEST(groups_refused),
      TEST(unknown_capability_hint),
      TEST(groups_of_root),
      TEST(no_new_privileges),
  };
  return cmocka_run_group_tests_name("privileges", tests, NULL, NULL);
}
