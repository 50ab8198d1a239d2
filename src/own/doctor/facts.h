/* SPDX-License-Identifier: Apache-2.0 */
/* What `doctor` knows of a host: one structure. The collectors fill it from the machine, `--record` writes it as JSON,
 * `--facts FILE` reads it again, and the judges see nothing else.
 *
 * Each area has a struct of its own with a table of its members beside it; the tables alone know how it is written and
 * read. Whatever could not be found out is unknown, which is the value of zeroed memory: text NULL, truth UNKNOWN, a
 * number without `known`, a list without `known`. A judge takes what is unknown for good in no case. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"

enum fact_truth { FACT_UNKNOWN, FACT_NO, FACT_YES };

static inline enum fact_truth fact_truth_of(bool value) {
  return value ? FACT_YES : FACT_NO;
}

struct fact_number {
  bool known;
  int64_t value;
};

static inline struct fact_number fact_number_of(int64_t value) {
  return (struct fact_number){.known = true, .value = value};
}

struct fact_texts {
  bool known; /* the list is all there is */
  struct sd_strv list;
};

/* How a member stands in memory. */
enum fact_kind {
  FACT_TEXT,    /* const char *; NULL is null */
  FACT_TRUTH,   /* enum fact_truth; UNKNOWN is null */
  FACT_NUMBER,  /* struct fact_number */
  FACT_TEXTS,   /* struct fact_texts */
  FACT_OBJECT,  /* a struct, by `shape` */
  FACT_OBJECTS, /* SD_VEC of structs, by `shape` */
};

struct fact_shape;
struct fact_row {
  const char *name; /* of the JSON member */
  enum fact_kind kind;
  size_t offset;
  const struct fact_shape *shape; /* of OBJECT and OBJECTS */
};
struct fact_shape {
  const struct fact_row *rows;
  size_t count, size; /* of the rows; of the struct in bytes */
};
#define FACT_SHAPE(type, rows)                                                                     \
  { (rows), sizeof(rows) / sizeof((rows)[0]), sizeof(type) }

struct facts;
extern const struct fact_shape facts_shape; /* of the whole */

/* The structure as JSON, one member a line, with "format": 1 first. */
void facts_write(struct sd_arena *arena, const struct facts *facts, struct sd_str *out);
/* From such a text. Unknown members, wrong types and another format are errors with line and column; what is left out is
 * unknown. */
bool facts_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                struct facts *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
