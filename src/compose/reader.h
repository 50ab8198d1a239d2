/* SPDX-License-Identifier: Apache-2.0 */
/* What reading the model is made of. */
#ifndef SAFE_DOCKER_SRC_COMPOSE_READER_H
#define SAFE_DOCKER_SRC_COMPOSE_READER_H

#include "safe-docker/base/json.h"
#include "safe-docker/base/problem.h"
#include "safe-docker/compose/compose.h"

struct sd_compose_reader {
  struct sd_arena *arena;
  struct sd_problems *problems;
  struct sd_compose_project *project;
  struct sd_compose_service *service; /* that is being read; NULL: none */
  const char *place;                  /* "service web", "network default": for messages */
  const char *given_name;             /* of the project, before sd_compose_own_name */
};

/* A problem about a key of what is being read: "service web, KEY: ...". */
void sd_compose_refuse(struct sd_compose_reader *reader, const char *rule, const char *key,
                       const char *hint, const char *format, ...) SD_PRINTF(5, 6);

/* The text as the caller's file means it: compose writes each $ twice. A single one is a problem; then "". */
const char *sd_compose_plain(struct sd_compose_reader *reader, const char *key, const char *text);
/* A string, number or boolean as text; NULL with a problem for anything else. */
const char *sd_compose_text(struct sd_compose_reader *reader, const char *key,
                            const struct sd_json *value);
/* True where there is nothing: null, an empty list, object or string, false. */
bool sd_compose_is_nothing(const struct sd_json *value);
/* True for true, and a problem for what is no boolean. */
bool sd_compose_flag(struct sd_compose_reader *reader, const char *key,
                     const struct sd_json *value);
/* A list of texts, or one text, appended to `out`. */
void sd_compose_texts(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value, struct sd_strv *out);
/* An object with texts for values, or a list of KEY=VALUE, as a list of the latter. `bare`: null stands for KEY alone,
 * else for "KEY=". */
void sd_compose_pairs(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value, bool bare, struct sd_strv *out);
/* True for an object; else a problem. */
bool sd_compose_is_object(struct sd_compose_reader *reader, const char *key,
                          const struct sd_json *value);
/* True for a list; else a problem. */
bool sd_compose_is_list(struct sd_compose_reader *reader, const char *key,
                        const struct sd_json *value);
/* A whole number, written as number or text. */
bool sd_compose_number(struct sd_compose_reader *reader, const char *key,
                       const struct sd_json *value, int64_t min, int64_t max, int64_t *out);

/* Appends "--OPTION=VALUE" to the words of the service. */
void sd_compose_word(struct sd_compose_reader *reader, const char *option, const char *value);

/* What a key is read by. `key` is its name. */
typedef void sd_compose_read_key(struct sd_compose_reader *reader, const char *key,
                                 const struct sd_json *value);

/* A row of a table of keys. */
enum sd_compose_shape {
  SD_COMPOSE_KEY_NO,     /* refused: `text` is the reason, `hint` what works */
  SD_COMPOSE_KEY_TEXT,   /* the option `text` of docker create, and so the next ones */
  SD_COMPOSE_KEY_FLAG,   /* true or false */
  SD_COMPOSE_KEY_LIST,   /* the option once for each */
  SD_COMPOSE_KEY_PAIRS,  /* the option once for each KEY=VALUE */
  SD_COMPOSE_KEY_READ,   /* by `read` */
  SD_COMPOSE_KEY_IGNORE, /* means nothing to a container on one host */
};
struct sd_compose_key {
  const char *name;
  enum sd_compose_shape shape;
  const char *text, *hint;
  sd_compose_read_key *read;
};

/* Reads every member of `object` by the table; x-KEYS are left out, unknown ones are problems. */
void sd_compose_members(struct sd_compose_reader *reader, const struct sd_json *object,
                        const char *prefix, const struct sd_compose_key *keys, size_t count);

/* Keys of services that are objects themselves: service_parts.c. */
sd_compose_read_key sd_compose_read_blkio, sd_compose_read_deploy, sd_compose_read_devices,
    sd_compose_read_healthcheck, sd_compose_read_logging, sd_compose_read_networks,
    sd_compose_read_ports, sd_compose_read_ulimits, sd_compose_read_depends_on;
/* service_volumes.c */
sd_compose_read_key sd_compose_read_volumes;
/* service.c */
void sd_compose_read_service(struct sd_compose_reader *reader, const struct sd_json *value);
void sd_compose_scale(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value);

/* The object of that key, or NULL. */
struct sd_compose_object *sd_compose_find_object(const struct sd_compose_objects *objects,
                                                 const char *key);

#endif
