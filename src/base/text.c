/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/text.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/str.h"

#define SHOWN_MAX 200
#define WORD_MAX 64

size_t sd_text_decode(const char *text, size_t len, uint32_t *point) {
  const unsigned char *s = (const unsigned char *)text;
  if (len == 0)
    return 0;
  if (s[0] < 0x80) {
    *point = s[0];
    return 1;
  }
  size_t need = (s[0] & 0xE0) == 0xC0   ? 2
                : (s[0] & 0xF0) == 0xE0 ? 3
                : (s[0] & 0xF8) == 0xF0 ? 4
                                        : 0;
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (need == 0 || len < need)
    return 0;
  uint32_t value = s[0] & (0x7FU >> need);
  for (size_t i = 1; i < need; i++) {
    if ((s[i] & 0xC0) != 0x80)
      return 0;
    value = value << 6 | (s[i] & 0x3FU);
  }
  if (value < smallest[need] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return 0;
  *point = value;
  return need;
}

/* How many bytes from the start on are below 0x80; eight at a time, because most texts are nothing else. */
static size_t count_ascii(const char *text, size_t len) {
  size_t i = 0;
  for (uint64_t word = 0; len - i >= sizeof(word); i += sizeof(word)) {
    memcpy(&word, text + i, sizeof(word));
    if ((word & UINT64_C(0x8080808080808080)) != 0)
      break;
  }
  while (i < len && (unsigned char)text[i] < 0x80)
    i++;
  return i;
}

bool sd_text_is_utf8(const char *text, size_t len) {
  uint32_t point = 0;
  for (size_t i = count_ascii(text, len); i < len;) {
    size_t step = sd_text_decode(text + i, len - i, &point);
    if (step == 0)
      return false;
    i += step;
  }
  return true;
}

static bool is_control(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F);
}

bool sd_text_is_deceptive(uint32_t point) {
  /* Unicode's Default_Ignorable_Code_Point and Bidi_Control, the format characters of annotations
   * and musical notation, the separators of lines, and blanks that look like letters to a program.
   */
  static const struct {
    uint32_t first, last;
  } ranges[] = {
      {0x00, 0x1F},       {0x7F, 0x9F},     {0xAD, 0xAD},       {0x34F, 0x34F},
      {0x61C, 0x61C},     {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},
      {0x200B, 0x200F},   {0x2028, 0x202E}, {0x2060, 0x206F},   {0x2800, 0x2800},
      {0x3164, 0x3164},   {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
      {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
      {0xE0000, 0xE0FFF},
  };
  if (point >= 0x20 && point < 0x7F)
    return false;
  for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
    if (point >= ranges[i].first && point <= ranges[i].last)
      return true;
  return false;
}

/* How many bytes from the start on are printable ASCII. */
static size_t count_plain(const char *text) {
  size_t i = 0;
  while (text[i] >= ' ' && text[i] <= '~')
    i++;
  return i;
}

bool sd_text_is_printable(const char *text) {
  uint32_t point = 0;
  size_t plain = count_plain(text);
  for (size_t i = plain, len = plain + strlen(text + plain); i < len;) {
    size_t step = sd_text_decode(text + i, len - i, &point);
    if (step == 0 || is_control(point))
      return false;
    i += step;
  }
  return true;
}

/* Most texts need nothing done to them. */
static bool is_short_and_plain(const char *text) {
  size_t len = 0;
  while (len <= SHOWN_MAX && text[len] >= ' ' && text[len] <= '~')
    len++;
  return len <= SHOWN_MAX && text[len] == '\0';
}

const char *sd_text_safe(struct sd_arena *arena, const char *text) {
  static const char cut[] = "...";
  if (is_short_and_plain(text))
    return sd_arena_strdup(arena, text);
  struct sd_str out;
  sd_str_init(&out, arena);
  size_t room = 0; /* the longest part of the output that leaves room for the dots */
  for (size_t i = 0, len = strlen(text); i < len && out.len <= SHOWN_MAX;) {
    uint32_t point = 0;
    size_t step = sd_text_decode(text + i, len - i, &point);
    if (step == 0 || (point < 0x80 && is_control(point)))
      sd_str_addf(&out, "\\x%02x", (unsigned char)text[i]);
    else if (sd_text_is_deceptive(point))
      sd_str_addf(&out, "\\u{%04x}", point);
    else
      sd_str_add_bytes(&out, text + i, step);
    i += step == 0 ? 1 : step;
    if (out.len <= SHOWN_MAX - strlen(cut))
      room = out.len;
  }
  if (out.len <= SHOWN_MAX)
    return sd_str_text(&out);
  return sd_arena_printf(arena, "%.*s%s", (int)room, out.data, cut);
}

bool sd_text_starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Levenshtein distance; words longer than WORD_MAX are as far as can be. */
static size_t distance(const char *a, const char *b) {
  size_t len_a = strlen(a);
  size_t len_b = strlen(b);
  if (len_a > WORD_MAX || len_b > WORD_MAX)
    return SIZE_MAX;
  size_t row[WORD_MAX + 1];
  for (size_t j = 0; j <= len_b; j++)
    row[j] = j;
  for (size_t i = 1; i <= len_a; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= len_b; j++) {
      size_t above = row[j];
      size_t change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = smaller(change, smaller(above, row[j - 1]) + 1);
      corner = above;
    }
  }
  return row[len_b];
}

const char *sd_text_nearest(const char *word, size_t count,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context) {
  const char *best = NULL;
  size_t limit = strlen(word) / 3;
  if (word[0] == '\0')
    return NULL;
  size_t best_distance = (limit == 0 ? 1 : limit) + 1;
  for (size_t i = 0; i < count; i++) {
    const char *name = name_at(context, i);
    size_t far = distance(word, name);
    if (far < best_distance) {
      best = name;
      best_distance = far;
    }
  }
  return best;
}
