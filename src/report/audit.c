/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/report.h"

#include <time.h>

#include "json_out.h"

static void add_time(struct sd_str *out, const struct sd_audit_facts *facts) {
  time_t seconds = (time_t)facts->seconds;
  struct tm utc;
  char text[32] = "";
  if (gmtime_r(&seconds, &utc) != NULL)
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  sd_str_addf(out, "\"time\":\"%s.%03dZ\"", text, facts->milliseconds);
}

static void add_text(struct sd_str *out, const char *key, const char *value) {
  sd_str_addf(out, ",\"%s\":", key);
  sd_str_add_json(out, value);
}

static struct sd_strv typed_words(struct sd_arena *arena, const struct sd_audit_facts *facts) {
  struct sd_strv words = {0};
  for (const char *const *word = facts->typed; *word != NULL; word++)
    sd_strv_add(&words, arena, *word);
  return words;
}

static struct sd_strv rule_names(struct sd_arena *arena, const struct sd_problems *problems) {
  struct sd_strv rules = {0};
  for (size_t i = 0; i < problems->list.len; i++)
    sd_strv_add(&rules, arena, problems->list.items[i].rule);
  return rules;
}

const char *sd_report_audit(struct sd_arena *arena, const struct sd_outcome *outcome,
                            const struct sd_audit_facts *facts) {
  struct sd_strv typed = typed_words(arena, facts);
  struct sd_strv rules = rule_names(arena, outcome->problems);
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_char(&out, '{');
  add_time(&out, facts);
  sd_str_add_char(&out, ',');
  sd_json_add_caller(&out, outcome->who);
  if (outcome->who->login_uid == (uid_t)-1)
    sd_str_add(&out, ",\"login_uid\":null");
  else
    sd_str_addf(&out, ",\"login_uid\":%u", (unsigned)outcome->who->login_uid);
  add_text(&out, "cwd", outcome->who->folder);
  add_text(&out, "command", outcome->command);
  sd_str_add(&out, ",\"typed\":");
  sd_json_add_strings(&out, &typed);
  sd_str_add_char(&out, ',');
  sd_json_add_decision(&out, outcome);
  sd_str_add(&out, ",\"rules\":");
  sd_json_add_strings(&out, &rules);
  sd_str_add(&out, ",\"argv\":");
  sd_json_add_strings(&out, outcome->argv);
  add_text(&out, "policy", facts->policy_sources);
  add_text(&out, "policy_sha256", facts->policy_hash);
  if (facts->policy_variable_ignored)
    sd_str_add(&out, ",\"policy_variable\":\"ignored\"");
  if (facts->error != NULL)
    add_text(&out, "error", facts->error);
  sd_str_add_char(&out, '}');
  return sd_str_text(&out);
}
