/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of images, written by hand: which names are seen, and what is refused. */
#include "safe-docker/docker/archive.h"

#include <stdio.h>
#include <string.h>

#include "../support.h"

#define A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define B "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MANIFEST_OF(names) "[{\"Config\":\"" A ".json\",\"RepoTags\":[" names "],\"Layers\":[]}]"
#define MANIFEST MANIFEST_OF("\"alice/x:1\"")

struct maker {
  struct sd_arena arena;
  struct sd_str bytes;
  size_t read;
};

/* -- writing ------------------------------------------------------------------------------------ */

static void finish_header(char block[512]) {
  unsigned sum = 0;
  memset(block + 148, ' ', 8);
  for (size_t i = 0; i < 512; i++)
    sum += (unsigned char)block[i];
  (void)snprintf(block + 148, 8, "%06o", sum);
}

static void header(char block[512], const char *name, char type, size_t size, const char *link) {
  memset(block, 0, 512);
  memcpy(block, name, strnlen(name, 100));
  memcpy(block + 100, "0000644", 7);
  (void)snprintf(block + 124, 12, "%011o", (unsigned)(size & 0xffffff));
  block[156] = type;
  memcpy(block + 157, link, strnlen(link, 100));
  memcpy(block + 257, "ustar\00000", 8);
  finish_header(block);
}

static void add_content(struct maker *m, const char *content, size_t len) {
  static const char zeros[512] = {0};
  sd_str_add_bytes(&m->bytes, content, len);
  sd_str_add_bytes(&m->bytes, zeros, (512 - len % 512) % 512);
}

static void add(struct maker *m, const char *name, char type, const char *content,
                const char *link) {
  char block[512];
  header(block, name, type, strlen(content), link);
  sd_str_add_bytes(&m->bytes, block, sizeof(block));
  add_content(m, content, strlen(content));
}

static void add_file(struct maker *m, const char *name, const char *content) {
  add(m, name, '0', content, "");
}

static void add_end(struct maker *m, size_t blocks) {
  static const char zeros[512] = {0};
  for (size_t i = 0; i < blocks; i++)
    sd_str_add_bytes(&m->bytes, zeros, sizeof(zeros));
}

/* A few bytes at a time, as a pipe may give them. */
static bool give(void *context, void *buffer, size_t max, size_t *len, struct sd_error *err) {
  struct maker *m = context;
  size_t left = m->bytes.len - m->read;
  (void)err;
  *len = left < max ? left : max;
  *len = *len < 333 ? *len : 333;
  if (*len > 0)
    memcpy(buffer, m->bytes.data + m->read, *len);
  m->read += *len;
  return true;
}

static void begin(struct maker *m) {
  sd_arena_init(&m->arena);
  sd_str_init(&m->bytes, &m->arena);
  m->read = 0;
}

/* The names with blanks between them, or "!" and why not. */
static const char *names(struct maker *m) {
  struct sd_tar_source source = {m, give};
  struct sd_archive archive = {0};
  struct sd_error err;
  sd_error_init(&err, &m->arena);
  if (sd_archive_read(&m->arena, &source, &archive, &err))
    return sd_strv_join(&archive.names, &m->arena, " ");
  assert_non_null(err.hint);
  return sd_arena_printf(&m->arena, "!%s", err.message);
}

static void expect(struct maker *m, const char *wanted) {
  const char *found = names(m);
  if (wanted[0] != '!')
    assert_string_equal(found, wanted);
  else if (found[0] != '!' || strstr(found, wanted + 1) == NULL) {
    print_message("found: %s, wanted: %s\n", found, wanted);
    fail();
  }
  sd_arena_finish(&m->arena);
}

/* -- what describes the images ------------------------------------------------------------------ */

static void test_descriptions(void **state) {
  static const struct {
    const char *file, *text, *wanted;
  } rows[] = {
      {"manifest.json", MANIFEST, "alice/x:1"},
      {"manifest.json", MANIFEST_OF("\"a:1\",\"b:2\""), "a:1 b:2"},
      {"manifest.json", MANIFEST_OF(""), "!without a name"},
      {"manifest.json", "[]", "!no images"},
      {"manifest.json", "{}", "!no list"},
      {"manifest.json", "[1]", "!an object belongs"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":null}]", "!without a name"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":\"x\"}]", "!a list belongs"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[1]}]", "!no text"},
      {"manifest.json", "[{\"RepoTags\":[\"a\"]}]", "!no configuration"},
      {"manifest.json", "[{\"Config\":\"/etc/passwd\",\"RepoTags\":[\"a\"]}]", "!outside"},
      {"manifest.json", "[{\"Config\":\"../x\",\"RepoTags\":[\"a\"]}]", "!outside"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"Layers\":[\"a/../b\"]}]",
       "!outside"},
      /* Go would take these for RepoTags, too */
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"repotags\":[\"b\"]}]",
       "!not known"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"RepoTag\\u017f\":[\"b\"]}]",
       "!not known"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"RepoTags\":[\"b\"]}]",
       "!reads alike"},
      {"manifest.json", MANIFEST "[]", "!reads alike"},
      {"manifest.json", "", "!reads alike"},
      {"manifest.json",
       "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"LayerSources\":{\"x\":{\"URLs\":[]}}}]",
       "!fetched"},
      {"repositories", "{\"alice/x\":{\"1\":\"" A "\",\"2\":\"" A "\"}}", "alice/x:1 alice/x:2"},
      {"repositories", "{\"alice/x\":[]}", "!tags belong"},
      {"repositories", "[]", "!no object"},
      {"repositories", "{}", "!no images"},
      {"oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", "!one is missing"},
      {"index.json", "{\"manifests\":[]}", "!one is missing"},
      {"other", "", "!no manifest.json"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    add_file(&m, rows[i].file, rows[i].text);
    add_end(&m, 2);
    expect(&m, rows[i].wanted);
  }
}

#define NAME "\"io.containerd.image.name\":"
#define REF "\"org.opencontainers.image.ref.name\":"
#define INDEX(annotations) "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"x\"" annotations "}]}"
#define NOTES(text) ",\"annotations\":{" text "}"

static void test_index(void **state) {
  static const struct {
    const char *text, *wanted;
  } rows[] = {
      {INDEX(NOTES(NAME "\"docker.io/alice/x:1\"," REF "\"1\"")), "docker.io/alice/x:1"},
      {INDEX(NOTES(NAME "\"docker.io/alice/x:1\"," REF "\"bb:1\"")), "docker.io/alice/x:1 bb:1"},
      {INDEX(NOTES(NAME "\"docker.io/alice/x:1\"," REF "\"\"")), "docker.io/alice/x:1 "},
      {INDEX(NOTES(NAME "\"docker.io/alice/x:1\"")), "docker.io/alice/x:1"},
      {INDEX(NOTES(REF "\"bb:1\"")), "bb:1"},
      {INDEX(NOTES("\"other\":\"x\"")), "!without a name"},
      {INDEX(""), "!without a name"},
      {INDEX(NOTES(NAME "1")), "!no text"},
      {INDEX(",\"Annotations\":{}"), "!not known"},
      {INDEX(",\"urls\":[]"), "!fetched"},
      {"{\"Manifests\":[]}", "!not known"},
      {"{\"manifests\":{}}", "!lists no images"},
      {"{\"manifests\":[]}", "!no images"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    add_file(&m, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    add_file(&m, "index.json", rows[i].text);
    add_end(&m, 20);
    expect(&m, rows[i].wanted);
  }
}

/* -- the other entries -------------------------------------------------------------------------- */

static void test_entries(void **state) {
  static const struct {
    const char *name;
    char type;
    const char *content, *link;
    const char *wanted;
  } rows[] = {
      {A "/layer.tar", '0', "x", "", "alice/x:1"},
      {A "/", '5', "", "", "alice/x:1"},
      {A "/layer.tar", '2', "", "../" B "/layer.tar", "alice/x:1"},
      {A "/layer.tar", '2', "", "../" B ".tar", "alice/x:1"},
      {A "/layer.tar", '2', "", "../blobs/sha256/" B, "alice/x:1"},
      {A "/layer.tar", '2', "", "../blobs/sha256/" B "/..", "!links"},
      {A "/layer.tar", '2', "", "../blobs/sha256/x", "!links"},
      {A "/layer.tar", '2', "", "../manifest.json", "!links"},
      {A "/layer.tar", '2', "", "/etc/passwd", "!links"},
      {A "/layer.tar", '2', "", "../" B "/../x", "!links"},
      {A, '2', "", ".", "!links"},
      {"x", '2', "", A, "!links"},
      {"x", '1', "", "manifest.json", "!links"},
      {"x", '3', "", "", "!neither"},
      {"x", '6', "", "", "!neither"},
      {"x", '7', "", "", "!neither"},
      {"x", 'S', "", "", "!neither"},
      {"x", 'g', "", "", "!neither"},
      {"x", 'D', "", "", "!neither"},
      {"manifest.json", '0', MANIFEST, "", "!twice"},
      {"manifest.json", '5', "", "", "!twice"},
      {"manifest.json/x", '0', "", "", "!folder"},
      {"index.json/x", '0', "", "", "!folder"},
      {"repositories/", '5', "", "", "!no plain file"},
      {"repositories", '2', "", "../" B ".tar", "!no plain file"},
      {"index.json", '1', "", "manifest.json", "!no plain file"},
      {"./manifest.json", '0', "", "", "!clean"},
      {"/manifest.json", '0', "", "", "!clean"},
      {"a/../manifest.json", '0', "", "", "!clean"},
      {"a//b", '0', "", "", "!clean"},
      {"a/", '0', "", "", "!clean"},
      {"./", '5', "", "", "!clean"},
      {"", '0', "", "", "!clean"},
      {"a\nb", '0', "", "", "!cannot be shown"},
      {"a\xff", '0', "", "", "!cannot be shown"},
      {".wh.manifest.json", '0', "", "", "!remove files"},
      {"a/.wh..wh..opq", '0', "", "", "!remove files"},
      {A "/layer.tar/x", '0', "", "", "!below a layer"},
      {"x", '5', "content", "", "!has a size"},
      {"x", '2', "content", "y", "!has a size"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    add_file(&m, "manifest.json", MANIFEST);
    add(&m, rows[i].name, rows[i].type, rows[i].content, rows[i].link);
    add_file(&m, "z", "end");
    add_end(&m, 2);
    expect(&m, rows[i].wanted);
  }
}

static void test_repeated(void **state) {
  struct maker m;
  (void)state;
  begin(&m);
  add(&m, "blobs/", '5', "", "");
  add_file(&m, "manifest.json", MANIFEST);
  add(&m, "blobs", '5', "", "");
  add_end(&m, 2);
  expect(&m, "alice/x:1");
  begin(&m);
  add_file(&m, "a", "1");
  add_file(&m, "manifest.json", MANIFEST);
  add_file(&m, "a", "2");
  add_end(&m, 2);
  expect(&m, "!a stands there twice");
}

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
      cmocka_unit_test(test_descriptions), cmocka_unit_test(test_index),
      cmocka_unit_test(test_entries),      cmocka_unit_test(test_repeated),
      cmocka_unit_test(test_records),      cmocka_unit_test(test_damaged_records),
      cmocka_unit_test(test_long_names),   cmocka_unit_test(test_ends),
      cmocka_unit_test(test_headers),      cmocka_unit_test(test_binary_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
