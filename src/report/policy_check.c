/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `policy check`: lines as compilers print them, so that editors find the places. */
#include <string.h>

#include "safe-docker/report/policy.h"

#include "json_out.h"
#include "seccomp_lines.h"

#define INDENT 4
#define HANGING 14 /* behind "    attacker: " */

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

static void split(struct sd_strv *out, struct sd_arena *arena, const char *text) {
  while (*text != '\0') {
    size_t len = strcspn(text, " ");
    if (len > 0)
      sd_strv_add(out, arena, sd_arena_strndup(arena, text, len));
    text += len + (text[len] == ' ');
  }
}

static void add_line(struct sd_str *out, const char *title, const char *text) {
  struct sd_strv words = {{NULL, 0, 0}};
  split(&words, out->arena, text);
  sd_lines_add_blanks(out, INDENT);
  sd_str_addf(out, "%-*s", HANGING - INDENT, title);
  sd_lines_add_wrapped(out, HANGING, HANGING, &words);
}

static void add_finding(struct sd_str *out, const struct sd_policy_finding *finding) {
  sd_str_addf(out, "%s:%u:%u: %s: %s [%s]\n", finding->source, finding->line, finding->column,
              sd_policy_severity_word(finding->severity), finding->message, finding->kind);
  if (finding->who != NULL)
    add_line(out, "for:", finding->who);
  add_line(out, "attacker:", finding->attack);
  add_line(out, "instead:", finding->advice);
}

const char *sd_report_policy_check_text(struct sd_arena *arena, const char *source,
                                        const struct sd_policy_findings *findings) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < findings->v.len; i++)
    add_finding(&out, &findings->v.items[i]);
  sd_str_addf(&out, "%s: ", source);
  if (findings->dangers + findings->warnings == 0)
    sd_str_add(&out, "no mistakes found");
  else
    sd_str_addf(&out, "%zu danger%s, %zu warning%s", findings->dangers, plural(findings->dangers),
                findings->warnings, plural(findings->warnings));
  if (findings->notes > 0)
    sd_str_addf(&out, ", %zu note%s", findings->notes, plural(findings->notes));
  sd_str_add_char(&out, '\n');
  return sd_str_text(&out);
}

static void add_finding_json(struct sd_str *out, const struct sd_policy_finding *finding) {
  sd_str_addf(out, "{\"severity\":\"%s\"", sd_policy_severity_word(finding->severity));
  sd_json_add_member(out, "kind", finding->kind);
  sd_json_add_member(out, "key", finding->key);
  sd_json_add_member(out, "source", finding->source);
  sd_str_addf(out, ",\"line\":%u,\"column\":%u", finding->line, finding->column);
  sd_json_add_member(out, "for", finding->who);
  sd_json_add_member(out, "message", finding->message);
  sd_json_add_member(out, "attack", finding->attack);
  sd_json_add_member(out, "instead", finding->advice);
  sd_str_add_char(out, '}');
}

const char *sd_report_policy_check_json(struct sd_arena *arena, const char *source,
                                        const struct sd_policy_findings *findings) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"source\":");
  sd_str_add_json(&out, source);
  sd_str_addf(&out,
              ",\"valid\":true,\"error\":null,\"hint\":null,\"dangers\":%zu,\"warnings\":%zu,"
              "\"notes\":%zu,\"findings\":[",
              findings->dangers, findings->warnings, findings->notes);
  for (size_t i = 0; i < findings->v.len; i++) {
    sd_str_add(&out, i > 0 ? ",\n" : "\n");
    add_finding_json(&out, &findings->v.items[i]);
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}

const char *sd_report_policy_error_json(struct sd_arena *arena, const char *source,
                                        const struct sd_error *error) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"source\":");
  sd_str_add_json(&out, source);
  sd_str_add(&out, ",\"valid\":false");
  sd_json_add_member(&out, "error", error->message);
  sd_json_add_member(&out, "hint", error->hint);
  sd_str_add(&out, ",\"dangers\":0,\"warnings\":0,\"notes\":0,\"findings\":[]}\n");
  return sd_str_text(&out);
}
