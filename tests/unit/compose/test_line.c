/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of docker compose: what the plugin is asked, and what it is executed with. */
#include <string.h>

#include "../rules/fixture.h"
#include "safe-docker/compose/compose.h"

static struct fixture *fixture_of(void **state) {
  fixture_reset(*state);
  return *state;
}

static bool read_line(struct fixture *fixture, const char *words, struct sd_compose_line *out) {
  fixture_line(fixture, words);
  return sd_compose_read_line(&fixture->arena, &fixture->invocation, &fixture->host, out,
                              &fixture->decision.problems);
}

static const char *join(struct fixture *fixture, const struct sd_strv *words) {
  return sd_strv_join(words, &fixture->arena, " ");
}

static void what_is_asked_and_executed(void **state) {
  static const struct {
    const char *typed, *asked, *executed;
  } rows[] = {
      {"compose up", "compose config --format=json",
       "compose --project-name=u1-p --project-directory=/ --env-file=/dev/null --file=F up "
       "--renew-anon-volumes=true"},
      {"compose -f a.yml --file=b.yml -p p --profile dev --env-file x --project-directory d up -d "
       "web",
       "compose --file=a.yml --file=b.yml --project-name=p --profile=dev --env-file=x "
       "--project-directory=d config --format=json",
       "compose --project-name=u1-p --project-directory=/ --env-file=/dev/null --file=F up "
       "--detach=true --renew-anon-volumes=true -- web"},
      {"compose --ansi never logs -fn 5 web", "compose config --format=json",
       "compose --ansi=never --project-name=u1-p --project-directory=/ --env-file=/dev/null "
       "--file=F logs --follow=true --tail=5 -- web"},
      {"compose up --scale web=2 --pull always", "compose config --format=json",
       "compose --project-name=u1-p --project-directory=/ --env-file=/dev/null --file=F up "
       "--renew-anon-volumes=true"},
      {"compose -f a.yml config -q", "compose --file=a.yml config --quiet=true", NULL},
      {"compose version --short", "compose config --format=json", "compose version --short=true"},
      {"compose up --help", "compose config --format=json", "compose up --help"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    struct sd_compose_line line;
    struct sd_strv asked = {0};
    struct sd_strv executed = {0};
    const struct sd_compose_project project = {.name = "u1-p"};
    struct sd_error err;
    sd_error_init(&err, &fixture->arena);
    assert_true(read_line(fixture, rows[i].typed, &line));
    assert_true(sd_compose_ask(&fixture->arena, &line, &asked, &err));
    assert_string_equal(join(fixture, &asked), rows[i].asked);
    assert_true(sd_compose_emit(&fixture->arena, &line, &project, "F", &executed, &err));
    if (rows[i].executed != NULL)
      assert_string_equal(join(fixture, &executed), rows[i].executed);
  }
}

static void what_is_refused(void **state) {
  static const struct {
    const char *typed, *rule;
  } rows[] = {
      {"compose", "compose-command"},
      {"compose frob", "compose-command"},
      {"compose exec web sh", "compose-command"},
      {"compose run web sh", "compose-command"},
      {"compose build", "compose-command"},
      {"compose cp a b", "compose-command"},
      {"compose ls", "compose-command"},
      {"compose watch", "compose-command"},
      {"compose up --build", "compose-option"},
      {"compose up -w", "compose-option"},
      {"compose down --rmi all", "compose-option"},
      {"compose -f - up", "compose-option"},
      {"compose up --file x", "unknown-option"},
      {"compose up --env-file x", "unknown-option"},
      {"compose ps --project-directory x", "unknown-option"},
      {"compose up --no-such", "unknown-option"},
      {"compose up -t soon", "invalid-value"},
      {"compose version x", "operands"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    struct sd_compose_line line;
    if (read_line(fixture, rows[i].typed, &line))
      print_message("%s: was read\n", rows[i].typed);
    assert_int_equal(fixture->decision.problems.list.len, 1);
    assert_string_equal(fixture->decision.problems.list.items[0].rule, rows[i].rule);
  }
}

/* Of two callers no two projects have one name. */
static void names_of_projects(void **state) {
  struct fixture *fixture = fixture_of(state);
  static const struct {
    unsigned uid;
    const char *given, *own;
  } rows[] = {
      {1000, "shop", "u1000-shop"},
      {1000, "u1000-shop", "u1000-shop"},
      {1000, "u1001-shop", "u1000-u1001-shop"},
      {1000, "u10-shop", "u1000-u10-shop"},
      {10, "u1000-shop", "u10-u1000-shop"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(
        sd_compose_own_name(&fixture->arena, &fixture->policy, rows[i].uid, rows[i].given),
        rows[i].own);
  fixture->policy.isolation = SD_ISOLATION_SHARED;
  assert_string_equal(sd_compose_own_name(&fixture->arena, &fixture->policy, 1000, "shop"), "shop");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_is_asked_and_executed, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(what_is_refused, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(names_of_projects, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
