/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <string.h>

#include "safe-docker/confine/seccomp.h"
#include "safe-docker/docker/specs.h"
#include "safe-docker/sys/launch.h"

static const struct place {
  const char *path;
  enum sd_node node;
  const char *leads_to; /* of a link; NULL: it is where it stands */
  bool callers;
  const char *holds; /* a socket, directly in the folder */
} places[] = {
    {"/", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/dev", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/dev/fuse", SD_NODE_DEVICE, NULL, false, NULL},
    {"/etc", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/etc/passwd", SD_NODE_FILE, NULL, false, NULL},
    {"/etc/shadow", SD_NODE_UNREACHABLE, NULL, false, NULL},
    {"/home", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/home/al", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/home/al/dev", SD_NODE_DEVICE, NULL, false, NULL},
    {"/home/al/docker.sock", SD_NODE_SOCKET, NULL, false, NULL},
    {"/home/al/env", SD_NODE_FILE, NULL, false, NULL},
    {"/home/al/fifo", SD_NODE_FIFO, NULL, false, NULL},
    {"/home/al/file", SD_NODE_FILE, NULL, false, NULL},
    {"/home/al/full", SD_NODE_DIRECTORY, NULL, true, "agent.sock"},
    {"/home/al/in", SD_NODE_DIRECTORY, "/home/al/work", true, NULL},
    {"/home/al/labels", SD_NODE_FILE, NULL, false, NULL},
    {"/home/al/link", SD_NODE_DIRECTORY, "/etc", false, NULL},
    {"/home/al/out", SD_NODE_DIRECTORY, "/srv/other", false, NULL},
    {"/home/al/strict.json", SD_NODE_FILE, NULL, false, NULL},
    {"/home/al/we,ird\"name", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/home/al/work", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/home/al/work/\303\244", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/home/al/work/run", SD_NODE_DIRECTORY, "/run", false, NULL},
    {"/home/al/work/sub", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/home/bo", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/proc", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/root", SD_NODE_UNREACHABLE, NULL, false, NULL},
    {"/run", SD_NODE_DIRECTORY, NULL, false, "docker.sock"},
    {"/run/docker.sock", SD_NODE_SOCKET, NULL, false, NULL},
    {"/srv", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/srv/data", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/srv/data/x", SD_NODE_FILE, NULL, false, NULL},
    {"/srv/link", SD_NODE_DIRECTORY, "/srv/data", false, NULL},
    {"/srv/other", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/sys", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/tmp", SD_NODE_DIRECTORY, NULL, true, NULL},
    {"/var", SD_NODE_DIRECTORY, NULL, false, NULL},
    {"/var/lib/docker", SD_NODE_UNREACHABLE, NULL, false, NULL},
    {"/var/run", SD_NODE_DIRECTORY, "/run", false, "docker.sock"},
    {"/var/run/docker.sock", SD_NODE_SOCKET, "/run/docker.sock", false, NULL},
};

static const struct {
  const char *path, *text;
} files[] = {
    {"/home/al/env", "A=1\nNO_SUCH\nSECRET\n# no\nLAST=a b=c\n"},
    {"/home/al/labels", "a=b\nio.example.x=1\n"},
    {"/home/al/file", "FROM scratch\n"},
};

static const struct place *find(const char *path) {
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
    if (strcmp(places[i].path, path) == 0)
      return &places[i];
  return NULL;
}

/* Without links: absolute, and clean as far as that can be had. */
static const char *written(struct sd_arena *arena, const char *path) {
  struct sd_error ignored;
  const char *clean = NULL;
  sd_error_init(&ignored, arena);
  const char *whole = path[0] == '/' ? path : sd_arena_printf(arena, "%s/%s", WORLD_FOLDER, path);
  return sd_path_clean(arena, whole, &clean, &ignored) ? clean : whole;
}

/* The part that is a link is put where it leads to; links lead to no links. */
static const char *followed(struct sd_arena *arena, const char *path) {
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    size_t len = strlen(places[i].path);
    if (places[i].leads_to != NULL && strncmp(path, places[i].path, len) == 0 &&
        (path[len] == '/' || path[len] == '\0'))
      return sd_arena_printf(arena, "%s%s", places[i].leads_to, path + len);
  }
  return path;
}

static void resolve(void *context, struct sd_arena *arena, const char *path,
                    struct sd_resolved *out) {
  (void)context;
  const char *clean = written(arena, path);
  const char *real = followed(arena, clean);
  const struct place *place = find(real);
  *out = (struct sd_resolved){.node = SD_NODE_MISSING, .path = clean};
  out->straight = strcmp(clean, real) == 0;
  if (place == NULL)
    return;
  bool there = place->node != SD_NODE_UNREACHABLE;
  *out = (struct sd_resolved){.node = place->node,
                              .path = there ? real : clean,
                              .reason = "permission denied",
                              .callers = place->callers,
                              .straight = out->straight};
}

static bool is_straight(void *context, const char *path) {
  struct sd_arena arena;
  (void)context;
  sd_arena_init(&arena);
  bool straight = strcmp(followed(&arena, path), path) == 0;
  sd_arena_finish(&arena);
  return straight;
}

static struct sd_special find_special(void *context, struct sd_arena *arena, const char *path) {
  const struct place *place = find(path);
  (void)context;
  (void)arena;
  return place != NULL && place->holds != NULL
             ? (struct sd_special){.name = place->holds, .kind = "socket"}
             : (struct sd_special){0};
}

static bool give(const char *found, size_t max, const char **text, size_t *len,
                 struct sd_error *err) {
  if (found == NULL)
    return sd_fail(err, "the file cannot be opened");
  if (strlen(found) > max)
    return sd_fail(err, "it is too long");
  *text = found;
  *len = strlen(found);
  return true;
}

static bool read_file(void *context, struct sd_arena *arena, const char *path, size_t max,
                      const char **text, size_t *len, struct sd_error *err) {
  const struct world *world = context;
  size_t ignored = 0;
  const char *real = followed(arena, written(arena, path));
  if (strcmp(real, sd_handed_path(SD_HANDED_ENV)) == 0)
    return give(world->env_file, max, text, len, err);
  if (strcmp(real, sd_handed_path(SD_HANDED_LABELS)) == 0)
    return give(world->label_file, max, text, len, err);
  if (strcmp(real, "/home/al/strict.json") == 0)
    return give(sd_seccomp_builtin("strict", &ignored), max, text, len, err);
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
    if (strcmp(files[i].path, real) == 0)
      return give(files[i].text, max, text, len, err);
  return give(NULL, max, text, len, err);
}

static const char *variable(void *context, const char *name) {
  (void)context;
  if (strcmp(name, "SECRET") == 0)
    return "s3cr3t";
  if (strcmp(name, "LINES") == 0)
    return "one\ntwo";
  return strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static unsigned cpus(void *context, unsigned enough) {
  (void)context;
  return enough < 8 ? enough : 8;
}

static bool can_create(void *context, struct sd_arena *arena, const char *path,
                       const char **resolved, struct sd_error *err) {
  (void)context;
  const char *real = followed(arena, written(arena, path));
  const char *slash = strrchr(real, '/');
  const struct place *folder =
      slash != NULL ? find(sd_arena_strndup(arena, real, (size_t)(slash - real))) : NULL;
  if (find(real) != NULL || folder == NULL || !folder->callers)
    return sd_fail(err, "it cannot be created");
  *resolved = real;
  return true;
}

struct sd_host world_host(const struct world *world) {
  return (struct sd_host){.context = (void *)(uintptr_t)world,
                          .resolve = resolve,
                          .is_straight = is_straight,
                          .find_special = find_special,
                          .read_file = read_file,
                          .getenv = variable,
                          .cpus = cpus,
                          .can_create = can_create};
}

bool world_is_plain(struct sd_arena *arena, const char *path) {
  const struct place *place = find(path);
  return strcmp(followed(arena, path), path) == 0 && place != NULL && place->holds == NULL &&
         (place->node == SD_NODE_FILE || place->node == SD_NODE_DIRECTORY);
}
