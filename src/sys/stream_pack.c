/* SPDX-License-Identifier: Apache-2.0 */
/* Writing tar: POSIX.1-2017, pax. Files are opened with the rights of this process, which must be the caller's. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/stream.h"
#include "safe-docker/sys/write.h"

#define MODE_MAX 01777 /* never the set-id bits */
#define CHUNK 65536
#define NAME_MAX_LEN 100
#define BUCKETS 1024

/* -- writing ------------------------------------------------------------------------------------ */

bool sd_stream_put_data(struct sd_stream_writer *writer, const void *data, size_t len,
                        struct sd_error *err) {
  if (!sd_write_all(writer->fd, data, len)) {
    writer->cut = true;
    err->status = 1;
    return sd_fail_errno(err, errno, "the archive cannot be written");
  }
  writer->total += len;
  return true;
}

bool sd_stream_put_padding(struct sd_stream_writer *writer, uint64_t size, struct sd_error *err) {
  static const char zeros[SD_STREAM_BLOCK];
  size_t rest = (size_t)(size % SD_STREAM_BLOCK);
  return rest == 0 || sd_stream_put_data(writer, zeros, SD_STREAM_BLOCK - rest, err);
}

bool sd_stream_put_end(struct sd_stream_writer *writer, struct sd_error *err) {
  static const char zeros[2 * SD_STREAM_BLOCK];
  return sd_stream_put_data(writer, zeros, sizeof(zeros), err);
}

/* Offsets and lengths of a header's fields. */
enum { NAME = 0, MODE = 100, UID = 108, GID = 116, SIZE = 124, MTIME = 136, SUM = 148, TYPE = 156 };
enum { LINK = 157, MAGIC = 257 };

/* What does not fit becomes 0; a PAX record has it then. */
static void put_number(char *block, size_t at, size_t len, uint64_t value) {
  char digits[32];
  uint64_t max = (UINT64_C(1) << (3 * (len - 1))) - 1;
  (void)snprintf(digits, sizeof(digits), "%0*llo", (int)len - 1,
                 (unsigned long long)(value <= max ? value : 0));
  memcpy(block + at, digits, len);
}

static bool put_block(struct sd_stream_writer *writer, const struct sd_stream_entry *entry,
                      char type, struct sd_error *err) {
  char block[SD_STREAM_BLOCK] = {0};
  unsigned sum = 0;
  memcpy(block + NAME, entry->name, strnlen(entry->name, NAME_MAX_LEN));
  memcpy(block + LINK, entry->link, strnlen(entry->link, NAME_MAX_LEN));
  put_number(block, MODE, 8, entry->mode & MODE_MAX);
  put_number(block, UID, 8, entry->uid);
  put_number(block, GID, 8, entry->gid);
  put_number(block, SIZE, 12, entry->size);
  put_number(block, MTIME, 12, entry->mtime.tv_sec > 0 ? (uint64_t)entry->mtime.tv_sec : 0);
  block[TYPE] = type;
  memcpy(block + MAGIC, "ustar\00000", 8);
  memset(block + SUM, ' ', 8);
  for (size_t i = 0; i < sizeof(block); i++)
    sum += (unsigned char)block[i];
  put_number(block, SUM, 7, sum);
  return sd_stream_put_data(writer, block, sizeof(block), err);
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts its own digits as well. */
static void add_record(struct sd_str *out, const char *key, const char *value) {
  size_t bare = strlen(key) + strlen(value) + 3;
  size_t whole = bare + 1;
  for (int i = 0; i < 4; i++) {
    char digits[32];
    whole = bare + (size_t)snprintf(digits, sizeof(digits), "%zu", whole);
  }
  sd_str_addf(out, "%zu %s=%s\n", whole, key, value);
}

static void add_number(struct sd_str *out, const char *key, uint64_t value, uint64_t max) {
  if (value > max)
    add_record(out, key, sd_arena_printf(out->arena, "%llu", (unsigned long long)value));
}

static void add_records(struct sd_str *out, const struct sd_stream_entry *entry) {
  if (strlen(entry->name) > NAME_MAX_LEN)
    add_record(out, "path", entry->name);
  if (strlen(entry->link) > NAME_MAX_LEN)
    add_record(out, "linkpath", entry->link);
  add_number(out, "uid", entry->uid, 07777777);
  add_number(out, "gid", entry->gid, 07777777);
  add_number(out, "size", entry->size, 077777777777);
  if (entry->mtime.tv_sec < 0 || entry->mtime.tv_sec > 077777777777)
    add_record(out, "mtime", sd_arena_printf(out->arena, "%lld", (long long)entry->mtime.tv_sec));
}

static bool put_records(struct sd_stream_writer *writer, const struct sd_stream_entry *entry,
                        struct sd_arena *arena, struct sd_error *err) {
  struct sd_str records;
  sd_str_init(&records, arena);
  add_records(&records, entry);
  if (records.len == 0)
    return true;
  struct sd_stream_entry header = {
      .name = "PaxHeaders.0", .link = "", .mode = 0644, .size = records.len};
  return put_block(writer, &header, 'x', err) &&
         sd_stream_put_data(writer, records.data, records.len, err) &&
         sd_stream_put_padding(writer, records.len, err);
}

static char letter_of(enum sd_stream_type type) {
  switch (type) {
  case SD_STREAM_FILE:
    return '0';
  case SD_STREAM_LINK:
    return '1';
  case SD_STREAM_SYMLINK:
    return '2';
  case SD_STREAM_FOLDER:
    return '5';
  case SD_STREAM_FIFO:
    return '6';
  case SD_STREAM_DEVICE:
    break;
  }
  return '\0';
}

bool sd_stream_put(struct sd_stream_writer *writer, const struct sd_stream_entry *entry,
                   struct sd_error *err) {
  struct sd_arena arena;
  struct sd_stream_entry written = *entry;
  char letter = letter_of(entry->type);
  if (letter == '\0')
    return sd_fail(err, "a device cannot be copied");
  sd_arena_init(&arena);
  if (entry->type == SD_STREAM_FOLDER)
    written.name = sd_arena_printf(&arena, "%s/", entry->name[0] != '\0' ? entry->name : ".");
  bool good =
      put_records(writer, &written, &arena, err) && put_block(writer, &written, letter, err);
  sd_arena_finish(&arena);
  return good;
}

/* -- what is packed ----------------------------------------------------------------------------- */

/* A file that has more names than one, and the first of them here. */
struct seen {
  const struct seen *next;
  dev_t device;
  ino_t inode;
  const char *name;
};

struct packing {
  struct sd_stream_writer *writer;
  struct sd_arena arena; /* of what lasts to the end */
  const struct seen *seen[BUCKETS];
  struct sd_error *problem; /* of what was left out */
};

/* One thing on its way into the archive. */
struct item {
  const char *path, *name;
  bool follow, top;
};

/* What is left out; where nothing but that was asked for, it is the end. */
static bool leave_out(struct packing *job, const struct item *item, int number) {
  job->problem->status = 1;
  (void)sd_fail_errno(job->problem, number, "%s", sd_text_safe(job->problem->arena, item->path));
  return !item->top;
}

static const char *first_name(struct packing *job, const struct stat *info, const char *name) {
  const struct seen **bucket = &job->seen[info->st_ino % BUCKETS];
  if (info->st_nlink < 2)
    return NULL;
  for (const struct seen *at = *bucket; at != NULL; at = at->next)
    if (at->inode == info->st_ino && at->device == info->st_dev)
      return at->name;
  struct seen *added = sd_arena_alloc(&job->arena, sizeof(*added));
  *added = (struct seen){*bucket, info->st_dev, info->st_ino, sd_arena_strdup(&job->arena, name)};
  *bucket = added;
  return NULL;
}

static struct sd_stream_entry entry_of(const struct packing *job, const struct item *item,
                                       const struct stat *info, enum sd_stream_type type) {
  bool root = job->writer->of_root;
  return (struct sd_stream_entry){.type = type,
                                  .name = item->name,
                                  .link = "",
                                  .mode = info->st_mode & 07777,
                                  .uid = root ? 0 : info->st_uid,
                                  .gid = root ? 0 : info->st_gid,
                                  .mtime = info->st_mtim};
}

/* Exactly as many bytes as the header says: what grew meanwhile is cut off. */
static bool put_file_data(struct packing *job, const struct item *item, int fd, uint64_t size,
                          struct sd_error *err) {
  char chunk[CHUNK];
  for (uint64_t left = size; left > 0;) {
    ssize_t got = read(fd, chunk, left < sizeof(chunk) ? (size_t)left : sizeof(chunk));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      err->status = 1;
      const char *shown = sd_text_safe(err->arena, item->path);
      return got < 0 ? sd_fail_errno(err, errno, "%s", shown)
                     : sd_fail(err, "%s became shorter while it was read", shown);
    }
    if (!sd_stream_put_data(job->writer, chunk, (size_t)got, err))
      return false;
    left -= (uint64_t)got;
  }
  return sd_stream_put_padding(job->writer, size, err);
}

static bool pack_open_file(struct packing *job, const struct item *item, int fd,
                           struct sd_error *err) {
  struct stat info;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return leave_out(job, item, EINVAL); /* it was a file just now */
  struct sd_stream_entry entry = entry_of(job, item, &info, SD_STREAM_FILE);
  const char *first = first_name(job, &info, item->name);
  if (first != NULL) {
    entry.type = SD_STREAM_LINK;
    entry.link = first;
    return sd_stream_put(job->writer, &entry, err);
  }
  entry.size = (uint64_t)info.st_size;
  return sd_stream_put(job->writer, &entry, err) && put_file_data(job, item, fd, entry.size, err);
}

static bool pack_file(struct packing *job, const struct item *item, struct sd_error *err) {
  int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (item->follow ? 0 : O_NOFOLLOW);
  int fd = open(item->path, flags);
  if (fd < 0)
    return leave_out(job, item, errno);
  bool good = pack_open_file(job, item, fd, err);
  (void)close(fd);
  return good;
}

static bool pack_symlink(struct packing *job, const struct item *item, const struct stat *info,
                         struct sd_error *err) {
  char target[4096];
  ssize_t len = readlink(item->path, target, sizeof(target) - 1);
  if (len <= 0)
    return leave_out(job, item, len < 0 ? errno : EINVAL);
  target[len] = '\0';
  struct sd_stream_entry entry = entry_of(job, item, info, SD_STREAM_SYMLINK);
  entry.link = target;
  return sd_stream_put(job->writer, &entry, err);
}

/* -- folders ------------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool list(struct sd_arena *arena, const struct item *item, struct sd_strv *out) {
  int fd = open(item->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (item->follow ? 0 : O_NOFOLLOW));
  DIR *folder = fd < 0 ? NULL : fdopendir(fd);
  if (folder == NULL) {
    int failure = errno;
    if (fd >= 0)
      (void)close(fd);
    errno = failure;
    return false;
  }
  errno = 0;
  for (const struct dirent *found = readdir(folder); found != NULL; found = readdir(folder))
    if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
      sd_strv_add(out, arena, sd_arena_strdup(arena, found->d_name));
  int failure = errno;
  (void)closedir(folder);
  errno = failure;
  if (out->v.len > 0)
    qsort(out->v.items, out->v.len, sizeof(*out->v.items), compare);
  return failure == 0;
}

static bool pack_item(struct packing *job, const struct item *item, struct sd_error *err);

static bool pack_listed(struct packing *job, const struct item *item, struct sd_arena *arena,
                        struct sd_error *err) {
  struct sd_strv names = {0};
  size_t len = strlen(item->path);
  const char *slash = len > 0 && item->path[len - 1] == '/' ? "" : "/";
  if (!list(arena, item, &names) && !leave_out(job, item, errno))
    return false;
  for (size_t i = 0; i < names.v.len; i++) {
    const char *name = names.v.items[i];
    struct item below = {
        .path = sd_arena_printf(arena, "%s%s%s", item->path, slash, name),
        .name = item->name[0] == '\0' ? name : sd_arena_printf(arena, "%s/%s", item->name, name)};
    if (!pack_item(job, &below, err))
      return false;
  }
  return true;
}

static bool pack_folder(struct packing *job, const struct item *item, const struct stat *info,
                        struct sd_error *err) {
  struct sd_stream_entry entry = entry_of(job, item, info, SD_STREAM_FOLDER);
  struct sd_arena arena;
  sd_arena_init(&arena);
  bool good = sd_stream_put(job->writer, &entry, err) && pack_listed(job, item, &arena, err);
  sd_arena_finish(&arena);
  return good;
}

static bool pack_item(struct packing *job, const struct item *item, struct sd_error *err) {
  struct stat info;
  if (fstatat(AT_FDCWD, item->path, &info, item->follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    return leave_out(job, item, errno);
  struct sd_stream_entry fifo = entry_of(job, item, &info, SD_STREAM_FIFO);
  switch (info.st_mode & S_IFMT) {
  case S_IFREG:
    return pack_file(job, item, err);
  case S_IFDIR:
    return pack_folder(job, item, &info, err);
  case S_IFLNK:
    return pack_symlink(job, item, &info, err);
  case S_IFIFO:
    return sd_stream_put(job->writer, &fifo, err);
  case S_IFSOCK:
    return true;
  default:
    return leave_out(job, item, ENOTSUP);
  }
}

bool sd_stream_pack(struct sd_stream_writer *writer, const char *path, const char *name,
                    bool follow, struct sd_error *err) {
  struct sd_error problem;
  struct packing *job = NULL;
  struct sd_arena arena;
  sd_arena_init(&arena);
  sd_error_init(&problem, err->arena);
  job = sd_arena_alloc(&arena, sizeof(*job));
  *job = (struct packing){.writer = writer, .problem = &problem};
  sd_arena_init(&job->arena);
  struct item item = {.path = path, .name = name, .follow = follow, .top = true};
  bool good = pack_item(job, &item, err) && sd_stream_put_end(writer, err);
  if (problem.message != NULL) {
    if (err->message == NULL)
      *err = problem;
    good = false;
  }
  sd_arena_finish(&job->arena);
  sd_arena_finish(&arena);
  return good;
}
