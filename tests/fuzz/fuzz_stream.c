/* SPDX-License-Identifier: Apache-2.0 */
/* A tar stream from a container. No name that comes out of the reader leads anywhere but below; data adds up; an error
 * has words. Headers get the checksum that they need, which mutations would never find. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
  const uint8_t *data;
  size_t left;
};

static void seal(char block[SD_STREAM_BLOCK]) {
  unsigned sum = 0;
  if (memcmp(block + 257, "ustar", 5) != 0)
    return;
  memset(block + 148, ' ', 8);
  for (size_t i = 0; i < SD_STREAM_BLOCK; i++)
    sum += (unsigned char)block[i];
  (void)snprintf(block + 148, 7, "%06o", sum);
}

static ssize_t read_input(void *context, void *buffer, size_t len) {
  struct input *input = context;
  size_t some = len < input->left ? len : input->left;
  memcpy(buffer, input->data, some);
  input->data += some;
  input->left -= some;
  if (some == SD_STREAM_BLOCK)
    seal(buffer);
  return (ssize_t)some;
}

/* Relative, and no part is "", "." or "..". */
static bool is_clean(const char *name) {
  for (const char *at = name; *at != '\0';) {
    size_t len = strcspn(at, "/");
    if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && strncmp(at, "..", 2) == 0) ||
        (at[len] == '/' && at[len + 1] == '\0'))
      return false;
    at += len + (at[len] == '/' ? 1 : 0);
  }
  return true;
}

static void check_entry(const struct sd_stream_entry *entry) {
  bool link = entry->type == SD_STREAM_LINK || entry->type == SD_STREAM_SYMLINK;
  if (!is_clean(entry->name) || (entry->mode & ~07777U) != 0 || link != (entry->link[0] != '\0') ||
      (entry->type == SD_STREAM_LINK && !is_clean(entry->link)) ||
      (entry->type != SD_STREAM_FILE && entry->size != 0) || entry->mtime.tv_nsec < 0 ||
      entry->mtime.tv_nsec >= 1000000000L)
    abort();
}

static bool read_data(struct sd_stream_reader *reader, uint64_t size, struct sd_error *err) {
  char chunk[700];
  uint64_t sum = 0;
  for (size_t got = 1; got > 0; sum += got)
    if (!sd_stream_data(reader, chunk, sizeof(chunk), &got, err))
      return false;
  if (sum != size)
    abort();
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_stream_reader reader;
  struct sd_stream_entry entry;
  struct input input = {data, size};
  bool end = false;
  bool good = true;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  sd_stream_reader_init(&reader, read_input, &input);
  for (unsigned i = 0; good && !end; i++) {
    good = sd_stream_next(&reader, &entry, &end, &err);
    if (!good || end)
      break;
    check_entry(&entry);
    if (i % 2 == 0)
      good = read_data(&reader, entry.size, &err);
  }
  if (good == (err.message != NULL) || (!good && !sd_text_is_printable(err.message)))
    abort();
  sd_stream_reader_finish(&reader);
  sd_arena_finish(&arena);
  return 0;
}
