/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: give an entry the name and size that every other reader gives it, or refuse the archive. The formats: POSIX
 * pax(1), and the GNU tar manual, "Basic Tar Format". */
#include "safe-docker/base/tar.h"

#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define CHUNK 65536
#define RECORDS_MAX ((size_t)64 * 1024)
#define LONG_NAME_MAX ((size_t)4096)
#define ENTRIES_MAX 100000
#define NUMBER_MAX ((uint64_t)1 << 56)

static const char hint[] = "write it with docker save";

static bool fail(struct sd_error *err, const char *why) {
  return sd_fail_rule(err, NULL, hint, "the archive is not understood: %s", why);
}

/* One block that begins an entry. */
struct header {
  char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
  char type;
  char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155];
  char end[12];
};
_Static_assert(sizeof(struct header) == SD_TAR_BLOCK, "a header is one block");

/* What stands before an entry and is about it. */
struct extension {
  const char *path, *target; /* NULL: not given */
  bool has_size;
  uint64_t size;
  bool records; /* PAX: GNU's long names may not stand beside them */
};

void sd_tar_init(struct sd_tar *tar, struct sd_arena *arena, const struct sd_tar_source *source) {
  *tar = (struct sd_tar){.arena = arena, .source = source};
}

/* -- bytes -------------------------------------------------------------------------------------- */

static bool read_some(struct sd_tar *tar, void *buffer, size_t max, size_t *len,
                      struct sd_error *err) {
  return tar->source->read(tar->source->context, buffer, max, len, err);
}

/* Up to `size` bytes; fewer only at the end. */
static bool read_full(struct sd_tar *tar, char *buffer, size_t size, size_t *got,
                      struct sd_error *err) {
  *got = 0;
  while (*got < size) {
    size_t len = 0;
    if (!read_some(tar, buffer + *got, size - *got, &len, err))
      return false;
    if (len == 0)
      return true;
    *got += len;
  }
  return true;
}

static bool read_exactly(struct sd_tar *tar, char *buffer, size_t size, struct sd_error *err) {
  size_t got = 0;
  return read_full(tar, buffer, size, &got, err) && (got == size || fail(err, "it ends too early"));
}

static bool skip(struct sd_tar *tar, uint64_t size, struct sd_error *err) {
  char chunk[CHUNK];
  while (size > 0) {
    size_t len = size < sizeof(chunk) ? (size_t)size : sizeof(chunk);
    if (!read_exactly(tar, chunk, len, err))
      return false;
    size -= len;
  }
  return true;
}

static bool is_zero(const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (bytes[i] != '\0')
      return false;
  return true;
}

static void set_content(struct sd_tar *tar, uint64_t size) {
  tar->left = size;
  tar->padding = (SD_TAR_BLOCK - size % SD_TAR_BLOCK) % SD_TAR_BLOCK;
}

static bool finish_content(struct sd_tar *tar, struct sd_error *err) {
  uint64_t size = tar->left + tar->padding;
  tar->left = tar->padding = 0;
  return skip(tar, size, err);
}

bool sd_tar_content(struct sd_tar *tar, size_t max, const char **text, size_t *len,
                    struct sd_error *err) {
  if (tar->left > max)
    return fail(err, "a file that describes it is too large");
  size_t size = (size_t)tar->left;
  char *buffer = sd_arena_alloc(tar->arena, size + 1);
  if (!read_exactly(tar, buffer, size, err))
    return false;
  tar->left = 0;
  *text = buffer;
  *len = size;
  return finish_content(tar, err);
}

/* -- fields ------------------------------------------------------------------------------------- */

/* Octal digits and then NULs and blanks alone; nothing is 0. */
static bool read_octal(const char *field, size_t len, uint64_t *out) {
  size_t i = 0;
  *out = 0;
  for (; i < len && field[i] >= '0' && field[i] <= '7'; i++)
    *out = *out * 8 + (uint64_t)(field[i] - '0');
  for (; i < len; i++)
    if (field[i] != '\0' && field[i] != ' ')
      return false;
  return true;
}

/* Octal, or GNU's big-endian binary behind a first byte of 0x80. */
static bool read_size(const char *field, size_t len, uint64_t *out) {
  if ((unsigned char)field[0] != 0x80)
    return field[0] != ' ' && field[0] != '\0' && read_octal(field, len, out);
  *out = 0;
  for (size_t i = 1; i < len; i++) {
    if (*out >= NUMBER_MAX >> 8)
      return false;
    *out = *out << 8 | (unsigned char)field[i];
  }
  return true;
}

static bool has_checksum(const struct header *header) {
  const unsigned char *bytes = (const unsigned char *)header;
  size_t at = offsetof(struct header, checksum);
  uint64_t wanted = 0;
  uint64_t sum = 0;
  for (size_t i = 0; i < sizeof(*header); i++)
    sum += i >= at && i < at + sizeof(header->checksum) ? ' ' : bytes[i];
  return read_octal(header->checksum, sizeof(header->checksum), &wanted) && sum == wanted;
}

static const char *field_text(struct sd_arena *arena, const char *field, size_t len) {
  return sd_arena_strndup(arena, field, strnlen(field, len));
}

static bool is_ustar(const struct header *header) {
  return memcmp(header->magic, "ustar", 6) == 0 && memcmp(header->version, "00", 2) == 0;
}

/* GNU keeps other things where ustar has the prefix; old writers mixed both up. */
static bool is_gnu(const struct header *header) {
  return memcmp(header->magic, "ustar ", 6) == 0 && memcmp(header->version, " ", 2) == 0 &&
         is_zero(header->prefix, sizeof(header->prefix));
}

/* Engines take what begins so for a compressed archive, whatever it is otherwise. */
static bool is_compressed(const char *bytes) {
  static const struct {
    size_t at, len;
    const char *magic;
  } known[] = {{0, 2, "\x1f\x8b"}, /* gzip */
               {0, 3, "BZh"},      /* bzip2 */
               {0, 6,
                "\xfd"
                "7zXZ"},                        /* xz, with its NUL */
               {0, 4, "\x28\xb5\x2f\xfd"},      /* zstd */
               {1, 3, "\x2a\x4d\x18"},          /* zstd: a frame to skip */
               {0, 4, "\x04\x22\x4d\x18"},      /* lz4 */
               {0, 5, "\x5d\x00\x00\x80\x00"}}; /* lzma */
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (memcmp(bytes + known[i].at, known[i].magic, known[i].len) == 0)
      return true;
  return false;
}

/* The name of every header: those of extensions, too, are seen by who only looks at the beginning. */
static bool check_header(struct sd_tar *tar, const struct header *header, struct sd_error *err) {
  const char *name = field_text(tar->arena, header->name, sizeof(header->name));
  if (!has_checksum(header))
    return fail(err, "a header has a wrong checksum");
  if ((!is_ustar(header) && !is_gnu(header)) || !is_zero(header->end, sizeof(header->end)))
    return fail(err, "a header is neither of the ustar nor of the GNU format");
  if (!sd_text_is_printable(name))
    return fail(err, "a name has bytes that cannot be shown");
  return true;
}

/* -- what stands before an entry ---------------------------------------------------------------- */

static bool is_plain_size(const char *text, size_t len, uint64_t *out) {
  *out = 0;
  for (size_t i = 0; i < len; i++) {
    if (text[i] < '0' || text[i] > '9' || *out > NUMBER_MAX / 10)
      return false;
    *out = *out * 10 + (uint64_t)(text[i] - '0');
  }
  return len > 0 && *out < NUMBER_MAX && (len == 1 || text[0] != '0');
}

/* Records that say nothing of what an entry is called and how long it is. */
static bool is_harmless(const char *key) {
  static const char *const known[] = {"atime", "ctime",   "mtime", "uid",
                                      "gid",   "comment", "uname", "gname"};
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (strcmp(key, known[i]) == 0)
      return true;
  return sd_text_starts_with(key, "SCHILY.") || sd_text_starts_with(key, "LIBARCHIVE.");
}

static bool take_text(struct sd_arena *arena, const char **field, const char *value, size_t len,
                      struct sd_error *err) {
  if (*field != NULL)
    return fail(err, "an entry has two names");
  if (len == 0 || memchr(value, '\0', len) != NULL)
    return fail(err, "an entry has a name that is none");
  *field = sd_arena_strndup(arena, value, len);
  return true;
}

static bool take_record(struct sd_tar *tar, const char *key, const char *value, size_t len,
                        struct extension *out, struct sd_error *err) {
  if (strcmp(key, "path") == 0)
    return take_text(tar->arena, &out->path, value, len, err);
  if (strcmp(key, "linkpath") == 0)
    return take_text(tar->arena, &out->target, value, len, err);
  if (strcmp(key, "size") != 0)
    return is_harmless(key) || fail(err, "it has records that are not known");
  if (out->has_size || !is_plain_size(value, len, &out->size))
    return fail(err, "the size of an entry is not clear");
  out->has_size = true;
  return true;
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts all of it. */
static bool read_records(struct sd_tar *tar, const char *text, size_t len, struct extension *out,
                         struct sd_error *err) {
  while (len > 0) {
    size_t digits = 0;
    uint64_t size = 0;
    while (digits < len && digits < 8 && text[digits] >= '0' && text[digits] <= '9')
      digits++;
    if (digits == len || text[digits] != ' ' || !is_plain_size(text, digits, &size) || size > len ||
        size < digits + 4 || text[size - 1] != '\n')
      return fail(err, "its records are damaged");
    const char *key = text + digits + 1;
    size_t rest = (size_t)size - digits - 2;
    const char *equals = memchr(key, '=', rest);
    if (equals == NULL || equals == key || memchr(key, '\0', (size_t)(equals - key)) != NULL)
      return fail(err, "its records are damaged");
    const char *name = sd_arena_strndup(tar->arena, key, (size_t)(equals - key));
    if (!take_record(tar, name, equals + 1, rest - (size_t)(equals + 1 - key), out, err))
      return false;
    text += size;
    len -= (size_t)size;
  }
  return true;
}

static bool read_extension(struct sd_tar *tar, char type, struct extension *out,
                           struct sd_error *err) {
  const char *text = NULL;
  size_t len = 0;
  if (!sd_tar_content(tar, type == 'x' ? RECORDS_MAX : LONG_NAME_MAX, &text, &len, err))
    return false;
  if (out->records || (type == 'x' && (out->path != NULL || out->target != NULL)))
    return fail(err, "two extensions stand before one entry");
  if (type == 'x') {
    out->records = true;
    return read_records(tar, text, len, out, err);
  }
  size_t name = strlen(text);
  if (name < len && !is_zero(text + name, len - name))
    return fail(err, "a long name is damaged");
  return take_text(tar->arena, type == 'L' ? &out->path : &out->target, text, name, err);
}

/* -- entries ------------------------------------------------------------------------------------ */

bool sd_tar_path_is_clean(const char *path) {
  if (path[0] == '\0' || !sd_text_is_printable(path))
    return false;
  for (const char *at = path;;) {
    size_t len = strcspn(at, "/");
    if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && memcmp(at, "..", 2) == 0))
      return false;
    if (at[len] == '\0')
      return true;
    at += len + 1;
  }
}

static bool find_type(char byte, enum sd_tar_type *out, struct sd_error *err) {
  static const struct {
    char byte;
    enum sd_tar_type type;
  } types[] = {{'0', SD_TAR_FILE},
               {'\0', SD_TAR_FILE},
               {'1', SD_TAR_LINK},
               {'2', SD_TAR_SYMLINK},
               {'5', SD_TAR_FOLDER}};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (types[i].byte == byte) {
      *out = types[i].type;
      return true;
    }
  return fail(err, "it has entries that are neither files nor folders nor links");
}

static const char *path_of(struct sd_arena *arena, const struct header *header) {
  const char *name = field_text(arena, header->name, sizeof(header->name));
  if (!is_ustar(header) || header->prefix[0] == '\0')
    return name;
  const char *prefix = field_text(arena, header->prefix, sizeof(header->prefix));
  return sd_arena_printf(arena, "%s/%s", prefix, name);
}

/* One "/" may end the path of a folder. */
static bool read_path(struct sd_arena *arena, const struct header *header,
                      const struct extension *extension, struct sd_tar_entry *out,
                      struct sd_error *err) {
  const char *path = extension->path != NULL ? extension->path : path_of(arena, header);
  size_t len = strlen(path);
  if (out->type == SD_TAR_FOLDER && len > 1 && path[len - 1] == '/')
    path = sd_arena_strndup(arena, path, len - 1);
  if (!sd_tar_path_is_clean(path))
    return sd_fail_rule(err, NULL, hint, "the archive is not understood: '%s' is not a clean path",
                        sd_text_safe(arena, path));
  out->path = path;
  return true;
}

static bool read_entry(struct sd_tar *tar, const struct header *header,
                       const struct extension *extension, uint64_t size, struct sd_tar_entry *out,
                       struct sd_error *err) {
  struct sd_tar_entry entry = {0};
  if (!find_type(header->type, &entry.type, err) ||
      !read_path(tar->arena, header, extension, &entry, err))
    return false;
  entry.size = extension->has_size ? extension->size : size;
  if (entry.type != SD_TAR_FILE && (entry.size != 0 || size != 0))
    return fail(err, "an entry that is no file has a size");
  entry.target = extension->target != NULL
                     ? extension->target
                     : field_text(tar->arena, header->link, sizeof(header->link));
  set_content(tar, entry.size);
  *out = entry;
  return true;
}

/* Behind the first block of zeros: a second one, and then nothing else up to the end. */
static bool read_end(struct sd_tar *tar, struct sd_error *err) {
  char chunk[CHUNK];
  size_t total = 0;
  for (;;) {
    size_t got = 0;
    if (!read_full(tar, chunk, sizeof(chunk), &got, err))
      return false;
    if (!is_zero(chunk, got))
      return fail(err, "something follows its end");
    total = total < SD_TAR_BLOCK ? total + got : total;
    if (got < sizeof(chunk))
      return total >= SD_TAR_BLOCK || fail(err, "it ends too early");
  }
}

bool sd_tar_next(struct sd_tar *tar, struct sd_tar_entry *out, bool *end, struct sd_error *err) {
  struct extension extension = {0};
  struct header header;
  uint64_t size = 0;
  *end = false;
  for (;;) {
    if (!finish_content(tar, err) || !read_exactly(tar, (char *)&header, sizeof(header), err))
      return false;
    bool extended = extension.records || extension.path != NULL || extension.target != NULL;
    if (is_zero((const char *)&header, sizeof(header))) {
      *end = true;
      return extended ? fail(err, "it ends too early") : read_end(tar, err);
    }
    if (++tar->headers == 1 && is_compressed((const char *)&header))
      return sd_fail_rule(err, NULL,
                          "uncompress it first, such as with gunzip -c FILE | docker load",
                          "the archive is compressed, so that its names cannot be read");
    if (tar->headers > ENTRIES_MAX)
      return fail(err, "it has too many entries");
    if (!check_header(tar, &header, err))
      return false;
    if (!read_size(header.size, sizeof(header.size), &size) || size >= NUMBER_MAX)
      return fail(err, "the size of an entry is not clear");
    if (header.type != 'x' && header.type != 'L' && header.type != 'K')
      return read_entry(tar, &header, &extension, size, out, err);
    set_content(tar, size);
    if (!read_extension(tar, header.type, &extension, err))
      return false;
  }
}
