/* SPDX-License-Identifier: Apache-2.0 */
/* The same socket under another path: a bind mount of it, or of a folder above it (proc_pid_mountinfo(5)). */
#include <string.h>
#include <sys/stat.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "socket_collect.h"

#define MOUNTS_MAX ((size_t)16 * 1024 * 1024)
#define FIELDS 5 /* number, parent, device, root, mount point */

struct mount {
  const char *device, *root, *point;
};
struct mounts {
  SD_VEC(struct mount) v;
};

/* \040 and its sisters. */
static const char *unescape(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  while (*text != '\0') {
    uint64_t byte = 0;
    struct sd_error ignored;
    sd_error_init(&ignored, arena);
    if (*text == '\\' && strlen(text) > 3 &&
        sd_number_octal(sd_arena_strndup(arena, text + 1, 3), 0377, &byte, &ignored)) {
      sd_str_add_char(&out, (char)byte);
      text += 4;
    } else {
      sd_str_add_char(&out, *text++);
    }
  }
  return sd_str_text(&out);
}

static void read_line(struct sd_arena *arena, const char *line, struct mounts *out) {
  const char *fields[FIELDS];
  for (size_t i = 0; i < FIELDS; i++) {
    size_t len = strcspn(line, " ");
    if (line[len] == '\0')
      return;
    fields[i] = sd_arena_strndup(arena, line, len);
    line += len + 1;
  }
  *sd_vec_push(arena, &out->v) = (struct mount){
      .device = fields[2], .root = unescape(arena, fields[3]), .point = unescape(arena, fields[4])};
}

static void read_mounts(struct sd_arena *arena, struct mounts *out) {
  const char *text = doctor_read(arena, "/proc/self/mountinfo", MOUNTS_MAX);
  while (text != NULL && *text != '\0') {
    size_t len = strcspn(text, "\n");
    read_line(arena, sd_arena_strndup(arena, text, len), out);
    text += len + (text[len] == '\n' ? 1 : 0);
  }
}

/* What of `path` lies below `folder`, with its slash, or "" where they are the same; NULL: it lies elsewhere. */
static const char *below(const char *path, const char *folder) {
  size_t len = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
  if (strncmp(path, folder, len) != 0 || (path[len] != '/' && path[len] != '\0'))
    return NULL;
  return path + len;
}

/* The mount that `path` is on: the longest point, and of several the last. */
static const struct mount *mount_of(const struct mounts *mounts, const char *path) {
  const struct mount *best = NULL;
  for (size_t i = 0; i < mounts->v.len; i++) {
    const struct mount *mount = &mounts->v.items[i];
    if (below(path, mount->point) != NULL &&
        (best == NULL || strlen(mount->point) >= strlen(best->point)))
      best = mount;
  }
  return best;
}

static bool is_same(const char *path, const char *other) {
  struct stat one;
  struct stat two;
  return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
         one.st_ino == two.st_ino;
}

static void add_copies_of(struct sd_arena *arena, const struct mounts *mounts,
                          const struct fact_socket *of, struct facts_sockets *out) {
  const char *path = of->place.rights.path;
  const struct mount *at = path != NULL ? mount_of(mounts, path) : NULL;
  if (at == NULL)
    return;
  const char *within = sd_arena_printf(arena, "%s%s", strcmp(at->root, "/") == 0 ? "" : at->root,
                                       below(path, at->point));
  for (size_t i = 0; i < mounts->v.len; i++) {
    const struct mount *mount = &mounts->v.items[i];
    const char *rest = strcmp(mount->device, at->device) == 0 ? below(within, mount->root) : NULL;
    if (rest == NULL)
      continue;
    const char *copy =
        sd_arena_printf(arena, "%s%s", strcmp(mount->point, "/") == 0 ? "" : mount->point, rest);
    const struct fact_socket what = {.engine = of->engine,
                                     .found = "mount",
                                     .copy_of = path,
                                     .mounted = mount->point,
                                     .runs_as = of->runs_as};
    if (strcmp(copy, path) != 0 && is_same(copy, path))
      socket_add(arena, out, &what, copy);
  }
}

void socket_add_copies(struct sd_arena *arena, struct facts_sockets *out) {
  struct mounts mounts = {0};
  size_t count = out->list.len;
  read_mounts(arena, &mounts);
  for (size_t i = 0; i < count; i++) {
    const struct fact_socket of = out->list.items[i]; /* the list may move */
    add_copies_of(arena, &mounts, &of, out);
  }
}
