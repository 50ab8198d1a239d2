/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a profile: what cannot be read or compiled has an error, all else has none; findings are in order and safe to
 * show; the pages are made; a profile is no different from itself, and what it is asked agrees with the table. */
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/seccomp.h"

#define AMD64 0xc000003e

static void check_json(struct sd_arena *arena, const char *text) {
  struct sd_error err;
  struct sd_json *root;
  sd_error_init(&err, arena);
  if (!sd_json_read_large(arena, "page", text, strlen(text), &root, &err))
    abort();
}

static void check_page(const char *text) {
  for (const char *line = text; *line != '\0'; line++)
    if (*line != '\n' && (unsigned char)*line < ' ')
      abort();
}

static void check_findings(struct sd_arena *arena, const struct sd_seccomp_findings *findings) {
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct sd_seccomp_finding *finding = &findings->v.items[i];
    if (finding->line == 0 || finding->column == 0 || !sd_text_is_printable(finding->message))
      abort();
    if (i > 0 && finding->line < findings->v.items[i - 1].line)
      abort();
  }
  check_page(sd_report_seccomp_check_text(arena, "input", findings));
  check_json(arena, sd_report_seccomp_check_json(arena, "input", findings));
}

/* A call that is never or always allowed is answered so for other arguments as well. */
static void check_calls(struct sd_arena *arena, const struct sd_seccomp_made *made,
                        const struct sd_seccomp_survey *survey) {
  static const uint64_t args[6] = {17, 3, 0x10000, 1, 2, 0x100000026};
  (void)arena;
  for (size_t i = 0; i < survey->calls.len; i++) {
    const struct sd_seccomp_survey_call *call = &survey->calls.items[i];
    struct sd_seccomp_call asked = {.arch = survey->arch, .number = call->number};
    uint32_t action;
    memcpy(asked.args, args, sizeof(args));
    if (!sd_seccomp_answer(&made->program, &asked, &action))
      abort();
    bool allowed = sd_seccomp_allows_action(action);
    if ((allowed && call->extent == SD_SECCOMP_NEVER) ||
        (!allowed && call->extent == SD_SECCOMP_ALWAYS))
      abort();
  }
}

static void check_made(struct sd_arena *arena, const struct sd_seccomp_made *made) {
  struct sd_seccomp_page page = {.made = made};
  struct sd_seccomp_comparisons comparisons = {{NULL, 0, 0}};
  for (size_t i = 0; i < made->arches.v.len; i++) {
    struct sd_seccomp_survey *survey = sd_vec_push(arena, &page.surveys);
    sd_seccomp_look(arena, made, made->arches.v.items[i], NULL, survey);
    check_calls(arena, made, survey);
  }
  check_page(sd_report_seccomp_show_text(arena, &page));
  check_json(arena, sd_report_seccomp_show_json(arena, &page));
  sd_seccomp_differ(arena, made, made, &comparisons);
  for (size_t i = 0; i < comparisons.v.len; i++)
    for (size_t k = 0; k < comparisons.v.items[i].v.len; k++)
      if (comparisons.v.items[i].v.items[k].second != SD_SECCOMP_UNKNOWN)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_strv capabilities = {{NULL, 0, 0}};
  const struct sd_seccomp_target target = {AMD64, SD_SECCOMP_NEWEST, &capabilities};
  struct sd_seccomp_findings findings;
  struct sd_seccomp_made made;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  sd_seccomp_check(&arena, "input", (const char *)data, size, &target, &findings);
  check_findings(&arena, &findings);
  bool good = sd_seccomp_make(&arena, "input", (const char *)data, size, &target, &made, &err);
  if (good != (findings.errors == 0))
    abort();
  if (good)
    check_made(&arena, &made);
  sd_arena_finish(&arena);
  return 0;
}
