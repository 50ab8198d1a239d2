/* SPDX-License-Identifier: Apache-2.0 */
/* Changes to the text of a config.json. The JSON reader has found the text faultless before any byte of it is looked
 * at here, so that finding the ends of values is a matter of quotes and brackets. */
#include "safe-docker/docker/auths.h"

#include <string.h>

#include "safe-docker/base/base64.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"

#define BLANKS " \t\r\n"

/* Offsets in the text: [key, start) is the key with its colon, [start, end) the value. */
struct member {
  size_t key, start, end;
};

struct object {
  size_t open;                   /* of its brace */
  SD_VEC(struct member) members; /* in the order of struct sd_json's */
};

static size_t skip_blanks(const char *text, size_t at) {
  return at + strspn(text + at, BLANKS);
}

static size_t skip_string(const char *text, size_t at) {
  for (at++; text[at] != '"' && text[at] != '\0'; at++)
    if (text[at] == '\\' && text[at + 1] != '\0')
      at++;
  return text[at] == '\0' ? at : at + 1;
}

static size_t skip_value(const char *text, size_t at) {
  if (text[at] == '"')
    return skip_string(text, at);
  if (text[at] != '{' && text[at] != '[')
    return at + strcspn(text + at, BLANKS ",]}");
  for (size_t depth = 0; text[at] != '\0';) {
    if (text[at] == '"') {
      at = skip_string(text, at);
      continue;
    }
    depth += text[at] == '{' || text[at] == '[' ? 1 : 0;
    depth -= text[at] == '}' || text[at] == ']' ? 1 : 0;
    at++;
    if (depth == 0)
      break;
  }
  return at;
}

static void scan(struct sd_arena *arena, const char *text, size_t open, struct object *out) {
  *out = (struct object){.open = open};
  for (size_t at = skip_blanks(text, open + 1); text[at] == '"';) {
    struct member found = {.key = at};
    at = skip_blanks(text, skip_string(text, at));
    found.start = skip_blanks(text, at + 1);
    found.end = skip_value(text, found.start);
    *sd_vec_push(arena, &out->members) = found;
    at = skip_blanks(text, found.end);
    if (text[at] == ',')
      at = skip_blanks(text, at + 1);
  }
}

/* The member called `key`, or NULL. */
static const struct member *find(const struct object *object, const struct sd_json *json,
                                 const char *key) {
  for (size_t i = 0; i < object->members.len && i < json->members.len; i++)
    if (strcmp(json->members.items[i].key, key) == 0)
      return &object->members.items[i];
  return NULL;
}

static const char *replace(struct sd_arena *arena, const char *text, size_t from, size_t to,
                           const char *with) {
  return sd_arena_printf(arena, "%.*s%s%s", (int)from, text, with, text + to);
}

/* `member` ("key": value) becomes the first of the object. */
static const char *insert(struct sd_arena *arena, const char *text, const struct object *object,
                          const char *indent, const char *member) {
  size_t from = object->open + 1;
  if (object->members.len > 0)
    return replace(arena, text, from, from, sd_arena_printf(arena, "\n%s\t%s,", indent, member));
  return replace(arena, text, from, skip_blanks(text, from),
                 sd_arena_printf(arena, "\n%s\t%s\n%s", indent, member, indent));
}

/* What is known of a config.json that will be changed. */
struct document {
  const char *text;
  struct object root, auths;
  const struct sd_json *auths_json;
  const struct member *auths_member; /* NULL: there is none */
};

static bool open_document(struct sd_arena *arena, const char *source, const char *text,
                          struct document *out, struct sd_error *err) {
  struct sd_auths checked;
  struct sd_json *root = NULL;
  const char *whole = text[strspn(text, BLANKS)] == '\0' ? "{\n}\n" : text;
  *out = (struct document){.text = whole};
  if (!sd_json_read(arena, source, whole, strlen(whole), false, &root, err) ||
      !sd_auths_read(arena, source, whole, strlen(whole), &checked, err))
    return false;
  out->auths_json = sd_json_get(root, "auths");
  scan(arena, whole, skip_blanks(whole, 0), &out->root);
  out->auths_member = find(&out->root, root, "auths");
  if (out->auths_member != NULL && out->auths_json->type == SD_JSON_OBJECT)
    scan(arena, whole, out->auths_member->start, &out->auths);
  return true;
}

static const char *put(struct sd_arena *arena, const struct document *document,
                       const struct sd_auth *login) {
  const char *pair = sd_arena_printf(arena, "%s:%s", login->username, login->password);
  const char *value = sd_arena_printf(arena, "{\n\t\t\t\"auth\": \"%s\"\n\t\t}",
                                      sd_base64_encode(arena, pair, strlen(pair)));
  struct sd_str member;
  sd_str_init(&member, arena);
  sd_str_add_json(&member, login->server);
  sd_str_addf(&member, ": %s", value);
  const char *alone = sd_arena_printf(arena, "{\n\t\t%s\n\t}", sd_str_text(&member));
  if (document->auths_member == NULL)
    return insert(arena, document->text, &document->root, "",
                  sd_arena_printf(arena, "\"auths\": %s", alone));
  if (document->auths_json->type != SD_JSON_OBJECT)
    return replace(arena, document->text, document->auths_member->start,
                   document->auths_member->end, alone);
  const struct member *before = find(&document->auths, document->auths_json, login->server);
  return before != NULL
             ? replace(arena, document->text, before->start, before->end, value)
             : insert(arena, document->text, &document->auths, "\t", sd_str_text(&member));
}

bool sd_auths_put(struct sd_arena *arena, const char *source, const char *text,
                  const struct sd_auth *login, const char **out, struct sd_error *err) {
  struct document document;
  struct sd_auths after;
  if (!open_document(arena, source, text, &document, err))
    return false;
  const char *changed = put(arena, &document, login);
  if (!sd_auths_read(arena, source, changed, strlen(changed), &after, err))
    return false;
  const struct sd_auth *there = sd_auths_find(&after, login->server);
  if (there == NULL || strcmp(there->username, login->username) != 0 ||
      strcmp(there->password, login->password) != 0)
    return sd_fail(err, "%s: the log-in cannot be written so that it is read again",
                   sd_text_safe(arena, source));
  *out = changed;
  return true;
}

static const char *cut(struct sd_arena *arena, const char *text, const struct object *object,
                       size_t index) {
  const struct member *members = object->members.items;
  if (index + 1 < object->members.len)
    return replace(arena, text, members[index].key, members[index + 1].key, "");
  return replace(arena, text, index > 0 ? members[index - 1].end : members[index].key,
                 members[index].end, "");
}

bool sd_auths_remove(struct sd_arena *arena, const char *source, const char *text,
                     const char *server, const char **out, struct sd_error *err) {
  struct document document;
  struct sd_auths after;
  if (!open_document(arena, source, text, &document, err))
    return false;
  const struct member *there =
      document.auths.members.len > 0 ? find(&document.auths, document.auths_json, server) : NULL;
  if (there == NULL) {
    *out = text;
    return true;
  }
  size_t index = (size_t)(there - document.auths.members.items);
  const char *changed = cut(arena, document.text, &document.auths, index);
  if (!sd_auths_read(arena, source, changed, strlen(changed), &after, err) ||
      sd_auths_find(&after, server) != NULL)
    return sd_fail(err, "%s: the log-in cannot be taken out", sd_text_safe(arena, source));
  *out = changed;
  return true;
}
