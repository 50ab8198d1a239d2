/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of "syscalls". What the engine would read in another way than it looks (keys in other
 * case, unknown ones, an argument compared twice, an errno of 0) MUST be an error here. */
#include <errno.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"
#include "seccomp_profile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_ERRNO 4095 /* of the kernel; above it the number is not an error to the C library */
#define ARGUMENTS 6

bool sd_seccomp_parse_action(const struct sd_json *name, const struct sd_json *number,
                             uint32_t *out, struct sd_error *err) {
  uint32_t action;
  if (!sd_seccomp_expect(name, SD_JSON_STRING, "an action", err))
    return false;
  if (!sd_seccomp_find_action(name->string, &action))
    return sd_seccomp_fail_at(name, err, "unknown action \"%s\"",
                              sd_text_safe(err->arena, name->string));
  bool takes_errno = action == SCMP_ACT_ERRNO(0) || action == SCMP_ACT_TRACE(0);
  if (number == NULL) {
    *out = takes_errno ? action | EPERM : action;
    return true;
  }
  if (!sd_seccomp_expect(number, SD_JSON_NUMBER, "an errno", err))
    return false;
  if (!takes_errno)
    return sd_seccomp_fail_at(number, err, "%s takes no errno", name->string);
  if (number->number == 0)
    return sd_seccomp_fail_at(number, err, "errno 0 would report success for a call not made");
  if (number->number < 0 || number->number > MAX_ERRNO)
    return sd_seccomp_fail_at(number, err, "an errno is between 1 and %d", MAX_ERRNO);
  *out = action | (uint32_t)number->number;
  return true;
}

static bool parse_unsigned(const struct sd_json *object, const char *key, bool required,
                           uint64_t *out, struct sd_error *err) {
  const struct sd_json *value = sd_json_get(object, key);
  if (value == NULL)
    return required ? sd_seccomp_fail_at(object, err, "the condition lacks \"%s\"", key) : true;
  if (!sd_seccomp_expect(value, SD_JSON_NUMBER, key, err))
    return false;
  if (value->number < 0)
    return sd_seccomp_fail_at(value, err, "%s is negative", key);
  *out = (uint64_t)value->number;
  return true;
}

static bool check_condition(const struct sd_json *value, const struct sd_seccomp_rule *rule,
                            const struct sd_seccomp_condition *made, struct sd_error *err) {
  if (made->index >= ARGUMENTS)
    return sd_seccomp_fail_at(value, err, "an index of an argument is between 0 and 5");
  if (made->op != SCMP_CMP_MASKED_EQ && made->value_two != 0)
    return sd_seccomp_fail_at(value, err, "valueTwo belongs to SCMP_CMP_MASKED_EQ only");
  if (made->op == SCMP_CMP_MASKED_EQ && (made->value_two & ~made->value) != 0)
    return sd_seccomp_fail_at(value, err,
                              "valueTwo has bits outside of the mask, so it never holds");
  /* Runtimes read two conditions on one argument as two rules, of which either suffices. */
  for (size_t i = 0; i < rule->conditions.len; i++)
    if (rule->conditions.items[i].index == made->index)
      return sd_seccomp_fail_at(value, err, "the rule compares argument %u twice", made->index);
  return true;
}

static bool parse_condition(struct sd_arena *arena, const struct sd_json *value,
                            struct sd_seccomp_rule *rule, struct sd_error *err) {
  static const char *const keys[] = {"index", "value", "valueTwo", "op"};
  struct sd_seccomp_condition made = {.index = 0};
  uint64_t index = 0;
  if (!sd_seccomp_expect(value, SD_JSON_OBJECT, "a condition", err) ||
      !sd_seccomp_known_keys(value, keys, COUNT(keys), err) ||
      !parse_unsigned(value, "index", true, &index, err) ||
      !parse_unsigned(value, "value", true, &made.value, err) ||
      !parse_unsigned(value, "valueTwo", false, &made.value_two, err))
    return false;
  const struct sd_json *op = sd_json_get(value, "op");
  if (op == NULL)
    return sd_seccomp_fail_at(value, err, "the condition lacks \"op\"");
  if (!sd_seccomp_expect(op, SD_JSON_STRING, "op", err))
    return false;
  if (!sd_seccomp_find_operator(op->string, &made.op))
    return sd_seccomp_fail_at(op, err, "unknown operator \"%s\"",
                              sd_text_safe(err->arena, op->string));
  made.index = index < ARGUMENTS ? (unsigned)index : ARGUMENTS;
  if (!check_condition(value, rule, &made, err))
    return false;
  *sd_vec_push(arena, &rule->conditions) = made;
  return true;
}

static bool parse_conditions(struct sd_arena *arena, const struct sd_json *object,
                             struct sd_seccomp_rule *rule, struct sd_error *err) {
  const struct sd_json *args = sd_seccomp_member(object, "args");
  if (args == NULL)
    return true;
  if (!sd_seccomp_expect(args, SD_JSON_ARRAY, "args", err))
    return false;
  for (size_t i = 0; i < args->items.len; i++)
    if (!parse_condition(arena, args->items.items[i], rule, err))
      return false;
  return true;
}

static bool add_name(struct sd_arena *arena, const struct sd_json *value,
                     struct sd_seccomp_rule *rule, struct sd_error *err) {
  if (!sd_seccomp_expect(value, SD_JSON_STRING, "a name of a system call", err))
    return false;
  if (!sd_seccomp_is_syscall(value->string))
    return sd_seccomp_fail_at(value, err, "unknown system call \"%s\"",
                              sd_text_safe(err->arena, value->string));
  rule->spots[rule->names.v.len] = (struct sd_seccomp_spot){value->line, value->column};
  sd_strv_add(&rule->names, arena, value->string);
  return true;
}

static bool parse_names(struct sd_arena *arena, const struct sd_json *object,
                        struct sd_seccomp_rule *rule, struct sd_error *err) {
  const struct sd_json *name = sd_seccomp_member(object, "name");
  const struct sd_json *names = sd_seccomp_member(object, "names");
  if ((name == NULL) == (names == NULL))
    return sd_seccomp_fail_at(object, err, "a rule has either \"names\" or \"name\"");
  if (names != NULL && !sd_seccomp_expect(names, SD_JSON_ARRAY, "names", err))
    return false;
  rule->spots =
      sd_arena_alloc(arena, (names != NULL ? names->items.len : 1) * sizeof(*rule->spots));
  if (name != NULL)
    return add_name(arena, name, rule, err);
  if (names->items.len == 0)
    return sd_seccomp_fail_at(names, err, "the rule names no system call");
  for (size_t i = 0; i < names->items.len; i++)
    if (!add_name(arena, names->items.items[i], rule, err))
      return false;
  return true;
}

static bool check_cap(struct sd_arena *arena, const struct sd_json *value, struct sd_error *err) {
  const char *known;
  struct sd_error unused;
  sd_error_init(&unused, arena);
  /* The engine compares by bytes: "sys_admin" would never match. */
  if (!sd_text_starts_with(value->string, "CAP_") ||
      !sd_capability_parse(arena, value->string, &known, &unused) || strcmp(known, "ALL") == 0 ||
      strcmp(known, value->string + strlen("CAP_")) != 0)
    return sd_seccomp_fail_at(value, err, "unknown capability \"%s\" (they are written CAP_NAME)",
                              sd_text_safe(err->arena, value->string));
  return true;
}

static bool check_arch(struct sd_arena *arena, const struct sd_json *value, struct sd_error *err) {
  (void)arena;
  return sd_seccomp_is_engine_arch(value->string)
             ? true
             : sd_seccomp_fail_at(value, err, "unknown architecture \"%s\"",
                                  sd_text_safe(err->arena, value->string));
}

static bool parse_words(struct sd_arena *arena, const struct sd_json *object, const char *key,
                        bool (*check)(struct sd_arena *, const struct sd_json *, struct sd_error *),
                        struct sd_strv *out, struct sd_error *err) {
  const struct sd_json *list = sd_seccomp_member(object, key);
  if (list == NULL)
    return true;
  if (!sd_seccomp_expect(list, SD_JSON_ARRAY, key, err))
    return false;
  for (size_t i = 0; i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    if (!sd_seccomp_expect(item, SD_JSON_STRING, key, err) || !check(arena, item, err))
      return false;
    sd_strv_add(out, arena, item->string);
  }
  return true;
}

static bool parse_kernel(struct sd_arena *arena, const struct sd_json *object, uint64_t *out,
                         struct sd_error *err) {
  const struct sd_json *value = sd_seccomp_member(object, "minKernel");
  if (value == NULL)
    return true;
  if (!sd_seccomp_expect(value, SD_JSON_STRING, "minKernel", err))
    return false;
  const char *dot = strchr(value->string, '.');
  uint64_t major;
  uint64_t minor;
  struct sd_error unused;
  sd_error_init(&unused, arena);
  if (dot == NULL ||
      !sd_number_decimal(sd_arena_strndup(arena, value->string, (size_t)(dot - value->string)), 1,
                         UINT16_MAX, &major, &unused) ||
      !sd_number_decimal(dot + 1, 0, UINT16_MAX, &minor, &unused))
    return sd_seccomp_fail_at(value, err, "minKernel is two numbers, such as \"4.8\"");
  *out = major << 16 | minor;
  return true;
}

bool sd_seccomp_parse_filter(struct sd_arena *arena, const struct sd_json *value,
                             struct sd_seccomp_filter *out, struct sd_error *err) {
  static const char *const keys[] = {"arches", "caps", "minKernel"};
  if (value == NULL)
    return true;
  return sd_seccomp_expect(value, SD_JSON_OBJECT, "includes and excludes", err) &&
         sd_seccomp_known_keys(value, keys, COUNT(keys), err) &&
         parse_words(arena, value, "arches", check_arch, &out->arches, err) &&
         parse_words(arena, value, "caps", check_cap, &out->caps, err) &&
         parse_kernel(arena, value, &out->min_kernel, err);
}

bool sd_seccomp_parse_rule(struct sd_arena *arena, const struct sd_json *value,
                           struct sd_seccomp_rule *out, struct sd_error *err) {
  static const char *const keys[] = {"name", "names",   "action",   "errnoRet",
                                     "args", "comment", "includes", "excludes"};
  if (!sd_seccomp_expect(value, SD_JSON_OBJECT, "a rule", err) ||
      !sd_seccomp_known_keys(value, keys, COUNT(keys), err))
    return false;
  const struct sd_json *comment = sd_seccomp_member(value, "comment");
  if (comment != NULL && !sd_seccomp_expect(comment, SD_JSON_STRING, "comment", err))
    return false;
  const struct sd_json *action = sd_json_get(value, "action");
  if (action == NULL)
    return sd_seccomp_fail_at(value, err, "the rule lacks \"action\"");
  struct sd_seccomp_rule made = {.line = value->line, .column = value->column};
  if (!sd_seccomp_parse_action(action, sd_seccomp_member(value, "errnoRet"), &made.action, err) ||
      !parse_names(arena, value, &made, err) || !parse_conditions(arena, value, &made, err) ||
      !sd_seccomp_parse_filter(arena, sd_seccomp_member(value, "includes"), &made.includes, err) ||
      !sd_seccomp_parse_filter(arena, sd_seccomp_member(value, "excludes"), &made.excludes, err))
    return false;
  *out = made;
  return true;
}
