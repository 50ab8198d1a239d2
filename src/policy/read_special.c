/* SPDX-License-Identifier: Apache-2.0 */
/* Values of their own kind: ulimits, ids, port ranges, and what stands in overrides. */
#include "safe-docker/base/number.h"

#include <stddef.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "schema.h"

/* (uid_t)-1 means "none" to the kernel. */
#define ID_MAX (UINT32_MAX - 1)

/* "A<separator>B" as two decimals; B equals A where it is left out and `single` allows that. */
static bool read_pair(struct sd_arena *arena, const char *text, char separator, bool single,
                      uint64_t min, uint64_t max, uint64_t out[2]) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  const char *cut = strchr(text, separator);
  if (cut == NULL && !single)
    return false;
  const char *first = cut != NULL ? sd_arena_strndup(arena, text, (size_t)(cut - text)) : text;
  return sd_number_decimal(first, min, max, &out[0], &ignored) &&
         sd_number_decimal(cut != NULL ? cut + 1 : text, min, max, &out[1], &ignored);
}

bool sd_policy_read_ulimit(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                           const struct sd_policy_path *path, const struct sd_json *node,
                           void *dest, struct sd_error *err) {
  uint64_t pair[2] = {0, 0};
  (void)field;
  if (node->type == SD_JSON_NUMBER && node->number >= 0)
    pair[0] = pair[1] = (uint64_t)node->number;
  else if (node->type != SD_JSON_STRING ||
           !read_pair(in->arena, node->string, ':', true, 0, INT64_MAX, pair))
    return sd_policy_fail(
        err, node, path,
        "must be a number from 0 such as 1024 or a string such as \"1024:65536\" for "
        "the soft and the hard limit, each below 2^63");
  if (pair[0] > pair[1])
    return sd_policy_fail(err, node, path, "the soft limit is above the hard one");
  ((int64_t *)dest)[0] = (int64_t)pair[0];
  ((int64_t *)dest)[1] = (int64_t)pair[1];
  return true;
}

bool sd_policy_read_ulimit_max(const struct sd_policy_reading *in,
                               const struct sd_policy_field *field,
                               const struct sd_policy_path *path, const struct sd_json *node,
                               void *dest, struct sd_error *err) {
  uint64_t value = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, in->arena);
  (void)field;
  if (node->type == SD_JSON_NUMBER && node->number >= 0)
    value = (uint64_t)node->number;
  else if (node->type != SD_JSON_STRING ||
           !sd_number_decimal(node->string, 0, INT64_MAX, &value, &ignored))
    return sd_policy_fail(err, node, path, "must be a number from 0 such as 65536, and below 2^63");
  *(int64_t *)dest = (int64_t)value;
  return true;
}

/* Both numeric: names would be looked up in the image. Neither root's. */
bool sd_policy_read_ids(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                        const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                        struct sd_error *err) {
  uint64_t pair[2] = {0, 0};
  (void)field;
  if (node->type != SD_JSON_STRING ||
      !read_pair(in->arena, node->string, ':', false, 1, ID_MAX, pair))
    return sd_policy_fail(err, node, path,
                          "must be a string such as \"65534:65534\": two numbers above 0");
  ((uint32_t *)dest)[0] = (uint32_t)pair[0];
  ((uint32_t *)dest)[1] = (uint32_t)pair[1];
  return true;
}

bool sd_policy_read_ports(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  uint64_t pair[2] = {0, 0};
  (void)field;
  if (node->type != SD_JSON_STRING ||
      !read_pair(in->arena, node->string, '-', true, 1, 65535, pair))
    return sd_policy_fail(
        err, node, path,
        "must be a string such as \"1024-65535\", of ports from 1 to 65535; to allow no "
        "port, leave addresses empty and default_address \"\"");
  if (pair[0] > pair[1])
    return sd_policy_fail(err, node, path, "the first port is above the last one");
  ((unsigned *)dest)[0] = (unsigned)pair[0];
  ((unsigned *)dest)[1] = (unsigned)pair[1];
  return true;
}

/* Of an override: accounts or groups, by name or id. They are looked up when overrides are applied.
 */
bool sd_policy_read_names(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) {
  (void)in;
  (void)field;
  (void)dest;
  if (node->type != SD_JSON_ARRAY)
    return sd_policy_wrong_type(err, node, path, "a list of names and ids");
  for (size_t i = 0; i < node->items.len; i++) {
    const struct sd_json *item = node->items.items[i];
    const struct sd_policy_path at = {.up = path, .index = i};
    bool id = item->type == SD_JSON_NUMBER && item->number >= 0 && item->number <= ID_MAX;
    if (!id && (item->type != SD_JSON_STRING || item->string[0] == '\0' ||
                !sd_text_is_printable(item->string)))
      return sd_policy_fail(err, item, &at, "must be a name, or an id from 0 to %ju",
                            (uintmax_t)ID_MAX);
  }
  return true;
}

/* Checked for every entry, whomever it is for: a mistake must not wait for the caller it concerns.
 */
bool sd_policy_read_override(const struct sd_policy_reading *in,
                             const struct sd_policy_field *field, const struct sd_policy_path *path,
                             const struct sd_json *node, void *dest, struct sd_error *err) {
  (void)field;
  (void)dest;
  struct sd_policy_reading inside = *in;
  inside.in_override = true;
  struct sd_policy *scratch = sd_arena_alloc(in->arena, sizeof(*scratch));
  return sd_policy_read_shape(&inside, &sd_policy_root, path, node, scratch, err);
}

bool sd_policy_read_overrides(const struct sd_policy_reading *in,
                              const struct sd_policy_field *field,
                              const struct sd_policy_path *path, const struct sd_json *node,
                              void *dest, struct sd_error *err) {
  (void)dest;
  if (node->type != SD_JSON_ARRAY)
    return sd_policy_wrong_type(err, node, path, "a list of objects");
  for (size_t i = 0; i < node->items.len; i++) {
    const struct sd_json *entry = node->items.items[i];
    const struct sd_policy_path at = {.up = path, .index = i};
    char nothing = 0; /* the rows of an override store nothing */
    if (!sd_policy_read_shape(in, field->shape, &at, entry, &nothing, err))
      return false;
    if (sd_json_get(entry, "users") == NULL && sd_json_get(entry, "groups") == NULL)
      return sd_policy_fail(err, entry, &at,
                            "has neither \"users\" nor \"groups\", so it is for nobody");
  }
  return true;
}

bool sd_policy_read_version(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                            const struct sd_policy_path *path, const struct sd_json *node,
                            void *dest, struct sd_error *err) {
  (void)in;
  (void)field;
  (void)dest;
  return (node->type == SD_JSON_NUMBER && node->number == 1) ||
         sd_policy_fail(err, node, path,
                        "must be 1, the version of the policy format that this "
                        "safe-docker knows");
}

/* What is for editors alone. */
bool sd_policy_read_ignored(const struct sd_policy_reading *in, const struct sd_policy_field *field,
                            const struct sd_policy_path *path, const struct sd_json *node,
                            void *dest, struct sd_error *err) {
  (void)in;
  (void)field;
  (void)dest;
  return node->type == SD_JSON_STRING || sd_policy_wrong_type(err, node, path, "a string");
}
