/* SPDX-License-Identifier: Apache-2.0 */
/* Bad days of the policy's files. Most of it needs root and a folder that only root can write
 * to. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../remove_tree.h"
#include "../support.h"

#include "safe-docker/policy/files.h"

#define GOOD "{\"version\": 1}"
#define STRANGER 54321

static struct sd_arena arena;
static const char *root;   /* stands for sysconfdir */
static const char *folder; /* root/safe-docker */

static const char *at(const char *name) {
  return sd_arena_printf(&arena, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text, size_t len, mode_t mode) {
  int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, len), (ssize_t)len);
  assert_int_equal(fchmod(fd, mode), 0);
  assert_int_equal(close(fd), 0);
}

static void write_text(const char *name, const char *text) {
  write_file(name, text, strlen(text), 0644);
}

static void make_folder(const char *name) {
  assert_int_equal(mkdir(at(name), 0755), 0);
}

static int set_up(void **state) {
  (void)state;
  sd_arena_init(&arena);
  root = sd_arena_printf(&arena, "/var/lib/safe-docker-test-%ld", (long)getpid());
  folder = sd_arena_printf(&arena, "%s/safe-docker", root);
  (void)umask(022);
  assert_int_equal(mkdir(root, 0755), 0);
  assert_int_equal(mkdir(folder, 0755), 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  (void)remove_tree(root);
  sd_arena_finish(&arena);
  return 0;
}

static bool read_files(const char *chosen, uid_t owner, struct sd_policy_texts *out,
                       struct sd_error *err) {
  memset(out, 0, sizeof(*out));
  sd_error_init(err, &arena);
  return sd_policy_files_read(&arena, root, chosen, owner, out, err);
}

/* The names that were read, without the folder; or the message. */
static const char *names_read(void) {
  struct sd_policy_texts texts;
  struct sd_error err;
  struct sd_strv names = {0};
  if (!read_files(NULL, 0, &texts, &err))
    return err.message;
  for (size_t i = 0; i < texts.v.len; i++)
    sd_strv_add(&names, &arena, texts.v.items[i].name + strlen(folder) + 1);
  return sd_strv_join(&names, &arena, " ");
}

static void expect_refused(const char *chosen, uid_t owner, const char *words) {
  struct sd_policy_texts texts;
  struct sd_error err;
  if (read_files(chosen, owner, &texts, &err))
    fail_msg("read although %s", words);
  if (strstr(err.message, words) == NULL)
    fail_msg("expected \"%s\" in: %s", words, err.message);
  assert_non_null(err.hint);
  assert_int_equal(texts.v.len, 0);
}

static void test_nothing(void **state) {
  (void)state;
  assert_string_equal(names_read(), "");
  assert_int_equal(rmdir(folder), 0);
  assert_string_equal(names_read(), "");
  assert_int_equal(rmdir(root), 0);
  assert_string_equal(names_read(), "");
}

static void test_order(void **state) {
  (void)state;
  write_text("policy.json", GOOD);
  assert_string_equal(names_read(), "policy.json");
  make_folder("policy.d");
  assert_string_equal(names_read(), "policy.json");
  static const char *const names[] = {"20-b.json", "B.json",       "10.json",    "a.json",
                                      "9.json",    ".hidden.json", "a.json.bak", "a.json~",
                                      ".json",     "README",       "a.JSON",     "10-x.json"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    write_text(sd_arena_printf(&arena, "policy.d/%s", names[i]), "{}");
  assert_string_equal(names_read(),
                      "policy.json policy.d/10-x.json policy.d/10.json policy.d/20-b.json "
                      "policy.d/9.json policy.d/B.json policy.d/a.json");
  /* Drop-ins alone go over the built-in default. */
  assert_int_equal(unlink(at("policy.json")), 0);
  assert_memory_equal(names_read(), "policy.d/10-x.json ", 19);
}

static void test_text(void **state) {
  (void)state;
  struct sd_policy_texts texts;
  struct sd_error err;
  write_text("policy.json", GOOD);
  assert_true(read_files(NULL, 0, &texts, &err));
  assert_string_equal(texts.v.items[0].name, at("policy.json"));
  assert_int_equal(texts.v.items[0].len, strlen(GOOD));
  assert_memory_equal(texts.v.items[0].text, GOOD, strlen(GOOD));
}

static void test_modes(void **state) {
  (void)state;
  static const mode_t bad[] = {0666, 0664, 0646, 0602, 0620};
  static const mode_t fine[] = {0644, 0600, 0444, 0640, 0755};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    write_file("policy.json", GOOD, strlen(GOOD), bad[i]);
    expect_refused(NULL, 0, "may write to it");
  }
  for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
    write_file("policy.json", GOOD, strlen(GOOD), fine[i]);
    assert_string_equal(names_read(), "policy.json");
  }
}

static void test_folder_modes(void **state) {
  (void)state;
  write_text("policy.json", GOOD);
  make_folder("policy.d");
  const char *const folders[] = {root, folder, at("policy.d")};
  static const mode_t bad[] = {0775, 0757, 01777, 02775};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
      assert_int_equal(chmod(folders[i], bad[j]), 0);
      expect_refused(NULL, 0, "may write to it");
    }
    assert_int_equal(chmod(folders[i], 0755), 0);
    assert_int_equal(chown(folders[i], STRANGER, 0), 0);
    expect_refused(NULL, 0, "is owned by uid 54321");
    assert_int_equal(chown(folders[i], 0, 0), 0);
  }
  assert_string_equal(names_read(), "policy.json");
}

static void test_owner(void **state) {
  (void)state;
  write_text("policy.json", GOOD);
  assert_int_equal(chown(at("policy.json"), STRANGER, 0), 0);
  expect_refused(NULL, 0, "is owned by uid 54321");
  expect_refused(NULL, STRANGER,
                 "is owned by uid 54321"); /* the caller owns nothing but what is chosen */
  assert_int_equal(unlink(at("policy.json")), 0);
  make_folder("policy.d");
  write_text("policy.d/1.json", GOOD);
  assert_int_equal(chown(at("policy.d/1.json"), STRANGER, 0), 0);
  expect_refused(NULL, 0, "is owned by uid 54321");
}

static void test_kinds(void **state) {
  (void)state;
  make_folder("policy.json");
  expect_refused(NULL, 0, "policy.json");
  assert_int_equal(rmdir(at("policy.json")), 0);
  assert_int_equal(mkfifo(at("policy.json"), 0644), 0);
  expect_refused(NULL, 0, "not a regular file"); /* and is not waited for */
  assert_int_equal(unlink(at("policy.json")), 0);
  assert_int_equal(symlink("/dev/null", at("policy.json")), 0);
  expect_refused(NULL, 0, "/dev/null");
  assert_int_equal(unlink(at("policy.json")), 0);
  assert_int_equal(symlink("nowhere", at("policy.json")), 0);
  expect_refused(NULL, 0, "nowhere"); /* not taken for a policy that is not there */
  assert_int_equal(unlink(at("policy.json")), 0);
  write_text("policy.d", "x");
  expect_refused(NULL, 0, "policy.d");
  assert_int_equal(unlink(at("policy.d")), 0);
  make_folder("policy.d");
  make_folder("policy.d/x.json");
  expect_refused(NULL, 0, "x.json");
}

/* A link is as good as the folder it stands in and what it leads to. */
static void test_links(void **state) {
  (void)state;
  write_text("real.json", GOOD);
  assert_int_equal(symlink("real.json", at("policy.json")), 0);
  assert_string_equal(names_read(), "policy.json");
  assert_int_equal(chmod(at("real.json"), 0666), 0);
  expect_refused(NULL, 0, "may write to it");
}

static void test_size(void **state) {
  (void)state;
  char *text = sd_arena_alloc(&arena, SD_JSON_MAX_BYTES + 1);
  memset(text, ' ', SD_JSON_MAX_BYTES + 1);
  write_file("policy.json", text, SD_JSON_MAX_BYTES + 1, 0644);
  expect_refused(NULL, 0, "is larger than 1048576 bytes");
  write_file("policy.json", text, SD_JSON_MAX_BYTES, 0644);
  assert_string_equal(names_read(), "policy.json");
}

static void test_chosen(void **state) {
  (void)state;
  struct sd_policy_texts texts;
  struct sd_error err;
  write_text("policy.json", GOOD);
  write_text("mine.json", GOOD);
  assert_true(read_files(at("mine.json"), STRANGER, &texts, &err));
  assert_int_equal(texts.v.len, 1); /* in place of the others */
  assert_string_equal(texts.v.items[0].name, at("mine.json"));
  assert_int_equal(chown(at("mine.json"), STRANGER, 0), 0);
  assert_true(read_files(at("mine.json"), STRANGER, &texts, &err));
  expect_refused(at("mine.json"), STRANGER + 1, "is owned by uid 54321");
  assert_int_equal(chmod(at("mine.json"), 0664), 0);
  expect_refused(at("mine.json"), STRANGER, "may write to it");
  expect_refused(at("none.json"), STRANGER, "none.json"); /* one that was named must be there */
  expect_refused("policy.json", STRANGER, "not an absolute path");
  expect_refused("", STRANGER, "not an absolute path");
  /* A sticky folder that everybody may write to is no place for a policy. */
  assert_int_equal(mkdir(at("tmp"), 0755), 0);
  assert_int_equal(chmod(at("tmp"), 01777), 0);
  write_text("tmp/p.json", GOOD);
  expect_refused(at("tmp/p.json"), STRANGER, "may write to it");
}

/* Whoever cannot read the policy is told so, and does not get the default instead. */
static void test_unreadable(void **state) {
  (void)state;
  write_file("policy.json", GOOD, strlen(GOOD), 0600);
  assert_int_equal(seteuid(STRANGER), 0);
  struct sd_policy_texts texts;
  struct sd_error err;
  bool read = read_files(NULL, 0, &texts, &err);
  assert_int_equal(seteuid(0), 0);
  assert_false(read);
  assert_non_null(strstr(err.message, "ermission denied"));
  assert_non_null(strstr(err.hint, "readable"));
  assert_int_equal(chmod(folder, 0700), 0);
  assert_int_equal(seteuid(STRANGER), 0);
  read = read_files(NULL, 0, &texts, &err);
  assert_int_equal(seteuid(0), 0);
  assert_false(read);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/* cmocka counts a skip in a setup as an error, so the whole is left out; 77 tells meson so. */
#define SKIPPED 77

static int without_root(void) {
  const char *ci = getenv("CI");
  (void)puts("run it as root, to make files that belong to root");
  return ci != NULL && strcmp(ci, "true") == 0 ? 1 : SKIPPED;
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_nothing), TEST(test_order),        TEST(test_text),
                                     TEST(test_modes),   TEST(test_folder_modes), TEST(test_owner),
                                     TEST(test_kinds),   TEST(test_links),        TEST(test_size),
                                     TEST(test_chosen),  TEST(test_unreadable)};
  return geteuid() != 0 ? without_root() : cmocka_run_group_tests(tests, NULL, NULL);
}
