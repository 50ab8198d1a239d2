/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "safe-docker/report/audit_log.h"

static bool is_member(const struct sd_group *group, const struct sd_audit_record *record) {
  return group->gid == record->gid || sd_strv_contains(&group->members, record->user);
}

static bool in_groups(const struct sd_audit_filter *filter, const struct sd_audit_record *record) {
  for (size_t i = 0; i < filter->groups.len; i++)
    if (is_member(&filter->groups.items[i], record))
      return true;
  return filter->groups.len == 0;
}

static bool has_user(const struct sd_strv *users, const struct sd_audit_record *record) {
  char number[sizeof("4294967295")];
  size_t at = sizeof(number) - 1;
  number[at] = '\0';
  uint32_t left = record->uid;
  do {
    number[--at] = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  return users->v.len == 0 || sd_strv_contains(users, record->user) ||
         sd_strv_contains(users, number + at);
}

static bool has_rule(const struct sd_strv *rules, const struct sd_audit_record *record) {
  for (size_t i = 0; i < record->rules.v.len; i++)
    if (sd_strv_contains(rules, record->rules.v.items[i]))
      return true;
  return rules->v.len == 0;
}

bool sd_audit_matches(const struct sd_audit_filter *filter, const struct sd_audit_record *record) {
  if ((filter->has_since && record->time < filter->since) ||
      (filter->has_until && record->time > filter->until) || (filter->denied && !record->denied) ||
      (filter->allowed && record->denied))
    return false;
  return has_user(&filter->users, record) && has_rule(&filter->rules, record) &&
         (filter->commands.v.len == 0 || sd_strv_contains(&filter->commands, record->command)) &&
         in_groups(filter, record);
}
