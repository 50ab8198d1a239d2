/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments as strace(1) writes them. */
#include "seccomp_strace.h"

#include <string.h>

#include "safe-docker/confine/seccomp_constants.h"

/* -- slices --------------------------------------------------------------------------------------- */

bool slice_starts_with(struct slice slice, const char *prefix) {
  size_t len = strlen(prefix);
  return slice.len >= len && memcmp(slice.text, prefix, len) == 0;
}

bool slice_ends_with(struct slice slice, const char *suffix) {
  size_t len = strlen(suffix);
  return slice.len >= len && memcmp(slice.text + slice.len - len, suffix, len) == 0;
}

struct slice slice_from(struct slice slice, size_t count) {
  return (struct slice){slice.text + count, slice.len - count};
}

struct slice slice_trim(struct slice slice) {
  while (slice.len > 0 && strchr(" \t\r", slice.text[0]) != NULL && slice.text[0] != '\0')
    slice = slice_from(slice, 1);
  while (slice.len > 0 && strchr(" \t\r", slice.text[slice.len - 1]) != NULL &&
         slice.text[slice.len - 1] != '\0')
    slice.len--;
  return slice;
}

size_t slice_span(struct slice slice, const char *bytes) {
  size_t len = 0;
  while (len < slice.len && slice.text[len] != '\0' && strchr(bytes, slice.text[len]) != NULL)
    len++;
  return len;
}

/* -- splitting ------------------------------------------------------------------------------------ */

/* What -y writes behind a descriptor: "</tmp/a,b>", "<UNIX:[1->2,"/tmp/c"]>"; but 1<<3 is none. */
static size_t note_len(struct slice text) {
  size_t len = 1;
  while (len < text.len && (text.text[len] != '>' || text.text[len - 1] == '-'))
    len++;
  return len < text.len ? len + 1 : 1;
}

/* The length of a string, note or comment that starts here, or 1 for any other byte. */
static size_t token_len(struct slice text, char before) {
  size_t len = 1;
  bool noted = (before >= '0' && before <= '9') || before == 'D'; /* AT_FDCWD */
  if (text.text[0] == '<' && noted && !slice_starts_with(text, "<<"))
    return note_len(text);
  if (slice_starts_with(text, "/*")) {
    for (len = 2; len < text.len; len++)
      if (text.text[len - 1] == '*' && text.text[len] == '/' && len > 2)
        return len + 1;
    return text.len;
  }
  if (text.text[0] != '"')
    return 1;
  for (; len < text.len && text.text[len] != '"'; len++)
    if (text.text[len] == '\\' && len + 1 < text.len)
      len++;
  return len < text.len ? len + 1 : text.len;
}

static void add_arg(struct slice arg, struct slice args[STRACE_ARGS], size_t *count) {
  arg = slice_trim(arg);
  if (*count < STRACE_ARGS)
    args[*count] = arg;
  (*count)++;
}

bool strace_split(struct slice text, struct slice args[STRACE_ARGS], size_t *count,
                  struct slice *rest) {
  size_t depth = 0;
  size_t start = 0;
  *count = 0;
  for (size_t at = 0, len = 0; at < text.len; at += len) {
    len = token_len(slice_from(text, at), at > 0 ? text.text[at - 1] : ' ');
    char byte = text.text[at];
    bool closes = byte == ')' && depth == 0;
    if (closes || (byte == ',' && depth == 0)) {
      struct slice arg = {text.text + start, at - start};
      if (!closes || *count > 0 || slice_trim(arg).len > 0)
        add_arg(arg, args, count);
      start = at + 1;
    }
    if (closes) {
      *rest = slice_from(text, at + 1);
      return true;
    }
    if (byte == '(' || byte == '[' || byte == '{')
      depth++;
    else if ((byte == ')' || byte == ']' || byte == '}') && depth > 0)
      depth--;
  }
  *rest = slice_from(text, text.len);
  return false;
}

/* -- values --------------------------------------------------------------------------------------- */

static bool find_constant(struct slice name, uint64_t *out) {
  if (name.len == strlen("NULL") && slice_starts_with(name, "NULL")) {
    *out = 0;
    return true;
  }
  return sd_seccomp_portable_constant(name.text, name.len, out);
}

static bool digits_of(struct slice text, unsigned base, uint64_t *out) {
  uint64_t value = 0;
  if (text.len == 0)
    return false;
  for (size_t i = 0; i < text.len; i++) {
    const char *all = "0123456789abcdef";
    const char *digit = text.text[i] != '\0' ? strchr(all, text.text[i]) : NULL;
    if (digit == NULL || (unsigned)(digit - all) >= base ||
        value > (UINT64_MAX - (unsigned)(digit - all)) / base)
      return false;
    value = value * base + (unsigned)(digit - all);
  }
  *out = value;
  return true;
}

static bool number_of(struct slice text, uint64_t *out) {
  if (slice_starts_with(text, "0x"))
    return digits_of(slice_from(text, 2), 16, out);
  if (text.len > 1 && text.text[0] == '0')
    return digits_of(slice_from(text, 1), 8, out);
  return digits_of(text, 10, out);
}

/* Up to the next "|", without the note or comment that may stand behind the word. *len is all of it. */
static struct slice next_word(struct slice text, size_t *len) {
  size_t end = 0;
  size_t at = 0;
  bool noted = false;
  while (at < text.len && text.text[at] != '|') {
    size_t size = token_len(slice_from(text, at), at > 0 ? text.text[at - 1] : ' ');
    noted = noted || size > 1;
    at += size;
    end = noted ? end : at;
  }
  *len = at;
  return slice_trim((struct slice){text.text, end});
}

bool strace_value(struct slice text, uint64_t *out) {
  uint64_t sum = 0;
  for (;;) {
    size_t len = 0;
    uint64_t part = 0;
    struct slice word = next_word(text, &len);
    if (word.len == 0 || (!number_of(word, &part) && !find_constant(word, &part)))
      return false;
    sum |= part;
    if (len == text.len)
      break;
    text = slice_from(text, len + 1);
  }
  *out = sum;
  return true;
}
