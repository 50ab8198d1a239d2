/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of single processes: --ulimit. Those that the policy names get its default where they are left out; others
 * are refused. */
#include <string.h>

#include "internal.h"

static const struct sd_ulimit_policy *ulimit_policy(const struct sd_policy *policy,
                                                    const char *name) {
  for (size_t i = 0; i < policy->resources.ulimits.len; i++)
    if (strcmp(policy->resources.ulimits.items[i].name, name) == 0)
      return &policy->resources.ulimits.items[i];
  return NULL;
}

/* Of several with one name the last one counts, as in Docker. */
static const struct sd_ulimit *asked_ulimit(const struct sd_request *request, const char *name) {
  for (size_t i = request->ulimits.v.len; i > 0; i--)
    if (strcmp(request->ulimits.v.items[i - 1].name, name) == 0)
      return &request->ulimits.v.items[i - 1];
  return NULL;
}

static void deny_other_ulimits(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < in->policy->resources.ulimits.len; i++)
    sd_strv_add(&names, in->arena, in->policy->resources.ulimits.items[i].name);
  const char *hint = names.v.len == 0
                         ? "leave it out: none may be set here"
                         : sd_arena_printf(in->arena, "leave it out; these may be set here: %s",
                                           sd_rule_list(in->arena, &names, ""));
  for (size_t i = 0; i < in->request->ulimits.v.len; i++) {
    const struct sd_ulimit *asked = &in->request->ulimits.v.items[i];
    if (ulimit_policy(in->policy, asked->name) == NULL)
      sd_deny(decision, "ulimit", asked->given, hint, "the policy does not name this limit");
  }
}

static const char *refuse_ulimit(const struct sd_ulimit *asked, int64_t max) {
  if (asked->soft < 0 || asked->hard < 0)
    return "this means no limit";
  if (asked->soft > asked->hard)
    return "the soft limit is above the hard one";
  if (asked->hard > max)
    return "it is more than the policy allows";
  return NULL;
}

static void judge_ulimit(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_ulimit_policy *row) {
  const struct sd_ulimit *asked = asked_ulimit(in->request, row->name);
  struct sd_ulimit ulimit = {.name = row->name, .soft = row->soft, .hard = row->hard};
  const char *reason = asked != NULL ? refuse_ulimit(asked, row->max) : NULL;
  if (reason != NULL) {
    sd_deny(decision, "ulimit", asked->given,
            sd_arena_printf(in->arena, "leave it out, or ask for at most %s=%lld", row->name,
                            (long long)row->max),
            "%s", reason);
    return;
  }
  if (asked != NULL)
    ulimit = *asked;
  else
    sd_changed(decision, "ulimit", "the policy's default", "--ulimit=%s=%lld:%lld", row->name,
               (long long)row->soft, (long long)row->hard);
  *sd_vec_push(decision->arena, &decision->out.ulimits.v) = ulimit;
}

void sd_resources_ulimits(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_ULIMIT);
  deny_other_ulimits(in, decision);
  for (size_t i = 0; i < in->policy->resources.ulimits.len; i++)
    judge_ulimit(in, decision, &in->policy->resources.ulimits.items[i]);
}
