/* SPDX-License-Identifier: Apache-2.0 */
/* --device: paths, and names of the Container Device Interface. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define PERMISSIONS "rwm"

static bool is_alnum(char byte) {
  return byte != '\0' && strchr(SD_SPEC_ALNUM, byte) != NULL;
}

/* `set` inside, a letter or digit at both ends. */
static bool is_part(const char *text, const char *set, bool letter_first) {
  size_t len = strlen(text);
  return sd_spec_consists_of(text, set) && is_alnum(text[0]) && is_alnum(text[len - 1]) &&
         (!letter_first || strchr(SD_SPEC_DIGITS, text[0]) == NULL);
}

/* vendor/class=name. A CLI crashes on a vendor or class of one letter. */
static bool parse_cdi(struct sd_arena *arena, const char *text, struct sd_device *device,
                      struct sd_error *err) {
  const char *kind = NULL;
  const char *name = NULL;
  const char *vendor = NULL;
  const char *class = NULL;
  bool good = sd_spec_cut(arena, text, '=', &kind, &name) &&
              sd_spec_cut(arena, kind, '/', &vendor, &class) &&
              is_part(vendor, SD_SPEC_ALNUM "_.-", true) && vendor[1] != '\0' &&
              is_part(class, SD_SPEC_ALNUM "_.-", true) && class[1] != '\0' &&
              is_part(name, SD_SPEC_ALNUM "_.:-", false);
  if (!good)
    return sd_fail_rule(err, NULL, "write /dev/NAME, or vendor.com/class=name",
                        "'%s' is neither an absolute path nor the name of a CDI device",
                        sd_text_safe(err->arena, text));
  device->cdi = true;
  device->path = device->target = sd_arena_strdup(arena, text);
  return true;
}

/* Each letter at most once. */
static bool is_permissions(const char *text) {
  if (!sd_spec_consists_of(text, PERMISSIONS))
    return false;
  for (; *text != '\0'; text++)
    if (strchr(text + 1, *text) != NULL)
      return false;
  return true;
}

/* In the order "rwm". */
static const char *order_permissions(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (const char *s = PERMISSIONS; *s != '\0'; s++)
    if (strchr(text, *s) != NULL)
      sd_str_add_char(&out, *s);
  return sd_str_text(&out);
}

static bool parse_path(struct sd_arena *arena, const char *text, struct sd_device *device,
                       struct sd_error *err) {
  struct sd_strv parts;
  sd_spec_split(arena, text, ':', &parts);
  const char *const *part = parts.v.items;
  if (parts.v.len > 3)
    return sd_fail_rule(err, NULL, "write HOST[:CONTAINER[:rwm]]", "too many colons in '%s'",
                        sd_text_safe(err->arena, text));
  if (!sd_path_clean(arena, part[0], &device->path, err))
    return false;
  if (strcmp(device->path, "/") == 0)
    return sd_fail_rule(err, NULL, "write /dev/NAME", "the root folder is no device");
  device->target = device->path;
  if (parts.v.len == 2 && is_permissions(part[1])) {
    device->permissions = order_permissions(arena, part[1]);
    return true;
  }
  if (parts.v.len >= 2 && !sd_spec_target(arena, part[1], &device->target, err))
    return false;
  if (parts.v.len == 3 && !is_permissions(part[2]))
    return sd_fail_rule(err, NULL, "use r, w and m, each at most once", "'%s' are not permissions",
                        sd_text_safe(err->arena, part[2]));
  if (parts.v.len == 3)
    device->permissions = order_permissions(arena, part[2]);
  return true;
}

bool sd_device_parse(struct sd_arena *arena, const char *text, struct sd_device *out,
                     struct sd_error *err) {
  struct sd_device device = {0};
  if (!sd_spec_check(text, err))
    return false;
  bool good =
      text[0] == '/' ? parse_path(arena, text, &device, err) : parse_cdi(arena, text, &device, err);
  if (!good)
    return false;
  *out = device;
  return true;
}

const char *sd_device_format(struct sd_arena *arena, const struct sd_device *device) {
  if (device->cdi)
    return device->path;
  bool same = strcmp(device->path, device->target) == 0;
  bool all = device->permissions == NULL;
  return sd_arena_printf(arena, "%s%s%s%s%s", device->path, same ? "" : ":",
                         same ? "" : device->target, all ? "" : ":",
                         all ? "" : device->permissions);
}
