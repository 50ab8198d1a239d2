/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of docker cp: what the processes with the caller's rights alone do. */
#ifndef SAFE_DOCKER_SRC_COPY_HOST_H
#define SAFE_DOCKER_SRC_COPY_HOST_H

#include <stdint.h>

#include "safe-docker/docker/copy.h"
#include "safe-docker/sys/stream.h"

/* What such a process ends with. */
enum copy_status {
  COPY_DONE = 0,
  COPY_FAILED = 1, /* and shared->message tells why */
  COPY_CUT = 3,    /* the real CLI ended before it, and knows why */
};

/* Memory of both processes; nothing in it is believed to be more than it is. */
struct copy_shared {
  uint64_t bytes; /* of the stream */
  enum sd_stream_type type;
  char link[4096];
  char message[2048];
};

/* One job. Texts are the parent's, as they were when the process was started. */
struct copy_job {
  struct copy_shared *shared;
  const char *source, *destination; /* absolute; of the one in the container it is the path there */
  const char *name;                 /* of the top of the archive; "": the folder itself */
  bool follow;
  bool
      of_root; /* the daemon is a rootless one of the caller's: what is theirs here is root's there */
};

/* The name that the top of an archive of `path` has; "" where its content alone is meant. */
const char *copy_top(struct sd_arena *arena, const char *path);
/* Whether the real CLI would write to that path at all. */
bool copy_check_output(struct sd_arena *arena, const char *path,
                       struct sd_error *err) SD_WARN_UNUSED;
/* Whether the source of the host is a folder; as the real CLI, err->status is 1. */
bool copy_look_at_source(const char *path, bool follow, bool *folder,
                         struct sd_error *err) SD_WARN_UNUSED;

/* The jobs, for sd_worker_start, with a struct copy_job; the descriptor is the stream. */
int copy_unpack(void *job, int fd); /* the stream to job->destination */
int copy_pack(void *job, int fd);   /* job->source, as job->name, to the stream */
int copy_filter(
    void *job,
    int fd); /* standard input to the stream, without set-id bits, attributes and devices */
int copy_look(void *job, int fd); /* the first entry of the stream: shared->type and ->link */

#endif
