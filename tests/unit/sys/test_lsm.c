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
  struct sd_arena arena;
};

/* What is seen of one profile at `mountpoint`. */
static struct sd_lsm_profile seen_at(struct sd_arena *arena, const char *mountpoint,
                                     const char *profile) {
  struct sd_strv names = {0};
  struct sd_lsm_view view = {0};
  sd_strv_add(&names, arena, profile);
  sd_strv_add(&names, arena, profile);
  sd_lsm_look_at(arena, mountpoint, &names, &view);
  assert_int_equal(view.profiles.len, 1);
  return view.profiles.items[0];
}

static enum sd_lsm_state state_at(struct sd_arena *arena, const char *mountpoint,
                                  const char *profile) {
  return seen_at(arena, mountpoint, profile).state;
}

static int set_up(void **state) {
  static struct fixture fixture;
  fixture = (struct fixture){.folder = "/tmp/test-lsm-XXXXXX"};
  assert_non_null(mkdtemp(fixture.folder));
  fixture.root = open(fixture.folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  assert_true(fixture.root >= 0);
  sd_arena_init(&fixture.arena);
  *state = &fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  sd_arena_finish(&fixture->arena);
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
  struct fixture *fixture = *state;
  static const struct {
    const char *profile;
    enum sd_lsm_state wanted;
  } rows[] = {
      {"docker-default", SD_APPARMOR_PROFILE_LOADED},
      {"sd-last", SD_APPARMOR_PROFILE_LOADED},
      {"sd-kill", SD_APPARMOR_PROFILE_LOADED},
      {"sd-complain", SD_APPARMOR_PROFILE_LOOSE},
      {"sd-unconfined", SD_APPARMOR_PROFILE_LOOSE},
      {"sd-new", SD_APPARMOR_PROFILE_LOOSE},
      {"my profile (old)", SD_APPARMOR_PROFILE_LOOSE},
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
    assert_int_equal(state_at(&fixture->arena, fixture->folder, rows[i].profile), rows[i].wanted);
  write_file(fixture, "profiles", "", 0);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "sd-last"),
                   SD_APPARMOR_PROFILE_MISSING);
  write_file(fixture, "profiles", "x\0y\nsd-last (enforce)\n", 22);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "sd-last"),
                   SD_APPARMOR_PROFILE_UNKNOWN);
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
  struct fixture *fixture = *state;
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(mkdirat(fixture->root, "policy", 0700), 0);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(mkdirat(fixture->root, "policy/profiles", 0700), 0);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "a"), SD_APPARMOR_PROFILE_MISSING);
  add_entry(fixture, "a.1", "a\n", "enforce\n");
  add_entry(fixture, "b.2", "b\n", "complain\n");
  add_entry(fixture, "usr.bin.c.3", "/usr/bin/c\n", "kill\n");
  add_entry(fixture, "d.4", "d\n", NULL);
  static const struct {
    const char *profile;
    enum sd_lsm_state wanted;
  } rows[] = {
      {"a", SD_APPARMOR_PROFILE_LOADED},          {"b", SD_APPARMOR_PROFILE_LOOSE},
      {"/usr/bin/c", SD_APPARMOR_PROFILE_LOADED}, {"usr.bin.c", SD_APPARMOR_PROFILE_MISSING},
      {"d", SD_APPARMOR_PROFILE_UNKNOWN},         {"a.1", SD_APPARMOR_PROFILE_MISSING},
      {"e", SD_APPARMOR_PROFILE_MISSING},         {"../../profiles", SD_APPARMOR_PROFILE_MISSING},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_int_equal(state_at(&fixture->arena, fixture->folder, rows[i].profile), rows[i].wanted);
  /* An entry that cannot be read might be the one. */
  add_entry(fixture, "e.5", NULL, "enforce\n");
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "a"), SD_APPARMOR_PROFILE_LOADED);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "e"), SD_APPARMOR_PROFILE_UNKNOWN);
  /* The list goes before the folder. */
  write_file(fixture, "profiles", list, sizeof(list) - 1);
  assert_int_equal(state_at(&fixture->arena, fixture->folder, "a"), SD_APPARMOR_PROFILE_MISSING);
}

static void several_at_once(void **state) {
  struct fixture *fixture = *state;
  struct sd_strv names = {0};
  struct sd_lsm_view view = {0};
  static const char *const wanted[] = {"sd-kill", "nobody", "sd-complain", "sd-kill", "sd-last"};
  for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
    sd_strv_add(&names, &fixture->arena, wanted[i]);
  write_file(fixture, "profiles", list, sizeof(list) - 1);
  sd_lsm_look_at(&fixture->arena, fixture->folder, &names, &view);
  assert_int_equal(view.profiles.len, 4);
  assert_string_equal(sd_lsm_find(&view, "sd-kill")->mode, "kill");
  assert_string_equal(sd_lsm_find(&view, "sd-complain")->mode, "complain");
  assert_string_equal(sd_lsm_find(&view, "nobody")->mode, "");
  assert_int_equal(sd_lsm_state(&view, "sd-last"), SD_APPARMOR_PROFILE_LOADED);
  assert_int_equal(sd_lsm_state(&view, "nobody"), SD_APPARMOR_PROFILE_MISSING);
  /* It is loaded, and was not asked for. */
  assert_null(sd_lsm_find(&view, "docker-default"));
  assert_int_equal(sd_lsm_state(&view, "docker-default"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(sd_lsm_state(NULL, "sd-last"), SD_APPARMOR_PROFILE_UNKNOWN);
}

static void no_file_system(void **state) {
  struct fixture *fixture = *state;
  assert_int_equal(state_at(&fixture->arena, "/does-not-exist", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(state_at(&fixture->arena, "/dev/null", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
  assert_int_equal(state_at(&fixture->arena, "", "a"), SD_APPARMOR_PROFILE_UNKNOWN);
}

/* Of this machine only this is known: no kernel has a profile of that name loaded. */
static void this_machine(void **state) {
  struct fixture *fixture = *state;
  static const char name[] = "no profile has (this) name";
  struct sd_strv names = {0};
  struct sd_lsm_view view = {0};
  sd_strv_add(&names, &fixture->arena, name);
  sd_lsm_look(&fixture->arena, &names, &view);
  assert_int_not_equal(sd_lsm_state(&view, name), SD_APPARMOR_PROFILE_LOADED);
  if (access("/sys/module/apparmor", F_OK) == 0)
    return;
  assert_int_equal(view.kernel, SD_LSM_WITHOUT);
  assert_int_equal(sd_lsm_state(&view, name), SD_APPARMOR_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_list, set_up, tear_down),
      cmocka_unit_test_setup_teardown(the_folder, set_up, tear_down),
      cmocka_unit_test_setup_teardown(several_at_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(no_file_system, set_up, tear_down),
      cmocka_unit_test_setup_teardown(this_machine, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
