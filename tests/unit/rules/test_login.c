/* SPDX-License-Identifier: Apache-2.0 */
/* docker login and logout: which registry, whose log-ins, and no password in what is decided. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/docker/auths.h"

static void prepare(struct fixture *f, const char *words) {
  fixture_reset(f);
  f->policy.images.credentials = SD_CREDENTIALS_CALLER;
  fixture_line(f, words);
  fixture_decide(f);
}

static void test_emitted(void **state) {
  static const struct {
    const char *words, *wanted;
  } rows[] = {
      {"login", "login --password-stdin=true -- https://index.docker.io/v1/"},
      {"login docker.io", "login --password-stdin=true -- https://index.docker.io/v1/"},
      {"login -u me r.example:5000", "login --password-stdin=true --username=me -- r.example:5000"},
      {"login -u me -p geheim https://r.example/v1/",
       "login --password-stdin=true --username=me -- r.example"},
      {"login --password-stdin --username me r.example",
       "login --password-stdin=true --username=me -- r.example"},
      {"login --password-stdin=false r.example", "login --password-stdin=true -- r.example"},
      {"logout", "logout -- https://index.docker.io/v1/"},
      {"logout http://r.example", "logout -- r.example"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    prepare(f, rows[i].words);
    fixture_assert_emitted(f, rows[i].wanted);
    fixture_assert_change_count(f, 0);
  }
}

static void test_refused(void **state) {
  static const struct {
    const char *words, *rule;
  } rows[] = {
      {"login -u me unix:///run/docker.sock", "login-server"},
      {"login r.example:0", "login-server"},
      {"login r.example:port", "login-server"},
      {"login me@r.example", "login-server"},
      {"logout r.example?x", "login-server"},
      {"login -u me:geheim r.example", "login-user"},
      {"login --username= r.example", "login-user"},
      {"login --username=a\1b r.example", "login-user"},
      {"login --password-stdin r.example", "login-password"},
      {"login -u me -p geheim --password-stdin r.example", "login-password"},
      {"login -u me --password= r.example", "login-password"},
  };
  struct fixture *f = *state;
  for (size_t more = 0; more < 2; more++) {
    char *words =
        sd_arena_printf(&f->arena, "login -u me -p %*s", (int)(SD_AUTHS_SECRET_MAX + more), "");
    for (char *at = words; *at != '\0'; at++)
      if (at >= words + strlen("login -u me -p "))
        *at = 'x';
    words = strdup(words);
    prepare(f, words);
    free(words);
    assert_int_equal(f->decision.problems.list.len, more);
  }
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    prepare(f, rows[i].words);
    const struct sd_problem *problem = fixture_assert_refused(f, rows[i].rule);
    if (strcmp(rows[i].rule, "login-password") == 0)
      assert_null(strstr(problem->message, "geheim"));
  }
}

/* The administrator's log-ins are nobody's to change. */
static void test_policy(void **state) {
  static const char *const rows[] = {"login -u me r.example", "logout r.example"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    fixture_line(f, rows[i]);
    fixture_decide(f);
    fixture_assert_refused(f, "login-credentials");
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_emitted),
      TEST(test_refused),
      TEST(test_policy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
