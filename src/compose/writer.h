/* SPDX-License-Identifier: Apache-2.0 */
/* What writing the hardened model is made of. */
#ifndef SAFE_DOCKER_SRC_COMPOSE_WRITER_H
#define SAFE_DOCKER_SRC_COMPOSE_WRITER_H

#include "safe-docker/compose/compose.h"

struct sd_compose_writer {
  struct sd_arena *arena;
  const struct sd_compose_project *project;
  const char *seccomp; /* path of the profile */
  struct sd_error *err;
  struct sd_str text;
  bool first; /* nothing stands in the open list or object yet */
};

/* `key` is NULL in lists. Texts come out so that compose replaces nothing in them. */
void sd_compose_open(struct sd_compose_writer *writer, const char *key, char bracket);
void sd_compose_close(struct sd_compose_writer *writer, char bracket);
void sd_compose_put_text(struct sd_compose_writer *writer, const char *key, const char *text);
void sd_compose_put_number(struct sd_compose_writer *writer, const char *key, int64_t number);
void sd_compose_put_raw(struct sd_compose_writer *writer, const char *key, const char *json);

/* Keys of a service that are no plain text, list or number; write_parts.c. */
typedef void sd_compose_write_part(struct sd_compose_writer *writer, const char *key,
                                   const struct sd_request *request);
sd_compose_write_part sd_compose_write_blkio, sd_compose_write_cpus, sd_compose_write_devices,
    sd_compose_write_environment, sd_compose_write_labels, sd_compose_write_logging,
    sd_compose_write_mounts, sd_compose_write_ports, sd_compose_write_security,
    sd_compose_write_grace, sd_compose_write_tmpfs, sd_compose_write_ulimits;
void sd_compose_write_health(struct sd_compose_writer *writer,
                             const struct sd_compose_service *service);

#endif
