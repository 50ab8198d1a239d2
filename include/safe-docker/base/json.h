/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON: the sole user of yajl, of its streaming API only (its tree API had CVE-2022-24795 and
 * CVE-2023-33460), into a tree of our own on an arena. */
#ifndef SAFE_DOCKER_BASE_JSON_H
#define SAFE_DOCKER_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/error.h"

#define SD_JSON_MAX_BYTES ((size_t)1024 * 1024)
#define SD_JSON_LARGE_BYTES ((size_t)64 * 1024 * 1024)
#define SD_JSON_MAX_DEPTH 16

enum sd_json_type {
  SD_JSON_NULL,
  SD_JSON_BOOL,
  SD_JSON_NUMBER,
  SD_JSON_STRING,
  SD_JSON_ARRAY,
  SD_JSON_OBJECT
};

struct sd_json;
struct sd_json_member {
  const char *key;
  unsigned line, column; /* of the key */
  struct sd_json *value;
};

struct sd_json {
  enum sd_json_type type;
  unsigned line, column; /* from 1; of the value's first byte */
  bool boolean;
  const char *source; /* the name given to sd_json_read: "/etc/safe-docker/policy.json" */
  int64_t number;     /* only whole numbers within int64 are accepted */
  const char *string; /* UTF-8 without NUL */
  SD_VEC(struct sd_json *) items;        /* ARRAY */
  SD_VEC(struct sd_json_member) members; /* OBJECT, in order of the text; keys are unique */
};

/* Reads one document; // and C comments are allowed when `comments`. Errors are "SOURCE:LINE:COLUMN: ...":
 * not JSON, trailing text, a duplicate key, a number that is not a whole one, NUL in a string,
 * deeper than SD_JSON_MAX_DEPTH or larger than SD_JSON_MAX_BYTES. */
bool sd_json_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                  bool comments, struct sd_json **out, struct sd_error *err) SD_WARN_UNUSED;
/* The same for what a program printed: no comments, up to SD_JSON_LARGE_BYTES. */
bool sd_json_read_large(struct sd_arena *arena, const char *source, const char *text, size_t len,
                        struct sd_json **out, struct sd_error *err) SD_WARN_UNUSED;
/* The same, and a number that is not whole or does not fit is read, too: as the STRING of what was written. */
bool sd_json_read_fractions(struct sd_arena *arena, const char *source, const char *text,
                            size_t len, struct sd_json **out, struct sd_error *err) SD_WARN_UNUSED;
/* The member's value, or NULL. */
struct sd_json *sd_json_get(const struct sd_json *object, const char *key);

#endif
