/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tar: POSIX.1-2017, pax, "pax Interchange Format" and "ustar Interchange Format"; tar(5) for GNU's. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/stream.h"

#define TEXT_MAX ((size_t)1 << 20) /* of PAX records and long names */
#define NANO 1000000000L

struct header {
  char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100];
  char magic[8]; /* with the version */
  char user[32], group[32], major[8], minor[8], prefix[155], unused[12];
};
_Static_assert(sizeof(struct header) == SD_STREAM_BLOCK, "a header is one block");

/* What records before a header say of it. */
struct notes {
  const char *name, *link; /* NULL: nothing */
  bool has_size, has_mtime, has_uid, has_gid;
  uint64_t size, uid, gid;
  struct timespec mtime;
};

static bool bad(struct sd_error *err, const char *what) {
  err->status = 1;
  return sd_fail(err, "the archive is damaged: %s", what);
}

/* -- bytes -------------------------------------------------------------------------------------- */

ssize_t sd_stream_read_fd(void *context, void *buffer, size_t len) {
  return read(*(int *)context, buffer, len);
}

void sd_stream_reader_init(struct sd_stream_reader *reader,
                           ssize_t (*read_some)(void *, void *, size_t), void *context) {
  *reader = (struct sd_stream_reader){.read = read_some, .context = context};
  sd_arena_init(&reader->entry);
}

void sd_stream_reader_finish(struct sd_stream_reader *reader) {
  sd_arena_finish(&reader->entry);
}

static bool read_some(struct sd_stream_reader *reader, void *buffer, size_t len, size_t *got,
                      struct sd_error *err) {
  ssize_t count = 0;
  do
    count = reader->read(reader->context, buffer, len);
  while (count < 0 && errno == EINTR);
  if (count < 0) {
    reader->cut = true;
    err->status = 1;
    return sd_fail_errno(err, errno, "the archive cannot be read");
  }
  *got = (size_t)count;
  reader->total += *got;
  return true;
}

static bool read_all(struct sd_stream_reader *reader, void *buffer, size_t len,
                     struct sd_error *err) {
  for (size_t done = 0, got = 0; done < len; done += got) {
    if (!read_some(reader, (char *)buffer + done, len - done, &got, err))
      return false;
    if (got == 0) {
      reader->cut = true;
      return bad(err, "it ends too early");
    }
  }
  return true;
}

bool sd_stream_data(struct sd_stream_reader *reader, void *buffer, size_t len, size_t *got,
                    struct sd_error *err) {
  size_t want = reader->left < len ? (size_t)reader->left : len;
  *got = 0;
  if (want == 0)
    return true;
  if (!read_some(reader, buffer, want, got, err))
    return false;
  if (*got == 0) {
    reader->cut = true;
    return bad(err, "it ends within a file");
  }
  reader->left -= *got;
  return true;
}

static bool skip_rest(struct sd_stream_reader *reader, struct sd_error *err) {
  char chunk[4096];
  reader->left += reader->padding;
  reader->padding = 0;
  for (size_t got = 0; reader->left > 0;)
    if (!sd_stream_data(reader, chunk, sizeof(chunk), &got, err))
      return false;
  return true;
}

/* -- fields ------------------------------------------------------------------------------------- */

/* Octal digits between blanks and NULs, or GNU's binary numbers, at most INT64_MAX. An empty field is 0. */
static bool number(struct sd_arena *arena, const char *field, size_t len, uint64_t *out) {
  struct sd_error ignored;
  uint64_t value = 0;
  sd_error_init(&ignored, arena);
  if ((field[0] & 0x80) != 0) {
    if ((unsigned char)field[0] != 0x80)
      return false;
    for (size_t i = 1; i < len; i++) {
      if (value > (uint64_t)INT64_MAX >> 8)
        return false;
      value = value << 8 | (unsigned char)field[i];
    }
    *out = value;
    return true;
  }
  while (len > 0 && field[0] == ' ') {
    field++;
    len--;
  }
  const char *digits =
      sd_arena_strndup(arena, field, strcspn(sd_arena_strndup(arena, field, len), " "));
  *out = 0;
  return digits[0] == '\0' || sd_number_octal(digits, INT64_MAX, out, &ignored);
}

static bool decimal(struct sd_arena *arena, const char *text, size_t len, uint64_t max,
                    uint64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  return sd_number_decimal(sd_arena_strndup(arena, text, len), 0, max, out, &ignored);
}

/* "-12.000000345" */
static bool moment(struct sd_arena *arena, const char *text, struct timespec *out) {
  bool negative = text[0] == '-';
  uint64_t seconds = 0;
  long nanoseconds = 0;
  text += negative ? 1 : 0;
  size_t len = strcspn(text, ".");
  if (!decimal(arena, text, len, (uint64_t)1 << 40, &seconds))
    return false;
  const char *fraction = text[len] == '.' ? text + len + 1 : "";
  if (strspn(fraction, "0123456789") != strlen(fraction))
    return false;
  for (long unit = NANO / 10; *fraction != '\0' && unit > 0; fraction++, unit /= 10)
    nanoseconds += (*fraction - '0') * unit;
  *out = (struct timespec){negative ? -(time_t)seconds : (time_t)seconds, nanoseconds};
  if (negative && nanoseconds > 0)
    *out = (struct timespec){out->tv_sec - 1, NANO - nanoseconds};
  return true;
}

static bool checksum_fits(struct sd_arena *arena, const struct header *header) {
  const unsigned char *bytes = (const unsigned char *)header;
  uint64_t sum = 0;
  uint64_t said = 0;
  for (size_t i = 0; i < sizeof(*header); i++) {
    bool own = i >= offsetof(struct header, checksum) && i < offsetof(struct header, type);
    sum += own ? ' ' : bytes[i];
  }
  return number(arena, header->checksum, sizeof(header->checksum), &said) && said == sum;
}

/* -- records before a header -------------------------------------------------------------------- */

/* Records have a length, so that values could hold a NUL that ends them early here alone. */
static bool take_record(struct sd_arena *arena, const char *key, const char *value, size_t len,
                        struct notes *notes) {
  bool path = strcmp(key, "path") == 0;
  if (strncmp(key, "GNU.sparse", strlen("GNU.sparse")) == 0)
    return false;
  if (path || strcmp(key, "linkpath") == 0) {
    *(path ? &notes->name : &notes->link) = value;
    return len > 0 && strlen(value) == len;
  }
  if (strcmp(key, "size") == 0)
    return notes->has_size = decimal(arena, value, len, INT64_MAX, &notes->size);
  if (strcmp(key, "uid") == 0)
    return notes->has_uid = decimal(arena, value, len, UINT32_MAX, &notes->uid);
  if (strcmp(key, "gid") == 0)
    return notes->has_gid = decimal(arena, value, len, UINT32_MAX, &notes->gid);
  if (strcmp(key, "mtime") == 0)
    return notes->has_mtime = moment(arena, value, &notes->mtime);
  return true;
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts all of it. */
static bool take_records(struct sd_arena *arena, const char *text, size_t len,
                         struct notes *notes) {
  for (size_t at = 0; at < len;) {
    const char *record = text + at;
    const char *blank = memchr(record, ' ', len - at);
    uint64_t whole = 0;
    if (blank == NULL || !decimal(arena, record, (size_t)(blank - record), len - at, &whole))
      return false;
    const char *end = record + whole;
    if (end <= blank + 1 || end[-1] != '\n')
      return false;
    const char *equals = memchr(blank, '=', (size_t)(end - blank));
    if (equals == NULL)
      return false;
    size_t value_len = (size_t)(end - 1 - (equals + 1));
    const char *key = sd_arena_strndup(arena, blank + 1, (size_t)(equals - blank - 1));
    const char *value = sd_arena_strndup(arena, equals + 1, value_len);
    if (!take_record(arena, key, value, value_len, notes))
      return false;
    at += (size_t)whole;
  }
  return true;
}

static uint64_t padding_of(uint64_t size) {
  return (SD_STREAM_BLOCK - size % SD_STREAM_BLOCK) % SD_STREAM_BLOCK;
}

/* Takes the data of a header that speaks of the next one. */
static bool take_notes(struct sd_stream_reader *reader, char type, uint64_t size,
                       struct notes *notes, struct sd_error *err) {
  struct sd_arena *arena = &reader->entry;
  if (size == 0 || size > TEXT_MAX)
    return bad(err, "a header is too large");
  char *text = sd_arena_alloc(arena, (size_t)size + 1);
  if (!read_all(reader, text, (size_t)size, err))
    return false;
  reader->padding = padding_of(size);
  if (!skip_rest(reader, err))
    return false;
  switch (type) {
  case 'g':
    return true; /* of no file in particular: the daemon and the real CLI pass over it as well */
  case 'x':
    return take_records(arena, text, (size_t)size, notes) || bad(err, "records of a header");
  case 'L':
    notes->name = text;
    return true;
  case 'K':
    notes->link = text;
    return true;
  default:
    return bad(err, "a header of an unknown kind");
  }
}

/* -- names -------------------------------------------------------------------------------------- */

/* Without what stands for nothing; false where a part is "..". */
static bool clean_name(struct sd_arena *arena, const char *name, const char **out) {
  struct sd_strv parts = {0};
  for (const char *at = name; *at != '\0';) {
    size_t len = strcspn(at, "/");
    const char *part = sd_arena_strndup(arena, at, len);
    if (strcmp(part, "..") == 0)
      return false;
    if (len > 0 && strcmp(part, ".") != 0)
      sd_strv_add(&parts, arena, part);
    at += len + (at[len] == '/' ? 1 : 0);
  }
  *out = sd_strv_join(&parts, arena, "/");
  return true;
}

static const char *header_name(struct sd_arena *arena, const struct header *header, bool posix) {
  const char *name = sd_arena_strndup(arena, header->name, sizeof(header->name));
  const char *prefix = sd_arena_strndup(arena, header->prefix, sizeof(header->prefix));
  return posix && prefix[0] != '\0' ? sd_arena_printf(arena, "%s/%s", prefix, name) : name;
}

/* -- headers ------------------------------------------------------------------------------------ */

static bool type_of(char type, enum sd_stream_type *out) {
  static const struct {
    char letter;
    enum sd_stream_type type;
  } types[] = {{'0', SD_STREAM_FILE},    {'\0', SD_STREAM_FILE},  {'1', SD_STREAM_LINK},
               {'2', SD_STREAM_SYMLINK}, {'3', SD_STREAM_DEVICE}, {'4', SD_STREAM_DEVICE},
               {'5', SD_STREAM_FOLDER},  {'6', SD_STREAM_FIFO}};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (types[i].letter == type) {
      *out = types[i].type;
      return true;
    }
  return false;
}

static bool is_posix(const struct header *header) {
  return memcmp(header->magic, "ustar\0", 6) == 0;
}

static bool is_zero(const struct header *header) {
  static const struct header zero;
  return memcmp(header, &zero, sizeof(zero)) == 0;
}

static bool fill_numbers(struct sd_arena *arena, const struct header *header,
                         const struct notes *notes, struct sd_stream_entry *out) {
  uint64_t mode = 0;
  uint64_t uid = notes->uid;
  uint64_t gid = notes->gid;
  uint64_t seconds = 0;
  if (!number(arena, header->mode, sizeof(header->mode), &mode) ||
      !(notes->has_uid || number(arena, header->uid, sizeof(header->uid), &uid)) ||
      !(notes->has_gid || number(arena, header->gid, sizeof(header->gid), &gid)) ||
      !(notes->has_mtime || number(arena, header->mtime, sizeof(header->mtime), &seconds)) ||
      uid > UINT32_MAX || gid > UINT32_MAX || seconds > (uint64_t)1 << 40)
    return false;
  out->mode = (mode_t)(mode & 07777);
  out->uid = (uid_t)uid;
  out->gid = (gid_t)gid;
  out->mtime = notes->has_mtime ? notes->mtime : (struct timespec){(time_t)seconds, 0};
  return true;
}

static bool fill_names(struct sd_arena *arena, const struct header *header,
                       const struct notes *notes, struct sd_stream_entry *out) {
  const char *name =
      notes->name != NULL ? notes->name : header_name(arena, header, is_posix(header));
  const char *link = notes->link != NULL
                         ? notes->link
                         : sd_arena_strndup(arena, header->link, sizeof(header->link));
  out->link = "";
  if (name[0] == '\0' || !clean_name(arena, name, &out->name))
    return false;
  if (out->type == SD_STREAM_LINK)
    return clean_name(arena, link, &out->link) && out->link[0] != '\0';
  if (out->type == SD_STREAM_SYMLINK)
    out->link = link;
  return out->type != SD_STREAM_SYMLINK || link[0] != '\0';
}

static bool fill(struct sd_stream_reader *reader, const struct header *header, uint64_t size,
                 const struct notes *notes, struct sd_stream_entry *out, struct sd_error *err) {
  struct sd_arena *arena = &reader->entry;
  size = notes->has_size ? notes->size : size;
  if (!type_of(header->type, &out->type))
    return bad(err, "an entry of an unknown kind");
  if (!fill_numbers(arena, header, notes, out))
    return bad(err, "numbers of an entry");
  if (!fill_names(arena, header, notes, out))
    return bad(err, "a name that leads nowhere, or out of it");
  if (out->type != SD_STREAM_FILE && size != 0)
    return bad(err, "data where there can be none");
  out->size = size;
  reader->left = size;
  reader->padding = padding_of(size);
  return true;
}

/* Whoever writes may have more to say behind the end; it must not find the door closed. */
static bool drain(struct sd_stream_reader *reader, struct sd_error *err) {
  char chunk[4096];
  size_t got = 1;
  while (got > 0)
    if (!read_some(reader, chunk, sizeof(chunk), &got, err))
      return false;
  return true;
}

bool sd_stream_next(struct sd_stream_reader *reader, struct sd_stream_entry *out, bool *end,
                    struct sd_error *err) {
  struct header header;
  struct notes notes = {0};
  struct sd_stream_entry entry = {0};
  if (!skip_rest(reader, err))
    return false;
  sd_arena_reset(&reader->entry);
  for (unsigned headers = 0; headers < 16; headers++) {
    uint64_t size = 0;
    if (!read_all(reader, &header, sizeof(header), err))
      return false;
    if (is_zero(&header)) {
      *end = true;
      return headers == 0 ? drain(reader, err) : bad(err, "a header without its entry");
    }
    if (memcmp(header.magic, "ustar", 5) != 0 || !checksum_fits(&reader->entry, &header) ||
        !number(&reader->entry, header.size, sizeof(header.size), &size))
      return bad(err, "there is no tar header where there must be one (is it compressed?)");
    if (header.type == '\0' || strchr("xgLK", header.type) == NULL) {
      *end = false;
      if (!fill(reader, &header, size, &notes, &entry, err))
        return false;
      *out = entry;
      return true;
    }
    if (!take_notes(reader, header.type, size, &notes, err))
      return false;
  }
  return bad(err, "too many headers for one entry");
}
