/* SPDX-License-Identifier: Apache-2.0 */
/* --mount and --volume.
 *
 * MUST: take every key at most once (the CLI lets the last one win), and accept no spelling that
 * the CLIs or the daemon read in two ways. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

struct parse {
  struct sd_arena *arena;
  struct sd_mount mount;
  struct sd_strv names; /* of the keys that stood, in lower case */
  struct sd_strv seen;  /* and their meanings */
};

/* Sets one key; `value` is NULL where the key stood alone (booleans only). */
typedef bool set_key(struct parse *parse, const char *key, const char *value, struct sd_error *err);

enum applies { ANY, BIND, VOLUME, TMPFS };

struct mount_key {
  const char *name;
  const char *meaning; /* aliases share it; a meaning may stand once unless `repeats` */
  enum applies applies;
  bool boolean;
  bool repeats;
  bool no_empty; /* an empty value is the same as none */
  set_key *set;
};

static const char *const kind_names[] = {
    [SD_MOUNT_BIND] = "bind", [SD_MOUNT_VOLUME] = "volume", [SD_MOUNT_TMPFS] = "tmpfs"};
static const char *const propagations[] = {"private", "rprivate", "rshared",
                                           "rslave",  "shared",   "slave"};
static const char *const recursions[] = {"disabled", "enabled", "readonly", "writable"};
static const char *const consistencies[] = {"cached", "consistent", "default", "delegated"};

static bool pick(const struct sd_spec_table *table, const char *key, const char *value,
                 const char **out, struct sd_error *err) {
  size_t index = sd_spec_find(table, value);
  if (index == table->count)
    return sd_spec_unknown(table, key, value, err);
  *out = sd_spec_name_at(table, index);
  return true;
}

static bool set_type(struct parse *parse, const char *key, const char *value,
                     struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(kind_names);
  const char *lower = sd_spec_lower(parse->arena, value);
  size_t index = sd_spec_find(&table, lower);
  (void)key;
  if (index == table.count)
    return sd_fail_rule(err, NULL, "use type=bind, type=volume or type=tmpfs",
                        "the mount type '%s' is not supported", sd_text_safe(err->arena, value));
  parse->mount.kind = (enum sd_mount_kind)index;
  return true;
}

static bool set_source(struct parse *parse, const char *key, const char *value,
                       struct sd_error *err) {
  (void)key;
  (void)err;
  parse->mount.source = value;
  return true;
}

static bool set_target(struct parse *parse, const char *key, const char *value,
                       struct sd_error *err) {
  (void)key;
  return sd_spec_target(parse->arena, value, &parse->mount.target, err);
}

static bool read_bool(const char *key, const char *value, bool *out, struct sd_error *err) {
  struct sd_error inner;
  sd_error_init(&inner, err->arena);
  if (value == NULL)
    *out = true;
  else if (!sd_number_bool(value, out, &inner))
    return sd_spec_fail_in(key, &inner, err);
  return true;
}

static bool set_readonly(struct parse *parse, const char *key, const char *value,
                         struct sd_error *err) {
  return read_bool(key, value, &parse->mount.read_only, err);
}

static bool set_consistency(struct parse *parse, const char *key, const char *value,
                            struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(consistencies);
  return pick(&table, key, sd_spec_lower(parse->arena, value), &parse->mount.consistency, err);
}

static bool set_propagation(struct parse *parse, const char *key, const char *value,
                            struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(propagations);
  return pick(&table, key, sd_spec_lower(parse->arena, value), &parse->mount.propagation, err);
}

/* The one value that the CLI compares with its case. */
static bool set_recursive(struct parse *parse, const char *key, const char *value,
                          struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(recursions);
  return pick(&table, key, value, &parse->mount.recursive, err);
}

static bool set_nonrecursive(struct parse *parse, const char *key, const char *value,
                             struct sd_error *err) {
  bool on = false;
  if (!read_bool(key, value, &on, err))
    return false;
  parse->mount.nonrecursive = on ? SD_TRUE : SD_FALSE;
  return true;
}

static bool set_create_source(struct parse *parse, const char *key, const char *value,
                              struct sd_error *err) {
  return read_bool(key, value, &parse->mount.create_source, err);
}

static bool set_nocopy(struct parse *parse, const char *key, const char *value,
                       struct sd_error *err) {
  return read_bool(key, value, &parse->mount.nocopy, err);
}

static bool set_subpath(struct parse *parse, const char *key, const char *value,
                        struct sd_error *err) {
  struct sd_strv parts;
  sd_spec_split(parse->arena, value, '/', &parts);
  if (value[0] == '/' || sd_strv_contains(&parts, ".."))
    return sd_fail_rule(err, NULL,
                        "name a folder inside the volume, without a leading '/' and '..'",
                        "%s '%s' leaves the volume", key, sd_text_safe(err->arena, value));
  parse->mount.subpath = value;
  return true;
}

static bool set_driver(struct parse *parse, const char *key, const char *value,
                       struct sd_error *err) {
  (void)key;
  (void)err;
  parse->mount.driver = value;
  return true;
}

/* KEY=VALUE or KEY, which Docker takes as KEY with an empty value; the last of two would win. */
static bool add_pair(struct parse *parse, struct sd_strv *list, const char *key, const char *value,
                     struct sd_error *err) {
  const char *name = NULL;
  const char *rest = NULL;
  (void)sd_spec_cut(parse->arena, value, '=', &name, &rest);
  if (*name == '\0')
    return sd_fail_rule(err, NULL, "write KEY=VALUE", "%s has no key before '='", key);
  const char *prefix = sd_arena_printf(parse->arena, "%s=", name);
  for (size_t i = 0; i < list->v.len; i++)
    if (sd_text_starts_with(list->v.items[i], prefix))
      return sd_fail_rule(err, NULL, "give it once", "%s '%s' is given twice", key,
                          sd_text_safe(err->arena, name));
  sd_strv_add(list, parse->arena,
              sd_arena_printf(parse->arena, "%s%s", prefix, rest != NULL ? rest : ""));
  return true;
}

static bool add_label(struct parse *parse, const char *key, const char *value,
                      struct sd_error *err) {
  return add_pair(parse, &parse->mount.labels, key, value, err);
}

static bool add_driver_opt(struct parse *parse, const char *key, const char *value,
                           struct sd_error *err) {
  return add_pair(parse, &parse->mount.driver_opts, key, value, err);
}

static bool set_tmpfs_size(struct parse *parse, const char *key, const char *value,
                           struct sd_error *err) {
  struct sd_error inner;
  int64_t size = 0;
  sd_error_init(&inner, err->arena);
  if (!sd_number_size(value, &size, &inner))
    return sd_spec_fail_in(key, &inner, err);
  if (size < 0)
    return sd_fail_rule(err, NULL, "give a size such as tmpfs-size=64m", "%s cannot be negative",
                        key);
  parse->mount.tmpfs_size = size;
  return true;
}

static bool set_tmpfs_mode(struct parse *parse, const char *key, const char *value,
                           struct sd_error *err) {
  struct sd_error inner;
  uint64_t mode = 0;
  sd_error_init(&inner, err->arena);
  if (!sd_number_octal(value, 07777, &mode, &inner))
    return sd_spec_fail_in(key, &inner, err);
  parse->mount.tmpfs_mode = (int64_t)mode;
  return true;
}

/* cli opts/mount.go, 20.10 to 29; sorted by name. */
static const struct mount_key keys[] = {
    {"bind-create-src", "bind-create-src", BIND, true, false, false, set_create_source},
    {"bind-nonrecursive", "bind-nonrecursive", BIND, true, false, false, set_nonrecursive},
    {"bind-propagation", "bind-propagation", BIND, false, false, true, set_propagation},
    {"bind-recursive", "bind-recursive", BIND, false, false, false, set_recursive},
    {"consistency", "consistency", ANY, false, false, true, set_consistency},
    {"destination", "target", ANY, false, false, false, set_target},
    {"dst", "target", ANY, false, false, false, set_target},
    {"readonly", "readonly", ANY, true, false, false, set_readonly},
    {"ro", "readonly", ANY, true, false, false, set_readonly},
    {"source", "source", ANY, false, false, true, set_source},
    {"src", "source", ANY, false, false, true, set_source},
    {"target", "target", ANY, false, false, false, set_target},
    {"tmpfs-mode", "tmpfs-mode", TMPFS, false, false, false, set_tmpfs_mode},
    {"tmpfs-size", "tmpfs-size", TMPFS, false, false, false, set_tmpfs_size},
    {"type", "type", ANY, false, false, false, set_type},
    {"volume-driver", "volume-driver", VOLUME, false, false, true, set_driver},
    {"volume-label", "volume-label", VOLUME, false, true, false, add_label},
    {"volume-nocopy", "volume-nocopy", VOLUME, true, false, false, set_nocopy},
    {"volume-opt", "volume-opt", VOLUME, false, true, false, add_driver_opt},
    {"volume-subpath", "volume-subpath", VOLUME, false, false, false, set_subpath},
};

static bool check_value(const struct mount_key *key, const char *value, struct sd_error *err) {
  if (value == NULL && !key->boolean)
    return sd_fail_rule(err, NULL, "write it as KEY=VALUE", "%s has no value", key->name);
  if (value != NULL && *value == '\0')
    return sd_fail_rule(err, NULL, "leave the key out or give it a value", "%s is empty",
                        key->name);
  if (value != NULL && sd_spec_has_outer_blank(value))
    return sd_fail_rule(err, NULL, "leave the blanks out",
                        "the value of %s begins or ends with a blank", key->name);
  return true;
}

static bool set_field(struct parse *parse, const char *field, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(keys);
  const char *name = NULL;
  const char *value = NULL;
  (void)sd_spec_cut(parse->arena, field, '=', &name, &value);
  if (sd_spec_has_outer_blank(name))
    return sd_fail_rule(err, NULL, "leave the blanks out", "a blank stands around the key '%s'",
                        sd_text_safe(err->arena, name));
  name = sd_spec_lower(parse->arena, name);
  size_t index = sd_spec_find(&table, name);
  if (index == table.count)
    return sd_spec_unknown(&table, "key", name, err);
  const struct mount_key *key = &keys[index];
  if (!key->repeats && sd_strv_contains(&parse->seen, key->meaning))
    return sd_fail_rule(err, NULL, "give it once", "%s is given twice", key->meaning);
  sd_strv_add(&parse->seen, parse->arena, key->meaning);
  sd_strv_add(&parse->names, parse->arena, key->name);
  if (key->no_empty && value != NULL && *value == '\0')
    return true;
  return check_value(key, value, err) && key->set(parse, key->name, value, err);
}

static bool check_bind_source(const char *source, struct sd_error *err) {
  if (source == NULL)
    return sd_fail_rule(err, NULL, "add source=/PATH", "a bind mount needs a source");
  if (source[0] == '~')
    return sd_fail_rule(err, NULL, "write \"$HOME/...\" so that the shell fills it in",
                        "'~' is not special here, Docker would take it as it is");
  if (source[0] != '/' && source[0] != '.')
    return sd_fail_rule(err, NULL, "begin the source with '/' or './'",
                        "the source '%s' of a bind mount is no path",
                        sd_text_safe(err->arena, source));
  return true;
}

static bool check_volume(const struct sd_mount *mount, struct sd_error *err) {
  if (mount->source != NULL && (mount->source[0] == '/' || mount->source[0] == '.'))
    return sd_fail_rule(err, NULL, "add type=bind to mount a path",
                        "a volume's name cannot be the path '%s'",
                        sd_text_safe(err->arena, mount->source));
  if (mount->source != NULL && !sd_spec_volume_name(mount->source, err))
    return false;
  if (mount->source == NULL && mount->subpath != NULL)
    return sd_fail_rule(err, NULL,
                        "name a volume with source=", "volume-subpath needs a named volume");
  if (strchr(mount->target, ':') != NULL)
    return sd_fail_rule(err, NULL, "use a container path without ':'",
                        "the container path of a volume has a colon");
  return true;
}

static bool check_recursive(const struct sd_mount *mount, struct sd_error *err) {
  const char *recursive = mount->recursive != NULL ? mount->recursive : "enabled";
  bool force = strcmp(recursive, "readonly") == 0;
  if (mount->recursive != NULL && mount->nonrecursive != SD_UNSET)
    return sd_fail_rule(err, NULL, "give bind-recursive alone",
                        "bind-recursive and bind-nonrecursive exclude each other");
  if ((force || strcmp(recursive, "writable") == 0) && !mount->read_only)
    return sd_fail_rule(err, NULL, "add readonly", "bind-recursive=%s needs readonly", recursive);
  if (force && (mount->propagation == NULL || strcmp(mount->propagation, "rprivate") != 0))
    return sd_fail_rule(err, NULL, "add bind-propagation=rprivate",
                        "bind-recursive=readonly needs bind-propagation=rprivate");
  return true;
}

static bool check_mount(const struct sd_mount *mount, struct sd_error *err) {
  if (mount->target == NULL)
    return sd_fail_rule(err, NULL, "add target=/PATH", "the mount has no target");
  switch (mount->kind) {
  case SD_MOUNT_BIND:
    return check_bind_source(mount->source, err) && check_recursive(mount, err);
  case SD_MOUNT_VOLUME:
    return check_volume(mount, err);
  case SD_MOUNT_TMPFS:
    if (mount->source == NULL)
      return true;
    return sd_fail_rule(err, NULL, "leave source out", "a tmpfs mount has no source");
  }
  return sd_fail(err, "unknown kind of mount");
}

static bool key_fits(const struct mount_key *key, enum sd_mount_kind kind) {
  switch (key->applies) {
  case ANY:
    return true;
  case BIND:
    return kind == SD_MOUNT_BIND;
  case VOLUME:
    return kind == SD_MOUNT_VOLUME;
  case TMPFS:
    return kind == SD_MOUNT_TMPFS;
  }
  return false;
}

/* The type may stand behind the keys that need it, so this is looked at last. */
static bool check_keys_fit(const struct parse *parse, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(keys);
  for (size_t i = 0; i < parse->names.v.len; i++) {
    const char *name = parse->names.v.items[i];
    size_t index = sd_spec_find(&table, name);
    if (index == table.count || !key_fits(&keys[index], parse->mount.kind))
      return sd_fail_rule(err, NULL,
                          "leave the key out or change type=", "%s does not go with type=%s", name,
                          kind_names[parse->mount.kind]);
  }
  return true;
}

bool sd_mount_parse(struct sd_arena *arena, const char *text, struct sd_mount *out,
                    struct sd_error *err) {
  struct parse parse = {
      .arena = arena,
      .mount = {.kind = SD_MOUNT_VOLUME, .tmpfs_size = -1, .tmpfs_mode = -1},
  };
  struct sd_strv fields;
  if (!sd_csv_read(arena, text, &fields, err))
    return false;
  for (size_t i = 0; i < fields.v.len; i++)
    if (!set_field(&parse, fields.v.items[i], err))
      return false;
  if (!check_keys_fit(&parse, err) || !check_mount(&parse.mount, err))
    return false;
  *out = parse.mount;
  return true;
}
