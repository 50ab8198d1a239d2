/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_lines.h"

#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"

#include "json_out.h"

#define WIDTH 80
#define GAP 2

void sd_lines_add_blanks(struct sd_str *out, size_t count) {
  for (size_t i = 0; i < count; i++)
    sd_str_add_char(out, ' ');
}

/* The width of column `column` where there are `rows` of them; the gap is part of it. */
static size_t column_width(const struct sd_strv *words, size_t rows, size_t column) {
  size_t most = 0;
  for (size_t at = column * rows; at < (column + 1) * rows && at < words->v.len; at++) {
    size_t len = strlen(words->v.items[at]);
    most = len > most ? len : most;
  }
  return most + GAP;
}

static bool fits(const struct sd_strv *words, size_t rows, size_t indent) {
  size_t width = indent;
  for (size_t column = 0; column * rows < words->v.len; column++)
    width += column_width(words, rows, column);
  return width <= WIDTH + GAP;
}

void sd_lines_add_columns(struct sd_str *out, size_t indent, const struct sd_strv *words) {
  size_t rows = 1;
  while (rows < words->v.len && !fits(words, rows, indent))
    rows++;
  for (size_t row = 0; row < rows && row < words->v.len; row++) {
    size_t missing = indent;
    for (size_t column = 0; column * rows + row < words->v.len; column++) {
      const char *word = words->v.items[column * rows + row];
      sd_lines_add_blanks(out, missing);
      sd_str_add(out, word);
      missing = column_width(words, rows, column) - strlen(word);
    }
    sd_str_add_char(out, '\n');
  }
}

/* How much of a word that is longer than `room` goes on the line: up to a | between names. */
static size_t part_len(const char *word, size_t room) {
  size_t len = room;
  while (len > 0 && word[len - 1] != '|')
    len--;
  return len > 0 ? len : strlen(word);
}

/* One word, broken where it is longer than a line. Returns the column behind it. */
static size_t add_word(struct sd_str *out, size_t indent, size_t column, const char *word) {
  size_t len = strlen(word);
  while (column + len > WIDTH) {
    size_t part = part_len(word, WIDTH - column);
    if (part >= len)
      break;
    sd_str_add_bytes(out, word, part);
    sd_str_add_char(out, '\n');
    sd_lines_add_blanks(out, indent);
    column = indent;
    word += part;
    len -= part;
  }
  sd_str_add(out, word);
  return column + len;
}

void sd_lines_add_wrapped(struct sd_str *out, size_t indent, size_t column,
                          const struct sd_strv *words) {
  size_t at = column;
  for (size_t i = 0; i < words->v.len; i++) {
    const char *word = words->v.items[i];
    if (i > 0 && at + 1 + strlen(word) > WIDTH) {
      sd_str_add_char(out, '\n');
      sd_lines_add_blanks(out, indent);
      at = indent;
    } else if (i > 0) {
      sd_str_add_char(out, ' ');
      at++;
    }
    at = add_word(out, indent, at, word);
  }
  sd_str_add_char(out, '\n');
}

const char *sd_lines_kernel(struct sd_arena *arena, uint32_t kernel) {
  return kernel == SD_SECCOMP_NEWEST
             ? NULL
             : sd_arena_printf(arena, "%u.%u", kernel >> 16, kernel & UINT16_MAX);
}

const char *sd_lines_arch(struct sd_arena *arena, uint32_t arch) {
  const char *name = sd_seccomp_arch_name(arch);
  return name != NULL ? name : sd_arena_printf(arena, "%#x", arch);
}

const char *sd_lines_target(struct sd_arena *arena, const struct sd_seccomp_target *target) {
  const char *kernel = sd_lines_kernel(arena, target->kernel);
  const char *capabilities = sd_strv_join(target->capabilities, arena, ", ");
  return sd_arena_printf(arena, "%s, %s%s, %s%s", sd_lines_arch(arena, target->arch),
                         kernel != NULL ? "kernel " : "any kernel", kernel != NULL ? kernel : "",
                         capabilities[0] != '\0' ? "capabilities " : "no capabilities",
                         capabilities);
}

void sd_lines_add_target_json(struct sd_str *out, const struct sd_seccomp_target *target) {
  sd_str_add(out, "\"arch\":");
  sd_str_add_json(out, sd_lines_arch(out->arena, target->arch));
  sd_str_add(out, ",\"kernel\":");
  sd_str_add_json(out, sd_lines_kernel(out->arena, target->kernel));
  sd_str_add(out, ",\"capabilities\":");
  sd_json_add_strings(out, target->capabilities);
}
