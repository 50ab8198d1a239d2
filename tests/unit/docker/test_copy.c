/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/copy.h"

#include <string.h>

#include "../with_arena.h"

static void words_are_split(void **state) {
  (void)state;
  static const struct {
    const char *word, *container, *path;
  } rows[] = {{"c:/x", "c", "/x"},    {"c:x:y", "c", "x:y"},    {"c:", "c", ""},
              {"/a:b", NULL, "/a:b"}, {"./a:b", NULL, "./a:b"}, {".c:x", NULL, ".c:x"},
              {":/x", NULL, ":/x"},   {"a", NULL, "a"},         {"-", NULL, "-"},
              {"", NULL, ""}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_copy_place place = sd_copy_split(&arena, rows[i].word);
    assert_true((place.container == NULL) == (rows[i].container == NULL));
    if (rows[i].container != NULL)
      assert_string_equal(place.container, rows[i].container);
    assert_string_equal(place.path, rows[i].path);
  }
}

static void paths_are_cleaned(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"", "."},        {".", "."},         {"/", "/"},         {"//", "/"},
      {"a//b/", "a/b"}, {"a/../b", "b"},    {"../a", "../a"},   {"a/../../b", "../b"},
      {"/..", "/"},     {"/../../a", "/a"}, {"a/..", "."},      {"/a/./b", "/a/b"},
      {"...", "..."},   {"a/b/../..", "."}, {"../..", "../.."}, {"../../a/..", "../.."},
      {"..a/..", "."}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(sd_copy_clean(&arena, rows[i][0]), rows[i][1]);
}

static void paths_are_seen_from_a_folder(void **state) {
  (void)state;
  static const char *const rows[][2] = {{"a", "/w/a"},       {"a/", "/w/a/"},   {"a/.", "/w/a/."},
                                        {".", "/w/."},       {"", "/w/."},      {"..", "/"},
                                        {"../", "/"},        {"/", "/"},        {"/.", "/."},
                                        {"a/./", "/w/a/./"}, {"/x/../y", "/y"}, {"a/..", "/w"}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(sd_copy_absolute(&arena, "/w", rows[i][0]), rows[i][1]);
}

static void paths_are_divided(void **state) {
  (void)state;
  static const struct {
    const char *path, *folder, *name;
    bool means_folder;
  } rows[] = {{"/a/b", "/a", "b", false}, {"/a/b/", "/a", "b", true}, {"/a/b/.", "/a/b", ".", true},
              {"/a", "/", "a", false},    {"/", "/", "/", true},      {"/.", "/", ".", true},
              {"a", ".", "a", false},     {".", ".", ".", true},      {"/a.", "/", "a.", false},
              {"/a/./", "/a", ".", true}, {"", ".", ".", true},       {"//", "/", "/", true},
              {"a/", ".", "a", true},     {"a.", ".", "a.", false}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_string_equal(sd_copy_folder(&arena, rows[i].path), rows[i].folder);
    assert_string_equal(sd_copy_name(&arena, rows[i].path), rows[i].name);
    assert_int_equal(sd_copy_means_folder(rows[i].path), rows[i].means_folder);
  }
}

/* What lies before a path in memory does not count. */
static void paths_begin_where_they_begin(void **state) {
  static const char slashes[] = "/.//";
  (void)state;
  assert_string_equal(sd_copy_name(&arena, slashes + 3), "/");
  assert_string_equal(sd_copy_absolute(&arena, "/w", slashes + 4), "/w/.");
}

/* The table of "docker container cp" in Docker's documentation. */
static void plans_are_dockers(void **state) {
  (void)state;
  static const struct {
    bool folder;
    const char *destination;
    enum sd_copy_found found;
    const char *into, *name; /* NULL, and the error */
  } rows[] = {
      {false, "/d/new", SD_COPY_NOTHING, "/d", "new"},
      {false, "/d/new/", SD_COPY_NOTHING, NULL, "no such directory"},
      {false, "/d/new/.", SD_COPY_NOTHING, NULL, "no such directory"},
      {false, "/d/old", SD_COPY_OTHER, "/d", "old"},
      {false, "/d/sub", SD_COPY_FOLDER, "/d/sub", NULL},
      {false, "/d/sub/", SD_COPY_FOLDER, "/d/sub/", NULL},
      {true, "/d/new", SD_COPY_NOTHING, "/d", "new"},
      {true, "/d/new/", SD_COPY_NOTHING, "/d", "new"},
      {true, "/d/old", SD_COPY_OTHER, NULL, "cannot copy directory"},
      {true, "/d/sub", SD_COPY_FOLDER, "/d/sub", NULL},
      {true, "/new", SD_COPY_NOTHING, "/", "new"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    struct sd_copy_plan plan = {"untouched", "untouched"};
    sd_error_init(&err, &arena);
    bool good =
        sd_copy_make_plan(&arena, rows[i].folder, rows[i].destination, rows[i].found, &plan, &err);
    assert_int_equal(good, rows[i].into != NULL);
    if (!good) {
      assert_string_equal(err.message, rows[i].name);
      assert_int_equal(err.status, 1);
      assert_string_equal(plan.folder, "untouched");
      continue;
    }
    assert_string_equal(plan.folder, rows[i].into);
    assert_true((plan.name == NULL) == (rows[i].name == NULL));
    if (plan.name != NULL)
      assert_string_equal(plan.name, rows[i].name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_split),
      cmocka_unit_test(paths_are_cleaned),
      cmocka_unit_test(paths_are_seen_from_a_folder),
      cmocka_unit_test(paths_are_divided),
      cmocka_unit_test(paths_begin_where_they_begin),
      cmocka_unit_test(plans_are_dockers),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
