/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp and other security options: never weaker than the policy. */
#include "fixture.h"

#include <string.h>

#include "safe-docker/confine/seccomp.h"

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

/* As safe-docker writes the profile. */
static const char *rewritten(struct fixture *fixture, const char *text) {
  struct sd_seccomp_profile *profile = NULL;
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  if (!sd_seccomp_parse(&fixture->arena, "test", text, strlen(text), &profile, &err))
    fail_msg("%s", err.message);
  return sd_seccomp_write(&fixture->arena, profile);
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
      bool same = strcmp(cases[i].text, policy_profile) == 0;
      assert_string_equal(fixture->decision.seccomp_profile,
                          same ? policy_profile : rewritten(fixture, cases[i].text));
      assert_string_equal(same ? fixture->decision.seccomp_name : "",
                          same ? fixture->policy.seccomp.profile : "");
      assert_true(same || fixture->decision.seccomp_name == NULL);
    } else {
      assert_string_equal(fixture->decision.seccomp_name, fixture->policy.seccomp.profile);
      (void)fixture_assert_denied(fixture, "seccomp");
      assert_ptr_equal(fixture->decision.seccomp_profile, policy_profile);
    }
  }
}

/* Nothing that another reader could see in the caller's text is in what is handed on. */
static void seccomp_spelling(void **state) {
  static const char text[] =
      "{\"\\u0064efaultAction\": \"SCMP_ACT_KILL_THREAD\", \"syscalls\": [{\"comment\": "
      "\"</script>\\ud83d\\ude00\", \"name\": \"rea\\u0064\", \"includes\": {}, \"args\": null, "
      "\"action\": \"SCMP_ACT_ALLOW\", \"errno\": null}], \"flags\": []}";
  static const char wanted[] = "{\n"
                               "  \"defaultAction\": \"SCMP_ACT_KILL\",\n"
                               "  \"syscalls\": [\n"
                               "    {\n"
                               "      \"names\": [\"read\"],\n"
                               "      \"action\": \"SCMP_ACT_ALLOW\"\n"
                               "    }\n"
                               "  ]\n"
                               "}\n";
  struct fixture *fixture = *state;
  fixture->in.seccomp_profile = policy_profile;
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  fixture_file(fixture, "/p.json", text);
  ask_seccomp(fixture, "/p.json");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_string_equal(fixture->decision.seccomp_profile, wanted);
  assert_null(fixture->decision.seccomp_name);
}

/* The message names the call and its place; a file of the same name makes a shipped name doubtful. */
static void seccomp_words(void **state) {
  struct fixture *fixture = *state;
  fixture->in.seccomp_profile = policy_profile;
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  fixture_file(fixture, "/p.json", wider);
  ask_seccomp(fixture, "/p.json");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_contains(
      fixture_assert_denied(fixture, "seccomp")->message,
      "/p.json:1:69: the rule allows mount, which the policy's profile refuses");
}

static void shipped_names(void **state) {
  static const struct {
    enum sd_caller_profiles mode;
    const char *value;
    bool file, granted;
  } cases[] = {
      {SD_PROFILES_STRICTER, "strict", false, true},
      {SD_PROFILES_STRICTER, "default", false, true},
      {SD_PROFILES_STRICTER, "strict", true, false},
      {SD_PROFILES_STRICTER, "stric", false, false},
      {SD_PROFILES_STRICTER, "docker", false, false},
      {SD_PROFILES_DENY, "strict", false, false},
  };
  struct fixture *fixture = *state;
  size_t len = 0;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture->in.seccomp_profile = sd_seccomp_builtin("default", &len);
    fixture->policy.seccomp.caller_profiles = cases[i].mode;
    if (cases[i].file)
      (void)fixture_node(fixture, cases[i].value, SD_NODE_FILE, NULL);
    ask_seccomp(fixture, cases[i].value);
    fixture_run(fixture, sd_rules_confinement);
    if (!cases[i].granted) {
      (void)fixture_assert_denied(fixture, "seccomp");
      continue;
    }
    fixture_assert_allowed(fixture);
    assert_ptr_equal(fixture->decision.seccomp_profile, sd_seccomp_builtin(cases[i].value, &len));
    assert_string_equal(fixture->decision.seccomp_name, cases[i].value);
  }
}

/* What is less strict than the policy's stays refused, shipped or not. */
static void shipped_but_wider(void **state) {
  struct fixture *fixture = *state;
  size_t len = 0;
  fixture->in.seccomp_profile = sd_seccomp_builtin("strict", &len);
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  ask_seccomp(fixture, "default");
  fixture_run(fixture, sd_rules_confinement);
  (void)fixture_assert_denied(fixture, "seccomp");
}

/* The kernel and the architecture of this host say nothing about another one. */
static void seccomp_hosts(void **state) {
  static const char since[] =
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"read\"], \"action\": "
      "\"SCMP_ACT_ALLOW\"}, {\"names\": [\"ptrace\"], \"action\": \"SCMP_ACT_ALLOW\", "
      "\"includes\": "
      "{\"minKernel\": \"4.8\"}}]}";
  static const struct {
    uint32_t kernel;
    const char *host;
    bool granted;
  } cases[] = {
      {6 << 16, "unix:///run/docker.sock", true},
      {0, "unix:///run/docker.sock", false},
      {4 << 16 | 7, "unix:///run/docker.sock", false},
      {6 << 16, "ssh://there", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const struct sd_endpoint endpoint = {.host = cases[i].host};
    fixture_reset(fixture);
    fixture->in.seccomp_profile = since;
    fixture->in.kernel = cases[i].kernel;
    fixture->in.endpoint = &endpoint;
    fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
    fixture_file(fixture, "/p.json", RULES("\"read\", \"ptrace\""));
    ask_seccomp(fixture, "/p.json");
    fixture_run(fixture, sd_rules_confinement);
    if (cases[i].granted)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, "seccomp");
  }
}

/* What was found good is not read again for the next decision on the same words. */
static void seccomp_kept(void **state) {
  struct fixture *fixture = *state;
  struct sd_caller_profile kept = {NULL, NULL, NULL};
  fixture->in.seccomp_profile = policy_profile;
  fixture->in.caller_profile = &kept;
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  fixture_file(fixture, "/p.json", stricter);
  ask_seccomp(fixture, "/p.json");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_string_equal(kept.text, rewritten(fixture, stricter));
  assert_string_equal(kept.path, "/p.json");
  fixture->decision.seccomp_profile = NULL;
  kept.text = policy_profile;
  fixture_run(fixture, sd_rules_confinement);
  assert_ptr_equal(fixture->decision.seccomp_profile, policy_profile);
}

/* A kept profile is that of one name. */
static void seccomp_kept_of_another(void **state) {
  struct fixture *fixture = *state;
  struct sd_caller_profile kept = {"/p.json", wider, NULL};
  fixture->in.seccomp_profile = policy_profile;
  fixture->in.caller_profile = &kept;
  fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
  fixture_file(fixture, "/q.json", stricter);
  ask_seccomp(fixture, "/q.json");
  fixture_run(fixture, sd_rules_confinement);
  fixture_assert_allowed(fixture);
  assert_string_equal(fixture->decision.seccomp_profile, rewritten(fixture, stricter));
  assert_string_equal(kept.path, "/q.json");
}

/* What every container has without asking counts as well; and a request may go to no daemon at all. */
static void seccomp_of_capabilities(void **state) {
  struct fixture *fixture = *state;
  for (int given = 0; given < 2; given++) {
    fixture_reset(fixture);
    fixture->in.seccomp_profile = policy_profile;
    fixture->in.endpoint = NULL;
    fixture->policy.seccomp.caller_profiles = SD_PROFILES_STRICTER;
    fixture->policy.capabilities.allow.v.len = 0;
    if (given == 1)
      sd_strv_add(&fixture->policy.capabilities.defaults, &fixture->arena, "NET_BIND_SERVICE");
    fixture_file(fixture, "/p.json", conditional);
    ask_seccomp(fixture, "/p.json");
    fixture_run(fixture, sd_rules_confinement);
    if (given == 1)
      (void)fixture_assert_denied(fixture, "seccomp");
    else
      fixture_assert_allowed(fixture);
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
      TEST(seccomp_spelling),
      TEST(seccomp_words),
      TEST(shipped_names),
      TEST(shipped_but_wider),
      TEST(seccomp_hosts),
      TEST(seccomp_kept),
      TEST(seccomp_kept_of_another),
      TEST(seccomp_of_capabilities),
      TEST(seccomp_hints),
      TEST(others),
  };
  return cmocka_run_group_tests_name("confinement", tests, NULL, NULL);
}
