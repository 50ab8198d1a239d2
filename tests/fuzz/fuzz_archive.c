/* SPDX-License-Identifier: Apache-2.0 */
/* An archive is read the same however its bytes come in pieces; what is accepted has names; what is refused says why. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
  const uint8_t *data;
  size_t left, piece;
};

static bool give(void *context, void *buffer, size_t max, size_t *len, struct sd_error *err) {
  struct bytes *bytes = context;
  (void)err;
  *len = bytes->left < max ? bytes->left : max;
  *len = *len < bytes->piece ? *len : bytes->piece;
  if (*len > 0)
    memcpy(buffer, bytes->data, *len);
  bytes->data += *len;
  bytes->left -= *len;
  return true;
}

/* The checksum of every header is put right, or no input would get any further. */
static uint8_t *repaired(const uint8_t *data, size_t size) {
  uint8_t *copy = malloc(size + 1);
  if (copy == NULL)
    abort();
  if (size > 0)
    memcpy(copy, data, size);
  for (size_t at = 0; at + 512 <= size; at += 512) {
    unsigned sum = 8 * ' ';
    if (memcmp(copy + at + 257, "ustar", 5) != 0)
      continue;
    for (size_t i = 0; i < 512; i++)
      sum += i >= 148 && i < 156 ? 0 : copy[at + i];
    for (size_t i = 0; i < 6; i++, sum /= 8)
      copy[at + 153 - i] = (uint8_t)('0' + sum % 8);
    copy[at + 154] = 0;
    copy[at + 155] = ' ';
  }
  return copy;
}

static const char *read_names(struct sd_arena *arena, const uint8_t *data, size_t size,
                              size_t piece) {
  struct bytes bytes = {data, size, piece};
  struct sd_tar_source source = {&bytes, give};
  struct sd_archive archive = {0};
  struct sd_error err;
  sd_error_init(&err, arena);
  if (sd_archive_read(arena, &source, &archive, &err)) {
    if (archive.names.v.len == 0 || bytes.left != 0 || err.message != NULL)
      abort();
    return sd_strv_join(&archive.names, arena, "\n");
  }
  if (err.message == NULL || err.hint == NULL || !sd_text_is_printable(err.message))
    abort();
  return err.message;
}

static void check(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  const char *whole = read_names(&arena, data, size, SIZE_MAX);
  const char *pieces = read_names(&arena, data, size, 97);
  if (strcmp(whole, pieces) != 0)
    abort();
  sd_arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *copy = repaired(data, size);
  check(data, size);
  check(copy, size);
  free(copy);
  return 0;
}
