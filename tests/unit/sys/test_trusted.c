/* SPDX-License-Identifier: Apache-2.0 */
/* Below a folder of our own that stands for "/": the folders above it on this machine are not ours
 * to judge. */
#include "safe-docker/sys/trusted.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../remove_tree.h"
#include "../support.h"

struct fixture {
  struct sd_arena arena;
  struct sd_error err;
  char folder[64];
  int root;
};

static void make_file(int root, const char *path, mode_t mode) {
  int fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, path, strlen(path)), (ssize_t)strlen(path));
  assert_int_equal(fchmod(fd, mode), 0);
  (void)close(fd);
}

static void make_folder(int root, const char *path, mode_t mode) {
  assert_int_equal(mkdirat(root, path, 0700), 0);
  assert_int_equal(fchmodat(root, path, mode, 0), 0);
}

static void make_tree(int root) {
  make_folder(root, "etc", 0755);
  make_folder(root, "etc/d", 0755);
  make_file(root, "etc/file", 0644);
  make_file(root, "etc/d/file", 0400);
  make_file(root, "etc/group-file", 0664);
  make_file(root, "etc/world-file", 0646);
  make_folder(root, "open", 0777);
  make_file(root, "open/file", 0644);
  make_folder(root, "group", 0775);
  make_file(root, "group/file", 0644);
  make_folder(root, "tmp", 01777);
  make_file(root, "tmp/file", 0644);
  static const char *const links[][2] = {
      {"file", "etc/link"},
      {"/etc/file", "etc/absolute"},
      {"../../etc/./d//file", "etc/d/up"},
      {"../../../../etc/file", "etc/d/far-up"},
      {"/etc", "alias"},
      {"/open/file", "etc/to-open"},
      {"/etc/file", "open/link"},
      {"loop", "etc/loop"},
      {"nowhere", "etc/dangling"},
      {"/no/where", "no-folder"},
      {"etc/d", "to-folder"},
      {"../open/../etc/file", "etc/through-open"},
  };
  for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
    assert_int_equal(symlinkat(links[i][0], root, links[i][1]), 0);
  assert_int_equal(mkfifoat(root, "etc/fifo", 0600), 0);
}

static int set_up(void **state) {
  static struct fixture fixture;
  fixture = (struct fixture){.folder = "/tmp/test-trusted-XXXXXX"};
  assert_non_null(mkdtemp(fixture.folder));
  assert_int_equal(chmod(fixture.folder, 0755), 0);
  sd_arena_init(&fixture.arena);
  sd_error_init(&fixture.err, &fixture.arena);
  fixture.root = open(fixture.folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  assert_true(fixture.root >= 0);
  make_tree(fixture.root);
  *state = &fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  (void)close(fixture->root);
  sd_arena_finish(&fixture->arena);
  return remove_tree(fixture->folder);
}

static size_t open_descriptors(void) {
  size_t count = 0;
  DIR *folder = opendir("/proc/self/fd");
  assert_non_null(folder);
  while (readdir(folder) != NULL)
    count++;
  (void)closedir(folder);
  return count;
}

/* Opens as `owner`; NULL where it was opened, otherwise the message. Leaks no descriptor. */
static const char *try(struct fixture *fixture, const char *path, uid_t owner, bool folder,
                       bool *missing) {
  size_t before = open_descriptors();
  int fd = -77;
  sd_error_init(&fixture->err, &fixture->arena);
  bool good = sd_trusted_open_below(&fixture->arena, fixture->root, path, owner, folder, &fd,
                                    missing, &fixture->err);
  assert_int_equal(good, fixture->err.message == NULL);
  assert_int_equal(good, fd != -77);
  if (good) {
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    (void)close(fd);
  }
  assert_int_equal(open_descriptors(), before);
  return fixture->err.message;
}

static void good_files(void **state) {
  static const char *const paths[] = {
      "/etc/file",   "//etc///file", "/./etc/./file",   "/etc/d/../file",     "/../etc/file",
      "/etc/d/file", "/etc/link",    "/etc/absolute",   "/etc/d/up",          "/etc/d/far-up",
      "/alias/file", "/alias/d/up",  "/to-folder/file", "/to-folder/../file",
  };
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
    bool missing = true;
    const char *message = try(*state, paths[i], getuid(), false, &missing);
    if (message != NULL)
      fail_msg("%s: %s", paths[i], message);
    assert_false(missing);
  }
}

struct row {
  const char *path;
  const char *words; /* of the message */
  bool missing;
};

static void check_rows(struct fixture *fixture, const struct row *rows, size_t count, bool folder) {
  for (size_t i = 0; i < count; i++) {
    bool missing = !rows[i].missing;
    const char *message = try(fixture, rows[i].path, getuid(), folder, &missing);
    if (message == NULL || strstr(message, rows[i].words) == NULL)
      fail_msg("%s: %s, not %s", rows[i].path, message, rows[i].words);
    assert_int_equal(missing, rows[i].missing);
  }
}

static void bad_files(void **state) {
  static const struct row rows[] = {
      {"etc/file", "etc/file is not an absolute path", false},
      {"", "is not an absolute path", false},
      {"/", "cannot open /: Is a directory", false},
      {"/etc", "cannot open /etc: Is a directory", false},
      {"/etc/none", "cannot open /etc/none: No such file", true},
      {"/none/none", "cannot open /none: No such file", true},
      {"/alias/none", "cannot open /etc/none: No such file", true},
      {"/etc/dangling", "cannot open /etc/nowhere: No such file", false},
      {"/no-folder/file", "cannot open /no: No such file", false},
      {"/etc/file/", "cannot open /etc/file: Not a directory", false},
      {"/etc/file/.", "cannot open /etc/file: Not a directory", false},
      {"/etc/file/../file", "cannot open /etc/file: Not a directory", false},
      {"/etc/link/", "cannot open /etc/file: Not a directory", false},
      {"/etc/loop", "cannot open /etc/loop: Too many levels", false},
      {"/etc/fifo", "/etc/fifo is not a regular file", false},
      {"/etc/group-file", "/etc/group-file is not trusted", false},
      {"/etc/world-file", "may write to it (mode 0646)", false},
      {"/open/file", "/open is not trusted", false},
      {"/open/none", "/open is not trusted", false},
      {"/group/file", "/group is not trusted", false},
      {"/tmp/file", "may write to it (mode 1777)", false},
      {"/open/link", "/open is not trusted", false},
      {"/etc/to-open", "/open is not trusted", false},
      {"/etc/through-open", "/open is not trusted", false},
      {"/open/../etc/file", "/open is not trusted", false},
  };
  check_rows(*state, rows, sizeof(rows) / sizeof(rows[0]), false);
}

static void folders(void **state) {
  static const char *const good[] = {"/",         "/etc", "/etc/", "/alias", "/to-folder/.",
                                     "/etc/d/..", "/.."};
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
    assert_null(try(*state, good[i], getuid(), true, NULL));
  static const struct row rows[] = {
      {"/etc/file", "cannot open /etc/file: Not a directory", false},
      {"/none", "cannot open /none: No such file", true},
      {"/tmp", "/tmp is not trusted", false},
      {"/open/", "/open is not trusted", false},
  };
  check_rows(*state, rows, sizeof(rows) / sizeof(rows[0]), true);
}

/* Whether one uid is trusted or not is seen from both sides, as root and not as root. */
static void owners(void **state) {
  struct fixture *fixture = *state;
  const uid_t stranger = 12345;
  if (getuid() != 0) {
    const char *message = try(fixture, "/etc/file", stranger, false, NULL);
    assert_non_null(strstr(message, "/ is not trusted: it is owned by uid "));
    assert_non_null(strstr(message, "not by root or uid 12345"));
    return;
  }
  assert_null(try(fixture, "/etc/file", stranger, false, NULL));
  assert_int_equal(fchownat(fixture->root, "etc/file", stranger, (gid_t)-1, 0), 0);
  assert_null(try(fixture, "/etc/file", stranger, false, NULL));
  assert_string_equal(
      try(fixture, "/etc/link", 0, false, NULL),
      "/etc/file is not trusted: it is owned by uid 12345 (mode 0644), not by root");
  assert_string_equal(fixture->err.hint, "chown root /etc/file");
  assert_non_null(try(fixture, "/etc/file", stranger + 1, false, NULL));
  assert_int_equal(fchownat(fixture->root, "etc", stranger, (gid_t)-1, 0), 0);
  assert_non_null(strstr(try(fixture, "/etc/d/file", 0, false, NULL), "/etc is not trusted"));
  assert_non_null(strstr(try(fixture, "/etc/d", 0, true, NULL), "/etc is not trusted"));
  assert_int_equal(fchownat(fixture->root, ".", stranger, (gid_t)-1, 0), 0);
  assert_non_null(strstr(try(fixture, "/group", 0, true, NULL), "/ is not trusted"));
}

static void advice(void **state) {
  struct fixture *fixture = *state;
  assert_non_null(try(fixture, "/etc/group-file", getuid(), false, NULL));
  assert_string_equal(fixture->err.hint, "chmod go-w /etc/group-file");
  assert_non_null(try(fixture, "/tmp/file", getuid(), false, NULL));
  assert_null(strstr(fixture->err.hint, "chmod"));
}

/* A chain of 40 links is followed, one of 41 is not. */
static void many_links(void **state) {
  struct fixture *fixture = *state;
  for (int i = 1; i <= 41; i++) {
    const char *name = sd_arena_printf(&fixture->arena, "l%d", i);
    const char *target = i == 1 ? "etc/file" : sd_arena_printf(&fixture->arena, "l%d", i - 1);
    assert_int_equal(symlinkat(target, fixture->root, name), 0);
  }
  assert_null(try(fixture, "/l40", getuid(), false, NULL));
  assert_non_null(strstr(try(fixture, "/l41", getuid(), false, NULL), "Too many levels"));
}

static void devices(void **state) {
  struct fixture *fixture = *state;
  if (mknodat(fixture->root, "etc/null", S_IFCHR | 0600, makedev(1, 3)) != 0)
    skip(); /* needs the right to make devices; where it is missing, the fifo stands for it */
  assert_non_null(
      strstr(try(fixture, "/etc/null", getuid(), false, NULL), "is not a regular file"));
}

static void whole_files(void **state) {
  struct fixture *fixture = *state;
  const size_t size = 20000;
  char *bytes = sd_arena_alloc(&fixture->arena, size + 1);
  memset(bytes, 'x', size);
  bytes[5] = '\0';
  int fd = openat(fixture->root, "etc/large", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_int_equal(write(fd, bytes, size), (ssize_t)size);
  for (size_t max = size - 1; max <= size + 1; max++) {
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    const char *text = NULL;
    size_t len = 77;
    sd_error_init(&fixture->err, &fixture->arena);
    bool good =
        sd_trusted_read_all(&fixture->arena, fd, "/etc/large", max, &text, &len, &fixture->err);
    assert_int_equal(good, max >= size);
    assert_int_equal(len, good ? size : 77);
    if (good)
      assert_memory_equal(text, bytes, size + 1);
    else
      assert_string_equal(fixture->err.message, "/etc/large is larger than 19999 bytes");
  }
  (void)close(fd);
}

/* The three that start at the real "/". What is trusted there depends on the machine; what is
 * missing does not, nor that a file of the kernel's own, which only root may write, is read
 * whole. */
static void from_the_real_root(void **state) {
  struct fixture *fixture = *state;
  struct stat info;
  assert_int_equal(stat("/", &info), 0);
  bool missing = false;
  int fd = -1;
  const char *text = NULL;
  size_t len = 0;
  uid_t owner = info.st_uid;
  assert_false(
      sd_trusted_open(&fixture->arena, "/does-not-exist/x", owner, &fd, &missing, &fixture->err));
  assert_true(missing);
  sd_error_init(&fixture->err, &fixture->arena);
  assert_false(sd_trusted_open_folder(&fixture->arena, "/does-not-exist", owner, &fd, &missing,
                                      &fixture->err));
  assert_true(missing);
  sd_error_init(&fixture->err, &fixture->arena);
  assert_false(sd_trusted_read(&fixture->arena, "/does-not-exist", owner, 10, &text, &len, &missing,
                               &fixture->err));
  assert_true(missing);
  assert_int_equal(fd, -1);
  sd_error_init(&fixture->err, &fixture->arena);
  assert_true(sd_trusted_read(&fixture->arena, "/proc/sys/kernel/ostype", owner, 100, &text, &len,
                              &missing, &fixture->err));
  assert_string_equal(text, "Linux\n");
  assert_int_equal(len, 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(good_files, set_up, tear_down),
      cmocka_unit_test_setup_teardown(bad_files, set_up, tear_down),
      cmocka_unit_test_setup_teardown(folders, set_up, tear_down),
      cmocka_unit_test_setup_teardown(owners, set_up, tear_down),
      cmocka_unit_test_setup_teardown(advice, set_up, tear_down),
      cmocka_unit_test_setup_teardown(many_links, set_up, tear_down),
      cmocka_unit_test_setup_teardown(devices, set_up, tear_down),
      cmocka_unit_test_setup_teardown(whole_files, set_up, tear_down),
      cmocka_unit_test_setup_teardown(from_the_real_root, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
