/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: docker/cli, cli/command/image/build/context.go (IsArchive); moby pkg/archive (DetectCompression); Go's
 * archive/tar, whose first header must be readable within what is looked at. */
#include "safe-docker/docker/build_input.h"

#include <stdint.h>
#include <string.h>

#define BLOCK ((size_t)512)
#define SUM_AT 148
#define SUM_LEN ((size_t)8)
#define SIZE_AT 124
#define SIZE_LEN ((size_t)12)
#define TYPE_AT 156

static bool is_compressed(const char *head, size_t len) {
  static const struct {
    const char *magic;
    size_t len;
  } known[] = {{"\x1f\x8b\x08", 3}, {"BZh", 3}, {"\xfd\x37zXZ", 6}};
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (len >= known[i].len && memcmp(head, known[i].magic, known[i].len) == 0)
      return true;
  return false;
}

/* Octal digits between blanks and NULs. */
static bool read_octal(const char *field, size_t len, uint64_t *out) {
  size_t at = 0;
  size_t first = 0;
  *out = 0;
  while (at < len && field[at] == ' ')
    at++;
  for (first = at; at < len && field[at] >= '0' && field[at] <= '7'; at++)
    *out = *out * 8 + (uint64_t)(field[at] - '0');
  return at > first && (at == len || field[at] == ' ' || field[at] == '\0');
}

static bool has_checksum(const char *head) {
  uint64_t wanted = 0;
  uint64_t sum = 0;
  for (size_t i = 0; i < BLOCK; i++)
    sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : (unsigned char)head[i];
  return read_octal(head + SUM_AT, SUM_LEN, &wanted) && sum == wanted;
}

/* A header that is about the next one would need the next one, too; one that is about all of them needs its data. */
bool sd_build_is_archive(const char *head, size_t len) {
  uint64_t size = 0;
  if (is_compressed(head, len))
    return true;
  if (len < BLOCK || !has_checksum(head))
    return false;
  if (head[TYPE_AT] == 'g')
    return len >= 2 * BLOCK && read_octal(head + SIZE_AT, SIZE_LEN, &size) && size <= BLOCK;
  return head[TYPE_AT] == '\0' || (head[TYPE_AT] >= '0' && head[TYPE_AT] <= '7');
}
