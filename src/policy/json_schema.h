/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that the JSON Schema of the policy is made of. */
#ifndef SAFE_DOCKER_SRC_POLICY_JSON_SCHEMA_H
#define SAFE_DOCKER_SRC_POLICY_JSON_SCHEMA_H

#include "safe-docker/base/str.h"
#include "schema.h"

/* Writes JSON, one member a line. Zeroed but for `out` it is ready. */
struct sd_schema_writer {
  struct sd_str out;
  unsigned depth;
  bool first; /* nothing stands in the open bracket yet */
};

/* A member's name, or nothing where it is NULL (an item of a list), and an opening bracket: '{' or '['. */
void sd_schema_open(struct sd_schema_writer *to, const char *name, char bracket);
void sd_schema_close(struct sd_schema_writer *to, char bracket);
void sd_schema_text(struct sd_schema_writer *to, const char *name, const char *text);
void sd_schema_number(struct sd_schema_writer *to, const char *name, int64_t number);
void sd_schema_bool(struct sd_schema_writer *to, const char *name, bool value);
/* Any value, on one line. */
void sd_schema_json(struct sd_schema_writer *to, const char *name, const struct sd_json *node);
/* What is JSON already. */
void sd_schema_raw(struct sd_schema_writer *to, const char *name, const char *json);
/* "name": ["word", ...] */
void sd_schema_words(struct sd_schema_writer *to, const char *name, const char *const *words);

/* A kind of text by its check; see value_kinds.def. */
struct sd_value_kind {
  const char *one, *many, *pattern, *wrong;
};
/* All empty for a check that the table does not have. */
struct sd_value_kind sd_value_kind_of(sd_policy_check *check);

/* "size above 0", "list of commands": the type of a field in words. */
const char *sd_schema_type(struct sd_arena *arena, const struct sd_policy_field *field);
/* The members that say what a value may be, for all fields but objects, maps and lists of objects; false for those. */
bool sd_schema_add_value(struct sd_schema_writer *to, const struct sd_policy_field *field);
/* The members that say which names a map may have. */
void sd_schema_add_names(struct sd_schema_writer *to, const struct sd_policy_field *field);

#endif
