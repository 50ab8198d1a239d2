/* SPDX-License-Identifier: Apache-2.0 */
/* Counts of records. Bounded: who may write to syslog may invent users without end. */
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_log.h"

#include "json_out.h"
#include "shell_words.h"

#define NAMES_MAX 4096

struct row {
  const char *name;
  uint64_t allowed, denied;
};

struct table {
  SD_VEC(struct row) rows;
  uint64_t left_out; /* records of names that found no room */
};

struct sd_audit_summary {
  struct sd_arena *arena;
  uint64_t allowed, denied;
  int64_t first, last;
  struct table users, rules, commands;
};

struct sd_audit_summary *sd_audit_summary_create(struct sd_arena *arena) {
  struct sd_audit_summary *summary = sd_arena_alloc(arena, sizeof(*summary));
  summary->arena = arena;
  return summary;
}

/* What was asked for last is asked for again most often. */
static struct row *find(struct sd_arena *arena, struct table *table, const char *name) {
  for (size_t i = 0; i < table->rows.len; i++)
    if (strcmp(table->rows.items[i].name, name) == 0)
      return &table->rows.items[i];
  if (table->rows.len == NAMES_MAX) {
    table->left_out++;
    return NULL;
  }
  struct row *row = sd_vec_push(arena, &table->rows);
  row->name = sd_arena_strdup(arena, name);
  return row;
}

static void count(struct sd_audit_summary *summary, struct table *table, const char *name,
                  bool denied) {
  struct row *row = find(summary->arena, table, name);
  if (row != NULL && denied)
    row->denied++;
  else if (row != NULL)
    row->allowed++;
}

/* A rule that a request breaks twice is one reason. */
static bool is_repeated(const struct sd_strv *rules, size_t index) {
  for (size_t i = 0; i < index; i++)
    if (strcmp(rules->v.items[i], rules->v.items[index]) == 0)
      return true;
  return false;
}

#define RULES_COUNTED 64 /* of one record; looking for repeated ones takes quadratic time */

void sd_audit_summary_add(struct sd_audit_summary *summary, const struct sd_audit_record *record) {
  bool empty = summary->allowed + summary->denied == 0;
  if (empty || record->time < summary->first)
    summary->first = record->time;
  if (empty || record->time > summary->last)
    summary->last = record->time;
  if (record->denied)
    summary->denied++;
  else
    summary->allowed++;
  count(summary, &summary->users, record->user, record->denied);
  count(summary, &summary->commands, record->command, record->denied);
  for (size_t i = 0; record->denied && i < record->rules.v.len && i < RULES_COUNTED; i++)
    if (!is_repeated(&record->rules, i))
      count(summary, &summary->rules, record->rules.v.items[i], true);
}

static int by_denied(const void *a, const void *b) {
  const struct row *left = a;
  const struct row *right = b;
  uint64_t all_left = left->allowed + left->denied;
  uint64_t all_right = right->allowed + right->denied;
  if (left->denied != right->denied)
    return left->denied < right->denied ? 1 : -1;
  if (all_left != all_right)
    return all_left < all_right ? 1 : -1;
  return strcmp(left->name, right->name);
}

static void sort(struct table *table) {
  if (table->rows.len > 1)
    qsort(table->rows.items, table->rows.len, sizeof(struct row), by_denied);
}

static void add_table(struct sd_str *out, const char *title, struct table *table, bool rules) {
  if (table->rows.len == 0)
    return;
  sort(table);
  sd_str_addf(out, rules ? "\n%10s  %s\n" : "\n%10s  %10s  %s\n", "DENIED",
              rules ? title : "ALLOWED", title);
  for (size_t i = 0; i < table->rows.len; i++) {
    const struct row *row = &table->rows.items[i];
    sd_str_addf(out, "%10llu  ", (unsigned long long)row->denied);
    if (!rules)
      sd_str_addf(out, "%10llu  ", (unsigned long long)row->allowed);
    if (row->name[0] == '\0')
      sd_str_add(out, "(none understood)");
    else
      sd_shell_add_word(out, sd_text_safe(out->arena, row->name));
    sd_str_add_char(out, '\n');
  }
  if (table->left_out > 0)
    sd_str_addf(out, "            %llu records of others\n", (unsigned long long)table->left_out);
}

const char *sd_audit_summary_text(struct sd_audit_summary *summary, const struct sd_zone *zone) {
  struct sd_str out;
  sd_str_init(&out, summary->arena);
  uint64_t all = summary->allowed + summary->denied;
  sd_str_addf(&out, "%llu requests: %llu allowed, %llu denied\n", (unsigned long long)all,
              (unsigned long long)summary->allowed, (unsigned long long)summary->denied);
  if (all == 0)
    return sd_str_text(&out);
  sd_str_addf(&out, "from %s to %s\n", sd_when_local(summary->arena, summary->first, zone),
              sd_when_local(summary->arena, summary->last, zone));
  add_table(&out, "USER", &summary->users, false);
  add_table(&out, "COMMAND", &summary->commands, false);
  add_table(&out, "RULE", &summary->rules, true);
  return sd_str_text(&out);
}

static void add_json_table(struct sd_str *out, const char *key, struct table *table) {
  sort(table);
  sd_str_addf(out, ",\"%s\":[", key);
  for (size_t i = 0; i < table->rows.len; i++) {
    const struct row *row = &table->rows.items[i];
    sd_str_add(out, i > 0 ? ",{" : "{");
    sd_json_add_member(out, "name", row->name);
    sd_str_addf(out, ",\"denied\":%llu,\"allowed\":%llu}", (unsigned long long)row->denied,
                (unsigned long long)row->allowed);
  }
  sd_str_add_char(out, ']');
}

const char *sd_audit_summary_json(struct sd_audit_summary *summary,
                                  const struct sd_audit_counts *counts) {
  struct sd_str out;
  sd_str_init(&out, summary->arena);
  bool any = summary->allowed + summary->denied > 0;
  sd_str_addf(&out, "{\"allowed\":%llu,\"denied\":%llu", (unsigned long long)summary->allowed,
              (unsigned long long)summary->denied);
  sd_json_add_member(&out, "first", any ? sd_when_utc(summary->arena, summary->first) : NULL);
  sd_json_add_member(&out, "last", any ? sd_when_utc(summary->arena, summary->last) : NULL);
  add_json_table(&out, "users", &summary->users);
  add_json_table(&out, "commands", &summary->commands);
  add_json_table(&out, "rules", &summary->rules);
  sd_str_addf(&out, ",\"damaged\":%llu,\"cut\":%llu,\"unverified\":%llu,\"forged\":%llu}\n",
              (unsigned long long)counts->damaged, (unsigned long long)counts->cut,
              (unsigned long long)counts->unverified, (unsigned long long)counts->forged);
  return sd_str_text(&out);
}
