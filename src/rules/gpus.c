/* SPDX-License-Identifier: Apache-2.0 */
/* --gpus: the GPUs that devices.allow names as CDI devices, whichever way they are asked for.
 *
 * A request for GPUs makes the daemon run the vendor's hook as root, with the files and variables of the container
 * before it (CVE-2024-0132, CVE-2025-23266), so nobody has one unless the policy says so.
 *
 * MUST: hand on our own spelling, and no GPU that the policy does not give. The daemon counts from the first GPU on. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "checks.h"
#include "internal.h"
#include "safe-docker/base/text.h"

#define GPU "nvidia.com/gpu="

static bool gives(const struct sd_rule_input *in, const char *gpu) {
  for (size_t i = 0; i < in->policy->devices.len; i++) {
    const char *path = in->policy->devices.items[i].path;
    if (sd_text_starts_with(path, GPU) && strcmp(path + strlen(GPU), gpu) == 0)
      return true;
  }
  return false;
}

/* The first GPU that was asked for and is not given; NULL: all are. */
static const char *find_missing(const struct sd_rule_input *in, const struct sd_gpus *gpus) {
  if (sd_rule_option_allowed(in, "gpus") || gives(in, "all"))
    return NULL;
  if (gpus->count == SD_GPUS_ALL)
    return "all";
  for (int64_t i = 0; i < gpus->count; i++) {
    const char *gpu = sd_arena_printf(in->arena, "%lld", (long long)i);
    if (!gives(in, gpu))
      return gpu;
  }
  for (size_t i = 0; i < gpus->devices.v.len; i++)
    if (!gives(in, gpus->devices.v.items[i]))
      return gpus->devices.v.items[i];
  return NULL;
}

static void deny_gpu(const struct sd_rule_input *in, struct sd_decision *decision,
                     const struct sd_text *asked, const char *missing) {
  struct sd_strv given = {0};
  for (size_t i = 0; i < in->policy->devices.len; i++) {
    const char *path = in->policy->devices.items[i].path;
    if (sd_text_starts_with(path, GPU))
      sd_strv_add(&given, in->arena, path + strlen(GPU));
  }
  if (given.v.len == 0)
    sd_deny(decision, "gpus", asked->given,
            "leave it out; the administrator can name GPUs in devices.allow, such as " GPU "0",
            "GPU requests run vendor hooks as root and open devices of the host");
  else
    sd_deny(decision, "gpus", asked->given,
            sd_arena_printf(in->arena, "ask for --gpus '\"device=...\"' with: %s",
                            sd_rule_list(in->arena, &given, "")),
            "the policy does not give " GPU "%s", sd_text_safe(in->arena, missing));
}

void sd_rules_gpus(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_GPUS);
  for (size_t i = 0; i < in->request->gpus.v.len; i++) {
    struct sd_text asked = in->request->gpus.v.items[i];
    struct sd_gpus gpus;
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (!sd_gpus_parse(in->arena, asked.value, &gpus, &err)) {
      sd_check_failed(decision, "gpus", asked.given, &err);
      continue;
    }
    const char *missing = find_missing(in, &gpus);
    if (missing != NULL) {
      deny_gpu(in, decision, &asked, missing);
      continue;
    }
    asked.value = sd_gpus_format(in->arena, &gpus);
    *sd_vec_push(in->arena, &decision->out.gpus.v) = asked;
  }
}
