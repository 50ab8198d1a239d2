/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a log: whatever they hold, what is shown of them is lines that act on nothing, and a record that is shown as
 * JSON is read as the same record again. */
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_history.h"
#include "safe-docker/report/audit_log.h"

static int64_t an_hour(void *context, int64_t seconds) {
  (void)context;
  (void)seconds;
  return 3600;
}

static const struct sd_zone zone = {an_hour, NULL};

static void check_shown(const char *text) {
  uint32_t point = 0;
  size_t len = strlen(text);
  if (len == 0 || text[len - 1] != '\n')
    abort();
  for (size_t i = 0, step = 0; i < len; i += step) {
    step = sd_text_decode(text + i, len - i, &point);
    if (step == 0 || (point != '\n' && sd_text_is_deceptive(point)))
      abort();
  }
}

static void check_record(struct sd_arena *arena, struct sd_audit_record *record) {
  struct sd_audit_record again;
  struct sd_str text;
  struct sd_str json;
  struct sd_str second;
  sd_str_init(&text, arena);
  sd_str_init(&json, arena);
  sd_str_init(&second, arena);
  sd_audit_show_text(&text, record, &zone, false);
  check_shown(sd_str_text(&text));
  if (text.len > 16384)
    abort();
  record->trust = SD_AUDIT_SURE;
  sd_audit_show_json(&json, record);
  check_shown(sd_str_text(&json));
  if (strchr(sd_str_text(&json), '\n') != json.data + json.len - 1 ||
      !sd_audit_read_record(arena, json.data, json.len - 1, &again))
    abort();
  again.cut = record->cut;
  sd_audit_show_json(&second, &again);
  if (strcmp(sd_str_text(&json), sd_str_text(&second)) != 0 || again.time != record->time ||
      again.denied != record->denied || again.uid != record->uid)
    abort();
  struct sd_audit_history history;
  sd_audit_history_init(&history, arena);
  sd_audit_history_add(&history, record);
  (void)sd_audit_history_skipped(arena, &history);
}

/* A point in time is before the year 10000, and what is written of it is the same one. */
static void check_when(struct sd_arena *arena, const char *text) {
  struct sd_error err;
  int64_t when = 0;
  int64_t again = 0;
  sd_error_init(&err, arena);
  if (!sd_when_parse(arena, text, 1795356000000, &zone, &when, &err))
    return;
  const char *written = sd_when_utc(arena, when);
  if (when >= 0 && (!sd_when_rfc3339(written, &again) || again != when))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const enum sd_audit_form forms[] = {SD_AUDIT_FORM_RECORD, SD_AUDIT_FORM_JOURNAL,
                                             SD_AUDIT_FORM_SYSLOG, SD_AUDIT_FORM_ANY};
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
    struct sd_audit_record record;
    struct sd_audit_input input = {.form = forms[i], .cut = size % 2 == 1};
    if (sd_audit_read(&arena, (const char *)data, size, &input, &record) == SD_AUDIT_RECORD)
      check_record(&arena, &record);
  }
  check_when(&arena, sd_arena_strndup(&arena, (const char *)data, size));
  sd_arena_finish(&arena);
  return 0;
}
