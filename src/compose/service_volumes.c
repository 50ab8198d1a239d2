/* SPDX-License-Identifier: Apache-2.0 */
/* The volumes of a service, in the long form that compose writes them in: each is a --mount. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "reader.h"

struct mount {
  struct sd_compose_reader *reader;
  struct sd_str text; /* of --mount */
};

static void add(struct mount *mount, const char *name, const char *value) {
  if (mount->text.len > 0)
    sd_str_add_char(&mount->text, ',');
  sd_str_add_csv(&mount->text, sd_arena_printf(mount->reader->arena, "%s=%s", name, value));
}

/* -- options of a kind --------------------------------------------------------------------------- */

static void refuse(struct mount *mount, const char *key, const char *rule, const char *hint,
                   const char *reason) {
  sd_compose_refuse(mount->reader, rule, key, hint, "%s", reason);
}

static void bind_option(struct mount *mount, const char *key, const char *name,
                        const struct sd_json *value) {
  const char *text = sd_compose_text(mount->reader, key, value);
  if (text == NULL || text[0] == '\0')
    return;
  if (strcmp(name, "propagation") == 0)
    add(mount, "bind-propagation", text);
  else if (strcmp(name, "recursive") == 0)
    add(mount, "bind-recursive", text);
  else if (strcmp(name, "selinux") == 0)
    refuse(mount, key, "bind-relabel", "leave it out",
           "it would change SELinux labels on the host, as root");
  else if (strcmp(name, "create_host_path") != 0) /* the daemon makes no folders as root here */
    refuse(mount, key, "compose-key", "leave it out", "no option of a bind mount that is known");
}

static void volume_option(struct mount *mount, const char *key, const char *name,
                          const struct sd_json *value) {
  struct sd_strv labels = {0};
  if (strcmp(name, "nocopy") == 0)
    add(mount, "volume-nocopy", sd_compose_flag(mount->reader, key, value) ? "true" : "false");
  else if (strcmp(name, "labels") == 0)
    sd_compose_pairs(mount->reader, key, value, false, &labels);
  else if (strcmp(name, "subpath") != 0)
    refuse(mount, key, "compose-key", "leave it out", "no option of a volume that is known");
  else if (sd_compose_text(mount->reader, key, value) != NULL)
    add(mount, "volume-subpath", sd_compose_text(mount->reader, key, value));
  for (size_t i = 0; i < labels.v.len; i++)
    add(mount, "volume-label", labels.v.items[i]);
}

/* The mode is a number whose digits are decimal here and octal in --mount. */
static void tmpfs_option(struct mount *mount, const char *key, const char *name,
                         const struct sd_json *value) {
  int64_t number = 0;
  if (sd_compose_is_nothing(value))
    return;
  if (strcmp(name, "mode") == 0 && sd_compose_number(mount->reader, key, value, 0, 07777, &number))
    add(mount, "tmpfs-mode", sd_arena_printf(mount->reader->arena, "%o", (unsigned)number));
  else if (strcmp(name, "size") == 0 && sd_compose_text(mount->reader, key, value) != NULL)
    add(mount, "tmpfs-size", sd_compose_text(mount->reader, key, value));
  else if (strcmp(name, "mode") != 0 && strcmp(name, "size") != 0)
    refuse(mount, key, "compose-key", "leave it out", "no option of a tmpfs that is known");
}

typedef void read_option(struct mount *mount, const char *key, const char *name,
                         const struct sd_json *value);

static const struct options {
  const char *type;
  read_option *read;
} kinds[] = {{"bind", bind_option}, {"tmpfs", tmpfs_option}, {"volume", volume_option}};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Options of another kind than the mount's have no effect: they are not looked at, and not handed on. */
static void read_options(struct mount *mount, const char *type, const char *name,
                         const struct sd_json *value) {
  for (size_t i = 0; i < KINDS; i++) {
    if (strcmp(kinds[i].type, name) != 0 || strcmp(type, name) != 0)
      continue;
    const char *key = sd_arena_printf(mount->reader->arena, "volumes.%s", name);
    if (!sd_compose_is_object(mount->reader, key, value))
      return;
    for (size_t j = 0; j < value->members.len; j++)
      if (!sd_text_starts_with(value->members.items[j].key, "x-") &&
          value->members.items[j].value->type != SD_JSON_NULL)
        kinds[i].read(mount, key, value->members.items[j].key, value->members.items[j].value);
  }
}

/* -- a mount ------------------------------------------------------------------------------------ */

/* Of the project's volume of that key the name that the daemon knows. */
static const char *volume_name(struct mount *mount, const char *key, const char *source) {
  struct sd_compose_object *volume =
      sd_compose_find_object(&mount->reader->project->volumes, source);
  if (volume == NULL) {
    sd_compose_refuse(mount->reader, "compose-volume", key,
                      "name it under volumes:", "the project has no volume %s",
                      sd_text_safe(mount->reader->arena, source));
    return NULL;
  }
  volume->used = true;
  return volume->name;
}

static void read_source(struct mount *mount, const char *key, const char *type,
                        const struct sd_json *value) {
  const char *source = sd_compose_text(mount->reader, key, value);
  if (source == NULL || source[0] == '\0')
    return;
  if (strcmp(type, "volume") == 0)
    source = volume_name(mount, key, source);
  if (source != NULL)
    add(mount, "source", source);
}

static void read_member(struct mount *mount, const char *type, const char *name,
                        const struct sd_json *value) {
  static const char key[] = "volumes";
  struct sd_compose_reader *reader = mount->reader;
  if (sd_text_starts_with(name, "x-") || strcmp(name, "type") == 0 ||
      strcmp(name, "consistency") == 0 || value->type == SD_JSON_NULL)
    return;
  if (strcmp(name, "source") == 0) {
    read_source(mount, key, type, value);
  } else if (strcmp(name, "target") == 0) {
    const char *target = sd_compose_text(reader, key, value);
    if (target != NULL)
      add(mount, "target", target);
  } else if (strcmp(name, "read_only") == 0) {
    add(mount, "readonly", sd_compose_flag(reader, key, value) ? "true" : "false");
  } else if (strcmp(name, "bind") == 0 || strcmp(name, "tmpfs") == 0 ||
             strcmp(name, "volume") == 0) {
    read_options(mount, type, name, value);
  } else {
    sd_compose_refuse(reader, "compose-key", key, "leave it out",
                      "%s: no key of it that is handled", sd_text_safe(reader->arena, name));
  }
}

void sd_compose_read_volumes(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  if (!sd_compose_is_list(reader, key, value))
    return;
  for (size_t i = 0; i < value->items.len; i++) {
    const struct sd_json *item = value->items.items[i];
    struct mount mount = {.reader = reader};
    sd_str_init(&mount.text, reader->arena);
    if (!sd_compose_is_object(reader, key, item))
      return;
    const struct sd_json *type = sd_json_get(item, "type");
    const char *kind = type != NULL ? sd_compose_text(reader, key, type) : "";
    if (kind == NULL)
      return;
    add(&mount, "type", kind);
    for (size_t j = 0; j < item->members.len; j++)
      read_member(&mount, kind, item->members.items[j].key, item->members.items[j].value);
    sd_compose_word(reader, "mount", sd_str_text(&mount.text));
  }
}
