/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"

static const char *const statuses[] = {[FINDING_PASS] = "pass",
                                       [FINDING_WARN] = "warn",
                                       [FINDING_FAIL] = "fail",
                                       [FINDING_UNKNOWN] = "unknown"};

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

const char *doctor_text(struct sd_arena *arena, const struct findings *findings,
                        const struct doctor_view *view) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct finding *finding = &findings->v.items[i];
    const struct check *check = &checks[finding->check];
    if (finding->status == FINDING_PASS && !view->all)
      continue;
    sd_str_addf(&out, "%-7s  %s  %s\n         %s\n", statuses[finding->status], check->id,
                finding->subject, finding->what);
    if (finding->remedy != NULL)
      sd_str_addf(&out, "         %s\n", finding->remedy);
    for (size_t k = 0; k < finding->commands.v.len; k++)
      sd_str_addf(&out, "           %s\n", finding->commands.v.items[k]);
  }
  return sd_str_text(&out);
}
