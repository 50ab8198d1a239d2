/* SPDX-License-Identifier: Apache-2.0 */
/* Tar streams (ustar, PAX, GNU's long names) between a container and the caller's files.
 *
 * MUST: take every name in a stream for hostile; touch nothing outside the folder that is given, through no link; give
 * no file another's ownership, set-id bits or attributes; make no device. */
#ifndef SAFE_DOCKER_SYS_STREAM_H
#define SAFE_DOCKER_SYS_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "safe-docker/base/error.h"

#define SD_STREAM_BLOCK 512

enum sd_stream_type {
  SD_STREAM_FILE,
  SD_STREAM_LINK, /* another name of a file of the same archive */
  SD_STREAM_SYMLINK,
  SD_STREAM_FOLDER,
  SD_STREAM_FIFO,
  SD_STREAM_DEVICE,
};

struct sd_stream_entry {
  enum sd_stream_type type;
  const char *name; /* clean and relative: no "", ".", ".." among its parts; "" is the top itself */
  const char *link; /* LINK: clean and relative as well. SYMLINK: anything but "" */
  mode_t mode;      /* the lower twelve bits */
  uid_t uid;
  gid_t gid;
  uint64_t size; /* of a FILE; 0 of others */
  struct timespec mtime;
};

/* -- reading ------------------------------------------------------------------------------------ */

struct sd_stream_reader {
  /* As read(2). */
  ssize_t (*read)(void *context, void *buffer, size_t len);
  void *context;
  struct sd_arena entry; /* texts of the present entry */
  uint64_t left;         /* of the present entry's data */
  uint64_t padding;      /* behind it */
  uint64_t total;        /* bytes read so far */
  bool cut; /* the stream ended or could not be read where more was due: whoever writes it failed */
};

/* `read` and `context` are those of the struct. Finish it afterwards. */
void sd_stream_reader_init(struct sd_stream_reader *reader, ssize_t (*read)(void *, void *, size_t),
                           void *context);
void sd_stream_reader_finish(struct sd_stream_reader *reader);
/* From the descriptor *(int *)context. */
ssize_t sd_stream_read_fd(void *context, void *buffer, size_t len);
/* The next entry, whose texts live until the one after it; data that was not read is skipped. *end: there is none, and
 * the stream was read to its end. */
bool sd_stream_next(struct sd_stream_reader *reader, struct sd_stream_entry *out, bool *end,
                    struct sd_error *err) SD_WARN_UNUSED;
/* Data of the present entry: at least one byte, *got 0 at its end. */
bool sd_stream_data(struct sd_stream_reader *reader, void *buffer, size_t len, size_t *got,
                    struct sd_error *err) SD_WARN_UNUSED;

/* -- unpacking ---------------------------------------------------------------------------------- */

/* Unpacks `first` (which was read already) and what follows into the open folder. The name of the first entry is the
 * top of all names of the archive; it becomes `name` ("": the folder itself). Owners are the caller, permissions
 * those of the archive without set-id bits, whatever the umask. What stands in the way is replaced, but no
 * folder by anything else and nothing else by a folder. Err->status is 1. */
bool sd_stream_unpack(struct sd_stream_reader *reader, const struct sd_stream_entry *first,
                      int folder, const char *name, struct sd_error *err) SD_WARN_UNUSED;

/* -- packing ------------------------------------------------------------------------------------ */

struct sd_stream_writer {
  int fd;
  uint64_t total; /* bytes written so far */
  bool cut;       /* nobody reads any more */
  bool of_root;   /* what sd_stream_pack packs is root's, whose ever it is here */
};

/* The header of an entry (with PAX records where it needs them), its data in pieces that add up to its size, the end. */
bool sd_stream_put(struct sd_stream_writer *writer, const struct sd_stream_entry *entry,
                   struct sd_error *err) SD_WARN_UNUSED;
bool sd_stream_put_data(struct sd_stream_writer *writer, const void *data, size_t len,
                        struct sd_error *err) SD_WARN_UNUSED;
bool sd_stream_put_padding(struct sd_stream_writer *writer, uint64_t size,
                           struct sd_error *err) SD_WARN_UNUSED;
bool sd_stream_put_end(struct sd_stream_writer *writer, struct sd_error *err) SD_WARN_UNUSED;

/* Packs `path` under `name` ("": as "./"), a folder with all that is below it, in order of name; a symlink as itself
 * unless `follow`, which goes for `path` alone. Sockets are left out, and so are set-id bits. What cannot be read is
 * left out, too, and the last such file is told in `err` when all the rest is packed. Err->status is 1. */
bool sd_stream_pack(struct sd_stream_writer *writer, const char *path, const char *name,
                    bool follow, struct sd_error *err) SD_WARN_UNUSED;

#endif
