/* SPDX-License-Identifier: Apache-2.0 */
/* docker cp: which containers, and what the real CLI is asked for. It is never given a path of the host. */
#include "fixture.h"

#include <string.h>

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define MOUNT(type, more) ", \"Mounts\": [{\"Type\": \"" type "\"" more "}]"

/* alice's web (aaaa...); bob's theirs (bbbb...); and alice's own with mounts of all kinds. */
static void fill(struct fixture *fixture) {
  static const struct {
    const char *name;
    char digit;
    const char *mounts;
  } rows[] = {
      {"web", 'a', ""},
      {"bound", 'c', MOUNT("bind", ", \"Source\": \"/home/alice\"")},
      {"kept", 'd', MOUNT("volume", ", \"Driver\": \"local\", \"Name\": \"" A64 "\"")},
      {"named", '6', MOUNT("volume", ", \"Name\": \"data\"")},
      {"lent", '7', MOUNT("volume", ", \"Name\": \"secret\"")},
      {"nameless", '8', MOUNT("volume", "")},
      {"memory", 'e', MOUNT("tmpfs", "")},
      {"foreign", 'f', MOUNT("volume", ", \"Driver\": \"nfs\"")},
      {"future", '1', MOUNT("image", "")},
      {"typeless", '2', ", \"Mounts\": [{}]"},
      {"strange", '3', ", \"Mounts\": {}"},
      {"none", '4', ", \"Mounts\": null"},
      {"second", '5', ", \"Mounts\": [{\"Type\": \"tmpfs\"}, {\"Type\": \"bind\"}]"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    fixture_container(fixture, rows[i].name, rows[i].digit, 1000, rows[i].mounts);
  fixture_container(fixture, "theirs", 'b', 1001, "");
  fixture_object(
      fixture, SD_OBJECT_VOLUME,
      "{\"Name\":\"data\",\"Mountpoint\":\"/m\",\"Labels\":{\"io.safe-docker.owner\":\"1000\"}}");
  fixture_object(
      fixture, SD_OBJECT_VOLUME,
      "{\"Name\":\"secret\",\"Mountpoint\":\"/m\",\"Labels\":{\"io.safe-docker.owner\":\"1001\"}}");
}

static const struct {
  const char *line;
  const char *emitted; /* or "! rule", or "? Docker's words" */
} rows[] = {
    {"cp web:/f /etc/x", "cp -- " A64 ":/f -"},
    {"cp web:/f -", "cp -- " A64 ":/f -"},
    {"cp -L web:f .", "cp --follow-link=true -- " A64 ":f -"},
    {"cp -q web:/f .", "cp -- " A64 ":/f -"},
    {"cp -a web:/f .", "cp -- " A64 ":/f -"},
    {"cp /etc/shadow web:/f", "cp -- - " A64 ":/f"},
    {"cp -aLq ./web:x web:/f", "cp -- - " A64 ":/f"},
    {"cp - web:/f", "cp -- - " A64 ":/f"},
    {"cp aaaa:/f x", "cp -- " A64 ":/f -"},
    {"cp web:a:b x", "cp -- " A64 ":a:b -"},
    {"cp web:--privileged x", "cp -- " A64 ":--privileged -"},
    {"cp kept:/f .", "cp -- "},
    {"cp named:/f .", "cp -- "},
    {"cp lent:/f .", "! volume-owner"},
    {"cp - lent:/f", "! volume-owner"},
    {"cp nameless:/f .", "! volume-owner"},
    {"cp memory:/f .", "cp -- "},
    {"cp none:/f .", "cp -- "},
    {"cp bound:/f .", "! copy-mounts"},
    {"cp . bound:/f", "! copy-mounts"},
    {"cp - bound:/f", "! copy-mounts"},
    {"cp foreign:/f .", "! copy-mounts"},
    {"cp future:/f .", "! copy-mounts"},
    {"cp typeless:/f .", "! copy-mounts"},
    {"cp strange:/f .", "! copy-mounts"},
    {"cp second:/f .", "! copy-mounts"},
    {"cp theirs:/f .", "? Error response from daemon: No such container: theirs"},
    {"cp . theirs:/f", "? Error response from daemon: No such container: theirs"},
    {"cp nobody:/f .", "? Error response from daemon: No such container: nobody"},
    {"cp ../web:/f .", "! copy-operands"},
    {"cp /a /b", "! copy-operands"},
    {"cp - -", "! copy-operands"},
    {"cp web:/a web:/b", "! copy-operands"},
    {"cp web: x", "! copy-operands"},
    {"cp x web:", "! copy-operands"},
    {"cp :/a x", "! copy-operands"},
};

static void lines(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(fixture);
    fill(fixture);
    print_message("%s\n", rows[i].line);
    fixture_line(fixture, rows[i].line);
    fixture_decide(fixture);
    if (rows[i].emitted[0] == '!')
      (void)fixture_assert_refused(fixture, rows[i].emitted + 2);
    else if (rows[i].emitted[0] == '?')
      fixture_assert_absent(fixture, rows[i].emitted + 2);
    else
      fixture_assert_contains(fixture_emitted(fixture), rows[i].emitted);
  }
}

static void owners_are_not_kept(void **state) {
  struct fixture *fixture = *state;
  fill(fixture);
  fixture_line(fixture, "cp --archive web:/f .");
  fixture_decide(fixture);
  (void)fixture_assert_changed(fixture, "copy-archive", "--archive=false");
  fixture_assert_change_count(fixture, 1);
}

/* Reading the line has complained already. */
static void without_operands(void **state) {
  struct fixture *fixture = *state;
  fill(fixture);
  fixture_line(fixture, "cp -aL web:/f .");
  fixture->invocation.operands = (struct sd_strv){0};
  fixture_decide(fixture);
  assert_int_equal(fixture->decision.problems.list.len, 0);
  assert_int_equal(fixture->decision.wants.v.len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(lines, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(owners_are_not_kept, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(without_operands, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("command-cp", tests, NULL, NULL);
}
