/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of images: which names are seen, and what is refused. */
#include "archive_maker.h"

#include "safe-docker/base/json.h"

#define NOT_HEX "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

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
      {"manifest.json", "[{\"Config\":\"a\"}]", "!without a name"},
      {"manifest.json", "[{\"Config\":1,\"RepoTags\":[\"a\"]}]", "!outside"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"],\"Layers\":[1]}]", "!outside"},
      {"manifest.json", "/* none */" MANIFEST, "!reads alike"},
      {"manifest.json",
       "[{\"Config\":\"a\",\"RepoTags\":[\"a:1\"],\"Layers\":[\"b\"],\"Parent\":\"" A
       "\",\"LayerSources\":{\"x\":{\"mediaType\":\"y\"}}}]",
       "a:1"},
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
      {INDEX(NOTES(NAME "\"a:1\"," REF "\"1\"")), "a:1"},
      {INDEX(NOTES(NAME "\"a:1\"," REF "\"2\"")), "a:1 2"},
      {INDEX(NOTES(NAME "\"ab1\"," REF "\"1\"")), "ab1 1"},
      {INDEX(NOTES(NAME "\":1\"," REF "\"1\"")), ":1 1"},
      {INDEX(NOTES(NAME "\"a:\"," REF "\"\"")), "a: "},
      {INDEX(NOTES(NAME "\"1\"," REF "\"docker.io/alice/x:1\"")), "1 docker.io/alice/x:1"},
      {INDEX(NOTES(REF "\"bb:1\"")), "bb:1"},
      {"{\"schemaVersion\":2,\"mediaType\":\"x\",\"artifactType\":\"x\",\"annotations\":{},"
       "\"manifests\":[{\"mediaType\":\"x\",\"digest\":\"x\",\"size\":1,\"platform\":{},"
       "\"artifactType\":\"x\"" NOTES(REF "\"bb:1\"") "}]}",
       "bb:1"},
      {INDEX(",\"annotations\":[]"), "!without a name"},
      {"{\"schemaVersion\":2}", "!lists no images"},
      {INDEX(NOTES("\"other\":\"x\"")), "!without a name"},
      {INDEX(""), "!without a name"},
      {INDEX(NOTES(NAME "1")), "!an annotation that is no text"},
      {INDEX(NOTES(REF "\"1\"," NAME "1")), "!an annotation that is no text"},
      {INDEX(NOTES("\"other\":1," REF "\"bb:1\"")), "!an annotation that is no text"},
      {INDEX(NOTES(REF "\"bb:1\",\"other\":1")), "!an annotation that is no text"},
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

/* A file that is not understood is not saved by others that are. */
static void test_bad_beside_good(void **state) {
  static const char layout[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
  static const char *const rows[][3] = {
      {"index.json", "{\"manifests\":[{\"digest\":\"x\"" NOTES(REF "\"b:1\"") "}]}",
       "alice/x:1 b:1"},
      {"index.json", "{\"manifests\":[],\"other\":1}", "!not known"},
      {"index.json", "{\"manifests\":[{\"other\":1" NOTES(REF "\"b:1\"") "}]}", "!not known"},
      {"index.json", "{\"manifests\":[{\"digest\":\"x\"}]}", "!without a name"},
      {"index.json", "{}", "!lists no images"},
      {"repositories", "[]", "!no object"},
      {"repositories", "{\"a\":1}", "!tags belong"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"]},{\"other\":1}]", "!not known"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\"]},{\"Config\":\"b\"}]",
       "!without a name"},
      {"manifest.json",
       "[{\"Config\":\"a\",\"RepoTags\":[\"a\"]},{\"Config\":\"a\",\"RepoTags\":[1]}]", "!no text"},
      {"manifest.json", "[{\"Config\":\"a\",\"RepoTags\":[\"a\",\"b\",1]}]", "!no text"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct maker m;
    begin(&m);
    if (strcmp(rows[i][0], "index.json") == 0)
      add_file(&m, "oci-layout", layout);
    if (strcmp(rows[i][0], "manifest.json") != 0)
      add_file(&m, "manifest.json", MANIFEST);
    add_file(&m, rows[i][0], rows[i][1]);
    add_end(&m, 2);
    expect(&m, rows[i][2]);
  }
  struct maker m;
  begin(&m);
  add_file(&m, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\",\"other\":1}");
  add_file(&m, "index.json", rows[0][1]);
  add_end(&m, 2);
  expect(&m, "!not known");
}

/* As much as the JSON reader would take, and one byte more. */
static void test_large(void **state) {
  static const char names[] = "{\"bb\":{\"1\":\"x\"}}";
  (void)state;
  for (size_t more = 0; more < 2; more++) {
    struct maker m;
    begin(&m);
    size_t len = SD_JSON_MAX_BYTES + more;
    char *text = sd_arena_alloc(&m.arena, len + 1);
    memset(text, ' ', len);
    memcpy(text, MANIFEST, strlen(MANIFEST));
    add_file(&m, "manifest.json", text);
    add_file(&m, "repositories", names);
    add_end(&m, 2);
    expect(&m, more == 0 ? "alice/x:1 bb:1" : "!");
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
      {"x", '2', "", "../" B ".tar", "!links"},
      {A "/other.tar", '2', "", "../" B ".tar", "!links"},
      {NOT_HEX "/layer.tar", '2', "", "../" B ".tar", "!links"},
      {A "/layer.tar", '2', "", "x/y" B ".tar", "!links"},
      {A "/layer.tar", '2', "", "../" NOT_HEX ".tar", "!links"},
      {A "/layer.tar", '2', "", "../" B ".gz", "!links"},
      {A "/layer.tar", '2', "", "../blobs/sha256/" NOT_HEX, "!links"},
      {A "/layer.tar", '2', "", "../blobs/sha256/" B "0", "!links"},
      {A "/layer.tar", '2', "", "../blobs/sha256/0", "!links"},
      {"x", '2', "", A, "!links"},
      {"x", '1', "", "manifest.json", "!links"},
      {"x", '3', "", "", "!neither"},
      {"x", '6', "", "", "!neither"},
      {"x", '7', "", "", "!neither"},
      {"x", 'S', "", "", "!neither"},
      {"x", 'g', "", "", "!neither"},
      {"x", 'D', "", "", "!neither"},
      {"manifest.json", '0', MANIFEST, "", "!no plain file, or stands there twice"},
      {"manifest.json", '5', "", "", "!twice"},
      {"manifest.json/x", '0', "", "", "!folder"},
      {"index.json/x", '0', "", "", "!folder"},
      {"repositories/x", '0', "", "", "!folder"},
      {"oci-layout/x", '0', "", "", "!folder"},
      {"nine-long/x", '0', "", "", "alice/x:1"},
      {"layer.tar2/x", '0', "", "", "alice/x:1"},
      {"twelve-longs/x", '0', "", "", "alice/x:1"},
      {"ten-longer/x", '0', "", "", "alice/x:1"},
      {"manifest.json2/x", '0', "", "", "alice/x:1"},
      {"a/manifest.json/x", '0', "", "", "alice/x:1"},
      {"a/manifest.json", '0', "", "", "alice/x:1"},
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
  for (size_t i = 0; i < 2; i++) {
    begin(&m);
    add_file(&m, "manifest.json", MANIFEST);
    add(&m, "a", i == 0 ? '5' : '0', "", "");
    add(&m, "a", i == 0 ? '0' : '5', "", "");
    add_end(&m, 2);
    expect(&m, "!a stands there twice");
  }
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_descriptions),    cmocka_unit_test(test_index),
      cmocka_unit_test(test_bad_beside_good), cmocka_unit_test(test_large),
      cmocka_unit_test(test_entries),         cmocka_unit_test(test_repeated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
