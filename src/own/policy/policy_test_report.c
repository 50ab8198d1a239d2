/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "safe-docker/base/text.h"

#include "policy_test.h"

static const char *expected(struct sd_arena *arena, const struct test_case *test) {
  if (!test->exact)
    return test->allow ? "allow" : "deny";
  return sd_arena_printf(arena, "deny:%s",
                         sd_text_safe(arena, sd_strv_join(&test->rules, arena, ",")));
}

static const char *decided(struct sd_arena *arena, const struct test_result *result) {
  if (!result->decided)
    return "nothing";
  if (result->allowed)
    return "allow";
  return sd_arena_printf(arena, "deny:%s", sd_strv_join(&result->rules, arena, ","));
}

static const char *user_of(const struct test_report *report, const struct test_result *result) {
  return report->table->users.items[result->test->user].name;
}

/* The messages behind a decision that was not expected, each on a line of its own. */
static void add_messages(struct sd_str *out, const struct test_result *result, const char *before) {
  for (size_t i = 0; i < result->violations.len; i++)
    sd_str_addf(out, "%s%s: %s\n", before, result->violations.items[i].rule,
                sd_text_safe(out->arena, result->violations.items[i].message));
}

static void add_failure(struct sd_str *out, const struct test_report *report,
                        const struct test_result *result, const char *before) {
  sd_str_addf(out, "%sexpected: %s\n%sdecided:  %s\n", before, expected(out->arena, result->test),
              before, decided(out->arena, result));
  sd_str_addf(out, "%s%s\n", before, result->problem);
  add_messages(out, result, before);
  (void)report;
}

const char *policy_test_text(struct sd_arena *arena, const struct test_report *report) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < report->results.len; i++) {
    const struct test_result *result = &report->results.items[i];
    if (result->good)
      continue;
    sd_str_addf(&out, "%s:%u: %s: %s\n", report->table->name, result->test->line,
                sd_text_safe(arena, user_of(report, result)),
                sd_text_safe(arena, result->test->text));
    add_failure(&out, report, result, "    ");
  }
  if (report->note != NULL)
    sd_str_addf(&out, "note: %s\n", report->note);
  sd_str_addf(&out, "%s: %zu command line%s by %s, ", report->table->name, report->results.len,
              report->results.len == 1 ? "" : "s", report->policy);
  if (report->failures == 0)
    sd_str_add(&out, "all as expected\n");
  else
    sd_str_addf(&out, "%zu not as expected\n", report->failures);
  return sd_str_text(&out);
}

const char *policy_test_tap(struct sd_arena *arena, const struct test_report *report) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "TAP version 13\n1..%zu\n", report->results.len);
  for (size_t i = 0; i < report->results.len; i++) {
    const struct test_result *result = &report->results.items[i];
    sd_str_addf(&out, "%sok %zu - %s:%u ", result->good ? "" : "not ", i + 1, report->table->name,
                result->test->line);
    /* # would begin a directive there. */
    const char *words =
        sd_arena_printf(arena, "%s: %s", user_of(report, result), result->test->text);
    for (const char *at = sd_text_safe(arena, words); *at != '\0'; at++) {
      if (*at == '#')
        sd_str_add_char(&out, '\\');
      sd_str_add_char(&out, *at);
    }
    sd_str_add_char(&out, '\n');
    if (!result->good)
      add_failure(&out, report, result, "# ");
  }
  return sd_str_text(&out);
}

static void add_list(struct sd_str *out, const char *key, const struct sd_strv *list) {
  sd_str_addf(out, ",\"%s\":[", key);
  for (size_t i = 0; i < list->v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, list->v.items[i]);
  }
  sd_str_add_char(out, ']');
}

static void add_text(struct sd_str *out, const char *key, const char *value) {
  sd_str_addf(out, ",\"%s\":", key);
  sd_str_add_json(out, value);
}

static void add_messages_json(struct sd_str *out, const struct test_result *result) {
  struct sd_strv messages = {0};
  for (size_t i = 0; i < result->violations.len; i++)
    sd_strv_add(&messages, out->arena, result->violations.items[i].message);
  add_list(out, "messages", &messages);
}

static void add_result(struct sd_str *out, const struct test_report *report,
                       const struct test_result *result) {
  const struct test_case *test = result->test;
  sd_str_addf(out, "{\"line\":%u,\"good\":%s", test->line, result->good ? "true" : "false");
  add_text(out, "user", user_of(report, result));
  add_text(out, "command", test->text);
  add_text(out, "expected", test->allow ? "allow" : "deny");
  if (test->exact)
    add_list(out, "expected_rules", &test->rules);
  add_text(out, "decision", !result->decided ? NULL : result->allowed ? "allow" : "deny");
  add_list(out, "rules", &result->rules);
  add_messages_json(out, result);
  add_text(out, "problem", result->problem);
  sd_str_add_char(out, '}');
}

const char *policy_test_json(struct sd_arena *arena, const struct test_report *report) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"file\":");
  sd_str_add_json(&out, report->table->name);
  add_text(&out, "policy", report->policy);
  sd_str_addf(&out, ",\"lines\":%zu,\"failures\":%zu", report->results.len, report->failures);
  add_text(&out, "note", report->note);
  sd_str_add(&out, ",\"results\":[");
  for (size_t i = 0; i < report->results.len; i++) {
    sd_str_add(&out, i > 0 ? ",\n" : "\n");
    add_result(&out, report, &report->results.items[i]);
  }
  sd_str_add(&out, "\n]}\n");
  return sd_str_text(&out);
}
