/* SPDX-License-Identifier: Apache-2.0 */
/* Shell patterns. Contract:
 *  - only `**` matches a slash; `*`, `?` and sets never do;
 *  - the time is a polynomial of the lengths, never exponential: at most one `*` and one `**` are
 * open for another try. That is enough: a star's first match leaves the most to the stars behind
 * it, and a `*` that reached the end of the text in vain would fail after every longer `**` as
 * well. */
#include <ctype.h>
#include <string.h>

#include "safe-docker/policy/policy.h"

/* Where a star stands open: the pattern behind it, and the text it has taken so far. */
struct retry {
  const char *pattern; /* NULL: none */
  const char *text;
};

/* One character: a whole UTF-8 sequence, so that `?` matches what a reader takes for one. */
static size_t step(const char *text) {
  size_t len = 1;
  if ((unsigned char)text[0] >= 0xC0)
    while (len < 4 && ((unsigned char)text[len] & 0xC0) == 0x80)
      len++;
  return len;
}

/* POSIX classes: "[:digit:]" and the like. */
static bool in_class(const char *name, size_t len, unsigned char byte) {
  static const struct {
    const char *name;
    int (*has)(int);
  } classes[] = {
      {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
      {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
      {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
  };
  for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
    if (strlen(classes[i].name) == len && memcmp(classes[i].name, name, len) == 0)
      return byte < 0x80 && classes[i].has(byte) != 0;
  return false;
}

static unsigned char set_character(const char **pattern) {
  if (**pattern == '\\' && (*pattern)[1] != '\0')
    *pattern += 1;
  unsigned char byte = (unsigned char)**pattern;
  *pattern += 1;
  return byte;
}

/* Reads a set from behind its `[`; returns what follows its `]`, or NULL where there is none. */
static const char *read_set(const char *pattern, unsigned char byte, bool *matched) {
  bool negated = *pattern == '!' || *pattern == '^';
  if (negated)
    pattern++;
  bool found = false;
  for (bool first = true; first || *pattern != ']'; first = false) {
    const char *end = pattern[0] == '[' && pattern[1] == ':' ? strstr(pattern + 2, ":]") : NULL;
    if (end != NULL) {
      found |= in_class(pattern + 2, (size_t)(end - pattern) - 2, byte);
      pattern = end + 2;
      continue;
    }
    if (*pattern == '\0')
      return NULL;
    unsigned char low = set_character(&pattern);
    unsigned char high = low;
    if (pattern[0] == '-' && pattern[1] != ']' && pattern[1] != '\0') {
      pattern++;
      high = set_character(&pattern);
    }
    found |= low <= byte && byte <= high;
  }
  *matched = found != negated;
  return pattern + 1;
}

/* One element of the pattern that is no star against one character; moves both on success. */
static bool match_one(const char **pattern, const char **text) {
  const char *p = *pattern;
  const char *t = *text;
  bool slash = *t == '/';
  if (*p == '?') {
    *pattern = p + 1;
    *text = t + step(t);
    return !slash;
  }
  if (*p == '[') {
    bool matched = false;
    const char *end = read_set(p + 1, (unsigned char)*t, &matched);
    if (end != NULL) {
      *pattern = end;
      *text = t + step(t);
      return matched && !slash;
    }
  }
  if (*p == '\\')
    p++;
  if (*p == '\0' || *p != *t)
    return false;
  *pattern = p + 1;
  *text = t + 1;
  return true;
}

/* Lets the innermost open star take one more character. */
static bool try_again(struct retry *star, struct retry *deep, const char **pattern,
                      const char **text) {
  struct retry *open = star;
  if (star->pattern != NULL && *star->text == '\0')
    return false;
  if (star->pattern == NULL || *star->text == '/') {
    star->pattern = NULL;
    open = deep;
  }
  if (open->pattern == NULL || *open->text == '\0')
    return false;
  open->text += step(open->text);
  *pattern = open->pattern;
  *text = open->text;
  return true;
}

bool sd_policy_matches(const char *pattern, const char *text) {
  struct retry star = {NULL, NULL};
  struct retry deep = {NULL, NULL};
  for (;;) {
    if (*pattern == '*') {
      size_t count = strspn(pattern, "*");
      pattern += count;
      *(count > 1 ? &deep : &star) = (struct retry){pattern, text};
      if (count > 1)
        star.pattern = NULL;
      continue;
    }
    if (*pattern == '\0' && *text == '\0')
      return true;
    const char *next_pattern = pattern;
    const char *next_text = text;
    if (*text != '\0' && match_one(&next_pattern, &next_text)) {
      pattern = next_pattern;
      text = next_text;
    } else if (!try_again(&star, &deep, &pattern, &text)) {
      return false;
    }
  }
}

bool sd_policy_matches_any(const struct sd_strv *patterns, const char *text) {
  for (size_t i = 0; i < patterns->v.len; i++)
    if (sd_policy_matches(patterns->v.items[i], text))
      return true;
  return false;
}
