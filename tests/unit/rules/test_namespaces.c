/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces shared with the host or other containers. */
#include "fixture.h"

#include <string.h>

struct space_case {
  enum sd_option_id id;
  const char *value;
  const char *rule; /* of the violation; NULL: granted */
  const char *out;  /* what is emitted; NULL: nothing */
};

static const struct space_case cases[] = {
    {SD_OPT_PID, "", NULL, NULL},
    {SD_OPT_PID, "host", "pid-namespace", NULL},
    {SD_OPT_PID, "container:admin-db", "pid-namespace", NULL},
    {SD_OPT_PID, "private", "pid-namespace", NULL},
    {SD_OPT_IPC, "", NULL, "private"},
    {SD_OPT_IPC, "private", NULL, "private"},
    {SD_OPT_IPC, "none", NULL, "none"},
    {SD_OPT_IPC, "shareable", "ipc-namespace", "private"},
    {SD_OPT_IPC, "host", "ipc-namespace", "private"},
    {SD_OPT_IPC, "container:admin-db", "ipc-namespace", "private"},
    {SD_OPT_IPC, "Private", "ipc-namespace", "private"},
    {SD_OPT_CGROUPNS, "", NULL, "private"},
    {SD_OPT_CGROUPNS, "private", NULL, "private"},
    {SD_OPT_CGROUPNS, "host", "cgroup-namespace", "private"},
    {SD_OPT_USERNS, "", NULL, NULL},
    {SD_OPT_USERNS, "host", "user-namespace", NULL},
    {SD_OPT_USERNS, "private", "user-namespace", NULL},
    {SD_OPT_UTS, "", NULL, NULL},
    {SD_OPT_UTS, "host", "uts-namespace", NULL},
    {SD_OPT_UTS, "private", "uts-namespace", NULL},
};

static void values(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_text(fixture, cases[i].id, cases[i].value);
    fixture_run(fixture, sd_rules_namespaces);
    if (cases[i].rule != NULL)
      (void)fixture_assert_denied(fixture, cases[i].rule);
    else
      fixture_assert_allowed(fixture);
    const struct sd_text *out = fixture_out(fixture, cases[i].id);
    assert_int_equal(out->set, cases[i].out != NULL);
    if (cases[i].out != NULL)
      assert_string_equal(out->value, cases[i].out);
    assert_true(fixture->decision.claimed[cases[i].id]);
  }
}

static void injected(void **state) {
  struct fixture *fixture = *state;
  fixture_run(fixture, sd_rules_namespaces);
  fixture_assert_allowed(fixture);
  fixture_assert_changed(fixture, "ipc-namespace", "--ipc=private");
  fixture_assert_changed(fixture, "cgroup-namespace", "--cgroupns=private");
  fixture_assert_change_count(fixture, 2);
  fixture_reset(fixture);
  fixture_text(fixture, SD_OPT_IPC, "none");
  fixture_text(fixture, SD_OPT_CGROUPNS, "private");
  fixture_run(fixture, sd_rules_namespaces);
  fixture_assert_change_count(fixture, 0);
}

/* A policy cannot open these, and one that says so by mistake changes nothing. */
static void not_to_be_opened(void **state) {
  static const struct {
    enum sd_option_id id;
    const char *name, *rule;
  } rows[] = {
      {SD_OPT_CGROUPNS, "cgroupns", "cgroup-namespace"},
      {SD_OPT_USERNS, "userns", "user-namespace"},
      {SD_OPT_UTS, "uts", "uts-namespace"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(fixture);
    sd_strv_add(&fixture->policy.options, &fixture->arena, rows[i].name);
    fixture_text(fixture, rows[i].id, "container:mine");
    fixture_run(fixture, sd_rules_namespaces);
    (void)fixture_assert_denied(fixture, rows[i].rule);
    assert_int_equal(fixture->decision.wants.v.len, 0);
  }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(values), TEST(injected), TEST(not_to_be_opened)};
  return cmocka_run_group_tests_name("namespaces", tests, NULL, NULL);
}
