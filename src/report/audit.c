/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/report.h"

#include <string.h>

#include "json_out.h"

#define VIOLATIONS_BYTES                                                                           \
  2048 /* of a record: a syslog that cuts at 8 KiB keeps most of the words, too */
#define MESSAGE_BYTES 300
#define OPTION_BYTES 120

/* Of the proleptic Gregorian calendar, from days since 1970. gmtime_r(3) would read the file that the caller's TZ names. */
static void add_date(struct sd_str *out, long long days) {
  days += 719468; /* from 0000-03-01, so that leap days end a year */
  long long era = days / 146097;
  unsigned day_of_era = (unsigned)(days - era * 146097);
  unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  unsigned shifted = (5 * day_of_year + 2) / 153; /* months from March */
  unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
  unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  sd_str_addf(out, "%04lld-%02u-%02u", (long long)year_of_era + era * 400 + (month <= 2 ? 1 : 0),
              month, day);
}

/* RFC 3339, in UTC. A clock before 1970 is taken as 1970. */
static void add_time(struct sd_str *out, const struct sd_audit_facts *facts) {
  long long seconds = facts->seconds > 0 ? facts->seconds : 0;
  unsigned of_day = (unsigned)(seconds % 86400);
  sd_str_add(out, "\"time\":\"");
  add_date(out, seconds / 86400);
  sd_str_addf(out, "T%02u:%02u:%02u.%03dZ\"", of_day / 3600, of_day / 60 % 60, of_day % 60,
              facts->milliseconds);
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

/* Its first `max` bytes, and no half of a character. */
static const char *shortened(struct sd_arena *arena, const char *text, size_t max) {
  size_t len = strlen(text);
  if (len <= max)
    return text;
  len = max;
  while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
    len--;
  return sd_arena_printf(arena, "%.*s...", (int)len, text);
}

static const char *violation(struct sd_arena *arena, const struct sd_problem *problem) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_char(&out, '{');
  sd_json_add_member(&out, "rule", problem->rule);
  sd_json_add_member(&out, "option", shortened(arena, problem->option, OPTION_BYTES));
  sd_json_add_member(&out, "message", shortened(arena, problem->message, MESSAGE_BYTES));
  sd_str_add_char(&out, '}');
  return sd_str_text(&out);
}

/* Why it was denied, as the caller was told. A caller can have very many problems: what finds no room is counted. */
static void add_violations(struct sd_str *out, const struct sd_problems *problems) {
  size_t start = out->len;
  size_t told = 0;
  sd_str_add(out, ",\"violations\":[");
  for (; told < problems->list.len; told++) {
    const char *one = violation(out->arena, &problems->list.items[told]);
    if (out->len - start + strlen(one) > VIOLATIONS_BYTES)
      break;
    sd_str_add(out, told > 0 ? "," : "");
    sd_str_add(out, one);
  }
  sd_str_add_char(out, ']');
  if (told < problems->list.len)
    sd_str_addf(out, ",\"violations_left_out\":%zu", problems->list.len - told);
}

/* What runs, and whether the policy's program approved it. */
static void add_images(struct sd_str *out, const struct sd_used_images *used) {
  if (used == NULL || used->v.len == 0)
    return;
  sd_str_add(out, ",\"images\":[");
  for (size_t i = 0; i < used->v.len; i++) {
    const struct sd_used_image *image = &used->v.items[i];
    sd_str_add(out, i > 0 ? ",{" : "{");
    sd_json_add_member(out, "name", image->name);
    sd_json_add_member(out, "content", image->content);
    sd_str_addf(out, ",\"verified\":%s}", image->verified ? "true" : "false");
  }
  sd_str_add_char(out, ']');
}

static void add_request(struct sd_str *out, const struct sd_outcome *outcome,
                        const struct sd_audit_facts *facts) {
  struct sd_strv typed = typed_words(out->arena, facts);
  struct sd_strv rules = rule_names(out->arena, outcome->problems);
  sd_str_add(out, ",\"rules\":");
  sd_json_add_strings(out, &rules);
  add_images(out, outcome->used);
  if (outcome->argv == NULL && !facts->masked)
    add_violations(out, outcome->problems);
  sd_json_add_member(out, "cwd", outcome->who->folder);
  sd_str_add(out, ",\"typed\":");
  sd_json_add_strings(out, &typed);
  sd_str_add(out, ",\"argv\":");
  sd_json_add_strings(out, outcome->argv);
}

const char *sd_report_audit(struct sd_arena *arena, const struct sd_outcome *outcome,
                            const struct sd_audit_facts *facts) {
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
  sd_json_add_member(&out, "command", outcome->command);
  sd_str_add_char(&out, ',');
  sd_json_add_decision(&out, outcome);
  sd_json_add_confinement(&out, outcome);
  sd_json_add_member(&out, "policy", facts->policy_sources);
  sd_json_add_member(&out, "policy_sha256", facts->policy_hash);
  if (facts->policy_variable_ignored)
    sd_str_add(&out, ",\"policy_variable\":\"ignored\"");
  if (facts->error != NULL)
    sd_json_add_member(&out, "error", facts->error);
  if (facts->brief)
    sd_str_add(&out, ",\"brief\":true");
  else
    add_request(&out, outcome, facts);
  sd_str_add_char(&out, '}');
  return sd_str_text(&out);
}
