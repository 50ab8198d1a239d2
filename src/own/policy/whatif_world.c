/* SPDX-License-Identifier: Apache-2.0 */
#include "whatif_world.h"

#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/docker/specs.h"
#include "safe-docker/sys/host.h"

/* Absolute, without dots and double slashes; nothing in an imagined world is a link. */
static const char *place_path(const struct whatif_world *world, struct sd_arena *arena,
                              const char *path) {
  struct sd_error ignored;
  const char *clean = path;
  sd_error_init(&ignored, arena);
  const char *whole = path[0] == '/' ? path : sd_arena_printf(arena, "%s/%s", world->folder, path);
  return sd_path_clean(arena, whole, &clean, &ignored) ? clean : whole;
}

static const struct whatif_place *find(const struct whatif_world *world, const char *path) {
  for (size_t i = world->places.len; i > 0; i--)
    if (strcmp(world->places.items[i - 1].path, path) == 0)
      return &world->places.items[i - 1];
  return NULL;
}

static bool is_above(const struct whatif_world *world, const char *path) {
  for (size_t i = 0; i < world->places.len; i++)
    if (world->places.items[i].node != SD_NODE_MISSING &&
        sd_path_within(world->places.items[i].path, path))
      return true;
  return false;
}

static void resolve(void *context, struct sd_arena *arena, const char *path,
                    struct sd_resolved *out) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  const char *clean = place_path(world, arena, path);
  const struct whatif_place *place = find(world, clean);
  if (place != NULL) {
    *out = (struct sd_resolved){
        .node = place->node, .path = clean, .callers = place->writable, .straight = true};
    return;
  }
  if (world->whole)
    *out = (struct sd_resolved){.node = SD_NODE_MISSING, .path = clean, .straight = true};
  else
    real->resolve(real->context, arena, clean, out);
  if ((out->node == SD_NODE_MISSING || out->node == SD_NODE_UNREACHABLE) && is_above(world, clean))
    *out = (struct sd_resolved){.node = SD_NODE_DIRECTORY, .path = clean, .straight = true};
}

static bool is_straight(void *context, const char *path) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  return world->whole || find(world, path) != NULL || is_above(world, path) ||
         real->is_straight(real->context, path);
}

/* Directly in the folder. */
static bool is_in(const char *path, const char *folder) {
  const char *name = strrchr(path, '/');
  size_t len = strlen(folder);
  return (size_t)(name - path) == (len == 1 ? 0 : len) &&
         strncmp(path, folder, (size_t)(name - path)) == 0 && name[1] != '\0';
}

static struct sd_special find_special(void *context, struct sd_arena *arena, const char *path) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  struct sd_resolved found;
  for (size_t i = 0; i < world->places.len; i++) {
    const struct whatif_place *place = &world->places.items[i];
    bool special = place->node == SD_NODE_SOCKET || place->node == SD_NODE_DEVICE;
    if (special && is_in(place->path, path))
      return (struct sd_special){.name = strrchr(place->path, '/') + 1,
                                 .kind = place->node == SD_NODE_SOCKET ? "socket" : "device"};
  }
  if (world->whole)
    return (struct sd_special){0};
  real->resolve(real->context, arena, path, &found);
  return found.node == SD_NODE_DIRECTORY ? real->find_special(real->context, arena, path)
                                         : (struct sd_special){0};
}

static bool read_file(void *context, struct sd_arena *arena, const char *path, size_t max,
                      const char **text, size_t *len, struct sd_error *err) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  const char *clean = place_path(world, arena, path);
  const struct whatif_place *place = find(world, clean);
  if (place == NULL && world->whole)
    return sd_fail(err, "there is no such file");
  if (place == NULL)
    return real->read_file(real->context, arena, clean, max, text, len, err);
  if (place->node != SD_NODE_FILE)
    return sd_fail(err, "it is no regular file");
  *text = "";
  *len = 0;
  return true;
}

static const char *no_variable(void *context, const char *name) {
  (void)context;
  (void)name;
  return NULL;
}

/* Of another machine nothing is known. */
static unsigned cpus(void *context, unsigned enough) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  return world->whole ? 0 : real->cpus(real->context, enough);
}

static bool can_create(void *context, struct sd_arena *arena, const char *path,
                       const char **resolved, struct sd_error *err) {
  const struct whatif_world *world = context;
  const struct sd_host *real = sd_host_real();
  const char *clean = place_path(world, arena, path);
  const char *slash = strrchr(clean, '/');
  const struct whatif_place *folder =
      slash == NULL ? NULL : find(world, sd_arena_strndup(arena, clean, (size_t)(slash - clean)));
  if (folder == NULL && !world->whole)
    return real->can_create(real->context, arena, clean, resolved, err);
  if (folder == NULL || find(world, clean) != NULL || folder->node != SD_NODE_DIRECTORY ||
      !folder->writable)
    return sd_fail(err, "it exists, or you may not create files there");
  *resolved = clean;
  return true;
}

const struct sd_host *whatif_world_host(struct sd_arena *arena, const struct whatif_world *world) {
  struct sd_host *host = sd_arena_alloc(arena, sizeof(*host));
  *host = (struct sd_host){.context = (void *)(uintptr_t)world,
                           .resolve = resolve,
                           .is_straight = is_straight,
                           .find_special = find_special,
                           .read_file = read_file,
                           .getenv = no_variable,
                           .cpus = cpus,
                           .can_create = can_create};
  return host;
}
