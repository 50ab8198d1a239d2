/* SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

const char *sd_rule_list(struct sd_arena *arena, const struct sd_strv *names, const char *none) {
  return names->v.len == 0 ? none : sd_strv_join(names, arena, ", ");
}

bool sd_rule_option_allowed(const struct sd_rule_input *in, const char *name) {
  return sd_strv_contains(&in->policy->options, name);
}

bool sd_rule_caller_has_group(const struct sd_rule_input *in, gid_t gid) {
  if (in->caller->gid == gid)
    return true;
  const struct sd_gids *groups = in->caller->groups(in->caller->context);
  for (size_t i = 0; i < groups->len; i++)
    if (groups->items[i] == gid)
      return true;
  return false;
}

static const void *field(const struct sd_request *request, enum sd_option_id id) {
  return (const char *)request + sd_options[id].field;
}

static void *out_field(struct sd_decision *decision, enum sd_option_id id) {
  return (char *)&decision->out + sd_options[id].field;
}

const struct sd_text *sd_rule_text(const struct sd_request *request, enum sd_option_id id) {
  return field(request, id);
}

const struct sd_texts *sd_rule_texts(const struct sd_request *request, enum sd_option_id id) {
  return field(request, id);
}

const struct sd_flag *sd_rule_flag(const struct sd_request *request, enum sd_option_id id) {
  return field(request, id);
}

const struct sd_number *sd_rule_number(const struct sd_request *request, enum sd_option_id id) {
  return field(request, id);
}

static void copy_texts(struct sd_arena *arena, struct sd_texts *out, const struct sd_texts *texts) {
  out->v.len = 0;
  for (size_t i = 0; i < texts->v.len; i++)
    *sd_vec_push(arena, &out->v) = texts->v.items[i];
}

void sd_rule_pass(const struct sd_rule_input *in, struct sd_decision *decision,
                  enum sd_option_id id) {
  void *out = out_field(decision, id);
  switch (sd_options[id].kind) {
  case SD_KIND_BOOL:
    *(struct sd_flag *)out = *sd_rule_flag(in->request, id);
    break;
  case SD_KIND_INT:
  case SD_KIND_SIZE:
  case SD_KIND_CPUS:
  case SD_KIND_DURATION:
    *(struct sd_number *)out = *sd_rule_number(in->request, id);
    break;
  case SD_KIND_TEXT:
    *(struct sd_text *)out = *sd_rule_text(in->request, id);
    break;
  case SD_KIND_LIST:
    copy_texts(decision->arena, out, sd_rule_texts(in->request, id));
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
    return;
  }
  sd_claim(decision, id);
}

void sd_rule_set_text(struct sd_decision *decision, enum sd_option_id id, const char *value) {
  *(struct sd_text *)out_field(decision, id) = (struct sd_text){.set = true, .value = value};
}

void sd_rule_set_number(struct sd_decision *decision, enum sd_option_id id, int64_t value) {
  *(struct sd_number *)out_field(decision, id) = (struct sd_number){.set = true, .value = value};
}

struct sd_ids sd_rule_own_ids(const struct sd_rule_input *in) {
  if (in->caller->uid == 0)
    return (struct sd_ids){in->policy->user.fallback_uid, in->policy->user.fallback_gid};
  if (in->own_daemon && in->policy->user.mode != SD_USER_NON_ROOT)
    return (struct sd_ids){0, 0};
  return (struct sd_ids){in->caller->uid, in->caller->gid};
}
