/* SPDX-License-Identifier: Apache-2.0 */
/* `seccomp show` and `seccomp diff` for programs. */
#include "safe-docker/report/seccomp.h"

#include "json_out.h"
#include "seccomp_lines.h"

static const char *extent_word(enum sd_seccomp_extent extent) {
  switch (extent) {
  case SD_SECCOMP_NEVER:
    return "never";
  case SD_SECCOMP_SOMETIMES:
    return "sometimes";
  case SD_SECCOMP_ALWAYS:
    break;
  }
  return "always";
}

static const char *comparison_word(enum sd_seccomp_comparison comparison) {
  switch (comparison) {
  case SD_SECCOMP_SAME:
    return "same";
  case SD_SECCOMP_MORE:
    return "more";
  case SD_SECCOMP_LESS:
    return "less";
  case SD_SECCOMP_OTHER:
    return "other";
  case SD_SECCOMP_UNKNOWN:
    break;
  }
  return "unknown";
}

/* -- show --------------------------------------------------------------------------------------- */

static void add_call(struct sd_str *out, const struct sd_seccomp_survey_call *call, bool beside) {
  sd_str_add(out, "{\"name\":");
  sd_str_add_json(out, call->name);
  sd_str_addf(out, ",\"number\":%d,\"allowed\":\"%s\"", call->number, extent_word(call->extent));
  sd_json_add_member(out, "action", sd_seccomp_action_text(out->arena, call->action));
  if (call->extent == SD_SECCOMP_SOMETIMES) {
    sd_str_addf(out, ",\"%s\":", call->unless ? "unless" : "when");
    sd_json_add_strings(out, &call->when);
  }
  if (beside)
    sd_json_add_member(out, "docker", comparison_word(call->beside));
  sd_str_add_char(out, '}');
}

const char *sd_report_seccomp_show_json(struct sd_arena *arena,
                                        const struct sd_seccomp_page *page) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"profile\":");
  sd_str_add_json(&out, page->made->name);
  sd_str_add_char(&out, ',');
  sd_lines_add_target_json(&out, page->made->target);
  sd_json_add_member(&out, "default_action",
                     sd_seccomp_action_text(arena, sd_seccomp_default_action(page->made->profile)));
  sd_str_add(&out, ",\"architectures\":[");
  for (size_t i = 0; i < page->surveys.len; i++) {
    const struct sd_seccomp_survey *survey = &page->surveys.items[i];
    sd_str_addf(&out, "%s{\"arch\":", i > 0 ? "," : "");
    sd_str_add_json(&out, sd_lines_arch(arena, survey->arch));
    sd_str_add(&out, ",\"calls\":[");
    for (size_t k = 0; k < survey->calls.len; k++) {
      sd_str_add(&out, k > 0 ? "," : "");
      add_call(&out, &survey->calls.items[k], page->beside != NULL);
    }
    sd_str_add(&out, "]}");
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}

/* -- diff --------------------------------------------------------------------------------------- */

static void add_difference(struct sd_str *out, const struct sd_seccomp_difference *difference) {
  sd_str_add(out, "{\"name\":");
  sd_str_add_json(out, difference->name);
  sd_json_add_member(out, "second_allows", comparison_word(difference->second));
  sd_json_add_member(out, "only_first", difference->only_first);
  sd_json_add_member(out, "only_second", difference->only_second);
  sd_json_add_member(out, "first_action",
                     sd_seccomp_action_text(out->arena, difference->actions[0]));
  sd_json_add_member(out, "second_action",
                     sd_seccomp_action_text(out->arena, difference->actions[1]));
  sd_str_add_char(out, '}');
}

const char *sd_report_seccomp_diff_json(struct sd_arena *arena,
                                        const struct sd_seccomp_pair *pair) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"first\":");
  sd_str_add_json(&out, pair->first->name);
  sd_json_add_member(&out, "second", pair->second->name);
  sd_str_add_char(&out, ',');
  sd_lines_add_target_json(&out, pair->first->target);
  sd_str_addf(&out, ",\"same\":%s,\"architectures\":[",
              pair->comparisons->v.len == 0 ? "true" : "false");
  for (size_t i = 0; i < pair->comparisons->v.len; i++) {
    const struct sd_seccomp_differences *differences = &pair->comparisons->v.items[i];
    sd_str_addf(&out, "%s{\"arch\":", i > 0 ? "," : "");
    sd_str_add_json(&out, sd_lines_arch(arena, differences->arch));
    sd_str_addf(&out, ",\"first_opens\":%s,\"second_opens\":%s,\"calls\":[",
                differences->open[0] ? "true" : "false", differences->open[1] ? "true" : "false");
    for (size_t k = 0; k < differences->v.len; k++) {
      sd_str_add(&out, k > 0 ? "," : "");
      add_difference(&out, &differences->v.items[k]);
    }
    sd_str_add(&out, "]}");
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}
