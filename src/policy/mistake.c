/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a value that is not right: where it stands, what it should be, and what its writer may have meant. */
#include <stdarg.h>

#include "safe-docker/base/text.h"
#include "safe-docker/policy/json_schema.h"
#include "schema.h"

static void add_path(struct sd_str *out, const struct sd_policy_path *path) {
  if (path == NULL)
    return;
  add_path(out, path->up);
  if (path->key == NULL) {
    sd_str_addf(out, "[%zu]", path->index);
    return;
  }
  if (path->up != NULL)
    sd_str_add_char(out, '.');
  sd_str_add(out, sd_text_safe(out->arena, path->key));
}

const char *sd_policy_path_text(struct sd_arena *arena, const struct sd_policy_path *path) {
  struct sd_str out;
  sd_str_init(&out, arena);
  add_path(&out, path);
  return sd_str_text(&out);
}

bool sd_policy_fail(struct sd_error *err, const struct sd_json *node,
                    const struct sd_policy_path *path, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = sd_arena_vprintf(err->arena, format, args);
  va_end(args);
  return sd_fail(err, "%s:%u:%u: %s%s%s", node->source, node->line, node->column,
                 sd_policy_path_text(err->arena, path), path != NULL ? ": " : "", text);
}

/* " such as EXAMPLE" of the key, or " as in EXAMPLE" of the list that the item stands in. */
static const char *example_of(struct sd_arena *arena, const struct sd_policy_path *path) {
  const char *text = sd_policy_path_text(arena, path);
  const char *example = sd_policy_example(arena, text);
  if (example != NULL)
    return sd_arena_printf(arena, " such as %s", example);
  if (path == NULL || path->key != NULL)
    return "";
  example = sd_policy_example(arena, sd_policy_path_text(arena, path->up));
  return example != NULL ? sd_arena_printf(arena, " as in %s", example) : "";
}

/* What the writer may have meant. */
static const char *remedy(const struct sd_json *node, bool quoted) {
  if (node->type == SD_JSON_NULL)
    return "; leave the key out for the default";
  return quoted ? "; take the quotes away" : "";
}

bool sd_policy_wrong_type_quoted(struct sd_error *err, const struct sd_json *node,
                                 const struct sd_policy_path *path, const char *wanted,
                                 bool quoted) {
  static const char *const names[] = {"null",     "a boolean", "a number",
                                      "a string", "a list",    "an object"};
  return sd_policy_fail(err, node, path, "must be %s%s, not %s%s", wanted,
                        example_of(err->arena, path), names[node->type], remedy(node, quoted));
}

bool sd_policy_wrong_type(struct sd_error *err, const struct sd_json *node,
                          const struct sd_policy_path *path, const char *wanted) {
  return sd_policy_wrong_type_quoted(err, node, path, wanted, false);
}
