/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of "syscalls". What the engine would read in another way than it looks (keys in other
 * case, unknown ones, an argument compared twice, an errno of 0) MUST be an error here. */
#include <errno.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"
#include "seccomp_reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_ERRNO 4095 /* of the kernel; above it the number is not an error to the C library */

/* -- actions ----------------------------------------------------------------------------------- */

static bool find_action(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                        uint32_t *out) {
  if (!sd_seccomp_expect(reading, value, SD_JSON_STRING, "an action"))
    return false;
  return sd_seccomp_find_action(value->string, out)
             ? true
             : sd_seccomp_mistake(
                   reading, value, sd_seccomp_meant_action(reading->arena, value->string),
                   "unknown action \"%s\"", sd_text_safe(reading->arena, value->string));
}

static bool parse_errno(const struct sd_seccomp_reading *reading, const struct sd_json *number,
                        uint32_t *out) {
  uint64_t value = 0;
  if (number->type == SD_JSON_NUMBER && number->number < 0)
    return sd_seccomp_mistake(reading, number, NULL, "an errno is between 1 and %d", MAX_ERRNO);
  if (!sd_seccomp_number(reading, number, "an errno", &value))
    return false;
  if (value == 0)
    return sd_seccomp_mistake(reading, number, "1 is EPERM, 38 is ENOSYS",
                              "errno 0 would report success for a call not made");
  if (value > MAX_ERRNO)
    return sd_seccomp_mistake(reading, number, NULL, "an errno is between 1 and %d", MAX_ERRNO);
  *out = (uint32_t)value;
  return true;
}

/* Podman reads the name, Docker the number alone. */
static bool check_errno_name(const struct sd_seccomp_reading *reading, const struct sd_json *name,
                             uint32_t number) {
  if (!sd_seccomp_expect(reading, name, SD_JSON_STRING, "the name of an errno"))
    return false;
  const char *known = strerrorname_np((int)number);
  if (known != NULL && strcmp(known, name->string) == 0)
    return true;
  return sd_seccomp_mistake(
      reading, name, "give the number, as errnoRet or defaultErrnoRet, and leave the name out",
      "Docker does not read the name \"%s\" and takes the errno %u (%s)",
      sd_text_safe(reading->arena, name->string), number, known != NULL ? known : "without a name");
}

bool sd_seccomp_parse_action(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                             const struct sd_json *number, const struct sd_json *name,
                             uint32_t *out) {
  uint32_t action = 0;
  uint32_t error = EPERM;
  if (!find_action(reading, value, &action))
    return false;
  if (action != SCMP_ACT_ERRNO(0) && action != SCMP_ACT_TRACE(0)) {
    *out = action;
    const struct sd_json *extra = number != NULL ? number : name;
    return extra == NULL ? true
                         : sd_seccomp_mistake(reading, extra, "leave it out", "%s takes no errno",
                                              value->string);
  }
  if ((number != NULL && !parse_errno(reading, number, &error)) ||
      (name != NULL && !check_errno_name(reading, name, error)))
    return false;
  *out = action | error;
  return true;
}

/* -- conditions -------------------------------------------------------------------------------- */

static bool parse_unsigned(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                           const char *key, uint64_t *out) {
  const struct sd_json *value = sd_json_get(object, key);
  return value == NULL
             ? sd_seccomp_mistake(reading, object, NULL, "the condition lacks \"%s\"", key)
             : sd_seccomp_number(reading, value, key, out);
}

static bool check_condition(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                            const struct sd_seccomp_rule *rule,
                            const struct sd_seccomp_condition *made) {
  if (made->index >= SD_SECCOMP_ARGS)
    return sd_seccomp_mistake(reading, value, NULL, "an index of an argument is between 0 and %d",
                              SD_SECCOMP_ARGS - 1);
  if (made->op != SCMP_CMP_MASKED_EQ && made->value_two != 0)
    return sd_seccomp_mistake(reading, value, "leave it out, or compare with SCMP_CMP_MASKED_EQ",
                              "valueTwo belongs to SCMP_CMP_MASKED_EQ only");
  if (made->op == SCMP_CMP_MASKED_EQ && (made->value_two & ~made->value) != 0)
    return sd_seccomp_mistake(reading, value,
                              "\"value\" is the mask, \"valueTwo\" what is left under it",
                              "valueTwo has bits outside of the mask, so it never holds");
  for (size_t i = 0; i < rule->conditions.len; i++)
    if (rule->conditions.items[i].index == made->index)
      return sd_seccomp_mistake(
          reading, value, "runtimes take them for two rules, of which either suffices: write these",
          "the rule compares argument %u twice", made->index);
  return true;
}

static bool parse_operator(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                           enum scmp_compare *out) {
  const struct sd_json *op = sd_json_get(value, "op");
  if (op == NULL)
    return sd_seccomp_mistake(reading, value, NULL, "the condition lacks \"op\"");
  if (!sd_seccomp_expect(reading, op, SD_JSON_STRING, "op"))
    return false;
  return sd_seccomp_find_operator(op->string, out)
             ? true
             : sd_seccomp_mistake(
                   reading, op, sd_seccomp_meant_operator(reading->arena, op->string),
                   "unknown operator \"%s\"", sd_text_safe(reading->arena, op->string));
}

static bool parse_condition(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                            struct sd_seccomp_rule *rule) {
  static const char *const keys[] = {"index", "value", "valueTwo", "op"};
  struct sd_seccomp_condition made = {.index = 0};
  uint64_t index = 0;
  if (!sd_seccomp_expect(reading, value, SD_JSON_OBJECT, "a condition") ||
      !sd_seccomp_known_keys(reading, value, keys, COUNT(keys)) ||
      !parse_unsigned(reading, value, "index", &index) ||
      !parse_unsigned(reading, value, "value", &made.value))
    return false;
  const struct sd_json *two = sd_seccomp_member(value, "valueTwo");
  if ((two != NULL && !sd_seccomp_number(reading, two, "valueTwo", &made.value_two)) ||
      !parse_operator(reading, value, &made.op))
    return false;
  made.index = index < SD_SECCOMP_ARGS ? (unsigned)index : SD_SECCOMP_ARGS;
  if (!check_condition(reading, value, rule, &made))
    return false;
  *sd_vec_push(reading->arena, &rule->conditions) = made;
  return true;
}

static bool parse_conditions(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                             struct sd_seccomp_rule *rule) {
  const struct sd_json *args;
  bool right = sd_seccomp_list(reading, object, "args", &args);
  for (size_t i = 0; args != NULL && i < args->items.len && (right || sd_seccomp_goes_on(reading));
       i++)
    right = parse_condition(reading, args->items.items[i], rule) && right;
  return right;
}

/* -- names ------------------------------------------------------------------------------------- */

static bool add_name(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                     struct sd_seccomp_rule *rule, uint16_t *calls) {
  uint16_t call = SD_SECCOMP_NO_CALL;
  if (!sd_seccomp_expect(reading, value, SD_JSON_STRING, "a name of a system call"))
    return false;
  if (!sd_seccomp_find_call(value->string, &call) && !sd_seccomp_is_syscall(value->string))
    return sd_seccomp_mistake(reading, value, sd_seccomp_meant_call(reading->arena, value->string),
                              "unknown system call \"%s\"",
                              sd_text_safe(reading->arena, value->string));
  size_t at = rule->names.v.len;
  rule->spots[at] = (struct sd_seccomp_spot){value->line, value->column};
  calls[at] = call;
  rule->names.v.items[at] = value->string;
  rule->names.v.len++;
  return true;
}

static bool parse_names(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                        struct sd_seccomp_rule *rule) {
  const struct sd_json *name = sd_seccomp_member(object, "name");
  const struct sd_json *names;
  if (!sd_seccomp_list(reading, object, "names", &names))
    return false;
  if ((name == NULL) == (names == NULL))
    return sd_seccomp_mistake(reading, object, NULL, "a rule has either \"names\" or \"name\"");
  size_t count = names != NULL ? names->items.len : 1;
  if (count == 0)
    return sd_seccomp_mistake(reading, names, "leave the rule out",
                              "the rule names no system call");
  rule->spots = sd_arena_alloc(reading->arena, count * sizeof(*rule->spots));
  uint16_t *calls = sd_arena_alloc(reading->arena, count * sizeof(*calls));
  rule->calls = calls;
  rule->names.v.items = sd_arena_alloc(reading->arena, count * sizeof(*rule->names.v.items));
  rule->names.v.cap = count;
  if (name != NULL)
    return add_name(reading, name, rule, calls);
  bool right = true;
  for (size_t i = 0; i < count && (right || sd_seccomp_goes_on(reading)); i++)
    right = add_name(reading, names->items.items[i], rule, calls) && right;
  return right;
}

/* -- includes and excludes --------------------------------------------------------------------- */

static bool add_cap(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                    struct sd_seccomp_filter *out) {
  const char *known = NULL;
  struct sd_error unused;
  sd_error_init(&unused, reading->arena);
  /* The engine compares by bytes: "sys_admin" would never match. */
  int number = sd_capability_number(value->string);
  if (number >= 0) {
    out->cap_bits |= UINT64_C(1) << number;
    sd_strv_add(&out->caps, reading->arena, value->string);
    return true;
  }
  const char *hint = "capabilities are written CAP_NAME, see capabilities(7)";
  if (!sd_capability_parse(reading->arena, value->string, &known, &unused))
    hint = unused.hint;
  else if (strcmp(known, "ALL") != 0)
    hint = sd_arena_printf(reading->arena, "did you mean CAP_%s?", known);
  return sd_seccomp_mistake(reading, value, hint,
                            "unknown capability \"%s\" (they are written CAP_NAME)",
                            sd_text_safe(reading->arena, value->string));
}

static bool add_arch(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                     struct sd_seccomp_filter *out) {
  const struct sd_seccomp_arch *arch = sd_seccomp_find_engine_arch(value->string);
  if (arch == NULL)
    return sd_seccomp_mistake(
        reading, value, sd_seccomp_meant_arch(reading->arena, value->string, true),
        "unknown architecture \"%s\"", sd_text_safe(reading->arena, value->string));
  out->arch_bits |= sd_seccomp_arch_bit(arch);
  sd_strv_add(&out->arches, reading->arena, value->string);
  return true;
}

static bool parse_words(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                        const char *key,
                        bool (*add)(const struct sd_seccomp_reading *, const struct sd_json *,
                                    struct sd_seccomp_filter *),
                        struct sd_seccomp_filter *out) {
  const struct sd_json *list;
  bool right = sd_seccomp_list(reading, object, key, &list);
  for (size_t i = 0; list != NULL && i < list->items.len && (right || sd_seccomp_goes_on(reading));
       i++) {
    const struct sd_json *item = list->items.items[i];
    right =
        sd_seccomp_expect(reading, item, SD_JSON_STRING, key) && add(reading, item, out) && right;
  }
  return right;
}

static bool parse_kernel(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                         uint64_t *out) {
  const struct sd_json *value = sd_seccomp_member(object, "minKernel");
  if (value == NULL)
    return true;
  if (!sd_seccomp_expect(reading, value, SD_JSON_STRING, "minKernel"))
    return false;
  const char *dot = strchr(value->string, '.');
  uint64_t major;
  uint64_t minor;
  struct sd_error unused;
  sd_error_init(&unused, reading->arena);
  if (dot == NULL ||
      !sd_number_decimal(
          sd_arena_strndup(reading->arena, value->string, (size_t)(dot - value->string)), 1,
          UINT16_MAX, &major, &unused) ||
      !sd_number_decimal(dot + 1, 0, UINT16_MAX, &minor, &unused))
    return sd_seccomp_mistake(reading, value, NULL, "minKernel is two numbers, such as \"4.8\"");
  *out = major << 16 | minor;
  return true;
}

bool sd_seccomp_parse_filter(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                             struct sd_seccomp_filter *out) {
  static const char *const keys[] = {"arches", "caps", "minKernel"};
  if (value == NULL)
    return true;
  if (!sd_seccomp_expect(reading, value, SD_JSON_OBJECT, "includes and excludes"))
    return false;
  bool right = sd_seccomp_known_keys(reading, value, keys, COUNT(keys));
  if (right || sd_seccomp_goes_on(reading))
    right = parse_words(reading, value, "arches", add_arch, out) && right;
  if (right || sd_seccomp_goes_on(reading))
    right = parse_words(reading, value, "caps", add_cap, out) && right;
  return (right || sd_seccomp_goes_on(reading)) && parse_kernel(reading, value, &out->min_kernel) &&
         right;
}

/* -- the rule ---------------------------------------------------------------------------------- */

static bool parse_comment(const struct sd_seccomp_reading *reading, const struct sd_json *value) {
  const struct sd_json *comment = sd_seccomp_member(value, "comment");
  return comment == NULL || sd_seccomp_expect(reading, comment, SD_JSON_STRING, "comment");
}

static bool parse_rule_action(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                              struct sd_seccomp_rule *rule) {
  const struct sd_json *action = sd_json_get(value, "action");
  return action == NULL
             ? sd_seccomp_mistake(reading, value, "\"action\": \"SCMP_ACT_ALLOW\"",
                                  "the rule lacks \"action\"")
             : sd_seccomp_parse_action(reading, action, sd_seccomp_member(value, "errnoRet"),
                                       sd_seccomp_member(value, "errno"), &rule->action);
}

static bool parse_includes(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                           struct sd_seccomp_rule *rule) {
  return sd_seccomp_parse_filter(reading, sd_seccomp_member(value, "includes"), &rule->includes);
}

static bool parse_excludes(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                           struct sd_seccomp_rule *rule) {
  return sd_seccomp_parse_filter(reading, sd_seccomp_member(value, "excludes"), &rule->excludes);
}

bool sd_seccomp_parse_rule(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                           struct sd_seccomp_rule *out) {
  static const char *const keys[] = {"name", "names",   "action",   "errnoRet", "errno",
                                     "args", "comment", "includes", "excludes"};
  static bool (*const parts[])(const struct sd_seccomp_reading *, const struct sd_json *,
                               struct sd_seccomp_rule *) = {parse_rule_action, parse_conditions,
                                                            parse_includes, parse_excludes};
  *out = (struct sd_seccomp_rule){.line = value->line, .column = value->column};
  if (!sd_seccomp_expect(reading, value, SD_JSON_OBJECT, "a rule"))
    return false;
  bool right = sd_seccomp_known_keys(reading, value, keys, COUNT(keys));
  if (right || sd_seccomp_goes_on(reading))
    right = parse_comment(reading, value) && right;
  for (size_t i = 0; i < COUNT(parts) && (right || sd_seccomp_goes_on(reading)); i++)
    right = parts[i](reading, value, out) && right;
  if (!right && !sd_seccomp_goes_on(reading))
    return false;
  bool named = parse_names(reading, value, out);
  /* With a part missing, the rule would say something else. */
  if (!right)
    out->names.v.len = 0;
  return named && right;
}
