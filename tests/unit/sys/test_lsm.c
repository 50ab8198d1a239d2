/* SPDX-License-Identifier: Apache-2.0 */
/* A made-up AppArmor file system; the layout is the kernel's (security/apparmor/apparmorfs.c). */
#include "safe-docker/sys/lsm.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../remove_tree.h"
#include "../support.h"

struct fixture {
  char folder[64];
  int root;
};

static int set_up(void **state) {
  static struct fixture fixture;
  fixture = (struct fixture){.folder = "/tmp/test-lsm-XXXXXX"};
  assert_non_null(mkdtemp(fixture.folder));
  fixture.root = open(fixture.folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  assert_true(fixture.root >= 0);
  *state = &fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  (void)close(fixture->root);
  return remove_tree(fixture->folder);
}

static void write_file(const struct fixture *fixture, const char *path, const char *text,
                       size_t len) {
  int fd = openat(fixture->root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, len), (ssize_t)len);
  (void)close(fd);
}

static const char list[] = "docker-default (enforce)\n"
                           "my profile (old) (complain)\n"
                           "my profile (old) (enforce)x\n"
                           "sd-complain (complain)\n"
                           "sd-unconfined (unconfined)\n"
                           "sd-kill (kill)\n"
                           "sd-new (some-new-mode)\n"
                           ":ns://sd-inside (enforce)\n"
                           "no-mode\n"
                           "(enforce)\n"
                           "\n"
                           "sd-last (enforce)";

static void the_list(void **state) {
  const struct fixture *fixture = *state;
  static const struct {
    const char *profile;
    enum sd_lsm_state wanted;
  } rows[] = {
      {"docker-default", SD_APPARMOR_PROFILE_LOADED},
      {"sd-last", SD_APPARMOR_PROFILE_LOADED},
      {"sd-kill", SD_APPARMOR_PROFILE_LOADED},
      {"sd-complain", SD_APPARMOR_PROFILE_MISSING},
      {"sd-unconfined", SD_APPARMOR_PROFILE_MISSING},
      {"sd-new", SD_APPARMOR_PROFILE_MISSING},
      {"my profile (old)", SD_APPARMOR_PROFILE_MISSING},
      {"sd-inside", SD_APPARMOR_PROFILE_MISSING},
      {"docker", SD_APPARMOR_PROFILE_MISSING},
      {"docker-default2", SD_APPARMOR_PROFILE_MISSING},
      {"Docker-default", SD_APPARMOR_PROFILE_MISSING},
      {"no-mode", SD_APPARMOR_PROFILE_MISSING},
      {"docker-default (enforce)", SD_APPARMOR_PROFILE_MISSING},
      {"", SD_APPARMOR_PROFILE_MISSING},
  };
  write_file(fixture, "profiles", list, sizeof(list) - 1);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(sd_lsm_apparmor_at(fixture->folder, rows[i].profile), rows[i].wanted);
  write_file(fixture, "profiles", "", 0);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "sd-last"), SD_APPARMOR_PROFILE_MISSING);
  write_file(fixture, "profiles", "x\0y\nsd-last (enforce)\n", 22);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "sd-last"), SD_APPARMOR_PROFILE_UNKNOWN);
}

static void add_entry(const struct fixture *fixture, const char *entry, const char *name,
                      const char *mode) {
  char path[256];
  (void)snprintf(path, sizeof(path), "policy/profiles/%s", entry);
  assert_int_equal(mkdirat(fixture->root, path, 0700), 0);
  (void)snprintf(path, sizeof(path), "policy/profiles/%s/name", entry);
  if (name != NULL)
    write_file(fixture, path, name, strlen(name));
  (void)snprintf(path, sizeof(path), "policy/profiles/%s/mode", entry);
  if (mode != NULL)
    write_file(fixture, path, mode, strlen(mode));
}

static void the_folder(void **state) {
  const struct fixture *fixture = *state;
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(mkdirat(fixture->root, "policy", 0700), 0);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(mkdirat(fixture->root, "policy/profiles", 0700), 0);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "a"), SD_APPARMOR_PROFILE_MISSING);
  add_entry(fixture, "a.1", "a\n", "enforce\n");
  add_entry(fixture, "b.2", "b\n", "complain\n");
  add_entry(fixture, "usr.bin.c.3", "/usr/bin/c\n", "kill\n");
  add_entry(fixture, "d.4", "d\n", NULL);
  static const struct {
    const char *profile;
    enum sd_lsm_state wanted;
  } rows[] = {
      {"a", SD_APPARMOR_PROFILE_LOADED},          {"b", SD_APPARMOR_PROFILE_MISSING},
      {"/usr/bin/c", SD_APPARMOR_PROFILE_LOADED}, {"usr.bin.c", SD_APPARMOR_PROFILE_MISSING},
      {"d", SD_APPARMOR_PROFILE_UNKNOWN},         {"a.1", SD_APPARMOR_PROFILE_MISSING},
      {"e", SD_APPARMOR_PROFILE_MISSING},         {"../../profiles", SD_APPARMOR_PROFILE_MISSING},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(sd_lsm_apparmor_at(fixture->folder, rows[i].profile), rows[i].wanted);
  /* An entry that cannot be read might be the one. */
  add_entry(fixture, "e.5", NULL, "enforce\n");
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "a"), SD_APPARMOR_PROFILE_LOADED);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "e"), SD_APPARMOR_PROFILE_UNKNOWN);
  /* The list goes before the folder. */
  write_file(fixture, "profiles", list, sizeof(list) - 1);
  assert_int_equal(sd_lsm_apparmor_at(fixture->folder, "a"), SD_APPARMOR_PROFILE_MISSING);
}

static void no_file_system(void **state) {
  (void)state;
  assert_int_equal(sd_lsm_apparmor_at("/does-not-exist", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(sd_lsm_apparmor_at("/dev/null", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(sd_lsm_apparmor_at("", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
}

/* Of this machine only this is known: no kernel has a profile of that name loaded. */
static void this_machine(void **state) {
  (void)state;
  enum sd_lsm_state found = sd_lsm_apparmor("no profile has (this) name");
  assert_int_not_equal(found, SD_APPARMOR_PROFILE_LOADED);
  if (access("/sys/module/apparmor", F_OK) != 0)
    assert_int_equal(found, SD_APPARMOR_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(the_folder, set_up, tear_down),
      cmocka_unit_test(no_file_system),
      cmocka_unit_test(this_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
