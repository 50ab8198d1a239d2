/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of a container that lies, unpacked below a folder of our own; and that what is packed comes out the same. */
#include "safe-docker/sys/stream.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../remove_tree.h"
#include "../support.h"

#define TAPE_MAX 65536

/* An archive in memory, and how far it was read. */
struct tape {
  char bytes[TAPE_MAX];
  size_t len, at;
};

struct fixture {
  struct sd_arena arena;
  struct sd_error err;
  char folder[64];
  int below; /* folder/out; folder/secret stands beside it */
  struct tape tape;
};

static ssize_t read_tape(void *context, void *buffer, size_t len) {
  struct tape *tape = context;
  size_t left = tape->len - tape->at;
  size_t some = len < left ? len : left;
  if (some > 100)
    some = 100; /* as pipes do */
  memcpy(buffer, tape->bytes + tape->at, some);
  tape->at += some;
  return (ssize_t)some;
}

static void write_file(int folder, const char *path, const char *text) {
  int fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  (void)close(fd);
}

static int begin(void **state) {
  struct fixture *fixture = calloc(1, sizeof(*fixture));
  if (fixture == NULL)
    return -1;
  char path[80];
  sd_arena_init(&fixture->arena);
  sd_error_init(&fixture->err, &fixture->arena);
  (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/test-stream-XXXXXX");
  if (mkdtemp(fixture->folder) == NULL)
    return -1;
  (void)snprintf(path, sizeof(path), "%s/out", fixture->folder);
  assert_int_equal(mkdir(path, 0755), 0);
  fixture->below = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  write_file(fixture->below, "../secret", "secret");
  *state = fixture;
  return 0;
}

static int end(void **state) {
  struct fixture *fixture = *state;
  (void)close(fixture->below);
  int left = remove_tree(fixture->folder);
  sd_arena_finish(&fixture->arena);
  free(fixture);
  return left;
}

/* -- forging ------------------------------------------------------------------------------------ */

static char *add_block(struct tape *tape) {
  char *block = tape->bytes + tape->len;
  assert_true(tape->len + SD_STREAM_BLOCK <= TAPE_MAX);
  memset(block, 0, SD_STREAM_BLOCK);
  tape->len += SD_STREAM_BLOCK;
  return block;
}

static void add_data(struct tape *tape, const char *data, size_t len) {
  for (size_t done = 0; done < len; done += SD_STREAM_BLOCK) {
    size_t some = len - done < SD_STREAM_BLOCK ? len - done : SD_STREAM_BLOCK;
    memcpy(add_block(tape), data + done, some);
  }
}

static void seal(char *block) {
  unsigned sum = 0;
  memset(block + 148, ' ', 8);
  for (size_t i = 0; i < SD_STREAM_BLOCK; i++)
    sum += (unsigned char)block[i];
  (void)snprintf(block + 148, 7, "%06o", sum);
}

static void forge_sized(struct tape *tape, char type, const char *name, const char *link,
                        unsigned mode, const char *data, size_t size) {
  char *block = add_block(tape);
  memcpy(block, name, strnlen(name, 100));
  (void)snprintf(block + 100, 8, "%07o", mode);
  (void)snprintf(block + 108, 8, "%07o", 0U);
  (void)snprintf(block + 116, 8, "%07o", 0U);
  (void)snprintf(block + 124, 12, "%011zo", size);
  (void)snprintf(block + 136, 12, "%011o", 1000U);
  block[156] = type;
  memcpy(block + 157, link, strnlen(link, 100));
  memcpy(block + 257, "ustar\00000", 8);
  seal(block);
  add_data(tape, data, strlen(data));
}

static void forge(struct tape *tape, char type, const char *name, const char *link, unsigned mode,
                  const char *data) {
  forge_sized(tape, type, name, link, mode, data, strlen(data));
}

static void forge_end(struct tape *tape) {
  (void)add_block(tape);
  (void)add_block(tape);
}

static bool unpack_as(struct fixture *fixture, const char *name) {
  struct sd_stream_reader reader;
  struct sd_stream_entry first;
  bool none = false;
  forge_end(&fixture->tape);
  sd_stream_reader_init(&reader, read_tape, &fixture->tape);
  bool good = sd_stream_next(&reader, &first, &none, &fixture->err) && !none &&
              sd_stream_unpack(&reader, &first, fixture->below, name, &fixture->err);
  sd_stream_reader_finish(&reader);
  return good;
}

static void read_back(int folder, const char *path, char text[64]) {
  int fd = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  assert_true(fd >= 0);
  ssize_t len = read(fd, text, 63);
  assert_true(len >= 0);
  text[len] = '\0';
  (void)close(fd);
}

static bool exists(int folder, const char *path) {
  struct stat info;
  return fstatat(folder, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static mode_t mode_of(int folder, const char *path) {
  struct stat info;
  assert_int_equal(fstatat(folder, path, &info, AT_SYMLINK_NOFOLLOW), 0);
  return info.st_mode;
}

static void secret_is_kept(const struct fixture *fixture) {
  char text[64];
  read_back(fixture->below, "../secret", text);
  assert_string_equal(text, "secret");
}

/* -- what is honest ----------------------------------------------------------------------------- */

static void honest_archives_arrive(void **state) {
  struct fixture *fixture = *state;
  struct tape *tape = &fixture->tape;
  char text[64];
  struct stat info;
  forge(tape, '5', "top/", "", 0755, "");
  forge(tape, '0', "top/file", "", 0640, "text");
  forge(tape, '5', "top/closed/", "", 0500, "");
  forge(tape, '0', "top/closed/file", "", 0666, "more");
  forge(tape, '1', "top/other", "top/file", 0640, "");
  forge(tape, '2', "top/link", "/etc/passwd", 0777, "");
  forge(tape, '6', "top/fifo", "", 0600, "");
  assert_true(unpack_as(fixture, "renamed"));
  read_back(fixture->below, "renamed/other", text);
  assert_string_equal(text, "text");
  assert_int_equal(fstatat(fixture->below, "renamed/file", &info, 0), 0);
  assert_int_equal(info.st_nlink, 2);
  assert_int_equal(info.st_mtim.tv_sec, 1000);
  assert_int_equal(info.st_mode & 07777, 0640);
  assert_int_equal(mode_of(fixture->below, "renamed/closed") & 07777, 0500);
  assert_int_equal(mode_of(fixture->below, "renamed/closed/file") & 07777, 0666);
  assert_true(S_ISLNK(mode_of(fixture->below, "renamed/link")));
  assert_true(S_ISFIFO(mode_of(fixture->below, "renamed/fifo")));
  assert_int_equal(fchmodat(fixture->below, "renamed/closed", 0700, 0), 0);
}

static void the_content_of_a_folder_arrives(void **state) {
  struct fixture *fixture = *state;
  forge(&fixture->tape, '5', "./", "", 0700, "");
  forge(&fixture->tape, '0', "./file", "", 0644, "text");
  assert_true(unpack_as(fixture, ""));
  assert_true(exists(fixture->below, "file"));
  assert_int_equal(mode_of(fixture->below, ".") & 07777, 0755);
}

static void set_id_bits_stay_behind(void **state) {
  struct fixture *fixture = *state;
  forge(&fixture->tape, '5', "d/", "", 06777, "");
  forge(&fixture->tape, '0', "d/f", "", 06755, "text");
  forge(&fixture->tape, '1', "d/g", "d/f", 06755, "");
  assert_true(unpack_as(fixture, "d"));
  assert_int_equal(mode_of(fixture->below, "d") & 07777, 0777);
  assert_int_equal(mode_of(fixture->below, "d/f") & 07777, 0755);
}

static void what_stands_there_is_replaced(void **state) {
  struct fixture *fixture = *state;
  char text[64];
  assert_int_equal(symlinkat("../secret", fixture->below, "f"), 0);
  forge(&fixture->tape, '0', "f", "", 0644, "new");
  assert_true(unpack_as(fixture, "f"));
  read_back(fixture->below, "f", text);
  assert_string_equal(text, "new");
  secret_is_kept(fixture);
}

/* -- what is not -------------------------------------------------------------------------------- */

struct hostile {
  const char *what;
  struct {
    char type;
    const char *name, *link;
  } entries[3];
};

static const struct hostile hostiles[] = {
    {"a name above", {{'5', "t/", ""}, {'0', "t/../../secret", ""}}},
    {"an absolute name", {{'5', "t/", ""}, {'0', "/secret", ""}}},
    {"a name beside", {{'5', "t/", ""}, {'0', "tt", ""}}},
    {"only dots", {{'5', "t/", ""}, {'0', "..", ""}}},
    {"a top with parts", {{'0', "t/u", ""}}},
    {"a file over the top", {{'5', "t/", ""}, {'0', "t", ""}}},
    {"a link to above", {{'5', "t/", ""}, {'2', "t/l", "../../secret"}}},
    {"a deeper link to above", {{'5', "t/", ""}, {'2', "t/l", "a/../../../secret"}}},
    {"a link to nothing", {{'5', "t/", ""}, {'2', "t/l", ""}}},
    {"through an absolute link", {{'5', "t/", ""}, {'2', "t/l", "/tmp"}, {'0', "t/l/f", ""}}},
    {"through a link", {{'5', "t/", ""}, {'2', "t/l", "."}, {'0', "t/l/f", ""}}},
    {"a folder over a link", {{'5', "t/", ""}, {'2', "t/l", "/tmp"}, {'5', "t/l/", ""}}},
    {"the top over a link", {{'2', "t", "/tmp"}, {'5', "t/", ""}}},
    {"a hard link to above", {{'5', "t/", ""}, {'1', "t/h", "../secret"}}},
    {"a hard link to above from within", {{'5', "t/", ""}, {'1', "t/h", "t/../../secret"}}},
    {"a hard link to what is absolute", {{'5', "t/", ""}, {'1', "t/h", "/secret"}}},
    {"a hard link through a link",
     {{'5', "t/", ""}, {'2', "t/l", "/"}, {'1', "t/h", "t/l/etc/passwd"}}},
    {"a hard link to nothing", {{'5', "t/", ""}, {'1', "t/h", ""}}},
    {"a character device", {{'5', "t/", ""}, {'3', "t/null", ""}}},
    {"a block device", {{'5', "t/", ""}, {'4', "t/disk", ""}}},
    {"a sparse file", {{'5', "t/", ""}, {'S', "t/f", ""}}},
    {"an unknown kind", {{'5', "t/", ""}, {'Z', "t/f", ""}}},
    {"no name", {{'5', "t/", ""}, {'0', "", ""}}},
    {"below a file", {{'5', "t/", ""}, {'0', "t/f", ""}, {'0', "t/f/g", ""}}},
    {"a folder over a file", {{'5', "t/", ""}, {'0', "t/f", ""}, {'5', "t/f/", ""}}},
    {"below what is missing", {{'5', "t/", ""}, {'0', "t/m/f", ""}}},
};

static void hostile_archives_reach_nothing(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(hostiles) / sizeof(hostiles[0]); i++) {
    void *made = NULL;
    assert_int_equal(begin(&made), 0);
    struct fixture *fixture = made;
    for (size_t k = 0; k < 3 && hostiles[i].entries[k].name != NULL; k++)
      forge(&fixture->tape, hostiles[i].entries[k].type, hostiles[i].entries[k].name,
            hostiles[i].entries[k].link, 0777, "");
    if (unpack_as(fixture, "t"))
      fail_msg("%s was unpacked", hostiles[i].what);
    assert_non_null(fixture->err.message);
    assert_int_equal(fixture->err.status, 1);
    secret_is_kept(fixture);
    assert_false(exists(fixture->below, "../l"));
    assert_false(exists(fixture->below, "tt"));
    assert_false(exists(fixture->below, "t/null"));
    assert_int_equal(end(&made), 0);
  }
}

static void a_folder_is_not_overwritten(void **state) {
  struct fixture *fixture = *state;
  assert_int_equal(mkdirat(fixture->below, "f", 0755), 0);
  write_file(fixture->below, "f/kept", "kept");
  forge(&fixture->tape, '0', "f", "", 0644, "new");
  assert_false(unpack_as(fixture, "f"));
  assert_true(exists(fixture->below, "f/kept"));
}

static void links_of_the_host_are_not_followed(void **state) {
  struct fixture *fixture = *state;
  assert_int_equal(mkdirat(fixture->below, "t", 0755), 0);
  assert_int_equal(symlinkat("../..", fixture->below, "t/l"), 0);
  forge(&fixture->tape, '5', "t/", "", 0755, "");
  forge(&fixture->tape, '0', "t/l/secret", "", 0644, "new");
  assert_false(unpack_as(fixture, "t"));
  secret_is_kept(fixture);
}

/* -- what is damaged ---------------------------------------------------------------------------- */

static bool read_whole(struct fixture *fixture, bool *cut) {
  struct sd_stream_reader reader;
  struct sd_stream_entry entry;
  bool none = false;
  bool good = true;
  sd_stream_reader_init(&reader, read_tape, &fixture->tape);
  while (good && !none)
    good = sd_stream_next(&reader, &entry, &none, &fixture->err);
  *cut = reader.cut;
  sd_stream_reader_finish(&reader);
  return good;
}

static void what_ends_early_is_told_apart(void **state) {
  struct fixture *fixture = *state;
  bool cut = false;
  assert_false(read_whole(fixture, &cut));
  assert_true(cut);
  sd_error_init(&fixture->err, &fixture->arena);
  forge_sized(&fixture->tape, '0', "f", "", 0644, "short", 100000);
  assert_false(read_whole(fixture, &cut));
  assert_true(cut);
}

static void damage_is_found(void **state) {
  struct fixture *fixture = *state;
  bool cut = false;
  static const size_t places[] = {0, 100, 124, 150, 257};
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    fixture->tape = (struct tape){0};
    sd_error_init(&fixture->err, &fixture->arena);
    forge(&fixture->tape, '0', "f", "", 0644, "");
    forge_end(&fixture->tape);
    fixture->tape.bytes[places[i]] ^= 1;
    assert_false(read_whole(fixture, &cut));
    assert_false(cut);
  }
}

static void records_are_judged(void **state) {
  struct fixture *fixture = *state;
  static const struct {
    const char *records;
    size_t len;
    bool good;
  } rows[] = {
      {"10 path=a\n", 10, true},
      {"11 path=..\n", 11, false},
      {"15 path=a/../b\n", 15, false},
      {"11 path=a\0\n", 11, false},
      {"8 path=\n", 8, false},
      {"8 path=a\n", 9, false},
      {"99 path=a\n", 10, false},
      {"0 path=a\n", 9, false},
      {"path=a\n", 7, false},
      {"10 pathaa\n", 10, false},
      {"22 GNU.sparse.major=1\n", 22, false},
      {"22 size=9223372036854775808\n", 28, false},
      {"11 size=-1\n", 11, false},
      {"10 size=1\n", 10, false}, /* of a file without data */
      {"14 mtime=-1.5\n", 14, true},
      {"15 mtime=1.5x\n", 14, false},
      {"12 uid=root\n", 12, false},
      {"19 comment=whatever\n", 20, false},
      {"20 comment=whatever\n", 20, true},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    bool cut = false;
    fixture->tape = (struct tape){0};
    sd_error_init(&fixture->err, &fixture->arena);
    forge_sized(&fixture->tape, 'x', "p", "", 0644, "", rows[i].len);
    add_data(&fixture->tape, rows[i].records, rows[i].len);
    forge(&fixture->tape, '5', "f", "", 0644, "");
    forge_end(&fixture->tape);
    if (read_whole(fixture, &cut) != rows[i].good)
      fail_msg("row %zu: %s", i, rows[i].records);
  }
}

/* -- there and back ----------------------------------------------------------------------------- */

static void pack_tree(struct fixture *fixture, const char *path, const char *name, bool follow,
                      bool good) {
  int fd = memfd_create("tape", MFD_CLOEXEC);
  assert_true(fd >= 0);
  struct sd_stream_writer writer = {.fd = fd};
  assert_int_equal(sd_stream_pack(&writer, path, name, follow, &fixture->err), good);
  ssize_t len = pread(fd, fixture->tape.bytes, TAPE_MAX, 0);
  assert_int_equal(len, (ssize_t)writer.total);
  fixture->tape.len = (size_t)len;
  fixture->tape.at = 0;
  (void)close(fd);
}

static void what_is_packed_comes_out_the_same(void **state) {
  struct fixture *fixture = *state;
  char name[200];
  char path[128];
  char text[64];
  struct stat info;
  memset(name, 'n', sizeof(name));
  name[199] = '\0';
  (void)snprintf(path, sizeof(path), "%s/in", fixture->folder);
  assert_int_equal(mkdir(path, 0755), 0);
  int in = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  write_file(in, "a", "text");
  write_file(in, name, "long");
  assert_int_equal(linkat(in, "a", in, "b", 0), 0);
  assert_int_equal(symlinkat(name, in, "link"), 0);
  assert_int_equal(mkdirat(in, "d", 0750), 0);
  assert_int_equal(fchmodat(in, "a", 06751, 0), 0);
  const struct timespec times[2] = {{-5, 0}, {-5, 0}};
  assert_int_equal(utimensat(in, "d", times, 0), 0);
  (void)close(in);
  pack_tree(fixture, path, "in", false, true);
  fixture->tape.len -= 2 * (size_t)SD_STREAM_BLOCK; /* unpack_as ends it */
  assert_true(unpack_as(fixture, "copy"));
  int copy = openat(fixture->below, "copy", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  read_back(copy, name, text);
  assert_string_equal(text, "long");
  assert_int_equal(fstatat(copy, "b", &info, 0), 0);
  assert_int_equal(info.st_nlink, 2);
  assert_int_equal(info.st_mode & 07777, 0751);
  assert_int_equal(fstatat(copy, "d", &info, 0), 0);
  assert_int_equal(info.st_mtim.tv_sec, -5);
  assert_int_equal(fstatat(copy, "link", &info, AT_SYMLINK_NOFOLLOW), 0);
  assert_int_equal(info.st_size, 199);
  (void)close(copy);
}

static void what_cannot_be_packed_is_told(void **state) {
  struct fixture *fixture = *state;
  pack_tree(fixture, "/nonexistent", "x", false, false);
  assert_non_null(fixture->err.message);
  assert_int_equal(fixture->tape.len, 0);
  sd_error_init(&fixture->err, &fixture->arena);
  pack_tree(fixture, "/dev/null", "x", false, false);
  assert_int_equal(fixture->tape.len, 0);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_FIXTURE(honest_archives_arrive),
      WITH_FIXTURE(the_content_of_a_folder_arrives),
      WITH_FIXTURE(set_id_bits_stay_behind),
      WITH_FIXTURE(what_stands_there_is_replaced),
      cmocka_unit_test(hostile_archives_reach_nothing),
      WITH_FIXTURE(a_folder_is_not_overwritten),
      WITH_FIXTURE(links_of_the_host_are_not_followed),
      WITH_FIXTURE(what_ends_early_is_told_apart),
      WITH_FIXTURE(damage_is_found),
      WITH_FIXTURE(records_are_judged),
      WITH_FIXTURE(what_is_packed_comes_out_the_same),
      WITH_FIXTURE(what_cannot_be_packed_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
