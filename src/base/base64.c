/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char digit(uint32_t group, unsigned place) {
  return alphabet[group >> (18 - 6 * place) & 63];
}

const char *sd_base64_encode(struct sd_arena *arena, const char *bytes, size_t len) {
  char *text = sd_arena_alloc(arena, (len + 2) / 3 * 4 + 1);
  char *at = text;
  for (size_t i = 0; i < len; i += 3, at += 4) {
    size_t left = len - i;
    uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
    group |= left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
    group |= left > 2 ? (uint32_t)(unsigned char)bytes[i + 2] : 0;
    for (unsigned place = 0; place < 4; place++)
      at[place] = place <= left ? digit(group, place) : '=';
  }
  return text;
}

/* The digits before the padding, or (size_t)-1. */
static size_t count_digits(const char *text) {
  size_t digits = strspn(text, alphabet);
  size_t padding = strspn(text + digits, "=");
  bool whole = text[digits + padding] == '\0' && (digits + padding) % 4 == 0 && padding <= 2;
  return whole ? digits : (size_t)-1;
}

bool sd_base64_decode(struct sd_arena *arena, const char *text, const char **out, size_t *len) {
  size_t digits = count_digits(text);
  if (digits == (size_t)-1)
    return false;
  char *bytes = sd_arena_alloc(arena, digits * 3 / 4 + 1);
  size_t used = 0;
  uint32_t group = 0;
  unsigned bits = 0;
  for (size_t i = 0; i < digits; i++) {
    group = (group << 6 | (uint32_t)(strchr(alphabet, text[i]) - alphabet)) & 0xFFFF;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[used++] = (char)(group >> bits & 0xFF);
    }
  }
  if ((group & ((1U << bits) - 1)) != 0)
    return false;
  *out = bytes;
  *len = used;
  return true;
}
