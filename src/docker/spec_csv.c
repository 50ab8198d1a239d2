/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/text.h"

/* Reads a quoted field whose opening quote is at *at; leaves *at behind the closing one. */
static bool read_quoted(const char **at, struct sd_str *field, struct sd_error *err) {
  const char *s = *at + 1;
  for (; *s != '\0'; s++) {
    if (*s == '"' && s[1] != '"') {
      *at = s + 1;
      return true;
    }
    if (*s == '"')
      s++;
    sd_str_add_char(field, *s);
  }
  return sd_fail_rule(err, NULL, "end the quoted field with '\"'", "a quote is never closed");
}

static bool read_field(const char **at, struct sd_str *field, struct sd_error *err) {
  static const char hint[] =
      "put the whole field in quotes, \"source=/a,b\", and write \"\" for a quote";
  if (**at == '"') {
    if (!read_quoted(at, field, err))
      return false;
    if (**at != '\0' && **at != ',')
      return sd_fail_rule(err, NULL, hint, "text follows a closing quote");
    return true;
  }
  size_t len = strcspn(*at, ",\"");
  if ((*at)[len] == '"')
    return sd_fail_rule(err, NULL, hint,
                        "a quote stands inside a field that does not begin with one");
  sd_str_add_bytes(field, *at, len);
  *at += len;
  return true;
}

bool sd_csv_read(struct sd_arena *arena, const char *text, struct sd_strv *out,
                 struct sd_error *err) {
  if (!sd_spec_check(text, err))
    return false;
  struct sd_strv fields = {0};
  for (const char *at = text;; at++) {
    struct sd_str field;
    sd_str_init(&field, arena);
    if (!read_field(&at, &field, err))
      return false;
    sd_strv_add(&fields, arena, sd_str_text(&field));
    if (*at == '\0')
      break;
  }
  *out = fields;
  return true;
}

bool sd_spec_check(const char *text, struct sd_error *err) {
  if (*text == '\0')
    return sd_fail(err, "the value is empty");
  if (!sd_text_is_printable(text))
    return sd_fail_rule(err, NULL, "use printable UTF-8 text without line breaks",
                        "the value has control characters or is not UTF-8");
  return true;
}

bool sd_spec_cut(struct sd_arena *arena, const char *text, char separator, const char **left,
                 const char **right) {
  const char *found = strchr(text, separator);
  *right = found != NULL ? sd_arena_strdup(arena, found + 1) : NULL;
  *left = sd_arena_strndup(arena, text, found != NULL ? (size_t)(found - text) : strlen(text));
  return found != NULL;
}

void sd_spec_split(struct sd_arena *arena, const char *text, char separator, struct sd_strv *out) {
  *out = (struct sd_strv){0};
  const char *left = NULL;
  const char *right = text;
  while (right != NULL) {
    (void)sd_spec_cut(arena, right, separator, &left, &right);
    sd_strv_add(out, arena, left);
  }
}

const char *sd_spec_lower(struct sd_arena *arena, const char *text) {
  char *copy = sd_arena_strdup(arena, text);
  for (char *s = copy; *s != '\0'; s++)
    if (*s >= 'A' && *s <= 'Z')
      *s = (char)(*s - 'A' + 'a');
  return copy;
}

bool sd_spec_has_outer_blank(const char *text) {
  static const char blanks[] = " \t\r\n\v\f";
  size_t len = strlen(text);
  return len > 0 && (strchr(blanks, text[0]) != NULL || strchr(blanks, text[len - 1]) != NULL);
}

bool sd_spec_consists_of(const char *text, const char *set) {
  return *text != '\0' && text[strspn(text, set)] == '\0';
}

bool sd_spec_is_name(const char *text) {
  return sd_spec_consists_of(text, SD_SPEC_ALNUM "_.-") && strchr("_.-", text[0]) == NULL;
}

const char *sd_spec_name_at(const struct sd_spec_table *table, size_t index) {
  const char *name = NULL;
  memcpy(&name, (const unsigned char *)table->rows + index * table->stride, sizeof(const char *));
  return name;
}

static const char *name_of(const void *context, size_t index) {
  return sd_spec_name_at(context, index);
}

size_t sd_spec_find(const struct sd_spec_table *table, const char *name) {
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(sd_spec_name_at(table, i), name) == 0)
      return i;
  return table->count;
}

static const char *join_names(struct sd_arena *arena, const struct sd_spec_table *table) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < table->count; i++)
    sd_strv_add(&names, arena, sd_spec_name_at(table, i));
  return sd_strv_join(&names, arena, ", ");
}

bool sd_spec_unknown(const struct sd_spec_table *table, const char *what, const char *word,
                     struct sd_error *err) {
  const char *nearest = sd_text_nearest(word, table->count, name_of, table);
  if (nearest == NULL)
    nearest = sd_text_nearest(sd_spec_lower(err->arena, word), table->count, name_of, table);
  const char *hint = table->useful;
  if (nearest != NULL)
    hint = sd_arena_printf(err->arena, "did you mean %s?", nearest);
  else if (hint == NULL)
    hint = sd_arena_printf(err->arena, "use one of %s", join_names(err->arena, table));
  return sd_fail_rule(err, NULL, hint, "unknown %s '%s'", what, sd_text_safe(err->arena, word));
}

bool sd_spec_fail_in(const char *key, const struct sd_error *inner, struct sd_error *err) {
  return sd_fail_rule(err, inner->rule, inner->hint, "%s: %s", key, inner->message);
}
