/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a build are containers: their limits and networks are judged as those of run are, by the same rules, on
 * a request that holds nothing else.
 *
 * MUST: end with memory, memory and swap, and CPU time limited. The daemon's builder knows no limit of processes. */
#include <string.h>

#include "build.h"
#include "command.h"
#include "internal.h"
#include "network.h"

/* The kernel's usual period, so that the default of CPU time becomes a quota: build has no --cpus. */
#define PERIOD 100000

/* Options of build that are the same as those of run. */
static const enum sd_option_id numbers[] = {SD_OPT_CPU_PERIOD,  SD_OPT_CPU_QUOTA,
                                            SD_OPT_CPU_SHARES,  SD_OPT_MEMORY,
                                            SD_OPT_MEMORY_SWAP, SD_OPT_SHM_SIZE};
static const enum sd_option_id texts[] = {SD_OPT_CGROUP_PARENT, SD_OPT_CPUSET_CPUS,
                                          SD_OPT_CPUSET_MEMS};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- to a request ------------------------------------------------------------------------------- */

static void *field(struct sd_request *request, enum sd_option_id id) {
  return (char *)request + sd_options[id].field;
}

static void take_numbers(const struct sd_rule_input *in, struct sd_decision *decision,
                         struct sd_request *request) {
  for (size_t i = 0; i < COUNT(numbers); i++) {
    const struct sd_setting *setting = sd_command_take(in, decision, sd_options[numbers[i]].name);
    if (setting != NULL)
      *(struct sd_number *)field(request, numbers[i]) =
          (struct sd_number){.set = true, .value = setting->number, .given = setting->given};
  }
  if (!request->cpu_period.set)
    request->cpu_period = (struct sd_number){.set = true, .value = PERIOD};
}

static void take_texts(const struct sd_rule_input *in, struct sd_decision *decision,
                       struct sd_request *request) {
  for (size_t i = 0; i < COUNT(texts); i++) {
    const struct sd_setting *setting = sd_command_take(in, decision, sd_options[texts[i]].name);
    if (setting != NULL)
      *(struct sd_text *)field(request, texts[i]) =
          (struct sd_text){.set = true, .value = setting->text, .given = setting->given};
  }
}

static void take_lists(const struct sd_rule_input *in, struct sd_decision *decision,
                       struct sd_request *request) {
  (void)sd_command_take(in, decision, "ulimit");
  (void)sd_command_take(in, decision, "add-host");
  for (size_t i = 0; i < in->invocation->settings.len; i++) {
    const struct sd_setting *setting = &in->invocation->settings.items[i];
    struct sd_ulimit ulimit = {0};
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (strcmp(setting->row->name, "add-host") == 0)
      *sd_vec_push(in->arena, &request->add_hosts.v) =
          (struct sd_text){.set = true, .value = setting->text, .given = setting->given};
    if (strcmp(setting->row->name, "ulimit") != 0)
      continue;
    if (!sd_ulimit_parse(in->arena, setting->text, &ulimit, &err)) {
      sd_command_deny(decision, "invalid-value", setting, err.hint, "%s", err.message);
      continue;
    }
    ulimit.given = setting->given;
    *sd_vec_push(in->arena, &request->ulimits.v) = ulimit;
  }
}

/* -- and back ----------------------------------------------------------------------------------- */

static void put_numbers(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_request *out) {
  for (size_t i = 0; i < COUNT(numbers); i++) {
    const struct sd_number *number = sd_rule_number(out, numbers[i]);
    if (number->set)
      sd_invocation_add_number(in->arena, &decision->invocation, sd_options[numbers[i]].name,
                               number->value);
  }
}

static void put_texts(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_request *out) {
  struct sd_invocation *to = &decision->invocation;
  for (size_t i = 0; i < COUNT(texts); i++) {
    const struct sd_text *text = sd_rule_text(out, texts[i]);
    if (text->set)
      sd_invocation_add_text(in->arena, to, sd_options[texts[i]].name, text->value);
  }
  for (size_t i = 0; i < out->ulimits.v.len; i++)
    sd_invocation_add_text(in->arena, to, "ulimit",
                           sd_ulimit_format(in->arena, &out->ulimits.v.items[i]));
  for (size_t i = 0; i < out->add_hosts.v.len; i++)
    sd_invocation_add_text(in->arena, to, "add-host", out->add_hosts.v.items[i].value);
}

/* What the rules of run said; of the limit of processes nothing can be said to the builder. */
static void put_words(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_decision *judged) {
  for (size_t i = 0; i < judged->problems.list.len; i++)
    *sd_vec_push(in->arena, &decision->problems.list) = judged->problems.list.items[i];
  for (size_t i = 0; i < judged->changes.len; i++)
    if (strcmp(judged->changes.items[i].rule, "pids-limit") != 0)
      *sd_vec_push(in->arena, &decision->changes) = judged->changes.items[i];
}

/* -- the network -------------------------------------------------------------------------------- */

static void judge_network(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *setting = sd_command_take(in, decision, "network");
  bool allowed = sd_network_is_allowed(in, "default");
  const char *name = setting != NULL ? setting->text : "";
  bool given = name[0] != '\0';
  if (given && strcmp(name, "none") != 0 && strcmp(name, "default") != 0) {
    sd_command_deny(decision, "build-network", setting, "use --network none, or default",
                    "the steps of a build get the default network or none");
    return;
  }
  if (!allowed && strcmp(name, "default") == 0) {
    sd_command_deny(decision, "network", setting, "use --network none",
                    "the policy does not allow the network default");
    return;
  }
  const char *chosen = given ? name : allowed ? "default" : "none";
  sd_invocation_add_text(in->arena, &decision->invocation, "network", chosen);
  if (!given && !allowed)
    sd_changed(decision, "network", "the policy does not allow the default network", "--network=%s",
               chosen);
}

void sd_build_limits(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_request request = {0};
  struct sd_decision judged = {.arena = in->arena, .problems = {.arena = in->arena}};
  take_numbers(in, decision, &request);
  take_texts(in, decision, &request);
  take_lists(in, decision, &request);
  struct sd_rule_input as_run = *in;
  as_run.request = &request;
  sd_rules_resources(&as_run, &judged);
  sd_network_names(&as_run, &judged);
  put_words(in, decision, &judged);
  put_numbers(in, decision, &judged.out);
  put_texts(in, decision, &judged.out);
  judge_network(in, decision);
}
