/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt: which key, which value, and what no key is. */
#include "spec_fixture.h"

struct accepted_case {
  const char *text;
  enum sd_security_key key;
  const char *value;
  bool enabled;
};

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_security security;
  return sd_security_parse(arena, text, &security, err) ? "taken" : NULL;
}

static void accepted(void **state) {
  static const struct accepted_case rows[] = {
      {"no-new-privileges", SD_SECURITY_NO_NEW_PRIVILEGES, "", true},
      {"no-new-privileges:true", SD_SECURITY_NO_NEW_PRIVILEGES, "true", true},
      {"no-new-privileges=TRUE", SD_SECURITY_NO_NEW_PRIVILEGES, "TRUE", true},
      {"no-new-privileges:T", SD_SECURITY_NO_NEW_PRIVILEGES, "T", true},
      {"no-new-privileges=false", SD_SECURITY_NO_NEW_PRIVILEGES, "false", false},
      {"no-new-privileges:0", SD_SECURITY_NO_NEW_PRIVILEGES, "0", false},
      {"seccomp=unconfined", SD_SECURITY_SECCOMP, "unconfined", false},
      {"seccomp:unconfined", SD_SECURITY_SECCOMP, "unconfined", false},
      {"seccomp=./a=b.json", SD_SECURITY_SECCOMP, "./a=b.json", false},
      {"seccomp=a:b", SD_SECURITY_SECCOMP, "a:b", false},
      {"apparmor=x", SD_SECURITY_APPARMOR, "x", false},
      {"apparmor:unconfined", SD_SECURITY_APPARMOR, "unconfined", false},
      {"label=disable", SD_SECURITY_LABEL, "disable", false},
      {"label:type:x", SD_SECURITY_LABEL, "type:x", false},
      {"label=level:s0:c1,c2", SD_SECURITY_LABEL, "level:s0:c1,c2", false},
      {"label=user:a=b", SD_SECURITY_LABEL, "user:a=b", false},
      {"systempaths=unconfined", SD_SECURITY_SYSTEMPATHS, "unconfined", false},
      {"credentialspec=file://x", SD_SECURITY_CREDENTIALSPEC, "file://x", false},
      {"writable-cgroups", SD_SECURITY_WRITABLE_CGROUPS, "", true},
      {"writable-cgroups=false", SD_SECURITY_WRITABLE_CGROUPS, "false", false},
      {"writable-cgroups:1", SD_SECURITY_WRITABLE_CGROUPS, "1", true},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    struct sd_error err;
    struct sd_security security;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    if (!sd_security_parse(&arena, rows[i].text, &security, &err))
      fail_msg("'%s': %s", rows[i].text, err.message);
    assert_int_equal(security.key, rows[i].key);
    assert_string_equal(security.value, rows[i].value);
    assert_int_equal(security.enabled, rows[i].enabled);
    sd_arena_finish(&arena);
  }
}

static void refused(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("foo", "unknown security option 'foo'"),
      SPEC_REFUSED("foo=bar", "use apparmor, no-new-privileges or seccomp"),
      SPEC_REFUSED("disable", "unknown security option 'disable'"),
      SPEC_REFUSED("=x", "unknown security option ''"),
      SPEC_REFUSED("SECCOMP=unconfined", "did you mean seccomp"),
      SPEC_REFUSED("No-New-Privileges", "did you mean no-new-privileges"),
      SPEC_REFUSED(" no-new-privileges", "unknown security option"),
      SPEC_REFUSED("no-new-privileges=", "not a truth value"),
      SPEC_REFUSED("no-new-privileges:foo", "not a truth value"),
      SPEC_REFUSED("no-new-privileges=true=x", "not a truth value"),
      SPEC_REFUSED("no-new-privileges:true:x", "not a truth value"),
      SPEC_REFUSED("no-new-privileges:x=true", "write no-new-privileges=..."),
      SPEC_REFUSED("seccomp", "no value"),
      SPEC_REFUSED("seccomp=", "no value"),
      SPEC_REFUSED("seccomp=builtin", "./builtin"),
      SPEC_REFUSED("seccomp:a=b", "write seccomp=..."),
      SPEC_REFUSED("seccomp= unconfined", "blank"),
      SPEC_REFUSED("apparmor", "no value"),
      SPEC_REFUSED("apparmor=", "no value"),
      SPEC_REFUSED("apparmor:a=b", "write apparmor=..."),
      SPEC_REFUSED("label", "no value"),
      SPEC_REFUSED("label:user=a", "write label=..."),
      SPEC_REFUSED("systempaths:unconfined", "only read as systempaths="),
      SPEC_REFUSED("systempaths=foo", "no value but unconfined"),
      SPEC_REFUSED("systempaths", "only read as systempaths="),
      SPEC_REFUSED("seccomp=\xFF", "not UTF-8"),
      SPEC_REFUSED("seccomp=a\nb", "control characters"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepted),
      cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
