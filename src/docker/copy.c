/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/copy.h"

#include <string.h>

#include "safe-docker/base/str.h"

struct sd_copy_place sd_copy_split(struct sd_arena *arena, const char *word) {
  const char *colon = strchr(word, ':');
  if (word[0] == '/' || word[0] == '.' || colon == NULL || colon == word)
    return (struct sd_copy_place){NULL, word};
  return (struct sd_copy_place){sd_arena_strndup(arena, word, (size_t)(colon - word)), colon + 1};
}

/* -- paths -------------------------------------------------------------------------------------- */

static void add_part(struct sd_arena *arena, struct sd_strv *parts, bool rooted, const char *part) {
  bool up = strcmp(part, "..") == 0;
  bool can_go_up = parts->v.len > 0 && strcmp(parts->v.items[parts->v.len - 1], "..") != 0;
  if (part[0] == '\0' || strcmp(part, ".") == 0)
    return;
  if (up && can_go_up)
    parts->v.len--;
  else if (!up || !rooted)
    sd_strv_add(parts, arena, part);
}

const char *sd_copy_clean(struct sd_arena *arena, const char *path) {
  struct sd_strv parts = {0};
  bool rooted = path[0] == '/';
  for (const char *at = path; *at != '\0';) {
    size_t len = strcspn(at, "/");
    add_part(arena, &parts, rooted, sd_arena_strndup(arena, at, len));
    at += len + (at[len] == '/' ? 1 : 0);
  }
  if (parts.v.len == 0)
    return rooted ? "/" : ".";
  return sd_arena_printf(arena, "%s%s", rooted ? "/" : "", sd_strv_join(&parts, arena, "/"));
}

/* Ends in "." as a whole part, slashes behind it or not; "" does, too. */
static bool ends_in_dot(const char *path) {
  size_t len = strlen(path);
  while (len > 0 && path[len - 1] == '/')
    len--;
  if (len == 0)
    return path[0] == '\0';
  return path[len - 1] == '.' && (len == 1 || path[len - 2] == '/');
}

static bool ends_in_slash(const char *path) {
  size_t len = strlen(path);
  return len > 0 && path[len - 1] == '/';
}

bool sd_copy_means_folder(const char *path) {
  return ends_in_slash(path) || ends_in_dot(path);
}

const char *sd_copy_absolute(struct sd_arena *arena, const char *folder, const char *path) {
  const char *whole = path[0] == '/' ? path : sd_arena_printf(arena, "%s/%s", folder, path);
  const char *clean = sd_copy_clean(arena, whole);
  const char *slash = ends_in_slash(clean) ? "" : "/";
  if (ends_in_dot(path))
    return sd_arena_printf(arena, "%s%s.%s", clean, slash, ends_in_slash(path) ? "/" : "");
  return ends_in_slash(path) ? sd_arena_printf(arena, "%s%s", clean, slash) : clean;
}

const char *sd_copy_folder(struct sd_arena *arena, const char *path) {
  const char *clean = sd_copy_clean(arena, path);
  const char *slash = strrchr(clean, '/');
  if (ends_in_dot(path))
    return clean;
  if (slash == NULL)
    return ".";
  return slash == clean ? "/" : sd_arena_strndup(arena, clean, (size_t)(slash - clean));
}

const char *sd_copy_name(struct sd_arena *arena, const char *path) {
  const char *clean = sd_copy_clean(arena, path);
  const char *slash = strrchr(clean, '/');
  if (ends_in_dot(path))
    return ".";
  return slash == NULL || slash[1] == '\0' ? clean : slash + 1;
}

/* -- where things end up ------------------------------------------------------------------------ */

bool sd_copy_make_plan(struct sd_arena *arena, bool source_is_folder, const char *destination,
                       enum sd_copy_found found, struct sd_copy_plan *out, struct sd_error *err) {
  bool refused = found == SD_COPY_OTHER ? source_is_folder
                                        : found == SD_COPY_NOTHING && !source_is_folder &&
                                              sd_copy_means_folder(destination);
  if (refused) {
    err->status = 1;
    return sd_fail(err, "%s",
                   found == SD_COPY_OTHER ? "cannot copy directory" : "no such directory");
  }
  if (found == SD_COPY_FOLDER)
    *out = (struct sd_copy_plan){destination, NULL};
  else
    *out =
        (struct sd_copy_plan){sd_copy_folder(arena, destination), sd_copy_name(arena, destination)};
  return true;
}
