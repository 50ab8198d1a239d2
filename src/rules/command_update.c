/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of containers that exist: changed within the policy, never lifted.
 *
 * MUST: leave every container with memory, memory and swap, CPU and process limits above 0 and within the policy,
 * whichever of them were changed. What is not named stays as it is (moby, container/container_unix.go,
 * UpdateContainer). */
#include <string.h>

#include "command.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "verdict.h"

/* -- numbers of their own ----------------------------------------------------------------------- */

static const struct {
  const char *name, *rule;
  enum sd_option_id id; /* what run calls it */
} numbers[] = {
    {"blkio-weight", "blkio-weight", SD_OPT_BLKIO_WEIGHT},
    {"cpu-shares", "cpu-shares", SD_OPT_CPU_SHARES},
    {"cpus", "cpus", SD_OPT_CPUS},
    {"memory", "memory", SD_OPT_MEMORY},
    {"pids-limit", "pids-limit", SD_OPT_PIDS_LIMIT},
};

static void judge_numbers(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
    const struct sd_setting *asked = sd_command_take(in, decision, numbers[i].name);
    if (asked == NULL)
      continue;
    struct sd_verdict verdict = sd_judge_limit(in, numbers[i].id, asked->number);
    if (verdict.value == NULL)
      sd_command_deny(decision, numbers[i].rule, asked, verdict.hint, "%s", verdict.reason);
    else
      sd_invocation_add_number(in->arena, &decision->invocation, numbers[i].name, asked->number);
  }
}

/* -- texts -------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *rule;
  struct sd_verdict (*judge)(const struct sd_rule_input *in, const char *asked);
} texts[] = {
    {"cpuset-cpus", "cpuset", sd_judge_cpuset},
    {"cpuset-mems", "cpuset", sd_judge_cpuset},
    {"restart", "restart", sd_judge_restart},
};

/* An empty text changes nothing. */
static void judge_texts(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    const struct sd_setting *asked = sd_command_take(in, decision, texts[i].name);
    if (asked == NULL || asked->text[0] == '\0')
      continue;
    struct sd_verdict verdict = texts[i].judge(in, asked->text);
    if (verdict.value == NULL) {
      sd_command_deny(decision, texts[i].rule, asked, verdict.hint, "%s", verdict.reason);
      continue;
    }
    sd_invocation_add_text(in->arena, &decision->invocation, texts[i].name, verdict.value);
    if (verdict.reason != NULL)
      sd_changed(decision, texts[i].rule, verdict.reason, "--%s=%s", texts[i].name, verdict.value);
  }
}

/* -- memory, which hangs together --------------------------------------------------------------- */

/* The limit of the container as it is; 0: not known yet. */
static int64_t present(const struct sd_object *container, const char *key) {
  const struct sd_json *host =
      container->json != NULL ? sd_json_get(container->json, "HostConfig") : NULL;
  const struct sd_json *value = host != NULL ? sd_json_get(host, key) : NULL;
  return value != NULL ? value->number : 0;
}

/* Why so much memory and swap together is refused beside `memory`, or NULL. */
static const char *refuse_swap(const struct sd_rule_input *in, int64_t swap, int64_t memory) {
  if (swap < 0)
    return "this means swap without limit";
  if (memory == 0)
    return NULL;
  if (swap < memory)
    return sd_arena_printf(in->arena,
                           "it is memory and swap together, and less than the memory, %s",
                           sd_number_format_size(in->arena, memory));
  return swap - memory > in->policy->resources.swap_max ? "it is more swap than the policy allows"
                                                        : NULL;
}

static const char *refuse_reservation(const struct sd_rule_input *in, int64_t reservation,
                                      int64_t memory) {
  if (reservation <= 0)
    return "it must be more than 0";
  return memory != 0 && reservation > memory
             ? sd_arena_printf(in->arena, "it is more than the memory, %s",
                               sd_number_format_size(in->arena, memory))
             : NULL;
}

typedef const char *refuse_beside(const struct sd_rule_input *in, int64_t value, int64_t memory);

/* Judges the value beside the new limit of memory, or beside that of every container. */
static void judge_beside(const struct sd_rule_input *in, struct sd_decision *decision,
                         const char *name, refuse_beside *refuse_value,
                         const struct sd_strv *containers) {
  const struct sd_setting *asked = sd_command_take(in, decision, name);
  const struct sd_setting *memory = sd_setting_find(in->invocation, "memory");
  const char *reason = NULL;
  if (asked == NULL)
    return;
  reason = refuse_value(in, asked->number, memory != NULL ? memory->number : 0);
  for (size_t i = 0; memory == NULL && reason == NULL && i < containers->v.len; i++) {
    const struct sd_object *container = NULL;
    (void)sd_rule_find(in, decision, SD_OBJECT_CONTAINER, containers->v.items[i], &container);
    reason = refuse_value(in, asked->number, present(container, "Memory"));
  }
  if (reason == NULL)
    sd_invocation_add_number(in->arena, &decision->invocation, name, asked->number);
  else
    sd_command_deny(decision, name, asked, "leave it out, or name --memory, too", "%s", reason);
}

/* What a limit of both was judged beside goes along with it: another update, in between, could leave less memory and so
 * more swap. */
static void keep_memory(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_strv *containers) {
  int64_t memory = 0;
  for (size_t i = 0; i < containers->v.len; i++) {
    const struct sd_object *container = NULL;
    (void)sd_rule_find(in, decision, SD_OBJECT_CONTAINER, containers->v.items[i], &container);
    int64_t own = present(container, "Memory");
    if (memory != 0 && own != memory) {
      sd_command_deny(decision, "memory-swap", sd_setting_find(in->invocation, "memory-swap"),
                      "name --memory, too, or the containers one by one",
                      "the containers have different limits of memory");
      return;
    }
    memory = own;
  }
  if (memory == 0)
    return; /* not looked up yet */
  sd_invocation_add_number(in->arena, &decision->invocation, "memory", memory);
  sd_changed(decision, "memory-swap",
             "it is judged beside the memory, which must not change by then", "--memory=%s",
             sd_number_format_size(in->arena, memory));
}

/* Without it the old limit of both would stay, which is too much or too little. 0 is as good as nothing. */
static void judge_memory(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_strv *containers) {
  const struct sd_setting *memory = sd_setting_find(in->invocation, "memory");
  const struct sd_setting *swap = sd_setting_find(in->invocation, "memory-swap");
  judge_beside(in, decision, "memory-reservation", refuse_reservation, containers);
  if (swap != NULL && swap->number != 0) {
    judge_beside(in, decision, "memory-swap", refuse_swap, containers);
    if (memory == NULL)
      keep_memory(in, decision, containers);
    return;
  }
  (void)sd_command_take(in, decision, "memory-swap");
  if (memory == NULL || memory->number <= 0)
    return;
  sd_invocation_add_number(in->arena, &decision->invocation, "memory-swap", memory->number);
  sd_changed(decision, "memory-swap", "without it the old limit of memory and swap would stay",
             "--memory-swap=%s", sd_number_format_size(in->arena, memory->number));
}

void sd_command_update(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  struct sd_strv containers = {0};
  for (size_t i = 0; i < operands->v.len; i++)
    if (sd_command_launched(in, decision, operands->v.items[i]) != NULL)
      sd_strv_add(&containers, in->arena, operands->v.items[i]);
  judge_numbers(in, decision);
  judge_memory(in, decision, &containers);
  judge_texts(in, decision);
}
