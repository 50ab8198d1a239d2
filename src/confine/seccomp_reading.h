/* SPDX-License-Identifier: Apache-2.0 */
/* One reading of a profile's text. Private to src/confine/seccomp_{parse,rule,word}.c. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_READING_H
#define SAFE_DOCKER_CONFINE_SECCOMP_READING_H

#include "seccomp_profile.h"

struct sd_seccomp_reading {
  struct sd_arena *arena;
  const char *text;
  size_t len;
  struct sd_error *err;                 /* the first mistake, */
  struct sd_seccomp_mistakes *mistakes; /* or each, where this is not NULL */
};

/* "SOURCE:LINE:COLUMN: ..." Returns false. `hint` may be NULL. */
bool sd_seccomp_mistake(const struct sd_seccomp_reading *reading, const struct sd_json *where,
                        const char *hint, const char *format, ...) SD_PRINTF(4, 5);
/* Whether a list is read on behind an entry with a mistake. */
bool sd_seccomp_goes_on(const struct sd_seccomp_reading *reading);

/* True where `value` is of `type`; otherwise a mistake that says what `what` should be. */
bool sd_seccomp_expect(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                       enum sd_json_type type, const char *what) SD_WARN_UNUSED;
/* The list, NULL where it is missing or null; false: it is no list. */
bool sd_seccomp_list(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                     const char *key, const struct sd_json **out) SD_WARN_UNUSED;
/* True where every key of the object is one of `keys`. */
bool sd_seccomp_known_keys(const struct sd_seccomp_reading *reading, const struct sd_json *object,
                           const char *const *keys, size_t count) SD_WARN_UNUSED;
/* A whole number up to UINT64_MAX. */
bool sd_seccomp_number(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                       const char *what, uint64_t *out) SD_WARN_UNUSED;

/* An action and, where it can have one, its errno: `number` as Docker writes it, `name` ("EPERM") as Podman does as well.
 * Either may be NULL; without both it is EPERM. */
bool sd_seccomp_parse_action(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                             const struct sd_json *number, const struct sd_json *name,
                             uint32_t *out) SD_WARN_UNUSED;
/* "includes" or "excludes"; NULL is empty. */
bool sd_seccomp_parse_filter(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                             struct sd_seccomp_filter *out) SD_WARN_UNUSED;
/* *out is what could be read, also where this is false. */
bool sd_seccomp_parse_rule(const struct sd_seccomp_reading *reading, const struct sd_json *value,
                           struct sd_seccomp_rule *out) SD_WARN_UNUSED;

/* What was meant, or NULL. */
const char *sd_seccomp_meant_action(struct sd_arena *arena, const char *word);
const char *sd_seccomp_meant_operator(struct sd_arena *arena, const char *word);
const char *sd_seccomp_meant_arch(struct sd_arena *arena, const char *word, bool engine);
const char *sd_seccomp_meant_call(struct sd_arena *arena, const char *word);
const char *sd_seccomp_meant_key(struct sd_arena *arena, const char *word, const char *const *keys,
                                 size_t count);

#endif
