/* SPDX-License-Identifier: Apache-2.0 */
/* Which door, and whom it names. */
#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "safe-docker/sys/identity.h"

struct row {
  const char *what;
  struct sd_identity_facts facts;
  const char *expected; /* "door uid", or NULL: refused */
};

static const struct row rows[] = {
    {"a user", {.real_uid = 1000, .effective_uid = 1000}, "direct 1000"},
    {"root", {.real_uid = 0, .effective_uid = 0}, "direct 0"},
    {"sudo", {.sudo_uid = "1000"}, "sudo 1000"},
    {"sudo by root", {.sudo_uid = "0"}, "sudo 0"},
    {"pkexec", {.pkexec_uid = "1000"}, "pkexec 1000"},
    {"doas", {.doas_user = "daemon"}, "doas 1"},
    {"doas by somebody unknown", {.doas_user = "nobody-knows-me"}, NULL},
    {"doas without a name", {.doas_user = ""}, NULL},
    {"both say the same", {.sudo_uid = "1", .doas_user = "daemon"}, "sudo 1"},
    {"doas keepenv with a forged SUDO_UID", {.sudo_uid = "0", .doas_user = "daemon"}, NULL},
    {"sudo that keeps a forged DOAS_USER", {.sudo_uid = "1000", .doas_user = "daemon"}, NULL},
    {"pkexec and sudo", {.sudo_uid = "1000", .pkexec_uid = "1001"}, NULL},
    {"not a number", {.sudo_uid = "1000x"}, NULL},
    {"empty", {.sudo_uid = ""}, NULL},
    {"negative", {.sudo_uid = "-1"}, NULL},
    {"no account", {.sudo_uid = "4294967295"}, NULL},
    {"more than 32 bits", {.sudo_uid = "4294968296"}, NULL},
    {"leading blank", {.sudo_uid = " 1000"}, NULL},
    {"forged without root",
     {.real_uid = 1000, .effective_uid = 1000, .sudo_uid = "0", .doas_user = "root"},
     "direct 1000"},
    {"setuid root", {.real_uid = 1000, .effective_uid = 0, .sudo_uid = "1001"}, "setuid 1000"},
    {"setuid to another account", {.real_uid = 1000, .effective_uid = 999}, NULL},
    {"setgid",
     {.real_uid = 1000,
      .effective_uid = 1000,
      .real_gid = 1000,
      .effective_gid = 105,
      .sudo_uid = "0"},
     "setgid 1000"},
    {"setgid by root", {.real_gid = 0, .effective_gid = 105}, "setgid 0"},
    {"setgid behind sudo", {.effective_gid = 105, .sudo_uid = "1000"}, "sudo 1000"},
    {"setgid behind doas", {.effective_gid = 105, .doas_user = "daemon"}, "doas 1"},
    {"setgid behind pkexec", {.effective_gid = 105, .pkexec_uid = "1000"}, "pkexec 1000"},
    {"setgid behind two that disagree",
     {.effective_gid = 105, .sudo_uid = "0", .doas_user = "daemon"},
     NULL},
};

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    struct sd_error err;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    enum sd_door door = SD_DOOR_PKEXEC;
    uid_t uid = 77;
    bool good = sd_identity_door(&arena, &rows[i].facts, &door, &uid, &err);
    const char *got =
        good ? sd_arena_printf(&arena, "%s %u", sd_door_name(door), (unsigned)uid) : "refused";
    if (strcmp(got, rows[i].expected != NULL ? rows[i].expected : "refused") != 0)
      print_message("%s: %s\n", rows[i].what, got);
    assert_string_equal(got, rows[i].expected != NULL ? rows[i].expected : "refused");
    assert_true(good || (err.message != NULL && uid == 77));
    sd_arena_finish(&arena);
  }
}

static void test_databases(void **state) {
  (void)state;
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  uid_t uid = 77;
  gid_t gid = 77;
  assert_true(sd_identity_account(&arena, "root", &uid, &gid, &err));
  assert_int_equal(uid, 0);
  assert_int_equal(gid, 0);
  struct sd_identity who;
  assert_true(sd_identity_find(&arena, &who, &err));
  bool primary = false;
  const struct sd_gids *groups = sd_identity_groups(&arena, &who);
  for (size_t i = 0; i < groups->len; i++)
    primary = primary || groups->items[i] == who.gid;
  assert_ptr_equal(sd_identity_groups(&arena, &who)->items, groups->items);
  assert_true(primary);
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_databases),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
