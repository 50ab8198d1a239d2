/* SPDX-License-Identifier: Apache-2.0 */
/* AppArmor: never less than the policy wants, and never unsaid what there is. */
#include "fixture.h"

#include <string.h>

static void ask(struct fixture *fixture, const char *value) {
  const char *text = sd_arena_printf(&fixture->arena, "apparmor=%s", value);
  *sd_vec_push(&fixture->arena, &fixture->request.security.v) =
      (struct sd_security){.key = SD_SECURITY_APPARMOR,
                           .value = value,
                           .given = fixture_given(fixture, SD_OPT_SECURITY_OPT, text)};
}

#define LOADED SD_APPARMOR_PROFILE_LOADED
#define LOOSE SD_APPARMOR_PROFILE_LOOSE
#define MISSING SD_APPARMOR_PROFILE_MISSING
#define UNKNOWN SD_APPARMOR_PROFILE_UNKNOWN
#define ABSENT SD_APPARMOR_ABSENT
#define OURS "safe-docker-default"

static const struct row {
  enum sd_apparmor_mode mode;
  enum sd_lsm_state ours, mine; /* of the policy's profile, and of another that it allows */
  const char *asked;            /* NULL: nothing */
  const char *rule;             /* NULL: allowed */
  const char *out;              /* what is handed on and recorded; NULL: nothing */
  const char *state;            /* what is recorded */
} rows[] = {
    {SD_APPARMOR_AUTO, LOADED, ABSENT, NULL, NULL, OURS, "enforce"},
    {SD_APPARMOR_AUTO, UNKNOWN, ABSENT, NULL, NULL, OURS, "unknown"},
    {SD_APPARMOR_AUTO, MISSING, ABSENT, NULL, "apparmor-not-loaded", NULL, "missing"},
    {SD_APPARMOR_AUTO, LOOSE, ABSENT, NULL, "apparmor-not-loaded", NULL, "complain"},
    {SD_APPARMOR_AUTO, ABSENT, ABSENT, NULL, NULL, NULL, "absent"},
    {SD_APPARMOR_REQUIRE, LOADED, ABSENT, NULL, NULL, OURS, "enforce"},
    {SD_APPARMOR_REQUIRE, UNKNOWN, ABSENT, NULL, "apparmor-required", NULL, "unknown"},
    {SD_APPARMOR_REQUIRE, MISSING, ABSENT, NULL, "apparmor-not-loaded", NULL, "missing"},
    {SD_APPARMOR_REQUIRE, LOOSE, ABSENT, NULL, "apparmor-not-loaded", NULL, "complain"},
    {SD_APPARMOR_REQUIRE, ABSENT, ABSENT, NULL, "apparmor-required", NULL, "absent"},
    {SD_APPARMOR_REQUIRE, ABSENT, ABSENT, OURS, "apparmor-required", NULL, "absent"},
    {SD_APPARMOR_REQUIRE, ABSENT, ABSENT, "mine", "apparmor-required", NULL, "absent"},
    {SD_APPARMOR_REQUIRE, LOADED, LOOSE, "mine", "apparmor-not-loaded", NULL, "complain"},
    {SD_APPARMOR_REQUIRE, LOADED, UNKNOWN, "mine", "apparmor-required", NULL, "unknown"},
    {SD_APPARMOR_OFF, LOADED, ABSENT, NULL, NULL, NULL, "off"},
    {SD_APPARMOR_OFF, MISSING, ABSENT, NULL, NULL, NULL, "off"},
    {SD_APPARMOR_OFF, LOADED, LOADED, "mine", NULL, "mine", "enforce"},
    {SD_APPARMOR_OFF, LOADED, LOOSE, "mine", "apparmor-not-loaded", NULL, "complain"},
    {SD_APPARMOR_OFF, LOADED, LOADED, "unconfined", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, OURS, NULL, OURS, "enforce"},
    {SD_APPARMOR_AUTO, MISSING, LOADED, OURS, "apparmor-not-loaded", NULL, "missing"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "mine", NULL, "mine", "enforce"},
    {SD_APPARMOR_AUTO, MISSING, LOADED, "mine", NULL, "mine", "enforce"},
    {SD_APPARMOR_AUTO, LOADED, MISSING, "mine", "apparmor-not-loaded", NULL, "missing"},
    {SD_APPARMOR_AUTO, LOADED, LOOSE, "mine", "apparmor-not-loaded", NULL, "complain"},
    {SD_APPARMOR_AUTO, ABSENT, ABSENT, "mine", NULL, NULL, "absent"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "theirs", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "docker-default", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "unconfined", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, " " OURS, "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, OURS " ", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, ":ns:" OURS, "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, ":root:unconfined", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, OURS "//&unconfined", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, OURS "//null", "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, LOADED, LOADED, "&" OURS, "apparmor", NULL, "refused"},
    {SD_APPARMOR_AUTO, ABSENT, ABSENT, "unconfined", "apparmor", NULL, "refused"},
};

static const char *mode_of(enum sd_lsm_state state) {
  if (state == LOADED)
    return "enforce";
  return state == LOOSE ? "complain" : "";
}

static void every_state(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct row *row = &rows[i];
    fixture_reset(fixture);
    fixture_apparmor(fixture, OURS, row->ours, mode_of(row->ours));
    fixture_apparmor(fixture, "mine", row->mine, mode_of(row->mine));
    fixture->policy.apparmor.mode = row->mode;
    sd_strv_add(&fixture->policy.apparmor.allow, &fixture->arena, "mine");
    if (row->asked != NULL)
      ask(fixture, row->asked);
    fixture_run(fixture, sd_rules_confinement);
    if (row->rule == NULL)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, row->rule);
    assert_string_equal(fixture->decision.apparmor.state, row->state);
    assert_int_equal(fixture->decision.out.security.v.len, row->out != NULL ? 1 : 0);
    if (row->out == NULL) {
      assert_null(fixture->decision.apparmor.profile);
      continue;
    }
    assert_string_equal(fixture->decision.apparmor.profile, row->out);
    assert_int_equal(fixture->decision.out.security.v.items[0].key, SD_SECURITY_APPARMOR);
    assert_string_equal(fixture->decision.out.security.v.items[0].value, row->out);
    fixture_assert_change_count(fixture, row->asked == NULL ? 2 : 1);
    if (row->asked == NULL)
      fixture_assert_changed(fixture, "apparmor", "--security-opt=apparmor=" OURS);
  }
}

static void given_twice(void **state) {
  struct fixture *fixture = *state;
  fixture_apparmor(fixture, OURS, LOADED, "enforce");
  ask(fixture, OURS);
  ask(fixture, OURS);
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor");
}

/* Who did not look must not be taken for one who saw that there is nothing. */
static void nobody_looked(void **state) {
  struct fixture *fixture = *state;
  fixture->in.apparmor = NULL;
  fixture->policy.apparmor.mode = SD_APPARMOR_REQUIRE;
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor-required");
}

/* A policy without a profile that demands AppArmor can be satisfied by nothing. */
static void without_profile(void **state) {
  struct fixture *fixture = *state;
  fixture->policy.apparmor.profile = "";
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_int_equal(fixture->decision.out.security.v.len, 0);
  fixture_reset(fixture);
  fixture->policy.apparmor.profile = "";
  fixture->policy.apparmor.mode = SD_APPARMOR_REQUIRE;
  fixture_apparmor(fixture, OURS, LOADED, "enforce");
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor-required");
  fixture_reset(fixture);
  fixture->policy.apparmor.profile = "";
  ask(fixture, "");
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor");
}

/* What this host has says nothing about a daemon elsewhere. */
static void remote_daemons(void **state) {
  static const char *const hosts[] = {"ssh://docker@build", "tcp://10.0.0.1:2376"};
  static const enum sd_lsm_state states[] = {ABSENT, MISSING, LOADED};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 12; i++) {
    bool require = i >= 6;
    fixture_reset(fixture);
    struct sd_endpoint endpoint = {.name = "build", .host = hosts[i % 2], .run_as = "caller"};
    fixture->in.endpoint = &endpoint;
    fixture_apparmor(fixture, OURS, states[i / 2 % 3], mode_of(states[i / 2 % 3]));
    fixture->policy.apparmor.mode = require ? SD_APPARMOR_REQUIRE : SD_APPARMOR_AUTO;
    fixture_run(fixture, sd_rules_confinement);
    assert_int_equal(fixture->decision.out.security.v.len, require ? 0 : 1);
    assert_string_equal(fixture->decision.apparmor.state, "remote");
    if (require)
      (void)fixture_assert_denied(fixture, "apparmor-required");
    else
      fixture_assert_allowed(fixture);
  }
}

static const struct sd_problem *denied_with(struct fixture *fixture, const char *profile,
                                            enum sd_lsm_state seen) {
  fixture_reset(fixture);
  fixture->policy.apparmor.profile = profile;
  fixture_apparmor(fixture, profile, seen, mode_of(seen));
  fixture_run(fixture, sd_rules_confinement);
  return fixture_assert_denied(fixture, "apparmor-not-loaded");
}

static void hints(void **state) {
  struct fixture *fixture = *state;
  fixture_assert_contains(denied_with(fixture, OURS, MISSING)->hint, "safe-docker apparmor load");
  fixture_assert_contains(denied_with(fixture, "theirs", MISSING)->hint, "apparmor_parser -r");
  fixture_assert_contains(denied_with(fixture, OURS, LOOSE)->message, "complain");
  fixture_assert_contains(denied_with(fixture, OURS, LOOSE)->hint, "aa-enforce");
  fixture_reset(fixture);
  sd_strv_add(&fixture->policy.apparmor.allow, &fixture->arena, "mine");
  ask(fixture, "theirs");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_contains(fixture_assert_denied(fixture, "apparmor")->hint, "mine");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_state),     TEST(given_twice),    TEST(nobody_looked),
      TEST(without_profile), TEST(remote_daemons), TEST(hints),
  };
  return cmocka_run_group_tests_name("apparmor", tests, NULL, NULL);
}
