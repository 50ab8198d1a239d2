/* SPDX-License-Identifier: Apache-2.0 */
/* "PATTERN\nTEXT": the matcher agrees with one that is too slow to be used but plain to see. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LENGTH_MAX 64

/* Patterns of stars, question marks and bytes alone. may[i]: the pattern so far matches i bytes. */
static bool matches_slowly(const char *pattern, const char *text) {
  bool may[LENGTH_MAX + 1] = {true};
  size_t len = strlen(text);
  while (*pattern != '\0') {
    size_t stars = strspn(pattern, "*");
    bool next[LENGTH_MAX + 1] = {false};
    for (size_t i = 0; i <= len; i++) {
      if (stars > 0)
        next[i] = may[i] || (i > 0 && next[i - 1] && (stars > 1 || text[i - 1] != '/'));
      else
        next[i] =
            i > 0 && may[i - 1] && (*pattern == '?' ? text[i - 1] != '/' : *pattern == text[i - 1]);
    }
    memcpy(may, next, sizeof(may));
    pattern += stars > 0 ? stars : 1;
  }
  return may[len];
}

static bool is_plain(const char *text) {
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80 || *text == '[' || *text == '\\')
      return false;
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  char *pattern = sd_arena_strndup(&arena, (const char *)data, size);
  char *text = pattern + strcspn(pattern, "\n");
  if (*text == '\n')
    *text++ = '\0';
  bool matched = sd_policy_matches(pattern, text);
  if (strlen(text) <= LENGTH_MAX && is_plain(pattern) && is_plain(text) &&
      matched != matches_slowly(pattern, text))
    abort();
  sd_arena_finish(&arena);
  return 0;
}
