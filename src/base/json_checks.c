/* SPDX-License-Identifier: Apache-2.0 */
#include "json_checks.h"

#include <stdlib.h>
#include <string.h>

#define FEW_KEYS 16 /* that many are compared one by one */

/* -- numbers ------------------------------------------------------------------------------------ */

bool sd_json_whole_number(const char *text, size_t len, int64_t *out) {
  bool negative = len > 0 && text[0] == '-';
  int64_t value = 0;
  for (size_t i = negative ? 1 : 0; i < len; i++) {
    int digit = text[i] - '0';
    if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
        __builtin_sub_overflow(value, digit, &value))
      return false;
  }
  /* Gathered below zero, where one value more fits. */
  if (!negative && __builtin_sub_overflow(0, value, &value))
    return false;
  *out = value;
  return true;
}

/* -- strings ------------------------------------------------------------------------------------ */

/* -1 where the four bytes are not hex digits. */
static long hex4(const char *text) {
  long value = 0;
  for (int i = 0; i < 4; i++) {
    const char *digits = "0123456789abcdef";
    char byte = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
    const char *at = memchr(digits, byte, 16);
    if (at == NULL)
      return -1;
    value = value << 4 | (long)(at - digits);
  }
  return value;
}

bool sd_json_surrogates_paired(const char *text, size_t len) {
  for (size_t i = 0; i + 1 < len; i++) {
    if (text[i] != '\\')
      continue;
    i++;
    if (text[i] != 'u' || len - i < 5)
      continue;
    long unit = hex4(text + i + 1);
    i += 4;
    if (unit < 0xD800 || unit > 0xDFFF)
      continue;
    if (unit > 0xDBFF || len - i < 7 || text[i + 1] != '\\' || text[i + 2] != 'u')
      return false;
    long low = hex4(text + i + 3);
    if (low < 0xDC00 || low > 0xDFFF)
      return false;
    i += 6;
  }
  return true;
}

/* -- keys --------------------------------------------------------------------------------------- */

static const struct sd_json_member *find_second(const struct sd_json *object) {
  const struct sd_json_member *items = object->members.items;
  for (size_t i = 1; i < object->members.len; i++)
    for (size_t j = 0; j < i; j++)
      if (items[i].key[0] == items[j].key[0] && strcmp(items[i].key, items[j].key) == 0)
        return &items[i];
  return NULL;
}

static int by_key(const void *a, const void *b) {
  const struct sd_json_member *left = *(const struct sd_json_member *const *)a;
  const struct sd_json_member *right = *(const struct sd_json_member *const *)b;
  int order = strcmp(left->key, right->key);
  /* Members lie in one array, in order of the text: the later of two equal keys is the duplicate.
   */
  return order != 0 ? order : (left > right) - (left < right);
}

/* The same, sorted, so that an object with very many keys does not take quadratic time. */
static const struct sd_json_member *find_second_sorted(struct sd_arena *arena,
                                                       const struct sd_json *object) {
  size_t count = object->members.len;
  const struct sd_json_member **sorted = sd_arena_alloc(arena, count * sizeof(*sorted));
  for (size_t i = 0; i < count; i++)
    sorted[i] = &object->members.items[i];
  qsort(sorted, count, sizeof(*sorted), by_key);
  for (size_t i = 1; i < count; i++)
    if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
      return sorted[i];
  return NULL;
}

const struct sd_json_member *sd_json_second_key(struct sd_arena *arena,
                                                const struct sd_json *object) {
  return object->members.len <= FEW_KEYS ? find_second(object) : find_second_sorted(arena, object);
}
