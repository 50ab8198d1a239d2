/* SPDX-License-Identifier: Apache-2.0 */
/* Restarting, logging, names, labels, environment, and the files the CLI writes. */
#include "fixture.h"

#include <string.h>

#define SECOND ((int64_t)1000000000)

/* Two labels are always added; what else changed is counted from here. */
#define LABELS 2

static void set_names(struct fixture *f, struct sd_strv *list, const char *names) {
  char *rest = sd_arena_strdup(&f->arena, names);
  list->v.len = 0;
  for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
    sd_strv_add(list, &f->arena, word);
}

struct text_row {
  const char *value;
  const char *rule; /* NULL: allowed */
  const char *out;  /* NULL: not set */
};

/* Each row alone: one TEXT option, judged and handed on. */
static void check_texts(struct fixture *f, enum sd_option_id id, const struct text_row *rows,
                        size_t count) {
  for (size_t i = 0; i < count; i++) {
    fixture_reset(f);
    fixture_text(f, id, rows[i].value);
    fixture_run(f, sd_rules_lifecycle);
    if ((f->decision.problems.list.len == 0) != (rows[i].rule == NULL))
      print_message("row %s\n", rows[i].value);
    if (rows[i].rule == NULL)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, rows[i].rule);
    const struct sd_text *out = fixture_out(f, id);
    assert_int_equal(out->set, rows[i].out != NULL);
    if (rows[i].out != NULL)
      assert_string_equal(out->value, rows[i].out);
    assert_true(f->decision.claimed[id]);
  }
}
#define CHECK_TEXTS(f, id, rows) check_texts(f, id, rows, sizeof(rows) / sizeof((rows)[0]))

/* -- restart ----------------------------------------------------------------------------------- */
static void test_restart(void **state) {
  static const struct text_row rows[] = {
      {"", NULL, NULL},
      {"no", NULL, "no"},
      {"on-failure", NULL, "on-failure:5"},
      {"on-failure:3", NULL, "on-failure:3"},
      {"on-failure:5", NULL, "on-failure:5"},
      {"on-failure:6", "restart", NULL},
      {"on-failure:0", "restart", NULL},
      {"on-failure:-1", "restart", NULL},
      {"on-failure:x", "restart", NULL},
      {"always", "restart", NULL},
      {"unless-stopped", "restart", NULL},
      {"sometimes", "restart", NULL},
      {"always:3", "restart", NULL},
  };
  struct fixture *f = *state;
  CHECK_TEXTS(f, SD_OPT_RESTART, rows);
  fixture_reset(f);
  fixture_text(f, SD_OPT_RESTART, "on-failure");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_changed(f, "restart", "--restart=on-failure:5");
  fixture_assert_change_count(f, LABELS + 1);
}

static void test_restart_by_policy(void **state) {
  static const struct {
    const char *allow;
    int64_t max;
    const char *asked, *out;
  } rows[] = {
      {"always", 5, "always", "always"},       {"", 5, "no", "no"},
      {"", 5, "on-failure:1", NULL},           {"on-failure", 0, "on-failure", NULL},
      {"on-failure", 0, "on-failure:1", NULL}, {"unless-stopped", 1, "always", NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    set_names(f, &f->policy.restart.allow, rows[i].allow);
    f->policy.restart.max_retries = rows[i].max;
    fixture_text(f, SD_OPT_RESTART, rows[i].asked);
    fixture_run(f, sd_rules_lifecycle);
    if (rows[i].out == NULL) {
      (void)fixture_assert_denied(f, "restart");
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(f->decision.out.restart.value, rows[i].out);
  }
}

/* -- logging ----------------------------------------------------------------------------------- */
static void test_log_driver(void **state) {
  static const struct text_row rows[] = {
      {"", NULL, NULL},
      {"json-file", NULL, "json-file"},
      {"none", NULL, "none"},
      {"syslog", "log-driver", NULL},
      {"fluentd", "log-driver", NULL},
      {"JSON-FILE", "log-driver", NULL},
      {"json-file ", "log-driver", NULL},
      {"evil/plugin:latest", "log-driver", NULL},
  };
  CHECK_TEXTS(*state, SD_OPT_LOG_DRIVER, rows);
}

static void test_log_options(void **state) {
  static const struct {
    const char *driver, *option;
    bool allowed;
  } rows[] = {
      {NULL, "max-size=10m", true},
      {NULL, "max-size=10", true},
      {NULL, "max-size=0", false},
      {NULL, "max-size=-1", false},
      {NULL, "max-size=", false},
      {NULL, "max-size", false},
      {NULL, "max-size=1e9", false},
      {NULL, "max-size=10 m", false},
      {NULL, "max-size=10mb", false},
      {NULL, "max-size=m", false},
      {NULL, "max-file=1", true},
      {NULL, "max-file=100", true},
      {NULL, "max-file=0", false},
      {NULL, "max-file=101", false},
      {NULL, "max-file=0x5", false},
      {NULL, "compress=true", true},
      {NULL, "compress=1", false},
      {NULL, "mode=non-blocking", true},
      {NULL, "mode=other", false},
      {NULL, "max-buffer-size=16m", true},
      {NULL, "max-buffer-size=17m", false},
      {NULL, "max-buffer-size=1g", false},
      {NULL, "max-buffer-size=0", false},
      {NULL, "labels=a,b", true},
      {NULL, "labels-regex=^a", true},
      {NULL, "env=A,B", true},
      {NULL, "env-regex=^A", true},
      {NULL, "env=a\nb", false},
      {NULL, "env=\xff", false},
      {NULL, "tag={{.Name}}/{{.ID}}", true},
      {NULL, "tag=plain", true},
      {NULL, "tag={{pad .Name 1000000000 1}}", false},
      {NULL, "tag={{ .Name }}", false},
      {NULL, "tag={{.Name | printf \"%1000000d\"}}", false},
      {NULL, "tag={{range .}}", false},
      {NULL, "tag={{.}}", false},
      {NULL, "tag={{.Name}}{{", false},
      {NULL, "syslog-address=unixgram:///run/x", false},
      {NULL, "MAX-SIZE=10m", false},
      {NULL, "=10m", false},
      {NULL, "", false},
      {"json-file", "max-size=10m", true},
      {"local", "max-size=10m", true},
      {"journald", "tag=x", true},
      {"journald", "mode=blocking", true},
      {"journald", "max-size=10m", false},
      {"none", "max-size=10m", false},
      {"none", "mode=blocking", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    if (rows[i].driver != NULL)
      fixture_text(f, SD_OPT_LOG_DRIVER, rows[i].driver);
    fixture_list(f, SD_OPT_LOG_OPT, rows[i].option);
    fixture_run(f, sd_rules_lifecycle);
    if ((f->decision.problems.list.len == 0) != rows[i].allowed)
      print_message("row %s\n", rows[i].option);
    assert_int_equal(f->decision.out.log_opts.v.len, rows[i].allowed ? 1 : 0);
    if (rows[i].allowed) {
      fixture_assert_allowed(f);
      assert_string_equal(f->decision.out.log_opts.v.items[0].value, rows[i].option);
    } else {
      (void)fixture_assert_denied(f, "log-option");
    }
  }
}

static void test_log_options_that_are_long(void **state) {
  struct fixture *f = *state;
  for (int len = 1023; len <= 1025; len++) {
    fixture_reset(f);
    fixture_list(f, SD_OPT_LOG_OPT, sd_arena_printf(&f->arena, "env=%0*d", len, 0));
    fixture_run(f, sd_rules_lifecycle);
    assert_int_equal(f->decision.out.log_opts.v.len, len <= 1024 ? 1 : 0);
    assert_int_equal(f->decision.problems.list.len, len <= 1024 ? 0 : 1);
  }
}

static void test_log_options_of_others(void **state) {
  struct fixture *f = *state;
  set_names(f, &f->policy.log_drivers, "syslog");
  fixture_text(f, SD_OPT_LOG_DRIVER, "syslog");
  fixture_list(f, SD_OPT_LOG_OPT, "tag=x");
  fixture_run(f, sd_rules_lifecycle);
  (void)fixture_assert_denied(f, "log-option");
  fixture_reset(f); /* the last one would win in Docker */
  fixture_list(f, SD_OPT_LOG_OPT, "max-size=1m");
  fixture_list(f, SD_OPT_LOG_OPT, "max-size=2m");
  fixture_run(f, sd_rules_lifecycle);
  (void)fixture_assert_denied(f, "log-option");
  fixture_reset(f);
  char *longer = sd_arena_alloc(&f->arena, 1100);
  memset(longer, 'a', 1099);
  memcpy(longer, "env=", 4);
  fixture_list(f, SD_OPT_LOG_OPT, longer);
  fixture_run(f, sd_rules_lifecycle);
  assert_int_equal(f->decision.problems.list.len, 1);
}

/* -- stopping, health -------------------------------------------------------------------------- */
static void test_stop_signal(void **state) {
  static const struct text_row rows[] = {
      {"", NULL, NULL},
      {"SIGTERM", NULL, "SIGTERM"},
      {"sigint", NULL, "sigint"},
      {"RTMIN+3", NULL, "RTMIN+3"},
      {"SIGRTMAX-2", NULL, "SIGRTMAX-2"},
      {"1", NULL, "1"},
      {"64", NULL, "64"},
      {"0", "stop-signal", NULL},
      {"65", "stop-signal", NULL},
      {"015", "stop-signal", NULL},
      {"-9", "stop-signal", NULL},
      {"TERM KILL", "stop-signal", NULL},
      {"TERM\n", "stop-signal", NULL},
      {"99999999999999999999", "stop-signal", NULL},
      {"AVERYLONGSIGNALNAME", "stop-signal", NULL},
  };
  CHECK_TEXTS(*state, SD_OPT_STOP_SIGNAL, rows);
}

struct number_row {
  enum sd_option_id id;
  int64_t value;
  const char *rule; /* NULL: allowed */
};

static void test_numbers(void **state) {
  static const struct number_row rows[] = {
      {SD_OPT_STOP_TIMEOUT, 0, NULL},
      {SD_OPT_STOP_TIMEOUT, 3600, NULL},
      {SD_OPT_STOP_TIMEOUT, -1, "stop-timeout"},
      {SD_OPT_STOP_TIMEOUT, 3601, "stop-timeout"},
      {SD_OPT_HEALTH_INTERVAL, 0, NULL},
      {SD_OPT_HEALTH_INTERVAL, SECOND, NULL},
      {SD_OPT_HEALTH_INTERVAL, 24 * 3600 * SECOND, NULL},
      {SD_OPT_HEALTH_INTERVAL, 1, "health-interval"},
      {SD_OPT_HEALTH_INTERVAL, SECOND - 1, "health-interval"},
      {SD_OPT_HEALTH_INTERVAL, -SECOND, "health-interval"},
      {SD_OPT_HEALTH_INTERVAL, 24 * 3600 * SECOND + 1, "health-interval"},
      {SD_OPT_HEALTH_TIMEOUT, SECOND, NULL},
      {SD_OPT_HEALTH_TIMEOUT, 1, "health-interval"},
      {SD_OPT_HEALTH_START_PERIOD, SECOND, NULL},
      {SD_OPT_HEALTH_START_PERIOD, 1, "health-interval"},
      {SD_OPT_HEALTH_START_INTERVAL, SECOND, NULL},
      {SD_OPT_HEALTH_START_INTERVAL, 1000000, "health-interval"},
      {SD_OPT_HEALTH_RETRIES, 0, NULL},
      {SD_OPT_HEALTH_RETRIES, 1000, NULL},
      {SD_OPT_HEALTH_RETRIES, 1001, "health-retries"},
      {SD_OPT_HEALTH_RETRIES, -1, "health-retries"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    fixture_number(f, rows[i].id, rows[i].value);
    fixture_run(f, sd_rules_lifecycle);
    const struct sd_number *out = fixture_out(f, rows[i].id);
    assert_int_equal(out->set, rows[i].rule == NULL);
    assert_true(f->decision.claimed[rows[i].id]);
    if (rows[i].rule != NULL) {
      (void)fixture_assert_denied(f, rows[i].rule);
      continue;
    }
    fixture_assert_allowed(f);
    assert_int_equal(out->value, rows[i].value);
  }
}

/* -- names, streams, folders ------------------------------------------------------------------- */
static void test_name(void **state) {
  static const struct text_row rows[] = {
      {"", NULL, NULL},
      {"web", NULL, "web"},
      {"/web", NULL, "web"},
      {"a_b.c-1", NULL, "a_b.c-1"},
      {"cafe", NULL, "cafe"},
      {"0123456789ab", "name", NULL},
      {"/0123456789AB", "name", NULL},
      {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "name", NULL},
      {"0123456789abg", NULL, "0123456789abg"},
      {"a", "name", NULL},
      {"//web", "name", NULL},
      {"-web", "name", NULL},
      {"a/b", "name", NULL},
      {"a b", "name", NULL},
      {"a\nb", "name", NULL},
      {"caf\xc3\xa9", "name", NULL},
  };
  CHECK_TEXTS(*state, SD_OPT_NAME, rows);
}

static void test_isolation(void **state) {
  static const struct text_row rows[] = {{"", NULL, NULL},
                                         {"default", NULL, NULL},
                                         {"hyperv", "isolation", NULL},
                                         {"process", "isolation", NULL}};
  CHECK_TEXTS(*state, SD_OPT_ISOLATION, rows);
}

static void test_attach(void **state) {
  struct fixture *f = *state;
  fixture_list(f, SD_OPT_ATTACH, "STDIN");
  fixture_list(f, SD_OPT_ATTACH, "stdout");
  fixture_list(f, SD_OPT_ATTACH, "StdErr");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  static const char *const streams[] = {"stdin", "stdout", "stderr"};
  for (size_t i = 0; i < 3; i++)
    assert_string_equal(f->decision.out.attach.v.items[i].value, streams[i]);
  fixture_reset(f);
  fixture_list(f, SD_OPT_ATTACH, "stdlog");
  fixture_run(f, sd_rules_lifecycle);
  (void)fixture_assert_denied(f, "attach");
  assert_int_equal(f->decision.out.attach.v.len, 0);
}

static void test_workdir(void **state) {
  static const struct text_row rows[] = {
      {"", NULL, NULL},
      {"/", NULL, "/"},
      {"/work", NULL, "/work"},
      {"/work/../srv/", NULL, "/srv"},
      {"/process", NULL, "/process"},
      {"/dev/fdx", NULL, "/dev/fdx"},
      {"work", "workdir", NULL},
      {"/proc", "workdir", NULL},
      {"/proc/self/fd/7", "workdir", NULL},
      {"//proc/self/fd/8/", "workdir", NULL},
      {"/x/../proc/self/cwd", "workdir", NULL},
      {"/./proc/1/root", "workdir", NULL},
      {"/dev/fd/7", "workdir", NULL},
      {"/sys/fs/cgroup", "workdir", NULL},
      {"/a\nb", "workdir", NULL},
      {"/\xff", "workdir", NULL},
  };
  CHECK_TEXTS(*state, SD_OPT_WORKDIR, rows);
}

static void test_cidfile(void **state) {
  struct fixture *f = *state;
  fixture_creatable(f, "cid", "/home/alice/cid");
  fixture_text(f, SD_OPT_CIDFILE, "cid");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  assert_string_equal(f->decision.out.cidfile.value, "/home/alice/cid");
  fixture_assert_changed(f, "cidfile", "--cidfile=/home/alice/cid");
  fixture_reset(f);
  fixture_creatable(f, "/home/alice/cid", "/home/alice/cid");
  fixture_text(f, SD_OPT_CIDFILE, "/home/alice/cid");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  fixture_assert_change_count(f, LABELS);
  fixture_reset(f);
  fixture_text(f, SD_OPT_CIDFILE, "/etc/nologin");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_contains(fixture_assert_denied(f, "cidfile")->message, "may not be created");
  assert_false(f->decision.out.cidfile.set);
  fixture_reset(f);
  fixture_creatable(f, "l/cid", "/home/alice/\xff/cid");
  fixture_text(f, SD_OPT_CIDFILE, "l/cid");
  fixture_run(f, sd_rules_lifecycle);
  (void)fixture_assert_denied(f, "cidfile");
  fixture_reset(f);
  fixture_text(f, SD_OPT_CIDFILE, "");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  assert_false(f->decision.out.cidfile.set);
}

/* -- environment and labels -------------------------------------------------------------------- */
static void push_env(struct fixture *f, const char *name, const char *value, bool hidden) {
  *sd_vec_push(&f->arena, &f->request.env.v) = (struct sd_entry){
      .name = name,
      .value = value,
      .hidden = hidden,
      .given = fixture_given(f, hidden ? SD_OPT_ENV_FILE : SD_OPT_ENV, "X"),
  };
}

static void push_label(struct fixture *f, const char *name, const char *value) {
  *sd_vec_push(&f->arena, &f->request.labels.v) =
      (struct sd_entry){.name = name, .value = value, .given = fixture_given(f, SD_OPT_LABEL, "X")};
}

static void test_env(void **state) {
  struct fixture *f = *state;
  push_env(f, "A", "1", true);
  push_env(f, "A", "2\nlines", false);
  push_env(f, "LD_PRELOAD", "/x", false); /* the container's own matter */
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  assert_int_equal(f->decision.out.env.v.len, 3);
  assert_true(f->decision.out.env.v.items[0].hidden);
  assert_string_equal(f->decision.out.env.v.items[1].value, "2\nlines");
  assert_true(f->decision.claimed[SD_OPT_ENV] && f->decision.claimed[SD_OPT_ENV_FILE]);
  static const char *const bad[][2] = {{"A", "\xff"}, {"\xc3(", "x"}, {"\xff", NULL}};
  for (size_t i = 0; i < 3; i++) {
    fixture_reset(f);
    push_env(f, bad[i][0], bad[i][1], false);
    fixture_run(f, sd_rules_lifecycle);
    (void)fixture_assert_denied(f, "invalid-value");
    assert_int_equal(f->decision.out.env.v.len, 0);
  }
}

static void test_labels(void **state) {
  struct fixture *f = *state;
  push_label(f, "a", "b");
  push_label(f, "com.docker.compose.project", "web");
  push_label(f, "bare", NULL);
  push_label(f, "io.safe-dockers", "x");
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  assert_int_equal(f->decision.out.labels.v.len, 6);
  const struct sd_entry *owner = &f->decision.out.labels.v.items[4];
  const struct sd_entry *version = &f->decision.out.labels.v.items[5];
  assert_string_equal(owner->name, "io.safe-docker.owner");
  assert_string_equal(owner->value, "1000");
  assert_string_equal(version->name, "io.safe-docker.version");
  assert_string_equal(version->value, "0.1.0");
  assert_false(owner->hidden || version->hidden);
  fixture_assert_change_count(f, LABELS);
  fixture_assert_changed(f, "label", "--label=io.safe-docker.owner=1000");
  fixture_assert_changed(f, "label", "--label=io.safe-docker.version=0.1.0");
  assert_true(f->decision.claimed[SD_OPT_LABEL] && f->decision.claimed[SD_OPT_LABEL_FILE]);
}

/* Only where the policy says that the daemon knows annotations; behind those of the caller. */
static void test_annotation(void **state) {
  struct fixture *f = *state;
  fixture_run(f, sd_rules_lifecycle);
  assert_int_equal(f->decision.out.annotations.v.len, 0);
  fixture_reset(f);
  f->policy.docker.annotations = true;
  sd_strv_add(&f->policy.options, &f->arena, "annotation");
  fixture_list(f, SD_OPT_ANNOTATION, "a=b");
  fixture_run(f, sd_rules_generic);
  fixture_run(f, sd_rules_lifecycle);
  fixture_assert_allowed(f);
  assert_int_equal(f->decision.out.annotations.v.len, 2);
  assert_string_equal(f->decision.out.annotations.v.items[0].value, "a=b");
  assert_string_equal(f->decision.out.annotations.v.items[1].value, "io.safe-docker.owner=1000");
  fixture_assert_changed(f, "annotation", "--annotation=io.safe-docker.owner=1000");
}

/* By this label compose finds what is a project's; "u1000-" and the like stand for the caller of that number. */
static void test_labels_of_projects(void **state) {
  static const struct {
    const char *value;
    bool good;
  } rows[] = {{"shop", true},         {"u1000-shop", true}, {"u-shop", true},
              {"u1001x-shop", true},  {"u1001-", false},    {"u1-shop", false},
              {"u10001-shop", false}, {"u0-shop", false}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    push_label(f, "com.docker.compose.project", rows[i].value);
    fixture_run(f, sd_rules_lifecycle);
    if (rows[i].good)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "label-reserved");
  }
}

static void test_labels_refused(void **state) {
  struct fixture *f = *state;
  static const char *const names[] = {
      "io.safe-docker.owner",
      "io.safe-docker.version",
      "io.safe-docker.",
      "io.safe-docker",
      " io.safe-docker.owner",
      "\tio.safe-docker.owner",
      "com.docker.swarm.service.id",
  };
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    fixture_reset(f);
    push_label(f, names[i], "0");
    fixture_run(f, sd_rules_lifecycle);
    (void)fixture_assert_denied(f, "label-reserved");
    assert_int_equal(f->decision.out.labels.v.len, LABELS);
    assert_string_equal(f->decision.out.labels.v.items[0].value, "1000");
  }
  fixture_reset(f);
  push_label(f, "a", "\xff");
  fixture_run(f, sd_rules_lifecycle);
  (void)fixture_assert_denied(f, "invalid-value");
  assert_int_equal(f->decision.out.labels.v.len, LABELS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_restart),
      TEST(test_restart_by_policy),
      TEST(test_log_driver),
      TEST(test_log_options),
      TEST(test_log_options_that_are_long),
      TEST(test_log_options_of_others),
      TEST(test_stop_signal),
      TEST(test_numbers),
      TEST(test_name),
      TEST(test_isolation),
      TEST(test_attach),
      TEST(test_workdir),
      TEST(test_cidfile),
      TEST(test_env),
      TEST(test_annotation),
      TEST(test_labels),
      TEST(test_labels_of_projects),
      TEST(test_labels_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
