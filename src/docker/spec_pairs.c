/* SPDX-License-Identifier: Apache-2.0 */
/* Environment variables, labels, and files of them.
 *
 * MUST: never show the text of a file's line: the file may be one that the caller cannot read. */
#include "spec_common.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"

/* Go's bufio.MaxScanTokenSize holds the line and its end. */
#define LINE_MAX_BYTES ((size_t)64 * 1024 - 1)

static const char bom[] = "\xEF\xBB\xBF";

/* Bytes of the blank (Go's unicode.IsSpace) at the start of a text, or 0. */
static size_t blank_length(const char *text) {
  static const char *const wide[] = {
      "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
      "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
      "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
      "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
  };
  if (*text != '\0' && strchr(" \t\n\v\f\r", *text) != NULL)
    return 1;
  for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
    if (sd_text_starts_with(text, wide[i]))
      return strlen(wide[i]);
  return 0;
}

static bool fail_line(const char *name, size_t line, const char *why, struct sd_error *err) {
  return sd_fail(err, "%s, line %zu: %s", sd_text_safe(err->arena, name), line, why);
}

/* One line without its end; fills `out` where it holds a pair. */
static bool parse_line(struct sd_arena *arena, const char *line, bool first, struct sd_pair *out,
                       const char **why) {
  if (first && sd_text_starts_with(line, bom))
    line += strlen(bom);
  for (size_t len = blank_length(line); len > 0; len = blank_length(line))
    line += len;
  if (*line == '\0' || *line == '#')
    return true;
  struct sd_pair pair;
  (void)sd_spec_cut(arena, line, '=', &pair.name, &pair.value);
  *why = *pair.name == '\0'                             ? "there is no name before '='"
         : pair.name[strcspn(pair.name, " \t")] != '\0' ? "there is a blank in the name"
         : !sd_text_is_printable(pair.name)             ? "there is a control character in the name"
                                                        : NULL;
  if (*why != NULL)
    return false;
  *out = pair;
  return true;
}

static const char *check_line(const char *line, size_t len) {
  if (len > LINE_MAX_BYTES)
    return "the line is longer than 64 KiB";
  if (memchr(line, '\0', len) != NULL)
    return "there is a NUL byte";
  if (!sd_text_is_utf8(line, len))
    return "there are bytes that are not UTF-8";
  return NULL;
}

bool sd_pairs_parse_file(struct sd_arena *arena, const char *name, const char *text, size_t len,
                         struct sd_pairs *out, struct sd_error *err) {
  struct sd_pairs pairs = {0};
  size_t number = 1;
  for (size_t at = 0; at < len; number++) {
    const char *end = memchr(text + at, '\n', len - at);
    size_t size = end != NULL ? (size_t)(end - text) - at : len - at;
    const char *why = check_line(text + at, size);
    if (why != NULL)
      return fail_line(name, number, why, err);
    bool cr = size > 0 && text[at + size - 1] == '\r';
    const char *line = sd_arena_strndup(arena, text + at, cr ? size - 1 : size);
    struct sd_pair pair = {0};
    if (!parse_line(arena, line, number == 1, &pair, &why))
      return fail_line(name, number, why, err);
    if (pair.name != NULL) {
      struct sd_pair *slot = sd_vec_push(arena, &pairs.v);
      *slot = pair;
    }
    at += size + 1;
  }
  *out = pairs;
  return true;
}

bool sd_pair_parse(struct sd_arena *arena, const char *text, struct sd_pair *out,
                   struct sd_error *err) {
  struct sd_pair pair;
  (void)sd_spec_cut(arena, text, '=', &pair.name, &pair.value);
  if (*pair.name == '\0')
    return sd_fail_rule(err, NULL, "write NAME=VALUE or NAME", "there is no name");
  if (!sd_text_is_printable(pair.name))
    return sd_fail_rule(err, NULL, "use printable UTF-8 text",
                        "the name has control characters or is not UTF-8");
  /* JSON would turn such bytes into U+FFFD. */
  if (pair.value != NULL && !sd_text_is_utf8(pair.value, strlen(pair.value)))
    return sd_fail_rule(err, NULL, "use UTF-8 text", "the value of %s is not UTF-8",
                        sd_text_safe(err->arena, pair.name));
  *out = pair;
  return true;
}

bool sd_pair_fits_file(const struct sd_pair *pair) {
  const char *name = pair->name;
  const char *value = pair->value;
  /* A bare name would be looked up there, not passed on. */
  if (name == NULL || value == NULL)
    return false;
  size_t name_len = strlen(name);
  size_t value_len = strlen(value);
  if (name_len == 0 || name_len + 1 + value_len > LINE_MAX_BYTES)
    return false;
  if (!sd_text_is_printable(name) || !sd_text_is_utf8(value, value_len))
    return false;
  if (name[0] == '#' || name[strcspn(name, " \t=")] != '\0' || blank_length(name) > 0 ||
      sd_text_starts_with(name, bom))
    return false;
  return strchr(value, '\n') == NULL && (value_len == 0 || value[value_len - 1] != '\r');
}
