/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of one record into what it says. Members that are not known are kept: a newer version may have written it. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_log.h"
#include "safe-docker/sys/identity.h"

/* NULL where there is no such member, or no object. */
static const struct sd_json *member_of(const struct sd_json *object, const char *key) {
  bool any = object != NULL && object->type == SD_JSON_OBJECT;
  return any ? sd_json_get(object, key) : NULL;
}

static const char *text_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = member_of(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : NULL;
}

static bool id_of(const struct sd_json *object, const char *key, uint32_t *out) {
  const struct sd_json *value = member_of(object, key);
  if (value == NULL || value->type != SD_JSON_NUMBER || value->number < 0 ||
      value->number >= UINT32_MAX)
    return false;
  *out = (uint32_t)value->number;
  return true;
}

static bool is_true(const struct sd_json *object, const char *key) {
  const struct sd_json *value = member_of(object, key);
  return value != NULL && value->type == SD_JSON_BOOL && value->boolean;
}

/* Absent is empty. */
static bool strings_of(struct sd_arena *arena, const struct sd_json *object, const char *key,
                       struct sd_strv *out) {
  const struct sd_json *list = member_of(object, key);
  if (list == NULL)
    return true;
  if (list->type != SD_JSON_ARRAY)
    return false;
  for (size_t i = 0; i < list->items.len; i++) {
    if (list->items.items[i]->type != SD_JSON_STRING)
      return false;
    sd_strv_add(out, arena, list->items.items[i]->string);
  }
  return true;
}

/* As rules are named: safe-docker-rules(7). */
static bool is_name(const char *text) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
  size_t len = strlen(text);
  return len > 0 && len <= 64 && strspn(text, letters) == len;
}

static bool are_names(const struct sd_strv *rules) {
  for (size_t i = 0; i < rules->v.len; i++)
    if (!is_name(rules->v.items[i]))
      return false;
  return true;
}

static bool read_violations(struct sd_arena *arena, struct sd_audit_record *out) {
  const struct sd_json *list = member_of(out->tree, "violations");
  if (list == NULL)
    return true;
  if (list->type != SD_JSON_ARRAY)
    return false;
  for (size_t i = 0; i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    struct sd_audit_violation violation = {text_of(item, "rule"), text_of(item, "option"),
                                           text_of(item, "message")};
    if (violation.rule == NULL || !is_name(violation.rule) || violation.option == NULL ||
        violation.message == NULL)
      return false;
    *sd_vec_push(arena, &out->violations) = violation;
  }
  return true;
}

static bool is_door(const char *via) {
  for (enum sd_door door = SD_DOOR_DIRECT; door <= SD_DOOR_SETUID; door++)
    if (strcmp(via, sd_door_name(door)) == 0)
      return true;
  return false;
}

static bool read_caller(struct sd_audit_record *out) {
  const struct sd_json *caller = member_of(out->tree, "caller");
  out->user = text_of(caller, "user");
  out->via = text_of(caller, "via");
  return id_of(caller, "uid", &out->uid) && id_of(caller, "gid", &out->gid) && out->user != NULL &&
         out->via != NULL && is_door(out->via);
}

static bool read_decision(struct sd_audit_record *out) {
  const char *decision = text_of(out->tree, "decision");
  const char *when = text_of(out->tree, "time");
  out->command = text_of(out->tree, "command");
  if (decision == NULL || when == NULL || out->command == NULL)
    return false;
  out->denied = strcmp(decision, "deny") == 0;
  return (out->denied || strcmp(decision, "allow") == 0) && sd_when_rfc3339(when, &out->time);
}

bool sd_audit_read_record(struct sd_arena *arena, const char *text, size_t len,
                          struct sd_audit_record *out) {
  struct sd_error ignored;
  struct sd_json *tree = NULL;
  sd_error_init(&ignored, arena);
  bool read = len <= SD_JSON_MAX_BYTES
                  ? sd_json_read(arena, "record", text, len, false, &tree, &ignored)
                  : sd_json_read_large(arena, "record", text, len, &tree, &ignored);
  if (!read || tree->type != SD_JSON_OBJECT)
    return false;
  struct sd_audit_record record = {.tree = tree,
                                   .policy = text_of(tree, "policy"),
                                   .policy_hash = text_of(tree, "policy_sha256"),
                                   .error = text_of(tree, "error"),
                                   .folder = text_of(tree, "cwd"),
                                   .brief = is_true(tree, "brief")};
  if (!read_caller(&record) || !read_decision(&record) || record.policy == NULL ||
      record.policy_hash == NULL || !strings_of(arena, tree, "rules", &record.rules) ||
      !are_names(&record.rules) || !strings_of(arena, tree, "typed", &record.typed) ||
      !read_violations(arena, &record))
    return false;
  *out = record;
  return true;
}
