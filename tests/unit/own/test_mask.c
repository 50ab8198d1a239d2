/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of dockerd holds no secret, and all that is judged. */
#include "daemon.h"

#include <string.h>

#include "../with_arena.h"

static void test_text(void **state) {
  static const struct {
    const char *given, *masked;
  } rows[] = {
      {"http://bob:pw@proxy:3128", "http://******@proxy:3128"},
      {"http://bob:p/w@proxy", "http://*******@proxy"},
      {"http://b:p@w@proxy", "http://*****@proxy"},
      {"bob:pw@proxy:3128", "******@proxy:3128"},
      {"--http-proxy=bob:pw@proxy", "--http-proxy=******@proxy"},
      {"HTTP_PROXY=http://bob:pw@proxy", "HTTP_PROXY=http://******@proxy"},
      {"unix:///run/a@b/docker.sock", "unix:///run/a@b/docker.sock"},
      {"tcp://0.0.0.0:2375", "tcp://0.0.0.0:2375"},
      {"busybox@sha256:0123", "busybox@sha256:0123"},
      {"@", "@"},
      {"://@", "://@"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(daemon_mask(&arena, rows[i].given), rows[i].masked);
}

static void test_json(void **state) {
  static const char given[] =
      "{\"log-opts\": {\"splunk-token\": \"s3cret1\", \"max-size\": \"10m\"},\n"
      " \"labels\": [\"api=s3cret2\", \"s3cret3\"], \"icc\": false, // s\n"
      " \"auths\": {\"r.example\": {\"auth\": \"s3cret4\", \"x\": [\"s3cret5\"]}},\n"
      " \"Log-Opts\": {\"k\": \"s3cret6\\\"s3cret7\"},\n"
      " \"registry-mirrors\": [\"https://m.example\"], \"bridge\": \"none\",\n"
      " \"proxies\": {\"http-proxy\": \"u:s3cret8@p\", \"https-proxy\": \"http://u:s3cret9@p\"},\n"
      " \"hosts\": [\"fd://\"], \"swarm\": \"s3cret";
  static const char *const kept[] = {"\"max-size\": \"10m\"", "\"api=*******\"",
                                     "\"https://m.example\"", "\"bridge\": \"none\"",
                                     "\"hosts\": [\"fd://\"]"};
  (void)state;
  const char *masked = daemon_mask_json(&arena, given);
  assert_null(strstr(masked, "s3cret"));
  assert_int_equal(strlen(masked), strlen(given));
  for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
    if (strstr(masked, kept[i]) == NULL)
      fail_msg("%s is gone: %s", kept[i], masked);
}

static void test_words(void **state) {
  static const char *const words[] = {"/usr/bin/dockerd",
                                      "--log-opt",
                                      "splunk-token=s3cret1",
                                      "--log-opt=tag=s3cret2",
                                      "--log-opt",
                                      "max-size=10m",
                                      "--label",
                                      "s3cret3",
                                      "-H",
                                      "fd://",
                                      "--http-proxy",
                                      "http://u:s3cret4@p",
                                      "--config-file",
                                      "/etc/docker/d.json"};
  struct sd_strv list = {0};
  (void)state;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    sd_strv_add(&list, &arena, words[i]);
  daemon_mask_words(&arena, &list);
  assert_string_equal(
      sd_strv_join(&list, &arena, " "),
      "/usr/bin/dockerd --log-opt splunk-token=******* --log-opt=tag=******* --log-opt "
      "max-size=10m "
      "--label ******* -H fd:// --http-proxy http://*********@p --config-file /etc/docker/d.json");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_json),
      cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
