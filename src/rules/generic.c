/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the option table that need no judgement of their own: those that pass and those that
 * are refused.
 *
 * MUST: leave a row that it cannot copy or explain unclaimed, so that it is refused. */
#include "safe-docker/rules/rules.h"

#include "internal.h"
#include "passed.h"

/* What refusing a row says: which part the policy could change stands in the hint. */
static const char *deny_hint(const struct sd_rule_input *in, enum sd_option_id id) {
  const struct sd_option *row = &sd_options[id];
  if (id != SD_OPT_PRIVILEGED)
    return row->hint;
  const struct sd_strv *allow = &in->policy->capabilities.allow;
  if (allow->v.len == 0)
    return sd_arena_printf(in->arena, "leave it out; %s, but here none are allowed", row->hint);
  return sd_arena_printf(in->arena, "leave it out, or %s; allowed here: %s", row->hint,
                         sd_rule_list(in->arena, allow, ""));
}

/* The words of the caller that a violation is about, one for each time the option was given. */
static void deny_each(const struct sd_rule_input *in, struct sd_decision *decision,
                      enum sd_option_id id) {
  const struct sd_option *row = &sd_options[id];
  const char *hint = deny_hint(in, id);
  const struct sd_given *given = NULL;
  switch (row->kind) {
  case SD_KIND_LIST: {
    const struct sd_texts *list = sd_rule_texts(in->request, id);
    for (size_t i = 0; i < list->v.len; i++)
      sd_deny(decision, row->rule, list->v.items[i].given, hint, "%s", row->reason);
    if (list->v.len > 0)
      sd_claim(decision, id);
    return;
  }
  case SD_KIND_BOOL:
    given = sd_rule_flag(in->request, id)->given;
    break;
  case SD_KIND_TEXT:
    given = sd_rule_text(in->request, id)->given;
    break;
  case SD_KIND_INT:
  case SD_KIND_SIZE:
  case SD_KIND_CPUS:
  case SD_KIND_DURATION:
    given = sd_rule_number(in->request, id)->given;
    break;
  case SD_KIND_ENV:
  case SD_KIND_ENV_FILE:
  case SD_KIND_LABEL:
  case SD_KIND_LABEL_FILE:
  case SD_KIND_MOUNT:
  case SD_KIND_VOLUME:
  case SD_KIND_TMPFS:
  case SD_KIND_NETWORK:
  case SD_KIND_PORT:
  case SD_KIND_SECURITY:
  case SD_KIND_ULIMIT:
  case SD_KIND_DEVICE:
    return; /* no such row is refused as a whole; unclaimed, it is refused all the same */
  }
  sd_deny(decision, row->rule, given, hint, "%s", row->reason);
  sd_claim(decision, id);
}

static void judge_denied(const struct sd_rule_input *in, struct sd_decision *decision,
                         enum sd_option_id id) {
  const struct sd_option *row = &sd_options[id];
  if ((row->flags & SD_OPTION_POLICY) == 0 || !sd_rule_option_allowed(in, row->name))
    deny_each(in, decision, id);
  else
    sd_rule_pass_checked(in, decision, id);
}

/* false is what holds anyway: dropped, and nothing to say about it. */
static void judge_denied_true(const struct sd_rule_input *in, struct sd_decision *decision,
                              enum sd_option_id id) {
  const struct sd_option *row = &sd_options[id];
  if (row->kind != SD_KIND_BOOL)
    return;
  const struct sd_flag *flag = sd_rule_flag(in->request, id);
  if (!flag->set)
    return;
  if (flag->value)
    judge_denied(in, decision, id);
  else
    sd_claim(decision, id);
}

static void judge_row(const struct sd_rule_input *in, struct sd_decision *decision,
                      enum sd_option_id id) {
  switch (sd_options[id].disposition) {
  case SD_PASS:
    sd_rule_pass(in, decision, id);
    return;
  case SD_CHECK:
    return;
  case SD_DENY:
    judge_denied(in, decision, id);
    return;
  case SD_DENY_TRUE:
    judge_denied_true(in, decision, id);
    return;
  }
}

void sd_rules_generic(const struct sd_rule_input *in, struct sd_decision *decision) {
  decision->out.verb = in->request->verb;
  decision->out.args = in->request->args;
  for (size_t id = 0; id < SD_OPT_COUNT; id++)
    if (in->request->present[id])
      judge_row(in, decision, (enum sd_option_id)id);
}
