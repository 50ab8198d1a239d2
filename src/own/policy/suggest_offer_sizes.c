/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and numbers: as much as was asked for. */
#include "suggest_offer.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define KIB ((int64_t)1024)
#define MIB (KIB * 1024)

/* Rounded up to what can be read: to whole mebibytes, or kibibytes below one. */
static const char *readable(struct sd_arena *arena, int64_t bytes) {
  int64_t unit = bytes > MIB ? MIB : KIB;
  if (bytes > INT64_MAX - unit)
    return sd_number_format_size(arena, bytes);
  return sd_number_format_size(arena, (bytes + unit - 1) / unit * unit);
}

static bool read_size(const struct suggest_job *job, const char *text, int64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, job->of->arena);
  return text != NULL && sd_number_size(text, out, &ignored) && *out > 0;
}

void suggest_offer_size(const struct suggest_job *job) {
  int64_t bytes = 0;
  const char *tmpfs = strcmp(job->of->rule, "tmpfs-size") == 0
                          ? suggest_part(job->of->arena, job->of->value, "tmpfs-size=")
                          : job->of->value;
  const char *options = strchr(job->of->value, ':');
  if (tmpfs == NULL && options != NULL)
    tmpfs = suggest_part(job->of->arena, options + 1, "size=");
  if (read_size(job, tmpfs, &bytes))
    suggest_offer_text(job, readable(job->of->arena, bytes));
}

/* Memory and swap together are asked for; the memory is somewhere among the words, or the policy's. */
void suggest_offer_swap(const struct suggest_job *job) {
  static const char *const names[] = {"--memory", "-m"};
  int64_t both = 0;
  int64_t memory = 0;
  const char *text = NULL;
  if (!read_size(job, job->of->value, &both))
    return;
  for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
    for (size_t at = 0; (text = suggest_given(job, names[n], &at)) != NULL;)
      if (read_size(job, text, &memory) && both > memory)
        suggest_offer_text(job, readable(job->of->arena, both - memory));
  memory = job->of->policy->resources.memory.value;
  if (both > memory)
    suggest_offer_text(job, readable(job->of->arena, both - memory));
}

void suggest_offer_count(const struct suggest_job *job) {
  int64_t count = 0;
  if (suggest_count(job, job->of->value, &count))
    suggest_offer_number(job, job->row->key, count);
}

#define CPU ((int64_t)1000000000)
#define USUAL_PERIOD 100000

/* --cpus, or a quota in the period that is among the words, or the usual one. */
void suggest_offer_cpus(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  struct sd_error ignored;
  int64_t nano = 0;
  int64_t period = USUAL_PERIOD;
  sd_error_init(&ignored, arena);
  if (strcmp(job->of->option, "cpus") == 0) {
    if (sd_number_nano_cpus(job->of->value, &nano, &ignored) && nano > 0)
      suggest_offer_text(job, sd_number_format_cpus(arena, nano));
    return;
  }
  int64_t quota = 0;
  if (!suggest_count(job, job->of->value, &quota) || quota > INT64_MAX / CPU)
    return;
  const char *text = NULL;
  for (size_t at = 0; (text = suggest_given(job, "--cpu-period", &at)) != NULL;)
    if (!suggest_count(job, text, &period))
      return;
  suggest_offer_text(job, sd_number_format_cpus(arena, (quota * CPU + period - 1) / period));
}

static const struct sd_ulimit_policy *find_ulimit(const struct sd_policy *policy,
                                                  const char *name) {
  for (size_t i = 0; i < policy->resources.ulimits.len; i++)
    if (strcmp(policy->resources.ulimits.items[i].name, name) == 0)
      return &policy->resources.ulimits.items[i];
  return NULL;
}

/* NAME=SOFT[:HARD] */
void suggest_offer_ulimit(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *name = suggest_cut(arena, job->of->value, "=");
  const char *limits = strchr(job->of->value, '=');
  if (limits == NULL)
    return;
  const char *hard_text = strchr(++limits, ':');
  int64_t soft = 0;
  int64_t hard = 0;
  if (!suggest_count(job, suggest_cut(arena, limits, ":"), &soft) ||
      !suggest_count(job, hard_text != NULL ? hard_text + 1 : limits, &hard) || soft > hard)
    return;
  const char *key = sd_arena_printf(arena, "resources.ulimits.%s", name);
  if (find_ulimit(job->of->policy, name) != NULL)
    suggest_offer_number(job, sd_arena_printf(arena, "%s.max", key), hard);
  else
    suggest_offer(job, key, false,
                  sd_arena_printf(arena, "{\"default\": \"%lld:%lld\", \"max\": %lld}",
                                  (long long)soft, (long long)hard, (long long)hard));
}

void suggest_offer_restart(const struct suggest_job *job) {
  const char *times = strchr(job->of->value, ':');
  int64_t count = 0;
  suggest_offer_word(job, suggest_cut(job->of->arena, job->of->value, ":"));
  if (times != NULL && suggest_count(job, times + 1, &count))
    suggest_offer_number(job, "restart.max_retries", count);
}
