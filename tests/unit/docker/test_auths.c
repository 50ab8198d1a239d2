/* SPDX-License-Identifier: Apache-2.0 */
/* Log-ins in a config.json: what is read of it, what is handed on, how it is changed, and what records hide. */
#include "../with_arena.h"

#include <string.h>

#include "safe-docker/base/base64.h"
#include "safe-docker/docker/auths.h"

static bool read(const char *text, struct sd_auths *out, struct sd_error *err) {
  sd_error_init(err, &arena);
  return sd_auths_read(&arena, "config.json", text, strlen(text), out, err);
}

static void filtered(void **state) {
  static const struct {
    const char *text, *handed;
  } rows[] = {
      {"", "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {" \n", "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {"{}", "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {"{\"auths\":null}", "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {"{\"auths\":{\"a\":{},\"b\":null,\"c\":{\"auth\":\"\",\"email\":\"x\"}}}",
       "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {"{\"psFormat\":1.5}", "{\"auths\":{\"safe-docker.invalid\":{}}}"},
      {"{\"auths\":{\"a:5000\":{\"auth\":\"dTpw\",\"email\":\"x\"}},\"credsStore\":\"evil\","
       "\"credHelpers\":{\"a:5000\":\"evil\"},\"HttpHeaders\":{\"X\":\"1\"},\"proxies\":{},"
       "\"cliPluginsExtraDirs\":[\"/x\"],\"plugins\":{},\"aliases\":{\"builder\":\"x\"}}",
       "{\"auths\":{\"a:5000\":{\"auth\":\"dTpw\"}}}"},
      {"{\"auths\":{\"a\":{\"auth\":\"dTo=\",\"identitytoken\":\"t\\u0022\"},"
       "\"https://b/v1/\":{\"registrytoken\":\"r\"}}}",
       "{\"auths\":{\"a\":{\"auth\":\"dTo=\",\"identitytoken\":\"t\\\"\"},"
       "\"https://b/v1/\":{\"registrytoken\":\"r\"}}}"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    struct sd_auths auths;
    assert_true(read(rows[i].text, &auths, &err));
    assert_string_equal(sd_auths_text(&arena, &auths), rows[i].handed);
  }
}

static void refused(void **state) {
  static const char *const rows[] = {
      "[]",
      "{\"auths\":[]}",
      "{\"Auths\":{}}",
      "{\"auths\":{\"a\":1}}",
      "{\"auths\":{\"a\":{\"auth\":1}}}",
      "{\"auths\":{\"a\":{\"auth\":\"dTp\"}}}",      /* no base64 */
      "{\"auths\":{\"a\":{\"auth\":\"dTpx\\n\"}}}",  /* an end of line in it */
      "{\"auths\":{\"a\":{\"auth\":\"dXA=\"}}}",     /* no colon */
      "{\"auths\":{\"a\":{\"auth\":\"OnA=\"}}}",     /* no user */
      "{\"auths\":{\"a\":{\"auth\":\"dTpwAA==\"}}}", /* NUL */
      "{\"auths\":{\"a\\u001b\":{\"auth\":\"dTpw\"}}}",
      "{\"auths\":{},\"auths\":{}}",
      "{\"auths\":{},\"x\":1.5}",
      "{\"auths\":{}",
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    struct sd_auths auths;
    assert_false(read(rows[i], &auths, &err));
    assert_non_null(err.message);
    assert_null(strstr(err.message, "dTp"));
  }
}

/* A config.json whose one log-in has a name and a token as long as asked for. */
static bool read_long(size_t server, size_t token, struct sd_auths *out, struct sd_error *err) {
  char *name = sd_arena_alloc(&arena, server + 1);
  char *secret = sd_arena_alloc(&arena, token + 1);
  memset(name, 'a', server);
  memset(secret, 'b', token);
  return read(
      sd_arena_printf(&arena, "{\"auths\":{\"%s\":{\"identitytoken\":\"%s\"}}}", name, secret), out,
      err);
}

static void lengths(void **state) {
  struct sd_error err;
  struct sd_auths auths;
  (void)state;
  assert_true(read_long(255, 2 * SD_AUTHS_SECRET_MAX, &auths, &err));
  assert_int_equal(auths.list.len, 1);
  assert_int_equal(strlen(auths.list.items[0].identity_token), 2 * SD_AUTHS_SECRET_MAX);
  assert_null(auths.list.items[0].registry_token);
  assert_null(auths.list.items[0].username);
  assert_false(read_long(256, 1, &auths, &err));
  assert_false(read_long(1, 2 * SD_AUTHS_SECRET_MAX + 1, &auths, &err));
}

/* Only "auths" is read; where that word is nowhere, what the rest is does not matter. */
static void only_log_ins_matter(void **state) {
  struct sd_error err;
  struct sd_auths auths;
  (void)state;
  assert_true(read("no JSON", &auths, &err));
  assert_int_equal(auths.list.len, 0);
  assert_true(sd_auths_read(&arena, "x", "  {", 2, &auths, &err)); /* nothing but blanks in it */
  assert_true(sd_auths_read(&arena, "x", "", 0, &auths, &err));
  assert_true(read("{\"auths\":{\"a\":{\"auth\":null,\"registrytoken\":\"r\"}}}", &auths, &err));
  assert_int_equal(auths.list.len, 1);
  assert_null(auths.list.items[0].username);
  assert_string_equal(auths.list.items[0].registry_token, "r");
  assert_false(read("/* none */ {\"auths\":{}}", &auths, &err));
}

static void helpers_are_noticed(void **state) {
  struct sd_error err;
  struct sd_auths auths;
  (void)state;
  assert_true(read("{\"credsStore\":\"\",\"credHelpers\":{}}", &auths, &err));
  assert_false(auths.helpers);
  assert_true(read("{\"credsStore\":1,\"credHelpers\":[]}", &auths, &err));
  assert_false(auths.helpers);
  assert_true(read("{\"credsStore\":\"x\"}", &auths, &err));
  assert_true(auths.helpers);
  assert_true(read("{\"credsStore\":\"pass\"}", &auths, &err));
  assert_true(auths.helpers);
  assert_true(read("{\"credHelpers\":{\"a\":\"pass\"}}", &auths, &err));
  assert_true(auths.helpers);
}

static void servers(void **state) {
  static const struct {
    const char *text, *server; /* NULL: refused */
  } rows[] = {
      {"", SD_AUTHS_INDEX},
      {"docker.io", SD_AUTHS_INDEX},
      {"https://index.docker.io/v1/", SD_AUTHS_INDEX},
      {"registry.example", "registry.example"},
      {"registry.example:5000", "registry.example:5000"},
      {"registry.example/team/app", "registry.example"},
      {"https://registry.example/v1/", "registry.example"},
      {"http://localhost:5000", "localhost:5000"},
      {"Reg.Example", "Reg.Example"},
      {"[::1]:5000", "[::1]:5000"},
      {"[::]", "[::]"},
      {"[1::Af]", "[1::Af]"},
      {"[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1"},
      {"a", "a"},
      {"a.b-c.d9", "a.b-c.d9"},
      {"b:1", "b:1"},
      {"a:65535", "a:65535"},
      {"a.", "a."},
      {"https://", NULL},
      {"[]", NULL},
      {"[:]", NULL},
      {"[::g]", NULL},
      {"[::]x", NULL},
      {"[abcx", NULL},
      {"[::]]", NULL},
      {"[::x]:1", NULL},
      {"[[::1]", NULL},
      {".a", NULL},
      {"a-", NULL},
      {"a-:1", NULL},
      {"a:", NULL},
      {":1", NULL},
      {"a_b", NULL},
      {"https://http://a", NULL},
      {"ftp://a", NULL},
      {"unix:///run/docker.sock", NULL},
      {"-a", NULL},
      {"/a", NULL},
      {"a b", NULL},
      {"a@b", NULL},
      {"a?b", NULL},
      {"a:0", NULL},
      {"a:65536", NULL},
      {"a:5000:1", NULL},
      {"a\n", NULL},
      {"a/\n", NULL},
      {"[::1", NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    const char *server = NULL;
    sd_error_init(&err, &arena);
    assert_int_equal(sd_auths_server(&arena, rows[i].text, &server, &err), rows[i].server != NULL);
    if (rows[i].server != NULL)
      assert_string_equal(server, rows[i].server);
  }
}

#define U_P "{\n\t\t\t\"auth\": \"dTpw\"\n\t\t}"

static void put(void **state) {
  static const struct sd_auth login = {.server = "a:1", .username = "u", .password = "p"};
  static const struct {
    const char *text, *after; /* NULL: refused */
  } rows[] = {
      {"", "{\n\t\"auths\": {\n\t\t\"a:1\": " U_P "\n\t}\n}\n"},
      {"{}", "{\n\t\"auths\": {\n\t\t\"a:1\": " U_P "\n\t}\n}"},
      {"{ \"x\" : [1, \"}\\\"\"] }\n",
       "{\n\t\"auths\": {\n\t\t\"a:1\": " U_P "\n\t}, \"x\" : [1, \"}\\\"\"] }\n"},
      {"{\"auths\": null, \"x\":{}}", "{\"auths\": {\n\t\t\"a:1\": " U_P "\n\t}, \"x\":{}}"},
      {"{\"y\":\"{\",\"auths\":{ },\"x\":1}",
       "{\"y\":\"{\",\"auths\":{\n\t\t\"a:1\": " U_P "\n\t},\"x\":1}"},
      {"{\"auths\":{\"b\":{\"auth\":\"dTpx\"}}}",
       "{\"auths\":{\n\t\t\"a:1\": " U_P ",\"b\":{\"auth\":\"dTpx\"}}}"},
      {"{\"auths\":{\"b\":{},\"a\\u003a1\" : {\"identitytoken\":\"}\"} },\"z\":true}",
       "{\"auths\":{\"b\":{},\"a\\u003a1\" : " U_P " },\"z\":true}"},
      {"{\"y\":\"a\\\\\",\"x\":\"\\\"\\\"\",\"auths\":{}}",
       "{\"y\":\"a\\\\\",\"x\":\"\\\"\\\"\",\"auths\":{\n\t\t\"a:1\": " U_P "\n\t}}"},
      {"{\"y\":[[1],[\"]\"],{\"z\":[]}],\"auths\":{}}",
       "{\"y\":[[1],[\"]\"],{\"z\":[]}],\"auths\":{\n\t\t\"a:1\": " U_P "\n\t}}"},
      {"{\"y\":{\"z\":{\"x\":\"}\"}},\"auths\":{}}",
       "{\"y\":{\"z\":{\"x\":\"}\"}},\"auths\":{\n\t\t\"a:1\": " U_P "\n\t}}"},
      {"{\"y\":\"a,b\",\"auths\":{}}", "{\"y\":\"a,b\",\"auths\":{\n\t\t\"a:1\": " U_P "\n\t}}"},
      {"{\"auths\":{\"b\":{}},\"a:1\":{}}",
       "{\"auths\":{\n\t\t\"a:1\": " U_P ",\"b\":{}},\"a:1\":{}}"},
      {"{} // none", NULL},
      {"{\"auths\":{\"b\":{\"auth\":1}}}", NULL},
      {"{\"auths\":1}", NULL},
      {"{\"x\":1.5}", NULL},
      {"[]", NULL},
      {"{", NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    const char *after = NULL;
    sd_error_init(&err, &arena);
    bool good = sd_auths_put(&arena, "config.json", rows[i].text, &login, &after, &err);
    assert_int_equal(good, rows[i].after != NULL);
    if (good)
      assert_string_equal(after, rows[i].after);
  }
}

static void removed(void **state) {
  static const struct {
    const char *text, *after;
  } rows[] = {
      {"", ""},
      {"{}", "{}"},
      {"{\"auths\":null}", "{\"auths\":null}"},
      {"{\"auths\":{\"b\":{}}}", "{\"auths\":{\"b\":{}}}"},
      {"{\"auths\":{\"a\":{\"auth\":\"dTpw\"}},\"x\": 1}", "{\"auths\":{},\"x\": 1}"},
      {"{\"auths\":{\"a\":{}, \"b\":{}}}", "{\"auths\":{\"b\":{}}}"},
      {"{\"auths\":{\"b\":{}, \"a\":{} }}", "{\"auths\":{\"b\":{} }}"},
      {"{\"auths\":{\"b\":{},\n \"a\":{},\n \"c\":{}}}", "{\"auths\":{\"b\":{},\n \"c\":{}}}"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    const char *after = NULL;
    sd_error_init(&err, &arena);
    assert_true(sd_auths_remove(&arena, "config.json", rows[i].text, "a", &after, &err));
    assert_string_equal(after, rows[i].after);
  }
}

static void masked(void **state) {
  static const struct {
    const char *words[6], *shown[6];
  } rows[] = {
      {{"docker", "login", "-p", "geheim", "a"}, {"docker", "login", "-p", "***", "a"}},
      {{"docker", "login", "-pgeheim"}, {"docker", "login", "-p***"}},
      {{"docker", "login", "-p=geheim"}, {"docker", "login", "-p***"}},
      {{"docker", "login", "-Dpgeheim"}, {"docker", "login", "-Dp***"}},
      {{"docker", "login", "--password", "-p", "a"}, {"docker", "login", "--password", "***", "a"}},
      {{"docker", "login", "--password=geheim"}, {"docker", "login", "--password=***"}},
      {{"docker", "login", "--passwd=geheim"}, {"docker", "login", "--passwd=***"}},
      {{"docker", "login", "--password-stdin", "a"}, {"docker", "login", "--password-stdin", "a"}},
      {{"docker", "login", "-u", "me", "a"}, {"docker", "login", "-u", "me", "a"}},
      {{"docker", "login", "-p"}, {"docker", "login", "-p"}},
      {{"docker", "p", "a"}, {"docker", "p", "a"}},
      {{"docker", "login", "--username=me", "a"}, {"docker", "login", "--username=me", "a"}},
      {{"docker", "login", "--username", "a"}, {"docker", "login", "--username", "a"}},
      {{"docker", "login", "-uanna", "a"}, {"docker", "login", "-uanna", "a"}},
      {{"docker", "login", "-pgeheim", "a"}, {"docker", "login", "-p***", "a"}},
      {{"docker", "login", "-p", "-p", "a"}, {"docker", "login", "-p", "***", "a"}},
      {{"docker", "login", "-p", "", "a"}, {"docker", "login", "-p", "***", "a"}},
      {{"docker", "login", "-u", "", "a"}, {"docker", "login", "-u", "", "a"}},
      {{"docker", "login", "--p", "geheim"}, {"docker", "login", "--p", "***"}},
      {{"docker", "login", "--password=", "a"}, {"docker", "login", "--password=", "***"}},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const char *const *shown = sd_auths_mask(&arena, rows[i].words);
    size_t at = 0;
    for (; rows[i].shown[at] != NULL; at++)
      assert_string_equal(shown[at], rows[i].shown[at]);
    assert_null(shown[at]);
  }
}

/* The test vectors of RFC 4648, section 10. */
static void base64(void **state) {
  static const char *const rows[][2] = {{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"\xFF\xFE\x80", "//6A"}};
  static const char *const wrong[] = {
      "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Z m9v", "=", "====", "Zg==Zg=="};
  const char *out = NULL;
  size_t len = 0;
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_string_equal(sd_base64_encode(&arena, rows[i][0], strlen(rows[i][0])), rows[i][1]);
    assert_true(sd_base64_decode(&arena, rows[i][1], &out, &len));
    assert_int_equal(len, strlen(rows[i][0]));
    assert_string_equal(out, rows[i][0]);
  }
  for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    assert_false(sd_base64_decode(&arena, wrong[i], &out, &len));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(filtered),
      cmocka_unit_test(refused),
      cmocka_unit_test(helpers_are_noticed),
      cmocka_unit_test(servers),
      cmocka_unit_test(put),
      cmocka_unit_test(removed),
      cmocka_unit_test(masked),
      cmocka_unit_test(base64),
      cmocka_unit_test(lengths),
      cmocka_unit_test(only_log_ins_matter),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
