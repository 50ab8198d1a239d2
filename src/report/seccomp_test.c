/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `seccomp test`. */
#include "safe-docker/confine/seccomp_constants.h"
#include "safe-docker/report/seccomp.h"

#include "seccomp_lines.h"

static void add_ruling(struct sd_str *out, const struct sd_seccomp_question *question,
                       const struct sd_seccomp_verdict *verdict,
                       const struct sd_seccomp_ruling *ruling) {
  const char *loses = ruling->left_out                    ? " (left out: it is the default action)"
                      : ruling->action != verdict->action ? " (another rule wins)"
                                                          : "";
  sd_str_addf(out, "    %s:%u: %s%s%s%s\n", question->made->name, ruling->line,
              sd_seccomp_action_text(out->arena, ruling->action),
              ruling->when[0] != '\0' ? " where " : "", ruling->when, loses);
}

static bool decides(const struct sd_seccomp_verdict *verdict) {
  for (size_t i = 0; i < verdict->rulings.v.len; i++)
    if (verdict->rulings.v.items[i].action == verdict->action &&
        !verdict->rulings.v.items[i].left_out)
      return true;
  return false;
}

/* Where no rule for the call itself gave the answer. */
static const char *reason(const struct sd_seccomp_question *question,
                          const struct sd_seccomp_verdict *verdict) {
  if (verdict->newer)
    return "the default action: the call is newer than the libseccomp of this build, so no rule "
           "has an effect on it";
  if (verdict->action == sd_seccomp_default_action(question->made->profile))
    return "the default action";
  return verdict->through != NULL ? "libseccomp makes it from the rules for the calls behind it"
                                  : "libseccomp makes it from the rules";
}

static void add_verdict(struct sd_str *out, const struct sd_seccomp_question *question,
                        const struct sd_seccomp_verdict *verdict) {
  sd_str_addf(out, "  %s%s%s: %s\n", sd_lines_arch(out->arena, verdict->arch),
              verdict->through != NULL ? " through " : "",
              verdict->through != NULL ? verdict->through : "",
              sd_seccomp_action_text(out->arena, verdict->action));
  for (size_t i = 0; i < verdict->rulings.v.len; i++)
    add_ruling(out, question, verdict, &verdict->rulings.v.items[i]);
  if (!decides(verdict))
    sd_str_addf(out, "    %s\n", reason(question, verdict));
}

const char *sd_report_seccomp_test_text(struct sd_arena *arena,
                                        const struct sd_seccomp_question *question) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "%s under %s (%s)\n",
              sd_seccomp_spell_call(arena, question->name, question->args, question->given),
              question->made->name, sd_lines_target(arena, question->made->target));
  for (size_t i = 0; i < question->verdicts->v.len; i++)
    add_verdict(&out, question, &question->verdicts->v.items[i]);
  if (question->verdicts->v.len == 0)
    sd_str_add(&out, "  none of the architectures that the profile opens has this call\n");
  return sd_str_text(&out);
}

static void add_ruling_json(struct sd_str *out, const struct sd_seccomp_ruling *ruling) {
  sd_str_addf(out, "{\"line\":%u,\"action\":", ruling->line);
  sd_str_add_json(out, sd_seccomp_action_text(out->arena, ruling->action));
  sd_str_add(out, ",\"when\":");
  sd_str_add_json(out, ruling->when);
  sd_str_addf(out, ",\"left_out\":%s}", ruling->left_out ? "true" : "false");
}

static void add_verdict_json(struct sd_str *out, const struct sd_seccomp_verdict *verdict) {
  sd_str_add(out, "{\"arch\":");
  sd_str_add_json(out, sd_lines_arch(out->arena, verdict->arch));
  sd_str_add(out, ",\"through\":");
  sd_str_add_json(out, verdict->through);
  sd_str_addf(out, ",\"allowed\":%s,\"action\":",
              sd_seccomp_allows_action(verdict->action) ? "true" : "false");
  sd_str_add_json(out, sd_seccomp_action_text(out->arena, verdict->action));
  sd_str_add(out, ",\"rules\":[");
  for (size_t i = 0; i < verdict->rulings.v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    add_ruling_json(out, &verdict->rulings.v.items[i]);
  }
  sd_str_add(out, "]}");
}

const char *sd_report_seccomp_test_json(struct sd_arena *arena,
                                        const struct sd_seccomp_question *question) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"profile\":");
  sd_str_add_json(&out, question->made->name);
  sd_str_add_char(&out, ',');
  sd_lines_add_target_json(&out, question->made->target);
  sd_str_add(&out, ",\"call\":");
  sd_str_add_json(&out,
                  sd_seccomp_spell_call(arena, question->name, question->args, question->given));
  sd_str_add(&out, ",\"answers\":[");
  for (size_t i = 0; i < question->verdicts->v.len; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_verdict_json(&out, &question->verdicts->v.items[i]);
  }
  sd_str_add(&out, "]}\n");
  return sd_str_text(&out);
}
