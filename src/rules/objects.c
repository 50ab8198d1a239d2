/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: find nothing by a text that Docker would take for something else; let only what is looked up be
 * acted upon. */
#include "safe-docker/rules/objects.h"

#include <string.h>

#include "checks.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/rules.h"

#define WANTS_MAX 10000 /* names that are looked up for one command */

struct kind {
  const char *name;
  const char *id_key;          /* of what inspect shows */
  const char *mark;            /* a key that only this kind has */
  const char *before, *behind; /* Docker's words around the name of one that does not exist */
};

static const struct kind kinds[] = {
    [SD_OBJECT_CONTAINER] = {"container", "Id", "HostConfig",
                             "Error response from daemon: No such container: ", ""},
    [SD_OBJECT_IMAGE] = {"image", "Id", "RepoTags",
                         "Error response from daemon: No such image: ", ""},
    [SD_OBJECT_NETWORK] = {"network", "Id", "IPAM", "Error response from daemon: network ",
                           " not found"},
    [SD_OBJECT_VOLUME] = {"volume", "Name", "Mountpoint", "Error response from daemon: get ",
                          ": no such volume"},
    [SD_OBJECT_ANY] = {"", "", "", "Error: No such object: ", ""},
};

const char *sd_object_kind_name(enum sd_object_kind kind) {
  return kinds[kind].name;
}

const char *sd_object_absent(struct sd_arena *arena, enum sd_object_kind kind, const char *text) {
  return sd_arena_printf(arena, "%s%s%s", kinds[kind].before, sd_text_safe(arena, text),
                         kinds[kind].behind);
}

/* -- reading ------------------------------------------------------------------------------------ */

static const char *text_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL ? value->string : NULL; /* NULL as well, where it is no text */
}

static bool is_kind(const struct sd_json *json, enum sd_object_kind kind) {
  return text_of(json, kinds[kind].id_key) != NULL && sd_json_get(json, kinds[kind].mark) != NULL;
}

static void add_object(struct sd_arena *arena, enum sd_object_kind kind, const struct sd_json *json,
                       struct sd_objects *out) {
  const char *name = text_of(json, "Name");
  if (name == NULL)
    name = "";
  *sd_vec_push(arena, &out->v) = (struct sd_object){
      .kind = kind,
      .id = text_of(json, kinds[kind].id_key),
      .name = kind == SD_OBJECT_CONTAINER && name[0] == '/' ? name + 1 : name,
      .json = json,
  };
}

bool sd_objects_read(struct sd_arena *arena, enum sd_object_kind kind, const char *text, size_t len,
                     struct sd_objects *out, struct sd_error *err) {
  struct sd_json *list = NULL;
  if (!sd_json_read_fractions(arena, "docker inspect", text, len, &list, err))
    return false;
  if (list->type != SD_JSON_ARRAY)
    return sd_fail(err, "docker inspect: not a list");
  for (size_t i = 0; i < list->items.len; i++)
    for (enum sd_object_kind k = SD_OBJECT_CONTAINER; k < SD_OBJECT_ANY; k++)
      if ((kind == SD_OBJECT_ANY || kind == k) && list->items.items[i]->type == SD_JSON_OBJECT &&
          is_kind(list->items.items[i], k)) {
        add_object(arena, k, list->items.items[i], out);
        break;
      }
  return true;
}

/* -- finding ------------------------------------------------------------------------------------ */

bool sd_object_name_is_possible(enum sd_object_kind kind, const char *text) {
  struct sd_image image;
  struct sd_error err;
  struct sd_arena arena;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *bare = kind == SD_OBJECT_CONTAINER && text[0] == '/' ? text + 1 : text;
  bool possible = sd_check_name(bare, "_.-");
  if (kind == SD_OBJECT_IMAGE || kind == SD_OBJECT_ANY)
    possible = possible || sd_image_parse(&arena, text, &image, &err);
  sd_arena_finish(&arena);
  return possible;
}

static bool has_reference(struct sd_arena *arena, const struct sd_json *json, const char *key,
                          const char *canonical) {
  const struct sd_json *list = sd_json_get(json, key);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    struct sd_image image;
    struct sd_error err;
    sd_error_init(&err, arena);
    const char *text = list->items.items[i]->string;
    if (text != NULL && sd_image_parse(arena, text, &image, &err) &&
        strcmp(image.canonical, canonical) == 0)
      return true;
  }
  return false;
}

static bool is_name(struct sd_arena *arena, const struct sd_object *object, const char *text) {
  struct sd_image image;
  struct sd_error err;
  sd_error_init(&err, arena);
  switch (object->kind) {
  case SD_OBJECT_CONTAINER:
    return strcmp(object->name, text[0] == '/' ? text + 1 : text) == 0;
  case SD_OBJECT_IMAGE:
    return sd_image_parse(arena, text, &image, &err) &&
           (has_reference(arena, object->json, "RepoTags", image.canonical) ||
            has_reference(arena, object->json, "RepoDigests", image.canonical));
  case SD_OBJECT_NETWORK:
  case SD_OBJECT_VOLUME:
    return strcmp(object->name, text) == 0;
  case SD_OBJECT_ANY:
    break;
  }
  return false;
}

/* "sha256:" may be left out of the id of an image. */
static const char *digits(const char *id) {
  static const char algorithm[] = "sha256:";
  return sd_text_starts_with(id, algorithm) ? id + strlen(algorithm) : id;
}

static bool is_id(const struct sd_object *object, const char *text) {
  return strcmp(digits(object->id), digits(text)) == 0;
}

static bool is_prefix(const struct sd_object *object, const char *text) {
  return object->kind != SD_OBJECT_VOLUME && sd_check_hex(digits(text)) &&
         sd_text_starts_with(digits(object->id), digits(text));
}

static const struct sd_object *find_kind(struct sd_arena *arena, const struct sd_objects *objects,
                                         enum sd_object_kind kind, const char *text) {
  const struct sd_object *found = NULL;
  for (size_t i = 0; i < objects->v.len; i++)
    if (objects->v.items[i].kind == kind && is_id(&objects->v.items[i], text))
      return &objects->v.items[i];
  for (size_t i = 0; i < objects->v.len; i++)
    if (objects->v.items[i].kind == kind && is_name(arena, &objects->v.items[i], text))
      return &objects->v.items[i];
  for (size_t i = 0; i < objects->v.len; i++) {
    const struct sd_object *object = &objects->v.items[i];
    if (object->kind != kind || !is_prefix(object, text))
      continue;
    if (found != NULL && strcmp(found->id, object->id) != 0)
      return NULL;
    found = object;
  }
  return found;
}

const struct sd_object *sd_objects_find(struct sd_arena *arena, const struct sd_objects *objects,
                                        enum sd_object_kind kind, const char *text) {
  if (kind != SD_OBJECT_ANY)
    return find_kind(arena, objects, kind, text);
  for (enum sd_object_kind k = SD_OBJECT_CONTAINER; k < SD_OBJECT_ANY; k++) {
    const struct sd_object *found = find_kind(arena, objects, k, text);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* -- for the rules ------------------------------------------------------------------------------ */

/* Only an image can have a name with slashes and colons: nothing else is asked for by one. */
static enum sd_object_kind kind_to_ask(enum sd_object_kind kind, const char *text) {
  return sd_object_name_is_possible(SD_OBJECT_CONTAINER, text) ? kind : SD_OBJECT_IMAGE;
}

static bool is_wanted(const struct sd_wants *wants, enum sd_object_kind kind, const char *text) {
  for (size_t i = 0; i < wants->v.len; i++)
    if (wants->v.items[i].kind == kind && strcmp(wants->v.items[i].text, text) == 0)
      return true;
  return false;
}

static enum sd_found to_be_looked_up(const struct sd_rule_input *in, struct sd_decision *decision,
                                     enum sd_object_kind kind, const char *text,
                                     const struct sd_object **out) {
  struct sd_object *object = sd_arena_alloc(in->arena, sizeof(*object));
  *object = (struct sd_object){.kind = kind, .id = text, .name = text};
  *out = object;
  if (is_wanted(&decision->wants, kind, text) || decision->wants.v.len > WANTS_MAX)
    return SD_FOUND_OWN;
  if (decision->wants.v.len == WANTS_MAX)
    sd_problem_add(&decision->problems, "operands", "", "name fewer at once: xargs -n 1000 does",
                   "the command names more than %d things", WANTS_MAX);
  *sd_vec_push(in->arena, &decision->wants.v) = (struct sd_want){kind, text};
  return SD_FOUND_OWN;
}

enum sd_found sd_rule_find(const struct sd_rule_input *in, struct sd_decision *decision,
                           enum sd_object_kind kind, const char *text,
                           const struct sd_object **out) {
  const struct sd_object *ignored = NULL;
  if (out == NULL)
    out = &ignored;
  *out = NULL;
  if (!sd_object_name_is_possible(kind, text))
    return SD_FOUND_NOTHING;
  enum sd_object_kind asked = kind_to_ask(kind, text);
  if (in->objects == NULL ||
      !(in->objects->complete || is_wanted(&in->objects->asked, asked, text)))
    return to_be_looked_up(in, decision, asked, text, out);
  *out = sd_objects_find(in->arena, in->objects, kind, text);
  if (*out == NULL)
    return SD_FOUND_NOTHING;
  return in->policy->isolation == SD_ISOLATION_SHARED || sd_object_is_own(in, *out)
             ? SD_FOUND_OWN
             : SD_FOUND_FOREIGN;
}

const struct sd_objects *sd_rule_list_own(const struct sd_rule_input *in,
                                          struct sd_decision *decision, enum sd_own_list list) {
  bool asked = in->objects != NULL && (in->objects->complete || in->objects->asked.list == list);
  if (!asked)
    decision->wants.list = list;
  return asked ? in->objects : NULL;
}
