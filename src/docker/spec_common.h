/* SPDX-License-Identifier: Apache-2.0 */
/* What the parsers of docker/specs.h share: one CSV record, and small steps on words.
 *
 * MUST: accept nothing that Go's encoding/csv would split in another way, and no text that is not
 * printable UTF-8. */
#ifndef SAFE_DOCKER_SRC_DOCKER_SPEC_COMMON_H
#define SAFE_DOCKER_SRC_DOCKER_SPEC_COMMON_H

#include <stddef.h>

#include "safe-docker/docker/specs.h"

/* One record of Go's encoding/csv. Line breaks are refused wherever they stand: Go skips leading
 * ones and drops whatever follows the first record. */
bool sd_csv_read(struct sd_arena *arena, const char *text, struct sd_strv *out,
                 struct sd_error *err) SD_WARN_UNUSED;

/* Not empty and printable UTF-8. */
bool sd_spec_check(const char *text, struct sd_error *err) SD_WARN_UNUSED;
/* Cuts at the first `separator`: true where there is one; else *left is the whole and *right NULL.
 */
bool sd_spec_cut(struct sd_arena *arena, const char *text, char separator, const char **left,
                 const char **right);
void sd_spec_split(struct sd_arena *arena, const char *text, char separator, struct sd_strv *out);
/* ASCII letters in lower case; other bytes as they are. */
const char *sd_spec_lower(struct sd_arena *arena, const char *text);
bool sd_spec_has_outer_blank(const char *text);
/* Not empty, and of the bytes of `set` alone. */
bool sd_spec_consists_of(const char *text, const char *set);

#define SD_SPEC_DIGITS "0123456789"
#define SD_SPEC_LOWER "abcdefghijklmnopqrstuvwxyz"
#define SD_SPEC_ALNUM SD_SPEC_DIGITS SD_SPEC_LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* [a-zA-Z0-9][a-zA-Z0-9_.-]*, the alphabet of Docker's own names. */
bool sd_spec_is_name(const char *text);

/* A table whose rows begin with `const char *name`. */
struct sd_spec_table {
  const void *rows;
  size_t count;
  size_t stride;
  const char *useful; /* what the hint about an unknown word says; NULL: all the names */
};
#define SD_SPEC_TABLE(array)                                                                       \
  ((struct sd_spec_table){(array), sizeof(array) / sizeof((array)[0]), sizeof((array)[0]), NULL})
const char *sd_spec_name_at(const struct sd_spec_table *table, size_t index);
/* The index of `name`, or table->count. */
size_t sd_spec_find(const struct sd_spec_table *table, const char *name);
/* "unknown WHAT 'WORD'"; the hint is the nearest name of the table, or all of them. */
bool sd_spec_unknown(const struct sd_spec_table *table, const char *what, const char *word,
                     struct sd_error *err);
/* Puts "KEY: " before the message of `inner`; its hint stays. */
bool sd_spec_fail_in(const char *key, const struct sd_error *inner, struct sd_error *err);

/* A path inside the container: absolute, cleaned, not "/", no backslash (the daemon reads it as
 * "/"). */
bool sd_spec_target(struct sd_arena *arena, const char *text, const char **out,
                    struct sd_error *err) SD_WARN_UNUSED;
/* The name of a volume as the local driver takes it: at least two characters of Docker's alphabet.
 */
bool sd_spec_volume_name(const char *text, struct sd_error *err) SD_WARN_UNUSED;

#endif
