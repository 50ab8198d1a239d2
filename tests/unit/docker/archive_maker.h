/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of images, written by hand, and what sd_archive_read sees in them. */
#ifndef SAFE_DOCKER_TESTS_UNIT_DOCKER_ARCHIVE_MAKER_H
#define SAFE_DOCKER_TESTS_UNIT_DOCKER_ARCHIVE_MAKER_H

#include <stdio.h>
#include <string.h>

#include "../support.h"

#include "safe-docker/docker/archive.h"

#define A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define B "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MANIFEST_OF(names) "[{\"Config\":\"" A ".json\",\"RepoTags\":[" names "],\"Layers\":[]}]"
#define MANIFEST MANIFEST_OF("\"alice/x:1\"")

struct maker {
  struct sd_arena arena;
  struct sd_str bytes;
  size_t read;
};

/* -- writing ------------------------------------------------------------------------------------ */

static inline void finish_header(char block[512]) {
  unsigned sum = 0;
  memset(block + 148, ' ', 8);
  for (size_t i = 0; i < 512; i++)
    sum += (unsigned char)block[i];
  (void)snprintf(block + 148, 8, "%06o", sum);
}

static inline void header(char block[512], const char *name, char type, size_t size,
                          const char *link) {
  memset(block, 0, 512);
  memcpy(block, name, strnlen(name, 100));
  memcpy(block + 100, "0000644", 7);
  (void)snprintf(block + 124, 12, "%011o", (unsigned)(size & 0xffffff));
  block[156] = type;
  memcpy(block + 157, link, strnlen(link, 100));
  memcpy(block + 257, "ustar\00000", 8);
  finish_header(block);
}

static inline void add_content(struct maker *m, const char *content, size_t len) {
  static const char zeros[512] = {0};
  sd_str_add_bytes(&m->bytes, content, len);
  sd_str_add_bytes(&m->bytes, zeros, (512 - len % 512) % 512);
}

static inline void add(struct maker *m, const char *name, char type, const char *content,
                       const char *link) {
  char block[512];
  header(block, name, type, strlen(content), link);
  sd_str_add_bytes(&m->bytes, block, sizeof(block));
  add_content(m, content, strlen(content));
}

static inline void add_file(struct maker *m, const char *name, const char *content) {
  add(m, name, '0', content, "");
}

static inline void add_end(struct maker *m, size_t blocks) {
  static const char zeros[512] = {0};
  for (size_t i = 0; i < blocks; i++)
    sd_str_add_bytes(&m->bytes, zeros, sizeof(zeros));
}

/* A few bytes at a time, as a pipe may give them. */
static inline bool give(void *context, void *buffer, size_t max, size_t *len,
                        struct sd_error *err) {
  struct maker *m = context;
  size_t left = m->bytes.len - m->read;
  (void)err;
  *len = left < max ? left : max;
  *len = *len < 333 ? *len : 333;
  if (*len > 0)
    memcpy(buffer, m->bytes.data + m->read, *len);
  m->read += *len;
  return true;
}

static inline void begin(struct maker *m) {
  sd_arena_init(&m->arena);
  sd_str_init(&m->bytes, &m->arena);
  m->read = 0;
}

/* The names with blanks between them, or "!" and why not. */
static inline const char *names(struct maker *m) {
  struct sd_tar_source source = {m, give};
  struct sd_archive archive = {0};
  struct sd_error err;
  sd_error_init(&err, &m->arena);
  if (sd_archive_read(&m->arena, &source, &archive, &err))
    return sd_strv_join(&archive.names, &m->arena, " ");
  assert_non_null(err.hint);
  return sd_arena_printf(&m->arena, "!%s", err.message);
}

static inline void expect(struct maker *m, const char *wanted) {
  const char *found = names(m);
  if (wanted[0] != '!')
    assert_string_equal(found, wanted);
  else if (found[0] != '!' || strstr(found, wanted + 1) == NULL) {
    print_message("found: %s, wanted: %s\n", found, wanted);
    fail();
  }
  sd_arena_finish(&m->arena);
}

#endif
