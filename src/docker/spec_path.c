/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/text.h"

/* Forgets the last component of what was written so far; "/.." is "/". */
static size_t step_up(const char *path, size_t len) {
  while (len > 0 && path[len - 1] != '/')
    len--;
  return len > 0 ? len - 1 : 0;
}

bool sd_path_clean(struct sd_arena *arena, const char *text, const char **out,
                   struct sd_error *err) {
  if (!sd_spec_check(text, err))
    return false;
  if (text[0] != '/')
    return sd_fail_rule(err, NULL, "begin the path with '/'", "the path '%s' is not absolute",
                        sd_text_safe(err->arena, text));
  char *clean = sd_arena_alloc(arena, strlen(text) + 2);
  size_t len = 0;
  for (const char *at = text; *at != '\0';) {
    at += strspn(at, "/");
    size_t part = strcspn(at, "/");
    if (part == 2 && at[0] == '.' && at[1] == '.') {
      len = step_up(clean, len);
    } else if (part > 0 && !(part == 1 && at[0] == '.')) {
      clean[len++] = '/';
      memcpy(clean + len, at, part);
      len += part;
    }
    at += part;
  }
  if (len == 0)
    clean[len++] = '/';
  clean[len] = '\0';
  *out = clean;
  return true;
}

bool sd_path_within(const char *path, const char *parent) {
  size_t len = strlen(parent);
  if (strcmp(parent, "/") == 0)
    return path[0] == '/';
  return len > 0 && strncmp(path, parent, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool sd_spec_target(struct sd_arena *arena, const char *text, const char **out,
                    struct sd_error *err) {
  const char *clean = NULL;
  if (strchr(text, '\\') != NULL)
    return sd_fail_rule(err, NULL, "separate folders with '/'",
                        "the container path '%s' has a backslash, which the daemon reads as '/'",
                        sd_text_safe(err->arena, text));
  if (text[0] != '/')
    return sd_fail_rule(err, NULL, "begin the container path with '/'",
                        "the container path '%s' is not absolute", sd_text_safe(err->arena, text));
  if (!sd_path_clean(arena, text, &clean, err))
    return false;
  if (sd_spec_has_outer_blank(clean))
    return sd_fail_rule(err, NULL, "leave the blanks out", "the container path ends with a blank");
  if (strcmp(clean, "/") == 0)
    return sd_fail_rule(err, NULL, "name a folder below '/'",
                        "the container path is the root of the container");
  *out = clean;
  return true;
}

bool sd_spec_volume_name(const char *text, struct sd_error *err) {
  if (sd_spec_is_name(text) && text[1] != '\0')
    return true;
  return sd_fail_rule(err, NULL,
                      "begin a path with '/' or './'; a volume's name is at least two of "
                      "[a-zA-Z0-9_.-], the first a letter or digit",
                      "'%s' is neither a path nor the name of a volume",
                      sd_text_safe(err->arena, text));
}
