/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: take texts of findings as they are, which finding.c made safe to show; break no command. */
#include <string.h>

#include "doctor.h"
#include "safe-docker/base/text.h"

static const char *const statuses[] = {[FINDING_PASS] = "pass",
                                       [FINDING_WARN] = "warn",
                                       [FINDING_FAIL] = "fail",
                                       [FINDING_UNKNOWN] = "unknown"};

/* -- JSON --------------------------------------------------------------------------------------- */

static size_t count(const struct findings *findings, enum finding_status status) {
  size_t found = 0;
  for (size_t i = 0; i < findings->v.len; i++)
    found += findings->v.items[i].status == status ? 1 : 0;
  return found;
}

static void add_member(struct sd_str *out, const char *name, const char *text) {
  sd_str_addf(out, ", \"%s\": ", name);
  sd_str_add_json(out, text);
}

static void add_finding(struct sd_str *out, const struct finding *finding) {
  const struct check *check = &checks[finding->check];
  sd_str_add(out, "    {\"check\": ");
  sd_str_add_json(out, check->id);
  add_member(out, "area", check->area);
  add_member(out, "status", statuses[finding->status]);
  add_member(out, "subject", finding->subject);
  add_member(out, "title", check->title);
  add_member(out, "what", finding->what);
  add_member(out, "why", check->why);
  add_member(out, "remedy", finding->remedy != NULL ? finding->remedy : "");
  sd_str_add(out, ", \"commands\": [");
  for (size_t i = 0; i < finding->commands.v.len; i++) {
    sd_str_add(out, i > 0 ? ", " : "");
    sd_str_add_json(out, finding->commands.v.items[i]);
  }
  sd_str_add_char(out, ']');
  add_member(out, "source", check->source);
  sd_str_add_char(out, '}');
}

const char *doctor_json(struct sd_arena *arena, const struct findings *findings) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\n  \"format\": 1,\n  \"summary\": {");
  for (int i = FINDING_PASS; i <= FINDING_UNKNOWN; i++)
    sd_str_addf(&out, "%s\"%s\": %zu", i > FINDING_PASS ? ", " : "", statuses[i],
                count(findings, (enum finding_status)i));
  sd_str_add(&out, "},\n  \"findings\": [");
  for (size_t i = 0; i < findings->v.len; i++) {
    sd_str_add(&out, i > 0 ? ",\n" : "\n");
    add_finding(&out, &findings->v.items[i]);
  }
  sd_str_add(&out, "\n  ]\n}\n");
  return sd_str_text(&out);
}

/* -- text --------------------------------------------------------------------------------------- */

#define INDENT 9 /* behind "  unknown" and a blank */
#define COMMAND_INDENT 4

struct style {
  const char *status[FINDING_UNKNOWN + 1];
  const char *name, *dim, *end;
};

static const struct style plain = {{"", "", "", ""}, "", "", ""};
static const struct style coloured = {{[FINDING_PASS] = "\033[32m",
                                       [FINDING_WARN] = "\033[33m",
                                       [FINDING_FAIL] = "\033[1;31m",
                                       [FINDING_UNKNOWN] = "\033[35m"},
                                      "\033[1m",
                                      "\033[2m",
                                      "\033[0m"};

struct page {
  struct sd_str out;
  const struct doctor_view *view;
  const struct style *style;
};

/* Characters, each taken for one column. */
static size_t columns_of(const char *text, size_t len) {
  size_t columns = 0;
  uint32_t point = 0;
  for (size_t at = 0; at < len; columns++) {
    size_t step = sd_text_decode(text + at, len - at, &point);
    at += step == 0 ? 1 : step;
  }
  return columns;
}

/* `text` behind `indent` blanks on lines that fit; a word longer than that stays whole. */
static void add_wrapped(struct page *page, size_t indent, const char *text) {
  struct sd_str *out = &page->out;
  size_t column = 0;
  while (*(text += strspn(text, " ")) != '\0') {
    size_t len = strcspn(text, " ");
    size_t wide = columns_of(text, len);
    if (column > 0 && column + 1 + wide > page->view->width) {
      sd_str_add_char(out, '\n');
      column = 0;
    }
    if (column == 0)
      sd_str_addf(out, "%*s", (int)indent, "");
    else
      sd_str_add_char(out, ' ');
    column += (column == 0 ? indent : 1) + wide;
    sd_str_add_bytes(out, text, len);
    text += len;
  }
  sd_str_add_char(out, '\n');
}

static void add_dim(struct page *page, const char *label, const char *text) {
  struct sd_arena *arena = page->out.arena;
  if (text[0] == '\0')
    return;
  sd_str_add(&page->out, page->style->dim);
  add_wrapped(page, INDENT + 1, sd_arena_printf(arena, "%s: %s", label, text));
  sd_str_add(&page->out, page->style->end);
}

/* Each on a line of its own, whole, so that it can be copied. */
static void add_commands(struct page *page, const struct finding *finding) {
  for (size_t i = 0; i < finding->commands.v.len; i++)
    sd_str_addf(&page->out, "%*s%s\n", INDENT + 1 + COMMAND_INDENT, "",
                finding->commands.v.items[i]);
}

/* `again`: the one before it was of the same check, and said why. */
static void show_finding(struct page *page, const struct finding *finding, bool again) {
  const struct check *check = &checks[finding->check];
  const struct style *style = page->style;
  sd_str_addf(&page->out, "  %s%-7s%s %s%s%s%s%s\n", style->status[finding->status],
              statuses[finding->status], style->end, style->name, check->id, style->end,
              finding->subject[0] != '\0' ? "  " : "", finding->subject);
  add_wrapped(page, INDENT + 1, finding->what);
  if (finding->status == FINDING_PASS)
    return;
  if (!again) {
    add_dim(page, "why", check->why);
    add_dim(page, "source", check->source);
  }
  if (finding->remedy != NULL)
    add_wrapped(page, INDENT + 1,
                sd_arena_printf(page->out.arena, "%s: %s",
                                finding->status == FINDING_UNKNOWN ? "to know it" : "remedy",
                                finding->remedy));
  add_commands(page, finding);
}

static void show_area(struct page *page, const struct findings *findings,
                      const struct doctor_area *area) {
  static const enum finding_status order[] = {FINDING_FAIL, FINDING_WARN, FINDING_UNKNOWN,
                                              FINDING_PASS};
  const struct finding *before = NULL;
  size_t ranks = sizeof(order) / sizeof(order[0]) - (page->view->all ? 0 : 1);
  for (size_t rank = 0; rank < ranks; rank++)
    for (size_t i = 0; i < findings->v.len; i++) {
      const struct finding *finding = &findings->v.items[i];
      bool here = strcmp(checks[finding->check].area, area->name) == 0;
      if (!here || finding->status != order[rank])
        continue;
      if (before == NULL)
        sd_str_addf(&page->out, "%s%s%s: %s\n\n", page->style->name, area->name, page->style->end,
                    area->what);
      show_finding(page, finding, before != NULL && before->check == finding->check);
      sd_str_add(&page->out, finding->status == FINDING_PASS ? "" : "\n");
      before = finding;
    }
  if (before != NULL && before->status == FINDING_PASS)
    sd_str_add_char(&page->out, '\n');
}

/* Once more at the end, where they are seen: what mends them stands above. */
static void add_failures(struct page *page, const struct findings *findings) {
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct finding *finding = &findings->v.items[i];
    if (finding->status == FINDING_FAIL)
      sd_str_addf(&page->out, "%s%s%s: %s%s%s\n", page->style->status[FINDING_FAIL],
                  statuses[FINDING_FAIL], page->style->end, checks[finding->check].id,
                  finding->subject[0] != '\0' ? "  " : "", finding->subject);
  }
}

const char *doctor_text(struct sd_arena *arena, const struct findings *findings,
                        const struct doctor_view *view) {
  struct page page = {.view = view, .style = view->colour ? &coloured : &plain};
  sd_str_init(&page.out, arena);
  for (size_t i = 0; i < doctor_areas_count; i++)
    show_area(&page, findings, &doctor_areas[i]);
  add_failures(&page, findings);
  size_t failures = count(findings, FINDING_FAIL);
  size_t warnings = count(findings, FINDING_WARN);
  sd_str_addf(&page.out, "%zu failure%s, %zu warning%s, %zu passed, %zu unknown\n", failures,
              failures == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s",
              count(findings, FINDING_PASS), count(findings, FINDING_UNKNOWN));
  return sd_str_text(&page.out);
}
