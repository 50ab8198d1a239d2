/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: pass every text of a record through sd_shell_add_word, sd_text_safe or sd_str_add_json; keep what is shown of
 * one record short, however long the record is. */
#include <string.h>

#include "safe-docker/base/json_write.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_log.h"

#include "shell_words.h"

#define WORD_MAX_BYTES 160  /* of one word as typed */
#define LINE_MAX_BYTES 1000 /* of all of them */
#define RULES_MAX 12
#define RULE_WIDTH 20

struct style {
  const char *alarm, *good, *name, *dim, *end;
};

static struct style style_for(bool colour) {
  return colour ? (struct style){"\033[1;31m", "\033[32m", "\033[1m", "\033[2m", "\033[0m"}
                : (struct style){"", "", "", "", ""};
}

/* -- text --------------------------------------------------------------------------------------- */

/* Of at most WORD_MAX_BYTES of the word: never half of a character. */
static void add_word(struct sd_str *out, const char *word) {
  size_t len = strlen(word);
  if (len <= WORD_MAX_BYTES) {
    sd_shell_add_word(out, word);
    return;
  }
  size_t keep = WORD_MAX_BYTES;
  while (keep > 0 && ((unsigned char)word[keep] & 0xC0) == 0x80)
    keep--;
  sd_shell_add_word(out, sd_arena_strndup(out->arena, word, keep));
  sd_str_addf(out, "...(%zu more bytes)", len - keep);
}

const char *sd_audit_command_line(struct sd_arena *arena, const struct sd_audit_record *record) {
  struct sd_str out;
  sd_str_init(&out, arena);
  size_t count = record->typed.v.len;
  for (size_t i = 0; i < count; i++) {
    if (out.len > LINE_MAX_BYTES) {
      sd_str_addf(&out, " ...(%zu more words)", count - i);
      break;
    }
    if (i > 0)
      sd_str_add_char(&out, ' ');
    add_word(&out, record->typed.v.items[i]);
  }
  if (count == 0)
    sd_str_addf(&out, "%s (the words were not recorded)", sd_text_safe(arena, record->command));
  return sd_str_text(&out);
}

static void add_rule(struct sd_str *out, const char *rule, const char *message,
                     const struct style *style) {
  sd_str_addf(out, "    %s%-*s%s", style->name, RULE_WIDTH, rule, style->end);
  if (message != NULL)
    sd_str_addf(out, " %s", sd_text_safe(out->arena, message));
  while (out->len > 0 && out->data[out->len - 1] == ' ')
    out->data[--out->len] = '\0';
  sd_str_add_char(out, '\n');
}

/* Older records have the names alone, newer ones not always all of the messages. */
static void add_rules(struct sd_str *out, const struct sd_audit_record *record,
                      const struct style *style) {
  struct sd_strv shown = {0};
  size_t left = RULES_MAX;
  for (size_t i = 0; i < record->violations.len && left > 0; i++, left--) {
    const struct sd_audit_violation *violation = &record->violations.items[i];
    add_rule(out, violation->rule, violation->message, style);
    sd_strv_add(&shown, out->arena, violation->rule);
  }
  size_t more = 0;
  for (size_t i = 0; i < record->rules.v.len; i++) {
    const char *rule = record->rules.v.items[i];
    if (left > 0 ? sd_strv_contains(&shown, rule) : ++more > 0)
      continue;
    add_rule(out, rule, NULL, style);
    sd_strv_add(&shown, out->arena, rule);
    left--;
  }
  if (more > 0 && record->rules.v.len > RULES_MAX)
    sd_str_addf(out, "    ...(%zu problems in all)\n", record->rules.v.len);
  if (shown.v.len > 0)
    sd_str_addf(out, "    %s%-*s safe-docker policy explain %s%s\n", style->dim, RULE_WIDTH,
                "why:", shown.v.items[0], style->end);
}

static void add_doubt(struct sd_str *out, const struct sd_audit_record *record,
                      const struct style *style) {
  if (record->trust == SD_AUDIT_FORGED && record->sender == record->uid)
    sd_str_addf(out, "    %sforged%s: uid %u sent this record to syslog, and is not %s\n",
                style->alarm, style->end, (unsigned)record->sender,
                sd_text_safe(out->arena, record->user));
  else if (record->trust == SD_AUDIT_FORGED)
    sd_str_addf(out, "    %sforged%s: uid %u sent this record to syslog, not uid %u\n",
                style->alarm, style->end, (unsigned)record->sender, (unsigned)record->uid);
  if (record->error != NULL)
    sd_str_addf(out, "    error: %s\n", sd_text_safe(out->arena, record->error));
}

void sd_audit_show_text(struct sd_str *out, const struct sd_audit_record *record,
                        const struct sd_zone *zone, bool colour) {
  struct style style = style_for(colour);
  sd_str_addf(out, "%s  %s%s%s  ", sd_when_local(out->arena, record->time, zone),
              record->denied ? style.alarm : style.good, record->denied ? "deny " : "allow",
              style.end);
  sd_str_add(out, style.name);
  sd_shell_add_word(out, sd_text_safe(out->arena, record->user));
  sd_str_addf(out, "%s (%s)  %s", style.end, record->via,
              sd_audit_command_line(out->arena, record));
  sd_str_addf(out, "%s%s%s\n", style.dim,
              record->trust == SD_AUDIT_UNVERIFIED ? "  [unverified]" : "", style.end);
  if (record->cut)
    sd_str_add(out, "    the end of this record is lost\n");
  add_doubt(out, record, &style);
  if (record->denied)
    add_rules(out, record, &style);
}

/* -- JSON --------------------------------------------------------------------------------------- */

static void add_member(struct sd_str *out, const struct sd_json_member *member) {
  char last = out->data[out->len - 1];
  if (last != '{')
    sd_str_add_char(out, ',');
  sd_str_add_json(out, member->key);
  sd_str_add_char(out, ':');
  sd_json_write_dense(out, member->value);
}

/* The names of what is said of a record here: one that is forged may bring them along. */
static bool is_ours(const char *key) {
  static const char *const keys[] = {"cut", "verified", "forged_by"};
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (strcmp(keys[i], key) == 0)
      return true;
  return false;
}

void sd_audit_show_json(struct sd_str *out, const struct sd_audit_record *record) {
  sd_str_add_char(out, '{');
  for (size_t i = 0; i < record->tree->members.len; i++)
    if (!is_ours(record->tree->members.items[i].key))
      add_member(out, &record->tree->members.items[i]);
  if (record->cut)
    sd_str_add(out, ",\"cut\":true");
  if (record->trust != SD_AUDIT_SURE)
    sd_str_add(out, ",\"verified\":false");
  if (record->trust == SD_AUDIT_FORGED)
    sd_str_addf(out, ",\"forged_by\":%u", (unsigned)record->sender);
  sd_str_add(out, "}\n");
}
