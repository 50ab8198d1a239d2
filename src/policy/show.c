/* SPDX-License-Identifier: Apache-2.0 */
/* `policy show`: what holds for a caller, and which line says so. */
#include <string.h>

#include "safe-docker/base/json_write.h"

#include "schema.h"

static void indent(struct sd_str *out, unsigned depth) {
  sd_str_add_char(out, '\n');
  for (unsigned i = 0; i < depth; i++)
    sd_str_add(out, "  ");
}

/* A leaf is what merging replaces as a whole: a scalar, a list, an object without keys. */
static void write_origin(struct sd_str *out, const struct sd_json *node, const char *path,
                         bool *first) {
  if (node->type == SD_JSON_OBJECT && node->members.len > 0) {
    for (size_t i = 0; i < node->members.len; i++) {
      const struct sd_json_member *member = &node->members.items[i];
      write_origin(
          out, member->value,
          sd_arena_printf(out->arena, "%s%s%s", path, *path != '\0' ? "." : "", member->key),
          first);
    }
    return;
  }
  if (!*first)
    sd_str_add_char(out, ',');
  *first = false;
  indent(out, 2);
  sd_str_add_json(out, path);
  sd_str_add(out, ": ");
  sd_str_add_json(out,
                  sd_arena_printf(out->arena, "%s:%u:%u", node->source, node->line, node->column));
}

/* Files have absolute names, so that ", /" parts one from the next. */
static void write_sources(struct sd_str *out, const char *sources) {
  sd_str_add_char(out, '[');
  for (const char *next = sources; next != NULL;) {
    const char *end = strstr(next, ", /");
    sd_str_add_json(out,
                    end != NULL ? sd_arena_strndup(out->arena, next, (size_t)(end - next)) : next);
    if (end != NULL)
      sd_str_add(out, ", ");
    next = end != NULL ? end + 2 : NULL;
  }
  sd_str_add_char(out, ']');
}

static void write_caller(struct sd_str *out, const struct sd_policy_caller *caller) {
  sd_str_addf(out, "{\"uid\": %u, \"gid\": %u, \"user\": ", (unsigned)caller->uid,
              (unsigned)caller->gid);
  sd_str_add_json(out, caller->user);
  sd_str_add_char(out, '}');
}

const char *sd_policy_show(struct sd_arena *arena, const struct sd_policy *policy,
                           const struct sd_policy_caller *caller) {
  struct sd_str out;
  bool first = true;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\n  \"policy\": ");
  sd_json_write_lines(&out, policy->effective, 1);
  sd_str_add(&out, ",\n  \"origin\": {");
  write_origin(&out, policy->effective, "", &first);
  sd_str_add(&out, "\n  },\n  \"caller\": ");
  write_caller(&out, caller);
  sd_str_add(&out, ",\n  \"sources\": ");
  write_sources(&out, policy->sources);
  sd_str_add(&out, ",\n  \"hash\": ");
  sd_str_add_json(&out, policy->hash);
  sd_str_add(&out, "\n}\n");
  return sd_str_text(&out);
}
