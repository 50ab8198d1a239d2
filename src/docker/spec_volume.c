/* SPDX-License-Identifier: Apache-2.0 */
/* --volume, and the canonical texts of mounts.
 *
 * MUST: split at colons as the daemon does, and refuse where a path, a drive letter or an option
 * could be meant. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/text.h"

/* The daemon takes one option of each class (volume/mounts/linux_parser.go). */
enum volume_class { ACCESS, LABEL, COPY, PROPAGATION, CONSISTENCY, CLASSES };

struct volume_option {
  const char *name;
  enum volume_class class;
};

static const struct volume_option options[] = {
    {"Z", LABEL},
    {"cached", CONSISTENCY},
    {"consistent", CONSISTENCY},
    {"delegated", CONSISTENCY},
    {"nocopy", COPY},
    {"private", PROPAGATION},
    {"ro", ACCESS},
    {"rprivate", PROPAGATION},
    {"rshared", PROPAGATION},
    {"rslave", PROPAGATION},
    {"rw", ACCESS},
    {"shared", PROPAGATION},
    {"slave", PROPAGATION},
    {"z", LABEL},
};

static void apply(const struct volume_option *option, struct sd_mount *mount) {
  switch (option->class) {
  case ACCESS:
    mount->read_only = strcmp(option->name, "ro") == 0;
    break;
  case LABEL:
    mount->selinux = option->name;
    break;
  case COPY:
    mount->nocopy = true;
    break;
  case PROPAGATION:
    mount->propagation = option->name;
    break;
  case CONSISTENCY:
    mount->consistency = option->name;
    break;
  case CLASSES:
    break;
  }
}

static bool parse_options(struct sd_arena *arena, const char *text, struct sd_mount *mount,
                          struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(options);
  bool seen[CLASSES] = {false};
  struct sd_strv words;
  sd_spec_split(arena, text, ',', &words);
  for (size_t i = 0; i < words.v.len; i++) {
    size_t index = sd_spec_find(&table, words.v.items[i]);
    if (index == table.count)
      return sd_spec_unknown(&table, "volume option", words.v.items[i], err);
    if (seen[options[index].class])
      return sd_fail_rule(err, NULL, "give one option of a kind",
                          "'%s' repeats or contradicts an option before it", options[index].name);
    seen[options[index].class] = true;
    apply(&options[index], mount);
  }
  if (mount->kind == SD_MOUNT_BIND && mount->nocopy)
    return sd_fail_rule(err, NULL, "leave nocopy out", "nocopy is for named volumes");
  if (mount->kind == SD_MOUNT_VOLUME && mount->propagation != NULL)
    return sd_fail_rule(err, NULL, "leave it out", "%s is for bind mounts", mount->propagation);
  return true;
}

static bool parse_source(const char *source, struct sd_mount *mount, struct sd_error *err) {
  if (sd_spec_has_outer_blank(source))
    return sd_fail_rule(err, NULL, "leave the blanks out",
                        "the source begins or ends with a blank");
  if (strchr(source, '\\') != NULL)
    return sd_fail_rule(err, NULL, "write a Linux path, or use --mount for a name with a backslash",
                        "the source '%s' has a backslash, as paths of Windows do",
                        sd_text_safe(err->arena, source));
  if (source[0] == '~')
    return sd_fail_rule(err, NULL, "write \"$HOME/...\" so that the shell fills it in",
                        "'~' is not special here, Docker would take it as it is");
  mount->source = source;
  if (source[0] == '/' || source[0] == '.') {
    mount->kind = SD_MOUNT_BIND;
    return true;
  }
  return sd_spec_volume_name(source, err);
}

static bool parse_parts(struct sd_arena *arena, const struct sd_strv *parts, struct sd_mount *mount,
                        struct sd_error *err) {
  const char *const *part = parts->v.items;
  if (parts->v.len == 1)
    return sd_spec_target(arena, part[0], &mount->target, err);
  return parse_source(part[0], mount, err) && sd_spec_target(arena, part[1], &mount->target, err) &&
         (parts->v.len == 2 || parse_options(arena, part[2], mount, err));
}

bool sd_volume_parse(struct sd_arena *arena, const char *text, struct sd_mount *out,
                     struct sd_error *err) {
  struct sd_mount mount = {
      .kind = SD_MOUNT_VOLUME, .short_form = true, .tmpfs_size = -1, .tmpfs_mode = -1};
  struct sd_strv parts;
  if (!sd_spec_check(text, err))
    return false;
  sd_spec_split(arena, text, ':', &parts);
  if (parts.v.len > 3)
    return sd_fail_rule(err, NULL, "use --mount type=bind,source=...,target=... for such paths",
                        "more than three parts; a path with a colon cannot be written here");
  for (size_t i = 0; i < parts.v.len; i++)
    if (*parts.v.items[i] == '\0')
      return sd_fail_rule(err, NULL, "write SOURCE:TARGET, SOURCE:TARGET:OPTIONS or TARGET",
                          "a part between colons is empty");
  if (!parse_parts(arena, &parts, &mount, err))
    return false;
  *out = mount;
  return true;
}

/* -- canonical texts --------------------------------------------------------------------------- */

static void add_field(struct sd_str *out, struct sd_arena *arena, const char *key,
                      const char *value) {
  if (value == NULL)
    return;
  if (out->len > 0)
    sd_str_add_char(out, ',');
  sd_str_add_csv(out, sd_arena_printf(arena, "%s=%s", key, value));
}

static void add_true(struct sd_str *out, struct sd_arena *arena, const char *key, bool on) {
  add_field(out, arena, key, on ? "true" : NULL);
}

static void add_pairs(struct sd_str *out, struct sd_arena *arena, const char *key,
                      const struct sd_strv *pairs) {
  for (size_t i = 0; i < pairs->v.len; i++)
    add_field(out, arena, key, pairs->v.items[i]);
}

const char *sd_mount_format(struct sd_arena *arena, const struct sd_mount *mount) {
  static const char *const kinds[] = {
      [SD_MOUNT_BIND] = "bind", [SD_MOUNT_VOLUME] = "volume", [SD_MOUNT_TMPFS] = "tmpfs"};
  static const char *const tristates[] = {
      [SD_UNSET] = NULL, [SD_FALSE] = "false", [SD_TRUE] = "true"};
  struct sd_str out;
  sd_str_init(&out, arena);
  add_field(&out, arena, "type", kinds[mount->kind]);
  add_field(&out, arena, "source", mount->source);
  add_field(&out, arena, "target", mount->target);
  add_true(&out, arena, "readonly", mount->read_only);
  add_field(&out, arena, "bind-propagation", mount->propagation);
  add_field(&out, arena, "bind-recursive", mount->recursive);
  add_field(&out, arena, "bind-nonrecursive", tristates[mount->nonrecursive]);
  add_true(&out, arena, "bind-create-src", mount->create_source);
  add_field(&out, arena, "consistency", mount->consistency);
  add_true(&out, arena, "volume-nocopy", mount->nocopy);
  add_field(&out, arena, "volume-subpath", mount->subpath);
  add_field(&out, arena, "volume-driver", mount->driver);
  add_pairs(&out, arena, "volume-opt", &mount->driver_opts);
  add_pairs(&out, arena, "volume-label", &mount->labels);
  if (mount->tmpfs_size != -1)
    add_field(&out, arena, "tmpfs-size",
              sd_arena_printf(arena, "%lld", (long long)mount->tmpfs_size));
  if (mount->tmpfs_mode != -1)
    add_field(&out, arena, "tmpfs-mode",
              sd_arena_printf(arena, "%llo", (unsigned long long)mount->tmpfs_mode));
  return sd_str_text(&out);
}

const char *sd_volume_format(struct sd_arena *arena, const struct sd_mount *mount) {
  struct sd_strv words = {0};
  if (mount->source == NULL)
    return mount->target;
  if (mount->read_only)
    sd_strv_add(&words, arena, "ro");
  if (mount->selinux != NULL)
    sd_strv_add(&words, arena, mount->selinux);
  if (mount->nocopy)
    sd_strv_add(&words, arena, "nocopy");
  if (mount->consistency != NULL)
    sd_strv_add(&words, arena, mount->consistency);
  return sd_arena_printf(arena, "%s:%s%s%s", mount->source, mount->target,
                         words.v.len > 0 ? ":" : "", sd_strv_join(&words, arena, ","));
}
