/* SPDX-License-Identifier: Apache-2.0 */
/* Records that are read again: what is taken for one, how it is shown, and points in time as people write them. */
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/report/audit_history.h"
#include "safe-docker/report/audit_log.h"
#include "safe-docker/report/report.h"

/* -- time --------------------------------------------------------------------------------------- */

/* As in Berlin, in 2026 alone: summer from 29 March to 25 October, each at 01:00 UTC. */
static int64_t berlin(void *context, int64_t seconds) {
  (void)context;
  return seconds >= 1774746000 && seconds < 1792890000 ? 7200 : 3600;
}

static int64_t at_utc(void *context, int64_t seconds) {
  (void)context;
  (void)seconds;
  return 0;
}

static const struct sd_zone zone_berlin = {berlin, NULL};
static const struct sd_zone zone_utc = {at_utc, NULL};

#define NOW 1795356000000 /* 2026-11-22T14:00:00Z, 15:00 in Berlin */

static void test_when(void **state) {
  (void)state;
  static const struct {
    const char *text, *expected;
  } rows[] = {
      {"now", "2026-11-22T14:00:00.000Z"},
      {"today", "2026-11-21T23:00:00.000Z"},
      {"yesterday", "2026-11-20T23:00:00.000Z"},
      {"2026-11-22", "2026-11-21T23:00:00.000Z"},
      {"2026-11-22 14:00", "2026-11-22T13:00:00.000Z"},
      {"2026-11-22T14:00:05", "2026-11-22T13:00:05.000Z"},
      {"2026-11-22T14:00:05Z", "2026-11-22T14:00:05.000Z"},
      {"2026-11-22T14:00:05.25Z", "2026-11-22T14:00:05.250Z"},
      {"2026-11-22t14:00:05.123456789z", "2026-11-22T14:00:05.123Z"},
      {"2026-11-22T14:00:05+01:30", "2026-11-22T12:30:05.000Z"},
      {"2026-11-22T23:00:00-02:00", "2026-11-23T01:00:00.000Z"},
      {"08:15", "2026-11-22T07:15:00.000Z"},
      {"08:15:30", "2026-11-22T07:15:30.000Z"},
      {"2h", "2026-11-22T12:00:00.000Z"},
      {"-2h", "2026-11-22T12:00:00.000Z"},
      {"2h ago", "2026-11-22T12:00:00.000Z"},
      {"1h30m", "2026-11-22T12:30:00.000Z"},
      {"1 hour 30 minutes ago", "2026-11-22T12:30:00.000Z"},
      {"30m", "2026-11-22T13:30:00.000Z"},
      {"1w", "2026-11-15T14:00:00.000Z"},
      {"1d", "2026-11-21T14:00:00.000Z"},
      {"@0", "1970-01-01T00:00:00.000Z"},
      {"@951782400", "2000-02-29T00:00:00.000Z"},
      /* leap days */
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
      {"2024-03-01", "2024-02-29T23:00:00.000Z"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"},
      /* summer begins: 02:00 is 03:00; what is left out is counted on */
      {"2026-03-29 01:59", "2026-03-29T00:59:00.000Z"},
      {"2026-03-29 02:30", "2026-03-29T01:30:00.000Z"},
      {"2026-03-29 03:00", "2026-03-29T01:00:00.000Z"},
      {"2026-03-30", "2026-03-29T22:00:00.000Z"},
      /* and ends: of what comes twice the first */
      {"2026-10-25 02:30", "2026-10-25T00:30:00.000Z"},
      {"2026-10-25 03:00", "2026-10-25T02:00:00.000Z"},
      {"2026-10-25", "2026-10-24T22:00:00.000Z"},
      {"2026-10-26", "2026-10-25T23:00:00.000Z"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    int64_t when = 0;
    sd_error_init(&err, &arena);
    if (!sd_when_parse(&arena, rows[i].text, NOW, &zone_berlin, &when, &err))
      fail_msg("%s: %s", rows[i].text, err.message);
    if (strcmp(sd_when_utc(&arena, when), rows[i].expected) != 0)
      fail_msg("%s: %s", rows[i].text, sd_when_utc(&arena, when));
  }
}

static void test_when_not(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      "yesterdy",
      "2026-13-01",
      "2026-02-29",
      "2025-02-29",
      "1900-02-29",
      "2100-02-29",
      "2026-11-31",
      "2026-00-10",
      "26-11-22",
      "2026-11-22 24:00",
      "2026-11-22 14:60",
      "14",
      "14:0",
      "14:00:61",
      "2026-11-22T14:00:05.Z",
      "2h3",
      "h",
      "-",
      "+2h",
      "2x",
      "2h later",
      "99999999999999999999s",
      "100000000w",
      "@",
      "@-1",
      "@99999999999999",
      "2026-11-22T14:00:00+25:00",
      "now ",
      "2026-11-22 14:00 x",
      "-now",
      "1969-12-31",
      "2026-11-22T14:00:00Z\n",
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_error err;
    int64_t when = 7;
    sd_error_init(&err, &arena);
    if (sd_when_parse(&arena, rows[i], NOW, &zone_berlin, &when, &err))
      fail_msg("\"%s\" was read", rows[i]);
    assert_int_equal(when, 7);
  }
}

/* Every day of 800 years, there and back. */
static void test_days(void **state) {
  (void)state;
  for (int64_t day = 0; day < 292194; day += 13) {
    int64_t back = 0;
    const char *text = sd_when_utc(&arena, day * 86400000 + 86399999);
    assert_true(sd_when_rfc3339(text, &back));
    assert_int_equal(back, day * 86400000 + 86399999);
  }
  assert_string_equal(sd_when_local(&arena, NOW, &zone_berlin), "2026-11-22 15:00:00");
}

/* -- records ------------------------------------------------------------------------------------ */

static const struct sd_identity alice = {.door = SD_DOOR_SUDO,
                                         .uid = 1000,
                                         .gid = 1001,
                                         .user = "alice",
                                         .home = "/home/alice",
                                         .login_uid = (uid_t)-1,
                                         .folder = "/tmp"};

static const char *record_of(const char *const *typed, size_t problem_count, const char *message) {
  struct sd_problems problems = {.arena = &arena};
  struct sd_strv argv = {0};
  for (size_t i = 0; i < problem_count; i++)
    sd_problem_add(&problems, i % 2 == 0 ? "privileged" : "pid-namespace", "--option", "hint", "%s",
                   message);
  struct sd_outcome outcome = {.who = &alice,
                               .command = "run",
                               .problems = &problems,
                               .argv = problem_count == 0 ? &argv : NULL};
  struct sd_audit_facts facts = {.typed = typed,
                                 .policy_hash = "ab",
                                 .policy_sources = "built-in",
                                 .seconds = 1795356000,
                                 .milliseconds = 7};
  return sd_report_audit(&arena, &outcome, &facts);
}

static const char *const plain[] = {"docker", "run", "bb:1", NULL};

static enum sd_audit_line read_line(const char *line, enum sd_audit_form form,
                                    struct sd_audit_record *out) {
  struct sd_strv programs = {0};
  sd_strv_add(&programs, &arena, "/usr/bin/safe-docker");
  struct sd_audit_input input = {.form = form, .programs = &programs};
  return sd_audit_read(&arena, line, strlen(line), &input, out);
}

static const char *as_json(const struct sd_audit_record *record) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  sd_audit_show_json(&out, record);
  return sd_str_text(&out);
}

static const char *as_text(const struct sd_audit_record *record) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  sd_audit_show_text(&out, record, &zone_utc, false);
  return sd_str_text(&out);
}

/* What is written is read, and shown as it was written. */
static void test_read(void **state) {
  (void)state;
  static const char *const typed[] = {"docker",  "run",      "-v", "/a b:/c",
                                      "\033[2J", "\xc3\xa9", NULL};
  for (size_t problems = 0; problems < 4; problems++) {
    struct sd_audit_record record;
    const char *line = record_of(typed, problems, "words");
    assert_int_equal(read_line(line, SD_AUDIT_FORM_ANY, &record), SD_AUDIT_RECORD);
    assert_string_equal(as_json(&record), sd_arena_printf(&arena, "%s\n", line));
    assert_int_equal(record.denied, problems > 0);
    assert_int_equal(record.violations.len, problems);
    assert_int_equal(record.rules.v.len, problems);
    assert_int_equal(record.typed.v.len, 6);
    assert_int_equal(record.time, 1795356000007);
    assert_string_equal(record.via, "sudo");
    assert_string_equal(record.folder, "/tmp");
    assert_int_equal(record.trust, SD_AUDIT_SURE);
  }
}

/* However many and long the problems are, the words as typed still come within what syslog daemons keep. */
static void test_violations_are_bounded(void **state) {
  (void)state;
  char *message = sd_arena_alloc(&arena, 5001);
  memset(message, 'x', 5000);
  struct sd_audit_record record;
  const char *line = record_of(plain, 50, message);
  assert_true(strstr(line, "\"typed\"") - strstr(line, "\"violations\"") < 2200);
  assert_int_equal(read_line(line, SD_AUDIT_FORM_RECORD, &record), SD_AUDIT_RECORD);
  assert_true(record.violations.len >= 4 && record.violations.len < 50);
  assert_int_equal(sd_json_get(record.tree, "violations_left_out")->number,
                   50 - (int64_t)record.violations.len);
  assert_int_equal(record.rules.v.len, 50);
  assert_null(strstr(record_of(plain, 0, ""), "violations"));
}

static void test_cut(void **state) {
  (void)state;
  const char *line = record_of(plain, 2, "words");
  size_t len = strlen(line);
  bool before = true;
  for (size_t cut = 1; cut < len; cut++) {
    struct sd_audit_record record;
    const char *part = sd_arena_strndup(&arena, line, cut);
    enum sd_audit_line found = read_line(part, SD_AUDIT_FORM_RECORD, &record);
    assert_int_not_equal(found, SD_AUDIT_OTHER);
    if (found == SD_AUDIT_DAMAGED) {
      assert_true(before); /* once there is enough, more of it is no less */
      continue;
    }
    before = false;
    assert_true(record.cut && record.denied);
    assert_non_null(strstr(as_json(&record), ",\"cut\":true}"));
    assert_non_null(strstr(as_text(&record), "the end of this record is lost"));
  }
  assert_false(before);
}

static void test_not_a_record(void **state) {
  (void)state;
  static const char *const rows[] = {
      "{}",
      "[]",
      "null",
      "x",
      "{\"time\":\"now\"}",
      "{\"time\":\"2026-11-22T14:00:00Z\",\"caller\":{\"uid\":-1,\"gid\":0,\"user\":\"a\",\"via\":"
      "\"sudo\"},\"command\":\"run\",\"decision\":\"allow\",\"policy\":\"\",\"policy_sha256\":"
      "\"\"}",
      "{\"time\":\"2026-11-22T14:00:00Z\",\"caller\":{\"uid\":1,\"gid\":0,\"user\":\"a\",\"via\":"
      "\"x\\u001b\"},\"command\":\"run\",\"decision\":\"allow\",\"policy\":\"\",\"policy_sha256\":"
      "\"\"}",
      "{\"time\":\"2026-11-22T14:00:00Z\",\"caller\":{\"uid\":1,\"gid\":0,\"user\":\"a\",\"via\":"
      "\"sudo\"},\"command\":\"run\",\"decision\":\"maybe\",\"policy\":\"\",\"policy_sha256\":"
      "\"\"}",
      "\033[2J",
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_audit_record record;
    if (read_line(rows[i], SD_AUDIT_FORM_RECORD, &record) != SD_AUDIT_DAMAGED)
      fail_msg("%s", rows[i]);
  }
}

/* The sender's name stands behind the host's: nowhere else. */
static void test_syslog(void **state) {
  (void)state;
  static const struct {
    const char *before;
    enum sd_audit_line expected;
  } rows[] = {
      {"Nov 22 14:00:05 host safe-docker[123]: ", SD_AUDIT_RECORD},
      {"Nov  2 14:00:05 host safe-docker[123]: ", SD_AUDIT_RECORD},
      {"2026-11-22T14:00:05.123456+00:00 host safe-docker[123]: ", SD_AUDIT_RECORD},
      {"2026-11-22T14:00:05.123456+00:00 host safe-docker: ", SD_AUDIT_RECORD},
      {"Nov 22 14:00:05 host sshd[9]: Invalid user safe-docker[1]: ", SD_AUDIT_OTHER},
      {"Nov 22 14:00:05 host sshd[9]: host safe-docker[1]: ", SD_AUDIT_OTHER},
      {"Nov 22 14:00:05 host safe-docker2[1]: ", SD_AUDIT_OTHER},
      {"Nov 22 14:00:05 host safe-docker[x]: ", SD_AUDIT_OTHER},
      {"Nov 22 14:00:05 host ", SD_AUDIT_OTHER},
      {"Nov 22 14:00:05 host safe-docker[1]: x", SD_AUDIT_DAMAGED},
      {"", SD_AUDIT_OTHER},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_audit_record record;
    const char *line = sd_arena_printf(&arena, "%s%s", rows[i].before, record_of(plain, 1, "x"));
    if (read_line(line, SD_AUDIT_FORM_SYSLOG, &record) != rows[i].expected)
      fail_msg("%s", line);
    if (rows[i].expected != SD_AUDIT_RECORD)
      continue;
    assert_int_equal(record.trust, SD_AUDIT_UNVERIFIED);
    assert_non_null(strstr(as_text(&record), "[unverified]"));
    assert_non_null(strstr(as_json(&record), ",\"verified\":false}"));
  }
}

static void test_journal(void **state) {
  (void)state;
  static const struct {
    const char *fields;
    enum sd_audit_line expected;
    enum sd_audit_trust trust;
  } rows[] = {
      {"\"_UID\":\"1000\",\"_EXE\":\"/usr/bin/safe-docker\"", SD_AUDIT_RECORD, SD_AUDIT_SURE},
      {"\"_UID\":\"1000\"", SD_AUDIT_RECORD, SD_AUDIT_SURE},
      {"\"_UID\":\"1000\",\"_EXE\":\"/usr/bin/logger\"", SD_AUDIT_RECORD, SD_AUDIT_UNVERIFIED},
      {"\"_UID\":\"1001\",\"_EXE\":\"/usr/bin/safe-docker\"", SD_AUDIT_RECORD, SD_AUDIT_FORGED},
      {"\"_UID\":\"0\",\"_EXE\":\"/usr/bin/safe-docker\"", SD_AUDIT_RECORD, SD_AUDIT_FORGED},
      {"\"_EXE\":\"/usr/bin/safe-docker\"", SD_AUDIT_RECORD, SD_AUDIT_UNVERIFIED},
      {"\"_UID\":\"x\"", SD_AUDIT_RECORD, SD_AUDIT_UNVERIFIED},
      {"\"SYSLOG_IDENTIFIER\":\"sudo\"", SD_AUDIT_OTHER, SD_AUDIT_SURE},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_audit_record record;
    struct sd_str line;
    sd_str_init(&line, &arena);
    sd_str_addf(&line, "{%s,\"MESSAGE\":", rows[i].fields);
    sd_str_add_json(&line, record_of(plain, 1, "x"));
    sd_str_add_char(&line, '}');
    for (int form = 0; form < 2; form++) {
      enum sd_audit_line found = read_line(
          sd_str_text(&line), form == 0 ? SD_AUDIT_FORM_JOURNAL : SD_AUDIT_FORM_ANY, &record);
      assert_int_equal(found, rows[i].expected);
      if (found == SD_AUDIT_RECORD)
        assert_int_equal(record.trust, rows[i].trust);
    }
    if (rows[i].trust == SD_AUDIT_FORGED)
      assert_non_null(strstr(as_text(&record), "    forged: uid "));
  }
  struct sd_audit_record record;
  assert_int_equal(read_line("{\"MESSAGE\":null}", SD_AUDIT_FORM_JOURNAL, &record),
                   SD_AUDIT_DAMAGED);
  assert_int_equal(read_line("{\"MESSAGE\":[1,2]}", SD_AUDIT_FORM_ANY, &record), SD_AUDIT_DAMAGED);
}

/* A record may say of itself what it likes. */
static void test_says_it_is_true(void **state) {
  (void)state;
  const char *line = record_of(plain, 0, "");
  struct sd_audit_record record;
  line = sd_arena_printf(&arena,
                         "Nov 22 14:00:05 host safe-docker: %.*s,\"verified\":true,\"cut\":false}",
                         (int)strlen(line) - 1, line);
  assert_int_equal(read_line(line, SD_AUDIT_FORM_SYSLOG, &record), SD_AUDIT_RECORD);
  assert_null(strstr(as_json(&record), "\"verified\":true"));
  assert_null(strstr(as_json(&record), "\"cut\""));
}

/* Each line of the text begins as it must, whatever the words are, and nothing acts on a terminal. */
static void test_attacks(void **state) {
  (void)state;
  char *word = sd_arena_alloc(&arena, 100001);
  memset(word, 'w', 100000);
  static const char forged[] = "\n2026-11-22 14:00:05  allow  root (direct)  docker ps\n";
  const char *const words[] = {"docker",
                               "\033]52;c;AAAA\a",
                               "\xc2\x9b"
                               "31m",
                               "\xe2\x80\xae"
                               "gpj",
                               forged,
                               "\r\r\r",
                               "\xe2\x80\xa8",
                               "\x7f\b\b",
                               "\xf3\xa0\x81\x81",
                               word,
                               word,
                               word,
                               word,
                               word,
                               word,
                               word,
                               word,
                               NULL};
  for (size_t problems = 0; problems < 2; problems++) {
    struct sd_audit_record record;
    const char *line = record_of(words, problems, "words");
    assert_int_equal(read_line(line, SD_AUDIT_FORM_RECORD, &record), SD_AUDIT_RECORD);
    record.user = "a\nb \033[2J";
    record.error = "\033[2J\nx";
    if (problems > 0)
      record.violations.items[0].message = forged;
    const char *text = as_text(&record);
    size_t lines = 0;
    assert_true(strlen(text) < 3000);
    for (const char *at = text; *at != '\0'; at++) {
      assert_true(*at == '\n' || ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7F));
      lines += *at == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, problems == 0 ? 2 : 4);
  }
}

static void test_filter(void **state) {
  (void)state;
  struct sd_audit_record record;
  assert_int_equal(read_line(record_of(plain, 1, "x"), SD_AUDIT_FORM_RECORD, &record),
                   SD_AUDIT_RECORD);
  static const struct {
    const char *user, *rule, *command;
    bool denied, allowed, expected;
  } rows[] = {
      {NULL, NULL, NULL, false, false, true},
      {"alice", NULL, NULL, false, false, true},
      {"1000", NULL, NULL, false, false, true},
      {"bob", NULL, NULL, false, false, false},
      {"100", NULL, NULL, false, false, false},
      {NULL, "privileged", NULL, true, false, true},
      {NULL, "pid-namespace", NULL, true, false, false},
      {NULL, NULL, "run", false, false, true},
      {NULL, NULL, "ps", false, false, false},
      {NULL, NULL, NULL, false, true, false},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_audit_filter filter = {.denied = rows[i].denied, .allowed = rows[i].allowed};
    const char *const texts[] = {rows[i].user, rows[i].rule, rows[i].command};
    struct sd_strv *const lists[] = {&filter.users, &filter.rules, &filter.commands};
    for (size_t k = 0; k < 3; k++)
      if (texts[k] != NULL)
        sd_strv_add(lists[k], &arena, texts[k]);
    if (sd_audit_matches(&filter, &record) != rows[i].expected)
      fail_msg("row %zu", i);
  }
  struct sd_audit_filter filter = {.has_since = true, .since = record.time};
  assert_true(sd_audit_matches(&filter, &record));
  filter.since++;
  assert_false(sd_audit_matches(&filter, &record));
  filter = (struct sd_audit_filter){.has_until = true, .until = record.time};
  assert_true(sd_audit_matches(&filter, &record));
  filter.until--;
  assert_false(sd_audit_matches(&filter, &record));
  filter = (struct sd_audit_filter){.denied = false};
  struct sd_group *group = sd_vec_push(&arena, &filter.groups);
  *group = (struct sd_group){.gid = 7};
  assert_false(sd_audit_matches(&filter, &record));
  group->gid = 1001;
  assert_true(sd_audit_matches(&filter, &record));
  group->gid = 7;
  sd_strv_add(&group->members, &arena, "alice");
  assert_true(sd_audit_matches(&filter, &record));
}

static void test_history(void **state) {
  (void)state;
  static const char *const other[] = {"docker", "run", "bb:2", NULL};
  static const char *const login[] = {"docker", "login", "-p", "***", NULL};
  struct sd_audit_history history;
  struct sd_audit_record record;
  sd_audit_history_init(&history, &arena);
  const char *const lines[] = {record_of(plain, 1, "x"), record_of(other, 0, ""),
                               record_of(plain, 0, ""), record_of(login, 1, "x")};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(read_line(lines[i], SD_AUDIT_FORM_RECORD, &record), SD_AUDIT_RECORD);
    sd_audit_history_add(&history, &record);
  }
  record.trust = SD_AUDIT_FORGED;
  sd_audit_history_add(&history, &record);
  record.trust = SD_AUDIT_SURE;
  record.cut = true;
  sd_audit_history_add(&history, &record);
  assert_int_equal(history.requests.len, 2);
  assert_false(history.requests.items[0].denied); /* the last time */
  assert_int_equal(history.requests.items[0].records, 2);
  assert_string_equal(history.requests.items[0].words.v.items[0], "run");
  assert_int_equal(history.versions.len, 1);
  assert_int_equal(history.versions.items[0].records, 5);
  assert_string_equal(sd_audit_history_skipped(&arena, &history),
                      "1 without all of the words, 1 with a password, which is not recorded, 1 "
                      "forged");
}

/* However long the words, policies and rules of records are: what is kept of a log fits in memory. */
static void test_history_is_bounded(void **state) {
  (void)state;
  enum { LONG = 1 << 20, MANY = 200 };
  char *word = sd_arena_alloc(&arena, LONG);
  const char *const typed[] = {"docker", "run", word, NULL};
  struct sd_audit_history history;
  struct sd_audit_record record;
  sd_audit_history_init(&history, &arena);
  memset(word, 'x', LONG - 1);
  assert_int_equal(read_line(record_of(typed, 1, "x"), SD_AUDIT_FORM_RECORD, &record),
                   SD_AUDIT_RECORD);
  for (uint32_t i = 0; i < MANY; i++) {
    record.uid = i;
    sd_audit_history_add(&history, &record);
  }
  assert_true(history.bytes <= (size_t)64 * 1024 * 1024);
  assert_in_range(history.requests.len, 50, 64);
  assert_int_equal(history.no_room, MANY - history.requests.len);
  sd_audit_history_init(&history, &arena);
  record.policy = word;
  for (uint32_t i = 0; i < MANY; i++) {
    record.policy_hash = sd_arena_printf(&arena, "%u", (unsigned)i);
    sd_audit_history_add(&history, &record);
  }
  assert_in_range(history.versions.len, 50, 64);
  assert_true(history.bytes <= (size_t)64 * 1024 * 1024);
}

/* A password does not come back with the words of a refusal. */
static void test_masked(void **state) {
  (void)state;
  struct sd_problems problems = {.arena = &arena};
  sd_problem_add(&problems, "unknown-option", "--pass=hunter2", "", "--pass=hunter2: unknown");
  struct sd_outcome outcome = {.who = &alice, .command = "login", .problems = &problems};
  struct sd_audit_facts facts = {
      .typed = plain, .masked = true, .policy_hash = "ab", .policy_sources = "built-in"};
  const char *line = sd_report_audit(&arena, &outcome, &facts);
  assert_null(strstr(line, "hunter2"));
  facts.masked = false;
  assert_non_null(strstr(sd_report_audit(&arena, &outcome, &facts), "hunter2"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_when),
      cmocka_unit_test(test_when_not),
      cmocka_unit_test(test_days),
      cmocka_unit_test(test_read),
      cmocka_unit_test(test_violations_are_bounded),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_not_a_record),
      cmocka_unit_test(test_syslog),
      cmocka_unit_test(test_journal),
      cmocka_unit_test(test_says_it_is_true),
      cmocka_unit_test(test_attacks),
      cmocka_unit_test(test_filter),
      cmocka_unit_test(test_history),
      cmocka_unit_test(test_history_is_bounded),
      cmocka_unit_test(test_masked),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
