/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON Schema of the policy, from the parser's own table: see schema.c. */
#include "safe-docker/policy/json_schema.h"

#include <string.h>

#include "json_schema.h"

/* A field at its place. */
struct place {
  const struct sd_policy_field *field;
  const char *path;              /* as describe.def has it */
  const struct sd_json *builtin; /* the built-in default's value, or NULL */
};

static const char *join(struct sd_arena *arena, const char *path, const char *key) {
  return sd_arena_printf(arena, "%s%s%s", path, *path != '\0' ? "." : "", key);
}

static const struct sd_json *builtin_at(const struct sd_json *builtin, const char *key) {
  return builtin != NULL && builtin->type == SD_JSON_OBJECT ? sd_json_get(builtin, key) : NULL;
}

/* An object of its own keys has no default worth telling: they have theirs. */
static const struct sd_json *default_of(const struct place *at) {
  return at->field->read != sd_policy_read_object ? at->builtin : NULL;
}

static void add_markdown(struct sd_schema_writer *to, const struct place *at, const char *what) {
  struct sd_schema_writer value = {.first = true};
  sd_str_init(&value.out, to->out.arena);
  if (default_of(at) != NULL)
    sd_schema_json(&value, NULL, default_of(at));
  sd_schema_text(to, "markdownDescription",
                 sd_arena_printf(to->out.arena,
                                 "%s\n\nType: %s.%s%s%s\n\n`%s` in safe-docker-policy(5)", what,
                                 sd_schema_type(to->out.arena, at->field),
                                 value.out.len > 0 ? "  \nDefault: `" : "", sd_str_text(&value.out),
                                 value.out.len > 0 ? "`" : "", at->path));
}

/* JSON that is written in describe.def; the tests read it. */
static void add_example(struct sd_schema_writer *to, const char *path) {
  const char *example = sd_policy_example(to->out.arena, path);
  if (example == NULL)
    return;
  sd_schema_open(to, "examples", '[');
  sd_schema_raw(to, NULL, example);
  sd_schema_close(to, ']');
}

static void add_description(struct sd_schema_writer *to, const struct place *at) {
  const char *what = sd_policy_describe(to->out.arena, at->path);
  sd_schema_text(to, "description", what != NULL ? what : "");
  add_markdown(to, at, what != NULL ? what : "");
  sd_schema_text(to, "$comment", sd_schema_type(to->out.arena, at->field));
  if (default_of(at) != NULL)
    sd_schema_json(to, "default", default_of(at));
  add_example(to, at->path);
}

static void add_place(struct sd_schema_writer *to, const struct place *at);

static void add_required(struct sd_schema_writer *to, const struct sd_policy_shape *shape) {
  bool any = false;
  for (size_t i = 0; i < shape->count; i++)
    if ((shape->fields[i].flags & SD_POLICY_REQUIRED) != 0) {
      if (!any)
        sd_schema_open(to, "required", '[');
      any = true;
      sd_schema_text(to, NULL, shape->fields[i].key);
    }
  if (any)
    sd_schema_close(to, ']');
}

static void add_members(struct sd_schema_writer *to, const struct sd_policy_shape *shape,
                        const char *path, const struct sd_json *builtin) {
  sd_schema_text(to, "type", "object");
  add_required(to, shape);
  sd_schema_bool(to, "additionalProperties", false);
  sd_schema_open(to, "properties", '{');
  for (size_t i = 0; i < shape->count; i++) {
    const struct sd_policy_field *field = &shape->fields[i];
    const struct place inner = {field, join(to->out.arena, path, field->key),
                                builtin_at(builtin, field->key)};
    sd_schema_open(to, field->key, '{');
    add_place(to, &inner);
    sd_schema_close(to, '}');
  }
  sd_schema_close(to, '}');
}

/* What the administrator names, or counts: an item. */
static void add_item(struct sd_schema_writer *to, const struct place *at, const char *name,
                     const char *path) {
  sd_schema_open(to, name, '{');
  const char *what = sd_policy_describe(to->out.arena, path);
  sd_schema_text(to, "description", what != NULL ? what : "");
  sd_schema_text(to, "$comment", "object");
  add_example(to, path);
  add_members(to, at->field->shape, path, NULL);
  if (at->field->read == sd_policy_read_overrides) {
    sd_schema_open(to, "anyOf", '[');
    for (size_t i = 0; i < 2; i++) {
      static const char keys[][8] = {"users", "groups"};
      sd_schema_open(to, NULL, '{');
      sd_schema_words(to, "required", (const char *const[]){keys[i], NULL});
      sd_schema_close(to, '}');
    }
    sd_schema_close(to, ']');
  }
  sd_schema_close(to, '}');
}

static void add_reference(struct sd_schema_writer *to, const char *key) {
  sd_schema_open(to, key, '{');
  sd_schema_text(to, "$ref", sd_arena_printf(to->out.arena, "#/definitions/%s", key));
  sd_schema_close(to, '}');
}

/* The root's keys; those that an override may hold are defined once for both. */
static void add_root_keys(struct sd_schema_writer *to, bool in_override) {
  sd_schema_text(to, "type", "object");
  sd_schema_bool(to, "additionalProperties", false);
  sd_schema_open(to, "properties", '{');
  const struct sd_json *builtin = sd_policy_builtin_tree(to->out.arena);
  for (size_t i = 0; i < sd_policy_root.count; i++) {
    const struct sd_policy_field *field = &sd_policy_root.fields[i];
    const struct place at = {field, field->key, builtin_at(builtin, field->key)};
    if ((field->flags & SD_POLICY_ROOT_ONLY) == 0) {
      add_reference(to, field->key);
    } else if (!in_override) {
      sd_schema_open(to, field->key, '{');
      add_place(to, &at);
      sd_schema_close(to, '}');
    }
  }
  sd_schema_close(to, '}');
}

static void add_place(struct sd_schema_writer *to, const struct place *at) {
  struct sd_arena *arena = to->out.arena;
  add_description(to, at);
  if (sd_schema_add_value(to, at->field))
    return;
  if (at->field->read == sd_policy_read_override) {
    add_root_keys(to, true);
  } else if (at->field->read == sd_policy_read_object) {
    add_members(to, at->field->shape, at->path, at->builtin);
  } else if (at->field->read == sd_policy_read_map) {
    sd_schema_text(to, "type", "object");
    sd_schema_add_names(to, at->field);
    add_item(to, at, "additionalProperties", sd_arena_printf(arena, "%s.NAME", at->path));
  } else {
    sd_schema_text(to, "type", "array");
    add_item(to, at, "items", sd_arena_printf(arena, "%s[]", at->path));
  }
}

static void add_definitions(struct sd_schema_writer *to) {
  const struct sd_json *builtin = sd_policy_builtin_tree(to->out.arena);
  sd_schema_open(to, "definitions", '{');
  for (size_t i = 0; i < sd_policy_root.count; i++) {
    const struct sd_policy_field *field = &sd_policy_root.fields[i];
    const struct place at = {field, field->key, builtin_at(builtin, field->key)};
    if ((field->flags & SD_POLICY_ROOT_ONLY) != 0)
      continue;
    sd_schema_open(to, field->key, '{');
    add_place(to, &at);
    sd_schema_close(to, '}');
  }
  sd_schema_close(to, '}');
}

const char *sd_policy_json_schema(struct sd_arena *arena) {
  struct sd_schema_writer to = {.first = true};
  sd_str_init(&to.out, arena);
  sd_schema_open(&to, NULL, '{');
  sd_schema_text(&to, "$schema", "http://json-schema.org/draft-07/schema#");
  sd_schema_text(&to, "title", "Policy of safe-docker");
  sd_schema_text(&to, "description", sd_policy_describe(arena, ""));
  sd_schema_text(&to, "$comment", "Made by: safe-docker policy schema");
  sd_schema_bool(&to, "allowComments", true);
  sd_schema_words(&to, "required", (const char *const[]){"version", NULL});
  add_root_keys(&to, false);
  add_definitions(&to);
  sd_schema_close(&to, '}');
  sd_str_add_char(&to.out, '\n');
  return sd_str_text(&to.out);
}
