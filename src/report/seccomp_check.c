/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `seccomp check`: lines as compilers print them, so that editors find the places. */
#include "safe-docker/base/text.h"
#include "safe-docker/report/seccomp.h"

static const char *severity(const struct sd_seccomp_finding *finding) {
  return finding->error ? "error" : "warning";
}

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

const char *sd_report_seccomp_check_text(struct sd_arena *arena, const char *source,
                                         const struct sd_seccomp_findings *findings) {
  const char *shown = sd_text_safe(arena, source);
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct sd_seccomp_finding *finding = &findings->v.items[i];
    sd_str_addf(&out, "%s:%u:%u: %s: %s", shown, finding->line, finding->column, severity(finding),
                finding->message);
    if (!finding->error)
      sd_str_addf(&out, " [%s]", finding->kind);
    sd_str_add_char(&out, '\n');
  }
  if (findings->more)
    sd_str_addf(&out, "%s: there is more; only the first are shown\n", shown);
  if (findings->errors + findings->warnings == 0)
    sd_str_addf(&out, "%s: no mistakes found\n", shown);
  else
    sd_str_addf(&out, "%s: %zu error%s, %zu warning%s\n", shown, findings->errors,
                plural(findings->errors), findings->warnings, plural(findings->warnings));
  return sd_str_text(&out);
}

const char *sd_report_seccomp_check_json(struct sd_arena *arena, const char *source,
                                         const struct sd_seccomp_findings *findings) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"source\":");
  sd_str_add_json(&out, source);
  sd_str_addf(&out, ",\"errors\":%zu,\"warnings\":%zu,\"complete\":%s,\"findings\":[",
              findings->errors, findings->warnings, findings->more ? "false" : "true");
  for (size_t i = 0; i < findings->v.len; i++) {
    const struct sd_seccomp_finding *finding = &findings->v.items[i];
    sd_str_addf(&out,
                "%s{\"severity\":\"%s\",\"kind\":\"%s\",\"line\":%u,\"column\":%u,\"message\":",
                i > 0 ? "," : "", severity(finding), finding->kind, finding->line, finding->column);
    sd_str_add_json(&out, finding->message);
    sd_str_add_char(&out, '}');
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}
