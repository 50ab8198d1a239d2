/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp, AppArmor and other security options: never weaker than the policy. */
#include "fixture.h"

#include <string.h>

#define RULES(names)                                                                               \
  "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [" names                     \
  "], \"action\": \"SCMP_ACT_ALLOW\"}]}"

static const char policy_profile[] = RULES("\"read\", \"write\", \"exit\"");
static const char stricter[] = RULES("\"read\", \"exit\"");
static const char wider[] = RULES("\"read\", \"mount\"");

/* Would come into force with a capability that the container may be given. */
static const char conditional[] =
    "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"mount\"], \"action\": "
    "\"SCMP_ACT_ALLOW\", \"includes\": {\"caps\": [\"CAP_NET_BIND_SERVICE\"]}}]}";

static void ask(struct fixture *fixture, enum sd_security_key key, const char *name,
                const char *value, bool enabled) {
  const char *text = sd_arena_printf(&fixture->arena, "%s=%s", name, value);
  *sd_vec_push(&fixture->arena, &fixture->request.security.v) =
      (struct sd_security){.key = key,
                           .value = value,
                           .enabled = enabled,
                           .given = fixture_given(fixture, SD_OPT_SECURITY_OPT, text)};
}

static void ask_seccomp(struct fixture *fixture, const char *value) {
  ask(fixture, SD_SECURITY_SECCOMP, "seccomp", value, false);
}

static void ask_apparmor(struct fixture *fixture, const char *value) {
  ask(fixture, SD_SECURITY_APPARMOR, "apparmor", value, false);
}

static void nothing_asked(void **state) {
  struct fixture *fixture = *state;
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_ptr_equal(fixture->decision.seccomp_profile, fixture->in.seccomp_profile);
  fixture_assert_changed(fixture, "seccomp", "--security-opt=seccomp=default");
  fixture_assert_change_count(fixture, 1);
  assert_int_equal(fixture->decision.out.security.v.len, 0);
  assert_true(fixture->decision.claimed[SD_OPT_SECURITY_OPT]);
}

static void seccomp_files(void **state) {
  static const struct {
    enum sd_caller_profiles mode;
    const char *value;
    const char *text; /* of the file /p.json; NULL: it is missing */
    bool granted;
  } cases[] = {
      {SD_PROFILES_DENY, "unconfined", NULL, false},
      {SD_PROFILES_DENY, "builtin", NULL, false},
      {SD_PROFILES_DENY, "", NULL, false},
      {SD_PROFILES_DENY, "/p.json", stricter, false},
      {SD_PROFILES_STRICTER, "unconfined", NULL, false},
      {SD_PROFILES_STRICTER, "builtin", NULL, false},
      {SD_PROFILES_STRICTER, "", NULL, false},
      {SD_PROFILES_STRICTER, "/p.json", stricter, true},
      {SD_PROFILES_STRICTER, "/p.json", policy_profile, true},
      {SD_PROFILES_STRICTER, "/p.json", wider, false},
      {SD_PROFILES_STRICTER, "/p.json", conditional, false},
      {SD_PROFILES_STRICTER, "/p.json", "not JSON", false},
      {SD_PROFILES_STRICTER, "/p.json", NULL, false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->in.seccomp_profile = policy_profile;
    fixture->policy.seccomp.caller_profiles = cases[i].mode;
    if (cases[i].text != NULL)
      fixture_file(fixture, "/p.json", cases[i].text);
    ask_seccomp(fixture, cases[i].value);
    fixture_run(fixture, sd_rules_confinement);
    assert_int_equal(fixture->decision.out.security.v.len, 0);
    fixture_assert_change_count(fixture, 0);
    if (cases[i].granted) {
      fixture_assert_allowed(fixture);
      assert_string_equal(fixture->decision.seccomp_profile, cases[i].text);
    } else {
      (void)fixture_assert_denied(fixture, "seccomp");
      assert_ptr_equal(fixture->decision.seccomp_profile, policy_profile);
    }
  }
}

static void repeated(void **state) {
  struct fixture *fixture = *state;
  fixture->in.seccomp_profile = policy_profile;
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  fixture_file(fixture, "/p.json", stricter);
  ask_seccomp(fixture, "/p.json");
  ask_seccomp(fixture, "/p.json");
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "seccomp");
  fixture_reset(fixture);
  ask_apparmor(fixture, "safe-docker-default");
  ask_apparmor(fixture, "safe-docker-default");
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor");
}

struct apparmor_case {
  enum sd_apparmor_mode mode;
  enum sd_lsm_state state;
  const char *asked; /* NULL: nothing */
  const char *rule;  /* NULL: allowed */
  const char *out;   /* NULL: nothing is emitted */
};

static const struct apparmor_case apparmor_cases[] = {
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, NULL, NULL, "safe-docker-default"},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_UNKNOWN, NULL, NULL, "safe-docker-default"},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_MISSING, NULL, "apparmor-not-loaded", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_ABSENT, NULL, NULL, NULL},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_PROFILE_LOADED, NULL, NULL, "safe-docker-default"},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_PROFILE_UNKNOWN, NULL, NULL, "safe-docker-default"},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_PROFILE_MISSING, NULL, "apparmor-not-loaded", NULL},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_ABSENT, NULL, "apparmor-required", NULL},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_ABSENT, "safe-docker-default", "apparmor-required", NULL},
    {SD_APPARMOR_REQUIRE, SD_APPARMOR_ABSENT, "mine", "apparmor-required", NULL},
    {SD_APPARMOR_OFF, SD_APPARMOR_PROFILE_LOADED, NULL, NULL, NULL},
    {SD_APPARMOR_OFF, SD_APPARMOR_PROFILE_MISSING, NULL, NULL, NULL},
    {SD_APPARMOR_OFF, SD_APPARMOR_PROFILE_LOADED, "mine", NULL, "mine"},
    {SD_APPARMOR_OFF, SD_APPARMOR_PROFILE_LOADED, "unconfined", "apparmor", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "safe-docker-default", NULL,
     "safe-docker-default"},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_MISSING, "safe-docker-default", "apparmor-not-loaded",
     NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "mine", NULL, "mine"},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_MISSING, "mine", NULL, "mine"},
    {SD_APPARMOR_AUTO, SD_APPARMOR_ABSENT, "mine", NULL, NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "theirs", "apparmor", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "docker-default", "apparmor", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "", "apparmor", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_PROFILE_LOADED, "unconfined", "apparmor", NULL},
    {SD_APPARMOR_AUTO, SD_APPARMOR_ABSENT, "unconfined", "apparmor", NULL},
};

static void apparmor(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(apparmor_cases) / sizeof(apparmor_cases[0]); i++) {
    const struct apparmor_case *c = &apparmor_cases[i];
    fixture_reset(fixture);
    fixture->in.apparmor = c->state;
    fixture->policy.apparmor.mode = c->mode;
    sd_strv_add(&fixture->policy.apparmor.allow, &fixture->arena, "mine");
    if (c->asked != NULL)
      ask_apparmor(fixture, c->asked);
    fixture_run(fixture, sd_rules_confinement);
    if (c->rule == NULL)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, c->rule);
    assert_int_equal(fixture->decision.out.security.v.len, c->out != NULL ? 1 : 0);
    if (c->out == NULL)
      continue;
    assert_int_equal(fixture->decision.out.security.v.items[0].key, SD_SECURITY_APPARMOR);
    assert_string_equal(fixture->decision.out.security.v.items[0].value, c->out);
    fixture_assert_change_count(fixture, c->asked == NULL ? 2 : 1);
    if (c->asked == NULL)
      fixture_assert_changed(fixture, "apparmor", "--security-opt=apparmor=safe-docker-default");
  }
}

/* A policy without a profile that demands AppArmor can be satisfied by nothing. */
static void apparmor_without_profile(void **state) {
  struct fixture *fixture = *state;
  fixture->policy.apparmor.profile = "";
  fixture->in.apparmor = SD_APPARMOR_PROFILE_MISSING;
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_int_equal(fixture->decision.out.security.v.len, 0);
  fixture_reset(fixture);
  fixture->policy.apparmor.profile = "";
  fixture->policy.apparmor.mode = SD_APPARMOR_REQUIRE;
  fixture->in.apparmor = SD_APPARMOR_PROFILE_LOADED;
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "apparmor-required");
}

/* What this host has says nothing about a daemon elsewhere. */
static void apparmor_of_remote_daemons(void **state) {
  static const char *const hosts[] = {"ssh://docker@build", "tcp://10.0.0.1:2376"};
  static const enum sd_lsm_state states[] = {SD_APPARMOR_ABSENT, SD_APPARMOR_PROFILE_MISSING,
                                             SD_APPARMOR_PROFILE_LOADED};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 12; i++) {
    bool require = i >= 6;
    fixture_reset(fixture);
    struct sd_endpoint endpoint = {.name = "build", .host = hosts[i % 2], .run_as = "caller"};
    fixture->in.endpoint = &endpoint;
    fixture->in.apparmor = states[i / 2 % 3];
    fixture->policy.apparmor.mode = require ? SD_APPARMOR_REQUIRE : SD_APPARMOR_AUTO;
    fixture_run(fixture, sd_rules_confinement);
    assert_int_equal(fixture->decision.out.security.v.len, require ? 0 : 1);
    if (require)
      (void)fixture_assert_denied(fixture, "apparmor-required");
    else
      fixture_assert_allowed(fixture);
  }
}

static void apparmor_hints(void **state) {
  struct fixture *fixture = *state;
  fixture->in.apparmor = SD_APPARMOR_PROFILE_MISSING;
  fixture_run(fixture, sd_rules_confinement);
  const char *hint = fixture_assert_denied(fixture, "apparmor-not-loaded")->hint;
  fixture_assert_contains(hint, "apparmor_parser -r /");
  fixture_assert_contains(hint, "/apparmor.d/safe-docker-default");
  fixture_reset(fixture);
  sd_strv_add(&fixture->policy.apparmor.allow, &fixture->arena, "mine");
  ask_apparmor(fixture, "theirs");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_contains(fixture_assert_denied(fixture, "apparmor")->hint, "mine");
}

static void seccomp_hints(void **state) {
  struct fixture *fixture = *state;
  ask_seccomp(fixture, "unconfined");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_contains(fixture_assert_denied(fixture, "seccomp")->hint,
                          "policy's profile is used");
  fixture_reset(fixture);
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  ask_seccomp(fixture, "unconfined");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_contains(fixture_assert_denied(fixture, "seccomp")->hint, "name the file");
}

static void others(void **state) {
  static const struct {
    enum sd_security_key key;
    const char *name, *value;
    bool enabled;
    const char *rule;
  } cases[] = {
      {SD_SECURITY_LABEL, "label", "disable", false, "selinux-label"},
      {SD_SECURITY_LABEL, "label", "type:spc_t", false, "selinux-label"},
      {SD_SECURITY_SYSTEMPATHS, "systempaths", "unconfined", false, "system-paths"},
      {SD_SECURITY_CREDENTIALSPEC, "credentialspec", "file://x", false, "credential-spec"},
      {SD_SECURITY_WRITABLE_CGROUPS, "writable-cgroups", "true", true, "writable-cgroups"},
      {SD_SECURITY_WRITABLE_CGROUPS, "writable-cgroups", "false", false, NULL},
      {SD_SECURITY_NO_NEW_PRIVILEGES, "no-new-privileges", "false", false, NULL},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    ask(fixture, cases[i].key, cases[i].name, cases[i].value, cases[i].enabled);
    fixture_run(fixture, sd_rules_confinement);
    if (cases[i].rule == NULL)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, cases[i].rule);
    assert_int_equal(fixture->decision.out.security.v.len, 0);
  }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(nothing_asked),
      TEST(seccomp_files),
      TEST(repeated),
      TEST(apparmor),
      TEST(apparmor_without_profile),
      TEST(apparmor_hints),
      TEST(apparmor_of_remote_daemons),
      TEST(seccomp_hints),
      TEST(others),
  };
  return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
