/* SPDX-License-Identifier: Apache-2.0 */
/* What a value may be, by the reader and the check of its field. Functions are compared in code and not in tables of their
 * addresses, which would be relocated at every start. */
#include <string.h>

#include "json_schema.h"
#include "safe-docker/base/number.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/docker/options.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define ID_MAX (UINT32_MAX - 1)
#define NANO_PER_CPU INT64_C(1000000000)

#define UNIT " ?[kKmMgGtTpP](?:[iI]?[bB])?"
#define SIZE "^[0-9]+(?:\\.[0-9]+)?(?: ?[bB]?|" UNIT ")$"
/* Above 0: without a unit some digit before the point must be. */
#define SIZE_ABOVE_0                                                                               \
  "^(?:0*[1-9][0-9]*(?:\\.[0-9]+)? ?[bB]?|(?=[0-9.]*[1-9])[0-9]+(?:\\.[0-9]+)?" UNIT ")$"
/* 0.01 to 1000000, as the rows of cpus have it; a test compares. */
#define CPUS                                                                                       \
  "^(?:[1-9][0-9]{0,5}(?:\\.[0-9]{1,9})?|1000000(?:\\.0{1,9})?|0?\\.(?:0[1-9][0-9]{0,7}|[1-9]["    \
  "0-9]{0,8}))$"
#define COUNT "(?:0|[1-9][0-9]{0,18})"
#define ID_TEXT                                                                                    \
  "(?:[1-9][0-9]{0,8}|[1-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}|429[0-3][0-9]{6}|4294[0-8][0-9]" \
  "{5}|42949[0-5][0-9]{4}|429496[0-6][0-9]{3}|4294967[01][0-9]{2}|42949672[0-8][0-9]|429496729["   \
  "0-4])"
#define PORT                                                                                       \
  "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
#define PRINTABLE "^[^\\u0000-\\u001f\\u007f-\\u009f]+$"

/* NOLINTNEXTLINE(readability-function-size): a row of a table each */
struct sd_value_kind sd_value_kind_of(sd_policy_check *check) {
#define VALUE(name, one, many, pattern, wrong)                                                     \
  if (check == sd_policy_check_##name)                                                             \
    return (struct sd_value_kind){one, many, pattern, wrong};
#include "value_kinds.def"
#undef VALUE
  return (struct sd_value_kind){NULL, NULL, NULL, NULL};
}

/* -- the type in words ------------------------------------------------------------------------- */

static const char *list_words(struct sd_arena *arena, const char *const *words) {
  struct sd_strv list = {0};
  for (; *words != NULL; words++)
    sd_strv_add(&list, arena, **words != '\0' ? *words : "\"\"");
  return sd_strv_join(&list, arena, ", ");
}

/* Of those with a range, with words or with a check. */
static const char *type_by_row(struct sd_arena *arena, const struct sd_policy_field *field) {
  sd_policy_reader *read = field->read;
  bool list = read == sd_policy_read_texts || read == sd_policy_read_words;
  if (read == sd_policy_read_count)
    return sd_arena_printf(arena, "whole number from %jd to %jd", (intmax_t)field->min,
                           (intmax_t)field->max);
  if (read == sd_policy_read_size)
    return field->min > 0 ? "size above 0" : "size, 0 or above";
  if (read == sd_policy_read_cpus)
    return sd_arena_printf(arena, "number of CPUs from %s to %s",
                           sd_number_format_cpus(arena, field->min),
                           sd_number_format_cpus(arena, field->max));
  if (field->words != NULL)
    return sd_arena_printf(arena,
                           read == sd_policy_read_map ? "object with the keys %s"
                           : list                     ? "list of %s"
                                                      : "one of %s",
                           list_words(arena, field->words));
  struct sd_value_kind kind = sd_value_kind_of(field->check);
  if (read == sd_policy_read_map)
    return sd_arena_printf(arena, "object, each key the %s", kind.one);
  return list ? sd_arena_printf(arena, "list of %s", kind.many) : kind.one;
}

const char *sd_schema_type(struct sd_arena *arena, const struct sd_policy_field *field) {
  sd_policy_reader *read = field->read;
  if (read == sd_policy_read_bool)
    return "true or false";
  if (read == sd_policy_read_ulimit)
    return "whole number, 0 or above, or \"SOFT:HARD\" of two";
  if (read == sd_policy_read_ulimit_max)
    return "whole number, 0 or above";
  if (read == sd_policy_read_ids)
    return sd_arena_printf(arena, "\"UID:GID\", each from 1 to %ju", (uintmax_t)ID_MAX);
  if (read == sd_policy_read_ports)
    return "\"FIRST-LAST\" or \"PORT\", each from 1 to 65535";
  if (read == sd_policy_read_names)
    return sd_arena_printf(arena, "list of names, and ids from 0 to %ju", (uintmax_t)ID_MAX);
  if (read == sd_policy_read_version)
    return "the number 1";
  if (read == sd_policy_read_object || read == sd_policy_read_override)
    return "object";
  if (read == sd_policy_read_list || read == sd_policy_read_overrides)
    return "list of objects";
  if (read == sd_policy_read_ignored)
    return "string";
  return type_by_row(arena, field);
}

/* -- the members ------------------------------------------------------------------------------- */

static void add_pattern(struct sd_schema_writer *to, const char *pattern, const char *wrong) {
  sd_schema_text(to, "type", "string");
  sd_schema_text(to, "pattern", pattern);
  sd_schema_text(to, "patternErrorMessage", sd_arena_printf(to->out.arena, "Must be %s.", wrong));
}

static void add_integer(struct sd_schema_writer *to, int64_t min, int64_t max) {
  sd_schema_text(to, "type", "integer");
  sd_schema_number(to, "minimum", min);
  sd_schema_number(to, "maximum", max);
}

/* A number, or a text of the pattern. */
static void add_either(struct sd_schema_writer *to, int64_t min, int64_t max, const char *pattern,
                       const char *wrong) {
  sd_schema_open(to, "anyOf", '[');
  sd_schema_open(to, NULL, '{');
  add_integer(to, min, max);
  sd_schema_close(to, '}');
  sd_schema_open(to, NULL, '{');
  add_pattern(to, pattern, wrong);
  sd_schema_close(to, '}');
  sd_schema_close(to, ']');
}

static void add_commands(struct sd_schema_writer *to) {
  sd_schema_open(to, "enum", '[');
  for (size_t i = 0; i < sd_command_path_count; i++) {
    const char *name = sd_commands[sd_command_paths[i].id].name;
    if (name[strspn(name, LOWER "- ")] == '\0')
      sd_schema_text(to, NULL, sd_command_paths[i].path);
  }
  sd_schema_close(to, ']');
}

static void add_options(struct sd_schema_writer *to) {
  sd_schema_open(to, "enum", '[');
  for (size_t i = 0; i < SD_OPT_COUNT; i++)
    if ((sd_options[i].flags & SD_OPTION_POLICY) != 0)
      sd_schema_text(to, NULL, sd_options[i].name);
  sd_schema_close(to, ']');
}

/* Editors know these two by name; a pattern would be long, and hardly tell what is wrong. */
static void add_address_formats(struct sd_schema_writer *to, bool optional) {
  sd_schema_open(to, "anyOf", '[');
  const char *formats[] = {"ipv4", "ipv6"};
  for (size_t i = 0; i < 2; i++) {
    sd_schema_open(to, NULL, '{');
    sd_schema_text(to, "format", formats[i]);
    sd_schema_close(to, '}');
  }
  if (optional) {
    sd_schema_open(to, NULL, '{');
    sd_schema_text(to, "const", "");
    sd_schema_close(to, '}');
  }
  sd_schema_close(to, ']');
}

/* One text of a field. */
static void add_text(struct sd_schema_writer *to, const struct sd_policy_field *field) {
  struct sd_value_kind kind = sd_value_kind_of(field->check);
  if (field->words != NULL)
    sd_schema_words(to, "enum", field->words);
  else if (field->check == sd_policy_check_command)
    add_commands(to);
  else if (field->check == sd_policy_check_option)
    add_options(to);
  else
    add_pattern(to, kind.pattern, kind.wrong);
  if (field->check == sd_policy_check_address || field->check == sd_policy_check_optional_address)
    add_address_formats(to, field->check == sd_policy_check_optional_address);
}

static void add_texts(struct sd_schema_writer *to, const struct sd_policy_field *field) {
  sd_schema_text(to, "type", "array");
  sd_schema_open(to, "items", '{');
  add_text(to, field);
  sd_schema_close(to, '}');
}

static void add_account_names(struct sd_schema_writer *to) {
  sd_schema_text(to, "type", "array");
  sd_schema_open(to, "items", '{');
  add_either(to, 0, ID_MAX, PRINTABLE, "a name without control characters");
  sd_schema_close(to, '}');
}

/* Those whose form is told by their reader alone. */
static bool add_special(struct sd_schema_writer *to, const struct sd_policy_field *field) {
  sd_policy_reader *read = field->read;
  if (read == sd_policy_read_bool)
    sd_schema_text(to, "type", "boolean");
  else if (read == sd_policy_read_ulimit)
    add_either(to, 0, INT64_MAX, "^" COUNT "(?::" COUNT ")?$", "a number, or SOFT:HARD");
  else if (read == sd_policy_read_ulimit_max)
    add_either(to, 0, INT64_MAX, "^" COUNT "$", "a number");
  else if (read == sd_policy_read_ids)
    add_pattern(to, "^" ID_TEXT ":" ID_TEXT "$", "UID:GID, two numbers above 0");
  else if (read == sd_policy_read_ports)
    add_pattern(to, "^" PORT "(?:-" PORT ")?$", "FIRST-LAST or a single port, from 1 to 65535");
  else if (read == sd_policy_read_names)
    add_account_names(to);
  else if (read == sd_policy_read_version)
    sd_schema_number(to, "const", 1);
  else if (read == sd_policy_read_ignored)
    sd_schema_text(to, "type", "string");
  else
    return false;
  return true;
}

bool sd_schema_add_value(struct sd_schema_writer *to, const struct sd_policy_field *field) {
  sd_policy_reader *read = field->read;
  if (read == sd_policy_read_count)
    add_integer(to, field->min, field->max);
  else if (read == sd_policy_read_size)
    add_either(to, field->min, field->max, field->min > 0 ? SIZE_ABOVE_0 : SIZE,
               "a size such as \"512m\"");
  else if (read == sd_policy_read_cpus)
    add_either(to, 1, field->max / NANO_PER_CPU, CPUS, "a number of CPUs such as \"1.5\"");
  else if (read == sd_policy_read_text || read == sd_policy_read_enum ||
           read == sd_policy_read_access)
    add_text(to, field);
  else if (read == sd_policy_read_texts || read == sd_policy_read_words)
    add_texts(to, field);
  else
    return add_special(to, field);
  return true;
}

void sd_schema_add_names(struct sd_schema_writer *to, const struct sd_policy_field *field) {
  sd_schema_open(to, "propertyNames", '{');
  add_text(to, field);
  sd_schema_close(to, '}');
}
