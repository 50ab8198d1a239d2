/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the facts of a host. What is read is written and read again as itself; every judge comes to findings, whatever
 * the facts are, and what is shown of these can be read by programs and acts on no terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds)
    abort();
}

static const char *written(struct sd_arena *arena, const struct facts *facts) {
  struct sd_str out;
  sd_str_init(&out, arena);
  facts_write(arena, facts, &out);
  return sd_str_text(&out);
}

static void check_shown(const char *text) {
  uint32_t point = 0;
  size_t len = strlen(text);
  for (size_t i = 0, step = 0; i < len; i += step) {
    step = sd_text_decode(text + i, len - i, &point);
    require(step > 0 && (point == '\n' || !sd_text_is_deceptive(point)));
  }
}

static void check_finding(const struct finding *finding) {
  require(finding->check < CHECK_COUNT && finding->what != NULL && finding->subject != NULL);
  require(sd_text_is_printable(finding->what) && sd_text_is_printable(finding->subject));
  require(finding->status != FINDING_PASS || finding->remedy == NULL);
  for (size_t i = 0; i < finding->commands.v.len; i++)
    require(sd_text_is_printable(finding->commands.v.items[i]));
}

static void judge(struct sd_arena *arena, const struct facts *facts) {
  struct findings findings = {.arena = arena};
  const struct doctor_view view = {.all = true, .colour = false, .width = 80};
  struct sd_error err;
  struct sd_json *json = NULL;
  sd_error_init(&err, arena);
  for (size_t i = 0; i < doctor_areas_count; i++)
    doctor_areas[i].judge(facts, &findings);
  for (size_t i = 0; i < findings.v.len; i++)
    check_finding(&findings.v.items[i]);
  check_shown(doctor_text(arena, &findings, &view));
  const char *text = doctor_json(arena, &findings);
  check_shown(text);
  require(sd_json_read_large(arena, "findings", text, strlen(text), &json, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct facts facts;
  struct facts again;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  if (facts_read(&arena, "facts", text, size, &facts, &err)) {
    const char *once = written(&arena, &facts);
    require(facts_read(&arena, "again", once, strlen(once), &again, &err));
    require(strcmp(once, written(&arena, &again)) == 0);
    judge(&arena, &facts);
  } else {
    require(err.message != NULL && sd_text_is_printable(err.message));
  }
  sd_arena_finish(&arena);
  return 0;
}
