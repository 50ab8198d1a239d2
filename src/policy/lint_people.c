/* SPDX-License-Identifier: Apache-2.0 */
/* Whom overrides are for, and who needs no safe-docker. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "lint.h"

static void judge_user(const struct lint *lint, const struct sd_json *item) {
  static const struct lint_words missing = {
      SD_POLICY_WARNING, "override-unknown-user",
      "gets the override when an account of that name is made later, by whomever",
      "correct the name, or remove it"};
  static const struct lint_words root = {
      SD_POLICY_NOTE, "override-root",
      "needs none of it: root talks to the daemon without safe-docker",
      "name the people who work as root by their own accounts"};
  static const struct lint_words member = {
      SD_POLICY_WARNING, "override-socket-group",
      "talks to the daemon without safe-docker, which is root on the host",
      "take the account out of the group of the socket, or out of the policy"};
  const char *name = lint_text(lint, item);
  if (item->type == SD_JSON_NUMBER ? item->number == 0 : strcmp(item->string, "root") == 0)
    lint_add(lint, item, "overrides.users", &root, "overrides.users: root is bound by no policy");
  if (item->type != SD_JSON_STRING || item->string[strspn(item->string, "0123456789")] == '\0')
    return;
  if (lint->facts->find_user != NULL &&
      lint->facts->find_user(item->string, NULL) == SD_ACCOUNT_MISSING)
    lint_add(lint, item, "overrides.users", &missing,
             "overrides.users: there is no account %s on this host", name);
  if (sd_strv_contains(&lint->facts->socket_group_users, item->string))
    lint_add(lint, item, "overrides.users", &member,
             "overrides.users: %s is in the group %s, which may write to the socket", name,
             sd_text_safe(lint->arena, lint->facts->socket_group));
}

/* By name or number; numbers may be written as strings. */
static bool is_socket_group(const struct lint *lint, const struct sd_json *item) {
  const struct sd_policy_facts *facts = lint->facts;
  const char *number = sd_arena_printf(lint->arena, "%jd", (intmax_t)facts->socket_gid);
  if (item->type == SD_JSON_NUMBER)
    return facts->socket_gid > 0 && item->number == facts->socket_gid;
  return strcmp(item->string, "docker") == 0 ||
         (facts->socket_gid > 0 && strcmp(item->string, number) == 0) ||
         (facts->socket_group != NULL && strcmp(item->string, facts->socket_group) == 0);
}

static const char *group_text(const struct lint *lint, const struct sd_json *item) {
  return item->type == SD_JSON_NUMBER ? sd_arena_printf(lint->arena, "%jd", (intmax_t)item->number)
                                      : lint_text(lint, item);
}

static void judge_group(const struct lint *lint, const struct sd_json *item) {
  static const struct lint_words missing = {
      SD_POLICY_WARNING, "override-unknown-group",
      "gets the override when a group of that name is made later, by whomever",
      "correct the name, or remove it"};
  static const struct lint_words root = {
      SD_POLICY_WARNING, "override-root-group",
      "needs none of it: members of root's group reach more of the host than any policy gives",
      "make a group for the purpose"};
  static const struct lint_words docker = {
      SD_POLICY_WARNING, "override-docker-group",
      "talks to the daemon without safe-docker, which is root on the host: members of this group "
      "are "
      "bound by no policy",
      "make a group for the purpose, and take everybody out of the group of the socket"};
  const char *name = group_text(lint, item);
  if (item->type == SD_JSON_NUMBER ? item->number == 0 : strcmp(item->string, "root") == 0)
    lint_add(lint, item, "overrides.groups", &root,
             "overrides.groups: root's group is no group of callers");
  if (is_socket_group(lint, item))
    lint_add(lint, item, "overrides.groups", &docker,
             "overrides.groups: %s is the group of the socket", name);
  if (item->type != SD_JSON_STRING || item->string[strspn(item->string, "0123456789")] == '\0')
    return;
  if (lint->facts->find_group != NULL &&
      lint->facts->find_group(item->string) == SD_ACCOUNT_MISSING)
    lint_add(lint, item, "overrides.groups", &missing,
             "overrides.groups: there is no group %s on this host", name);
}

static void judge_each(const struct lint *lint, const struct sd_json *list,
                       void (*judge)(const struct lint *, const struct sd_json *)) {
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    judge(lint, list->items.items[i]);
}

void lint_people(const struct lint *lint, const struct sd_json *overrides) {
  static const struct lint_words members = {
      SD_POLICY_NOTE, "socket-group-members",
      "talks to the daemon without safe-docker: docker run -v /:/host --privileged",
      "keep the group for administrators who are root anyway"};
  for (size_t i = 0; overrides != NULL && i < overrides->items.len; i++) {
    judge_each(lint, sd_json_get(overrides->items.items[i], "users"), judge_user);
    judge_each(lint, sd_json_get(overrides->items.items[i], "groups"), judge_group);
  }
  if (lint->facts->socket_group != NULL && lint->facts->socket_group_users.v.len > 0)
    lint_add(lint, lint_at(lint, "docker.host"), "docker.host", &members,
             "docker.host: the group %s of the socket has members whom no policy binds: %s",
             sd_text_safe(lint->arena, lint->facts->socket_group),
             sd_text_safe(lint->arena,
                          sd_strv_join(&lint->facts->socket_group_users, lint->arena, ", ")));
}
