/* SPDX-License-Identifier: Apache-2.0 */
/* Limits: memory, swap, CPU time, processes, shared memory, ulimits, weights, and the cgroup that
 * they lie in.
 *
 * MUST: end with memory, memory and swap, CPU and process limits above 0 and within the policy,
 * whichever of the several ways of writing them was used. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "internal.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "verdict.h"

/* A hundredth of a CPU. Docker reads fewer than a microsecond's share as "no limit" (moby,
 * NanoCPUs). */
#define CPUS_MIN ((int64_t)10000000)
#define NANO ((int64_t)1000000000)
/* Microseconds; what the kernel's CFS bandwidth control takes. */
#define PERIOD_DEFAULT 100000
#define PERIOD_MIN 1000
#define PERIOD_MAX 1000000
#define QUOTA_MIN 1000

static const char injected_reason[] = "the policy's default";

/* -- one number with a default and a maximum --------------------------------------------------- */
struct limited {
  enum sd_option_id id;
  const char *rule;
  size_t limit; /* offset of the struct sd_limit in struct sd_policy */
  int64_t min;
  const char *too_small;                                        /* why less than `min` is refused */
  const char *(*format)(struct sd_arena *arena, int64_t value); /* for hints */
};

static const char *format_count(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%lld", (long long)value);
}

static const struct limited memory_limit = {SD_OPT_MEMORY,
                                            "memory",
                                            offsetof(struct sd_policy, resources.memory),
                                            1,
                                            "this means no limit",
                                            sd_number_format_size};
static const struct limited cpus_limit = {SD_OPT_CPUS,
                                          "cpus",
                                          offsetof(struct sd_policy, resources.cpus),
                                          CPUS_MIN,
                                          "less than 0.01 can mean no limit",
                                          sd_number_format_cpus};
static const struct limited pids_limit = {
    SD_OPT_PIDS_LIMIT,     "pids-limit", offsetof(struct sd_policy, resources.pids), 1,
    "this means no limit", format_count};
static const struct limited shm_limit = {SD_OPT_SHM_SIZE,
                                         "shm-size",
                                         offsetof(struct sd_policy, resources.shm_size),
                                         1,
                                         "it must be more than 0",
                                         sd_number_format_size};

/* The daemon refuses more CPUs than it has, so what nobody asked for is no more than that. Of a daemon elsewhere nothing is
 * known. `reason` may be NULL. */
static int64_t default_of(const struct sd_rule_input *in, const struct limited *row,
                          const char **reason) {
  const struct sd_limit *limit = (const struct sd_limit *)((const char *)in->policy + row->limit);
  if (row->id != SD_OPT_CPUS || in->host->cpus == NULL || in->endpoint == NULL ||
      sd_rule_is_remote(in))
    return limit->value;
  int64_t enough = limit->value / NANO + (limit->value % NANO != 0 ? 1 : 0);
  int64_t there =
      in->host->cpus(in->host->context, enough > UINT16_MAX ? UINT16_MAX : (unsigned)enough);
  if (there == 0 || there >= enough)
    return limit->value;
  if (reason != NULL)
    *reason = sd_arena_printf(in->arena, "the policy's default is %s, and this host has no more",
                              row->format(in->arena, limit->value));
  return there * NANO;
}

static struct sd_verdict judge_value(const struct sd_rule_input *in, const struct limited *row,
                                     int64_t asked) {
  const struct sd_limit *limit = (const struct sd_limit *)((const char *)in->policy + row->limit);
  const char *reason = NULL;
  if (asked < row->min)
    reason = row->too_small;
  else if (asked > limit->max)
    reason = sd_arena_printf(in->arena, "the policy allows at most %s",
                             row->format(in->arena, limit->max));
  else
    return (struct sd_verdict){.value = ""};
  const char *hint = sd_arena_printf(in->arena, "leave it out to get %s, or ask for at most %s",
                                     row->format(in->arena, default_of(in, row, NULL)),
                                     row->format(in->arena, limit->max));
  return (struct sd_verdict){.reason = reason, .hint = hint};
}

/* Judges what was asked, or injects the default. The value that holds, or 0 after a violation. */
static int64_t judge_limited(const struct sd_rule_input *in, struct sd_decision *decision,
                             const struct limited *row) {
  const struct sd_number *asked = sd_rule_number(in->request, row->id);
  const char *why = injected_reason;
  sd_claim(decision, row->id);
  if (!asked->set) {
    int64_t value = default_of(in, row, &why);
    sd_rule_set_number(decision, row->id, value);
    sd_changed(decision, row->rule, why, "--%s=%s", sd_options[row->id].name,
               row->format(in->arena, value));
    return value;
  }
  struct sd_verdict verdict = judge_value(in, row, asked->value);
  if (verdict.value == NULL) {
    sd_deny(decision, row->rule, asked->given, verdict.hint, "%s", verdict.reason);
    return 0;
  }
  sd_rule_pass(in, decision, row->id);
  return asked->value;
}

/* -- memory ------------------------------------------------------------------------------------ */
static void set_swap(struct sd_decision *decision, int64_t memory) {
  sd_rule_set_number(decision, SD_OPT_MEMORY_SWAP, memory);
  sd_changed(decision, "memory-swap", "without it Docker would add as much swap again",
             "--memory-swap=%s", sd_number_format_size(decision->arena, memory));
}

/* Memory and swap together. `memory` is 0 where its own limit was refused: then there is nothing to
 * compare. */
static void judge_swap(const struct sd_rule_input *in, struct sd_decision *decision,
                       int64_t memory) {
  const struct sd_number *asked = &in->request->memory_swap;
  int64_t swap_max = in->policy->resources.swap_max;
  sd_claim(decision, SD_OPT_MEMORY_SWAP);
  const char *hint =
      swap_max == 0
          ? "leave it out: no swap is allowed here, so it equals --memory"
          : sd_arena_printf(in->arena, "leave it out, or ask for at most --memory plus %s",
                            sd_number_format_size(in->arena, swap_max));
  if (asked->value < 0)
    sd_deny(decision, "memory-swap", asked->given, hint, "this means swap without limit");
  else if (memory == 0)
    return;
  else if (asked->value == 0) /* or not set */
    set_swap(decision, memory);
  else if (asked->value < memory)
    sd_deny(decision, "memory-swap", asked->given, hint,
            "it is memory and swap together, and less than the memory, %s",
            sd_number_format_size(in->arena, memory));
  else if (asked->value - memory > swap_max)
    sd_deny(decision, "memory-swap", asked->given, hint, "it is more swap than the policy allows");
  else
    sd_rule_pass(in, decision, SD_OPT_MEMORY_SWAP);
}

static void judge_memory(const struct sd_rule_input *in, struct sd_decision *decision) {
  int64_t memory = judge_limited(in, decision, &memory_limit);
  judge_swap(in, decision, memory);
  const struct sd_number *reservation = &in->request->memory_reservation;
  sd_claim(decision, SD_OPT_MEMORY_RESERVATION);
  if (!reservation->set)
    return;
  if (reservation->value <= 0)
    sd_deny(decision, "memory-reservation", reservation->given, "leave it out",
            "it must be more than 0");
  else if (memory != 0 && reservation->value > memory)
    sd_deny(decision, "memory-reservation", reservation->given,
            "leave it out, or ask for no more than --memory", "it is more than the memory, %s",
            sd_number_format_size(in->arena, memory));
  else
    sd_rule_pass(in, decision, SD_OPT_MEMORY_RESERVATION);
}

/* -- CPU time: --cpus, or --cpu-period and --cpu-quota ----------------------------------------- */
static const char *cpus_hint(const struct sd_rule_input *in) {
  return sd_arena_printf(in->arena, "use --cpus, at most %s",
                         sd_number_format_cpus(in->arena, in->policy->resources.cpus.max));
}

/* In microseconds; false after a violation. */
static bool judge_period(const struct sd_rule_input *in, struct sd_decision *decision,
                         int64_t *period) {
  const struct sd_number *asked = &in->request->cpu_period;
  *period = asked->set ? asked->value : PERIOD_DEFAULT;
  if (*period >= PERIOD_MIN && *period <= PERIOD_MAX)
    return true;
  sd_deny(decision, "cpus", asked->given, cpus_hint(in), "a period has %d to %d microseconds",
          PERIOD_MIN, PERIOD_MAX);
  return false;
}

/* The default CPUs, over the caller's period. */
static void inject_quota(const struct sd_rule_input *in, struct sd_decision *decision,
                         int64_t period) {
  int64_t scaled = 0;
  if (__builtin_mul_overflow(in->policy->resources.cpus.value, period, &scaled) ||
      scaled / NANO < QUOTA_MIN) {
    sd_deny(decision, "cpus", in->request->cpu_period.given, cpus_hint(in),
            "in so short a period there is no room for the policy's default of CPU time");
    return;
  }
  sd_rule_pass(in, decision, SD_OPT_CPU_PERIOD);
  sd_rule_set_number(decision, SD_OPT_CPU_QUOTA, scaled / NANO);
  sd_changed(decision, "cpus", injected_reason, "--cpu-quota=%lld", (long long)(scaled / NANO));
}

/* Why the quota is refused, or NULL. quota / period is compared as quota * NANO with cpus * period.
 */
static const char *refuse_quota(const struct sd_rule_input *in, int64_t quota, int64_t period) {
  int64_t asked = 0;
  int64_t most = 0;
  if (quota <= 0)
    return "this means no limit";
  if (quota < QUOTA_MIN)
    return "a quota has at least 1000 microseconds";
  if (__builtin_mul_overflow(quota, NANO, &asked))
    return "it is more CPU time than the policy allows";
  if (!__builtin_mul_overflow(in->policy->resources.cpus.max, period, &most) && asked > most)
    return "it is more CPU time than the policy allows";
  if (asked / period < CPUS_MIN)
    return "it is less than a hundredth of a CPU";
  return NULL;
}

static void judge_cpus(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_number *quota = &in->request->cpu_quota;
  const struct sd_number *period = &in->request->cpu_period;
  sd_claim(decision, SD_OPT_CPU_PERIOD);
  sd_claim(decision, SD_OPT_CPU_QUOTA);
  if (!quota->set && !period->set) {
    (void)judge_limited(in, decision, &cpus_limit);
    return;
  }
  sd_claim(decision, SD_OPT_CPUS);
  if (in->request->cpus.set) {
    sd_deny(decision, "cpus", quota->set ? quota->given : period->given, "use --cpus alone",
            "it contradicts --cpus");
    return;
  }
  int64_t microseconds = 0;
  if (!judge_period(in, decision, &microseconds))
    return;
  if (!quota->set) {
    inject_quota(in, decision, microseconds);
    return;
  }
  const char *reason = refuse_quota(in, quota->value, microseconds);
  if (reason != NULL) {
    sd_deny(decision, "cpus", quota->given, cpus_hint(in), "%s", reason);
    return;
  }
  sd_rule_pass(in, decision, SD_OPT_CPU_QUOTA);
  sd_rule_pass(in, decision, SD_OPT_CPU_PERIOD);
}

/* -- numbers that have a range and no default -------------------------------------------------- */
struct ranged {
  enum sd_option_id id;
  const char *rule;
  int64_t unset; /* the value that is as good as none */
  int64_t min, max;
  const char *reason;
  const char *hint;
};

/* 1024 shares and a weight of 500 are what everybody has: more would take from others. */
static const struct ranged ranges[] = {
    {SD_OPT_BLKIO_WEIGHT, "blkio-weight", 0, 10, 500,
     "more than the usual weight of 500 takes from others", "leave it out, or use 10 to 500"},
    {SD_OPT_CPU_SHARES, "cpu-shares", 0, 2, 1024,
     "more than the usual 1024 shares takes from others", "leave it out, or use 2 to 1024"},
    {SD_OPT_MEMORY_SWAPPINESS, "memory-swappiness", -1, 0, 100, "it is a percentage",
     "leave it out, or use 0 to 100"},
    {SD_OPT_OOM_SCORE_ADJ, "oom-score-adj", 0, 0, 1000,
     "with less than 0 the kernel would rather kill processes of others",
     "leave it out, or use 0 to 1000"},
};

static bool is_in_range(const struct ranged *row, int64_t asked) {
  return asked == row->unset || (asked >= row->min && asked <= row->max);
}

static void judge_ranged(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct ranged *row) {
  const struct sd_number *asked = sd_rule_number(in->request, row->id);
  sd_claim(decision, row->id);
  if (!asked->set)
    return;
  if (is_in_range(row, asked->value))
    sd_rule_pass(in, decision, row->id);
  else
    sd_deny(decision, row->rule, asked->given, row->hint, "%s", row->reason);
}

struct sd_verdict sd_judge_limit(const struct sd_rule_input *in, enum sd_option_id id,
                                 int64_t asked) {
  const struct limited *const limits[] = {&memory_limit, &cpus_limit, &pids_limit, &shm_limit};
  for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
    if (limits[i]->id == id)
      return judge_value(in, limits[i], asked);
  for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
    if (ranges[i].id != id)
      continue;
    if (is_in_range(&ranges[i], asked))
      return (struct sd_verdict){.value = ""};
    return (struct sd_verdict){.reason = ranges[i].reason, .hint = ranges[i].hint};
  }
  return (struct sd_verdict){.reason = "safe-docker knows no limit for it", .hint = "leave it out"};
}

/* -- CPU sets and the cgroup parent ------------------------------------------------------------ */
/* The kernel's lists: "0-3,7". Numbers are below 8192 (NR_CPUS) and ranges go upwards. */
static bool read_set_number(const char **text, unsigned *out) {
  size_t len = strspn(*text, "0123456789");
  if (len == 0 || len > 4)
    return false;
  *out = 0;
  for (size_t i = 0; i < len; i++)
    *out = *out * 10 + (unsigned)((*text)[i] - '0');
  *text += len;
  return *out < 8192;
}

static bool is_set(const char *text) {
  for (;;) {
    unsigned first = 0;
    unsigned last = 0;
    if (!read_set_number(&text, &first))
      return false;
    if (*text == '-') {
      text++;
      if (!read_set_number(&text, &last) || last < first)
        return false;
    }
    if (*text == '\0')
      return true;
    if (*text++ != ',')
      return false;
  }
}

struct sd_verdict sd_judge_cpuset(const struct sd_rule_input *in, const char *asked) {
  (void)in;
  if (is_set(asked))
    return (struct sd_verdict){.value = asked};
  return (struct sd_verdict){.reason = "it is not a list of numbers",
                             .hint = "write it like 0-3,7"};
}

static void judge_set(const struct sd_rule_input *in, struct sd_decision *decision,
                      enum sd_option_id id) {
  const struct sd_text *asked = sd_rule_text(in->request, id);
  sd_claim(decision, id);
  if (!asked->set || asked->value[0] == '\0')
    return;
  struct sd_verdict verdict = sd_judge_cpuset(in, asked->value);
  if (verdict.value != NULL)
    sd_rule_pass(in, decision, id);
  else
    sd_deny(decision, "cpuset", asked->given, verdict.hint, "%s", verdict.reason);
}

/* All containers of a caller share the budget of the policy's parent. */
static void judge_cgroup_parent(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *asked = &in->request->cgroup_parent;
  const char *parent = in->policy->resources.cgroup_parent;
  sd_claim(decision, SD_OPT_CGROUP_PARENT);
  bool same = asked->set && strcmp(asked->value, parent) == 0;
  if (asked->set && !same && asked->value[0] != '\0')
    sd_deny(decision, "cgroup-parent", asked->given, "leave it out",
            "another cgroup would leave the limits that the administrator set");
  if (parent[0] == '\0')
    return;
  sd_rule_set_text(decision, SD_OPT_CGROUP_PARENT, parent);
  if (!same)
    sd_changed(decision, "cgroup-parent", "the policy's budget for all containers of a caller",
               "--cgroup-parent=%s", parent);
}

void sd_rules_resources(const struct sd_rule_input *in, struct sd_decision *decision) {
  judge_memory(in, decision);
  judge_cpus(in, decision);
  (void)judge_limited(in, decision, &pids_limit);
  (void)judge_limited(in, decision, &shm_limit);
  for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
    judge_ranged(in, decision, &ranges[i]);
  sd_resources_ulimits(in, decision);
  judge_set(in, decision, SD_OPT_CPUSET_CPUS);
  judge_set(in, decision, SD_OPT_CPUSET_MEMS);
  judge_cgroup_parent(in, decision);
}
