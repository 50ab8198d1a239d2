/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, what sweeps, stats and inspect: each caller's own alone, whatever filters are given. */
#include "fixture.h"

#include <string.h>

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define B16 "bbbbbbbbbbbbbbbb"
#define B64 B16 B16 B16 B16
#define OWN "--filter=label=io.safe-docker.owner=1000"

static void fill(struct fixture *fixture) {
  fixture_container(fixture, "web", 'a', 1000, "");
  fixture_container(fixture, "theirs", 'b', 1001, "");
  fixture_object(fixture, SD_OBJECT_IMAGE,
                 "{\"Id\": \"sha256:" A64
                 "\", \"RepoTags\": [\"app:latest\"], \"RepoDigests\": []}");
  fixture_object(fixture, SD_OBJECT_NETWORK,
                 "{\"Id\": \"ffff\", \"Name\": \"lan\", \"IPAM\": {}, \"Labels\": "
                 "{\"io.safe-docker.owner\": \"1000\"}}");
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 "{\"Name\": \"data\", \"Mountpoint\": \"/m\", \"Labels\": "
                 "{\"io.safe-docker.owner\": \"1000\"}}");
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 "{\"Name\": \"secret\", \"Mountpoint\": \"/m\", \"Labels\": null}");
}

struct row {
  const char *line;
  const char *emitted; /* or "! rule", or "? Docker's words" */
};

static void check(struct fixture *fixture, const struct row *row) {
  fixture_reset(fixture);
  fill(fixture);
  fixture_line(fixture, row->line);
  fixture_decide(fixture);
  print_message("%s\n", row->line);
  if (row->emitted[0] == '!')
    (void)fixture_assert_refused(fixture, row->emitted + 2);
  else if (row->emitted[0] == '?')
    fixture_assert_absent(fixture, row->emitted + 2);
  else
    fixture_assert_emitted(fixture, row->emitted);
}

#define ROWS(table)                                                                                \
  static void table(void **state) {                                                                \
    for (size_t i = 0; i < sizeof(table##_rows) / sizeof((table##_rows)[0]); i++)                  \
      check(*state, &(table##_rows)[i]);                                                           \
  }

static const struct row list_rows[] = {
    {"ps", "ps " OWN},
    {"ps -a", "ps --all=true " OWN},
    {"container ls -aq", "ps --all=true --quiet=true " OWN},
    {"ps -f name=web -f label=a=b", "ps --filter=name=web --filter=label=a=b " OWN},
    {"ps -f NAME=web", "ps --filter=name=web " OWN},
    {"ps -f before=web", "ps --filter=before=" A64 " " OWN},
    {"ps -f since=/web", "ps --filter=since=" A64 " " OWN},
    {"ps -f before=theirs", "? Error response from daemon: no such container theirs"},
    {"ps -f before=..", "? Error response from daemon: no such container .."},
    {"ps -f label=io.safe-docker.owner=1001", "! filter"},
    {"ps -f label=io.safe-docker.owner", "! filter"},
    {"ps -f LABEL=io.safe-docker.owner=1001", "! filter"},
    {"ps -f label!=io.safe-docker.owner=1000", "! filter"},
    {"ps -f name", "! filter"},
    {"ps -f =x", "! filter"},
    {"ps -f nothing=x", "! filter"},
    {"ps -f until=1h", "! filter"},
    {"volume ls -q", "volume ls --quiet=true " OWN},
    {"volume ls -f dangling=true", "volume ls --filter=dangling=true " OWN},
    {"volume ls -f id=x", "! filter"},
    {"network ls -f id=ff", "network ls --filter=id=ff " OWN},
    {"network ls -f type=custom", "network ls --filter=type=custom " OWN},
    {"network ls -f label=io.safe-docker.version", "! filter"},
    {"events", "events " OWN " --filter=type=container"},
    {"events -f event=start", "events --filter=event=start " OWN " --filter=type=container"},
    {"events -f Type=network", "events --filter=type=network " OWN},
    {"events --since 0 -f container=theirs",
     "events --since=0 --filter=container=theirs " OWN " --filter=type=container"},
};
ROWS(list)

static const struct row prune_rows[] = {
    {"volume prune -f", "volume prune --force=true " OWN},
    {"volume prune -af", "volume prune --force=true --all=true " OWN},
    {"volume prune --filter all=1", "volume prune --filter=all=1 " OWN},
    {"volume prune --filter until=1h", "! filter"},
    {"network prune --filter until=1h", "network prune --filter=until=1h " OWN},
    {"network prune --filter label!=keep", "network prune --filter=label!=keep " OWN},
    {"network prune --filter label!=io.safe-docker.owner=1000", "! filter"},
    /* on the made daemon a container that is not the caller's has come with the list */
    {"container prune -f", "! prune-label"},
};
ROWS(prune)

/* What is made after the look stays: until when the newest of the caller's own was made, by the daemon's clock, or until what
 * the caller asks for where that is earlier. */
static void prune_containers(void **state) {
  static const struct {
    const char *line, *until; /* NULL: refused */
  } rows[] = {
      {"container prune -f", "2026-11-22T11:21:52.123Z"},
      {"container prune -f --filter until=24h", "2026-11-21T12:00:00Z"},
      {"container prune -f --filter until=1", "1970-01-01T00:00:01Z"},
      {"container prune -f --filter until=24h --filter until=48h", "2026-11-20T12:00:00Z"},
      {"container prune -f --filter until=0s", "2026-11-22T11:21:52.123Z"},
      {"container prune -f --filter until=4102444800", "2026-11-22T11:21:52.123Z"},
      {"container prune -f --filter until=-24h", NULL},
      {"container prune -f --filter until=2026-11-01", NULL},
      {"container prune -f --filter until=99999999999999999999", NULL},
  };
  static const char *const created[] = {"2026-11-22T11:21:52.12Z", "2026-11-22T11:21:52.123Z",
                                        "2026-11-22T11:21:52Z"};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(fixture);
    fixture->in.now = 1795348800; /* 2026-11-22T12:00:00Z */
    for (size_t k = 0; k < sizeof(created) / sizeof(created[0]); k++)
      fixture_container(fixture, "web", (char)('a' + k), 1000,
                        sd_arena_printf(&fixture->arena, ",\"Created\":\"%s\"", created[k]));
    fixture_line(fixture, rows[i].line);
    fixture_decide(fixture);
    if (rows[i].until == NULL)
      (void)fixture_assert_refused(fixture, "filter");
    else
      fixture_assert_emitted(fixture, sd_arena_printf(&fixture->arena,
                                                      "container prune --force=true " OWN
                                                      " --filter=until=%s",
                                                      rows[i].until));
  }
}

/* Nothing of the caller's is there: the real CLI's words, without it. */
static void prune_of_nothing(void **state) {
  struct fixture *fixture = *state;
  fixture_line(fixture, "container prune -f");
  fixture_decide(fixture);
  fixture_assert_allowed(fixture);
  assert_string_equal(fixture->decision.answer, "Total reclaimed space: 0B\n");
}

/* Our filter is there once and last, whatever is asked for. */
static void own_filter(void **state) {
  static const char *const commands[] = {"ps",           "events",          "volume ls",
                                         "network ls",   "container prune", "volume prune",
                                         "network prune"};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    fixture_reset(fixture);
    fixture_line(fixture, sd_arena_printf(&fixture->arena, "%s --filter label=a --filter label=b=c",
                                          commands[i]));
    fixture_decide(fixture);
    fixture_assert_allowed(fixture);
    const char *emitted = fixture_emitted(fixture);
    const char *found = strstr(emitted, " " OWN);
    assert_non_null(found);
    assert_null(strstr(found + 2, OWN));
    fixture_reset(fixture);
    fixture->policy.isolation = SD_ISOLATION_SHARED;
    fixture_line(fixture,
                 sd_arena_printf(&fixture->arena, "%s --filter label=io.safe-docker.owner=1001",
                                 commands[i]));
    fixture_decide(fixture);
    fixture_assert_emitted(fixture, sd_arena_printf(&fixture->arena,
                                                    "%s --filter=label=io.safe-docker.owner=1001",
                                                    commands[i]));
  }
}

/* Without names: the caller's own by their ids, of those that have the label. */
static void stats(void **state) {
  static const struct row rows[] = {
      {"stats", "stats -- " A64},
      {"stats -a --no-stream", "stats --no-stream=true --all=true -- " A64},
      {"stats web", "stats -- " A64},
      {"stats --no-trunc aa", "stats --no-trunc=true -- " A64},
      {"stats theirs", "? Error response from daemon: No such container: theirs"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    check(fixture, &rows[i]);
  static const struct {
    const char *line;
    enum sd_own_list list;
  } lists[] = {{"stats", SD_OWN_LIST_RUNNING},
               {"stats --all", SD_OWN_LIST_ALL},
               {"stats --all=false", SD_OWN_LIST_RUNNING},
               {"stats web", SD_OWN_LIST_NONE},
               {"container prune", SD_OWN_LIST_ALL},
               {"network prune", SD_OWN_LIST_NONE}};
  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
    fixture_reset(fixture);
    fixture_line(fixture, lists[i].line);
    sd_rules_command(&fixture->in, &fixture->decision);
    assert_int_equal(fixture->decision.wants.list, lists[i].list);
  }
  /* of those that exist nothing is shown */
  check(fixture, &(struct row){"stats --no-stream web theirs",
                               "? Error response from daemon: No such container: theirs"});
  assert_int_equal(fixture->decision.invocation.operands.v.len, 0);
}

/* Nothing of the caller's runs: what the real CLI prints then, without asking it, which would show everybody's. */
static void stats_of_nothing(void **state) {
  struct fixture *fixture = *state;
  fixture_container(fixture, "theirs", 'b', 1001, "");
  fixture_line(fixture, "stats --no-stream");
  fixture_decide(fixture);
  fixture_assert_allowed(fixture);
  fixture_assert_contains(fixture->decision.answer, "CONTAINER ID   NAME");
  fixture_reset(fixture);
  fixture_line(fixture, "stats --format {{.Name}}");
  fixture_decide(fixture);
  assert_string_equal(fixture->decision.answer, "");
  fixture_reset(fixture);
  fixture->policy.isolation = SD_ISOLATION_SHARED;
  fixture_line(fixture, "stats");
  fixture_decide(fixture);
  fixture_assert_emitted(fixture, "stats");
}

static const struct row inspect_rows[] = {
    {"inspect web", "inspect --type=container -- " A64},
    {"inspect -f {{.Id}} web", "inspect --format={{.Id}} --type=container -- " A64},
    {"inspect app", "inspect --type=image -- sha256:" A64},
    {"inspect lan", "inspect --type=network -- ffff"},
    {"inspect data", "inspect --type=volume -- data"},
    {"inspect --type container web", "inspect --type=container -- " A64},
    {"inspect --type= web", "inspect --type=container -- " A64},
    {"inspect --type image web", "? Error response from daemon: No such image: web"},
    {"inspect --type plugin web", "! inspect-type"},
    {"inspect --type Container web", "! inspect-type"},
    {"inspect web app lan", "inspect -- " A64 " sha256:" A64 " ffff"},
    {"inspect web data", "! inspect-type"},
    {"inspect data lan", "! inspect-type"},
    {"inspect theirs", "? Error: No such object: theirs"},
    {"inspect secret", "? Error: No such object: secret"},
    {"inspect bb", "? Error: No such object: bb"},
    {"container inspect theirs", "? Error response from daemon: No such container: theirs"},
    {"volume inspect secret", "? Error response from daemon: get secret: no such volume"},
};
ROWS(inspect)

static void nothing_inspected(void **state) {
  static const struct {
    const char *line;
    const char *answer;
  } cases[] = {
      {"inspect theirs", "[]\n"},
      {"inspect -f {{.Id}} theirs", "\n"},
      {"inspect --format= theirs", "[]\n"},
      {"container inspect theirs none", "[]\n"},
      {"volume inspect secret", "[]\n"},
      {"inspect theirs web", NULL},
      {"logs theirs", NULL},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fill(fixture);
    fixture_line(fixture, cases[i].line);
    fixture_decide(fixture);
    fixture_assert_allowed(fixture);
    if (cases[i].answer == NULL)
      assert_null(fixture->decision.answer);
    else
      assert_string_equal(fixture->decision.answer, cases[i].answer);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(list, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(prune, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(prune_containers, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(prune_of_nothing, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(own_filter, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(stats, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(stats_of_nothing, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(inspect, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(nothing_inspected, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("command-lists", tests, NULL, NULL);
}
