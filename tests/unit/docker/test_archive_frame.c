/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of images: headers, extensions and the end, which two readers could read differently. */
#include "archive_maker.h"

/* -- extensions --------------------------------------------------------------------------------- */

/* The length counts its own digits. */
static const char *record(struct maker *m, const char *text) {
  size_t total = strlen(text) + 3;
  const char *line = NULL;
  do
    line = sd_arena_printf(&m->arena, "%zu %s\n", total, text);
  while (strlen(line) != total++);
  return line;
}

static void test_records(void **state) {
  static const struct {
    const char *records[3];
    const char *wanted;
  } rows[] = {
      {{"path=manifest.json"}, "alice/x:1"},
      {{"mtime=1.5", "path=manifest.json", "SCHILY.xattr.user.a=b"}, "alice/x:1"},
      {{"path=other"}, "!no manifest.json"},
      {{"path=other", "path=manifest.json"}, "!two names"},
      {{"path="}, "!a name that is none"},
      {{"path=./manifest.json"}, "!clean"},
      {{"path=manifest.json", "size=5"}, "!"},
      {{"path=manifest.json", "size="}, "!not clear"},
      {{"path=manifest.json", "size=-1"}, "!not clear"},
      {{"path=manifest.json", "size=0x10"}, "!not clear"},
      {{"path=manifest.json", "size=010"}, "!not clear"},
      {{"path=manifest.json", "size=99999999999999999999"}, "!not clear"},
      {{"path=manifest.json", "GNU.sparse.name=x"}, "!not known"},
      {{"path=manifest.json", "GNU.sparse.major=1"}, "!not known"},
      {{"path=manifest.json", "hdrcharset=BINARY"}, "!not known"},
      {{"path=manifest.json", "=x"}, "!damaged"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    struct sd_str text;
    begin(&m);
    sd_str_init(&text, &m.arena);
    for (size_t k = 0; k < 3 && rows[i].records[k] != NULL; k++)
      sd_str_add(&text, record(&m, rows[i].records[k]));
    add(&m, "pax", 'x', sd_str_text(&text), "");
    add_file(&m, "plain", MANIFEST);
    add_end(&m, 2);
    expect(&m, rows[i].wanted);
  }
}

static void test_damaged_records(void **state) {
  static const char *const rows[] = {"x",
                                     "5 a=b",
                                     "6 a=b\n7",
                                     "06 a=b\n",
                                     "99 a=b\n",
                                     "6 a=bc",
                                     "4 a\n",
                                     " 6 a=b\n",
                                     "+6 a=b\n",
                                     "7 path\n",
                                     "3 =",
                                     "0 \n",
                                     "99999999999999999999999 a=b\n"};
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    add(&m, "pax", 'x', rows[i], "");
    add_file(&m, "manifest.json", MANIFEST);
    add_end(&m, 2);
    expect(&m, "!");
  }
}

static void test_long_names(void **state) {
  static const struct {
    char types[3];
    const char *wanted;
  } rows[] = {{"L", "alice/x:1"},       {"K", "!no manifest.json"}, {"LK", "alice/x:1"},
              {"KL", "alice/x:1"},      {"LL", "!two names"},       {"xL", "!two extensions"},
              {"Lx", "!two extensions"}};
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    for (size_t k = 0; rows[i].types[k] != '\0'; k++)
      add(&m, "././@LongLink", rows[i].types[k],
          rows[i].types[k] == 'x' ? "11 mtime=1\n" : "manifest.json", "");
    add_file(&m, "plain", MANIFEST);
    add_end(&m, 2);
    expect(&m, rows[i].wanted);
  }
  struct maker m;
  begin(&m);
  add(&m, "x", 'L', "manifest.json", "");
  add_end(&m, 2);
  expect(&m, "!ends too early");
}

/* -- the frame ---------------------------------------------------------------------------------- */

static void test_ends(void **state) {
  struct maker m;
  (void)state;
  begin(&m);
  expect(&m, "!ends too early");
  begin(&m);
  add_end(&m, 2);
  expect(&m, "!no manifest.json");
  for (size_t blocks = 0; blocks < 2; blocks++) {
    begin(&m);
    add_file(&m, "manifest.json", MANIFEST);
    add_end(&m, blocks);
    expect(&m, "!ends too early");
  }
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  add_end(&m, 1);
  add_file(&m, "repositories", "{\"bb\":{\"1\":\"x\"}}");
  add_end(&m, 2);
  expect(&m, "!follows its end");
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  add_end(&m, 200);
  sd_str_add(&m.bytes, "x");
  expect(&m, "!follows its end");
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  m.bytes.len -= 512;
  expect(&m, "!ends too early");
}

static void change(struct maker *m, size_t at, const char *bytes, size_t len) {
  memcpy(m->bytes.data + at, bytes, len);
  finish_header(m->bytes.data);
}

static void test_headers(void **state) {
  static const struct {
    size_t at, len;
    const char *bytes;
    const char *wanted;
  } rows[] = {
      {257, 8, "ustar  \0", "alice/x:1"},
      {257, 8,
       "ustar\0"
       "01",
       "!neither of the ustar"},
      {257, 8, "\0\0\0\0\0\0\0\0", "!neither of the ustar"},
      {508, 4, "tar\0", "!neither of the ustar"}, /* star has another prefix */
      {345, 6, "prefix", "!no manifest.json"},
      {345, 1, "/", "!clean"},
      {124, 1, "x", "!not clear"},
      {124, 12, "\0\0\0\0\0\0\0\0\0\0\0\0", "!not clear"},
      {124, 12, "        110 ", "!not clear"},
      {124, 2, "\xff\xff", "!not clear"},
      {124, 12, "\x80\xff\0\0\0\0\0\0\0\0\0\0", "!not clear"},
      {124, 12, "\x80\0\0\0\0\x7f\0\0\0\0\0\0", "!"},
      {0, 3, "BZh", "!compressed"},
      {0, 2, "\x1f\x8b", "!compressed"},
      {0, 4, "\x28\xb5\x2f\xfd", "!compressed"},
      {0, 4, "P\x2a\x4d\x18", "!compressed"},
      {0, 6,
       "\xfd"
       "7zXZ",
       "!compressed"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    add_file(&m, "manifest.json", MANIFEST);
    add_end(&m, 2);
    change(&m, rows[i].at, rows[i].bytes, rows[i].len);
    expect(&m, rows[i].wanted);
  }
  struct maker m;
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  add_end(&m, 2);
  change(&m, 257, "ustar  \0", 8);
  change(&m, 345, "x", 1); /* times of GNU, a prefix of who mixes them up */
  expect(&m, "!neither of the ustar");
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  add_end(&m, 2);
  m.bytes.data[100] = '7';
  expect(&m, "!checksum");
}

/* GNU's binary size of a small file is read as what it is. */
static void test_binary_size(void **state) {
  struct maker m;
  char size[12] = {(char)0x80};
  (void)state;
  begin(&m);
  add_file(&m, "manifest.json", MANIFEST);
  add_end(&m, 2);
  size[11] = (char)strlen(MANIFEST);
  change(&m, 124, size, sizeof(size));
  expect(&m, "alice/x:1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_records),    cmocka_unit_test(test_damaged_records),
      cmocka_unit_test(test_long_names), cmocka_unit_test(test_ends),
      cmocka_unit_test(test_headers),    cmocka_unit_test(test_binary_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
