/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets that engines listen on, wherever they are: who starts a daemon names any path. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "socket_collect.h"

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define LINK_MAX_BYTES 4096
#define OTHERS_MAX 64 /* sockets of engines that do not run as root: anybody may start them */

struct engine {
  const char *program, *engine;
  bool prefix; /* `program` is how its name begins */
  bool shim;   /* its sockets count only where they have no file, and so no rights */
};

static const struct engine engines[] = {
    {"dockerd", "docker", false, false},
    {"containerd", "containerd", false, false},
    {"containerd-shim", "containerd", true, true},
    {"podman", "podman", false, false},
    {"buildkitd", "buildkit", false, false},
    {"crio", "cri-o", false, false},
    {"cri-dockerd", "cri-dockerd", false, false},
    {"k3s", "k3s", true, false},
    {"rke2", "rke2", false, false},
    {"lxd", "lxd", false, false},
    {"incusd", "incus", false, false},
};

/* Names that sockets of engines have wherever somebody brings them: a program that forwards to one has another name. */
static const struct engine names[] = {
    {"docker.sock", "docker", false, false},
    {"podman.sock", "podman", false, false},
    {"containerd.sock", "containerd", false, false},
    {"buildkitd.sock", "buildkit", false, false},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct engine *find_engine(const struct engine *list, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i].program, name) == 0 ||
        (list[i].prefix && sd_text_starts_with(name, list[i].program)))
      return &list[i];
  return NULL;
}

/* NULL: it cannot be read. */
static const char *link_of(struct sd_arena *arena, const char *path) {
  char target[LINK_MAX_BYTES];
  ssize_t len = readlink(path, target, sizeof(target));
  return len > 0 && (size_t)len < sizeof(target) ? sd_arena_strndup(arena, target, (size_t)len)
                                                 : NULL;
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* What it executes; a program that was replaced meanwhile has " (deleted)" behind it. */
static const char *program_of(struct sd_arena *arena, const char *process) {
  const char *path = link_of(arena, sd_arena_printf(arena, "/proc/%s/exe", process));
  if (path == NULL)
    return "";
  const char *gone = strstr(path, " (deleted)");
  return base_of(gone != NULL ? sd_arena_strndup(arena, path, (size_t)(gone - path)) : path);
}

struct job {
  struct sd_arena *arena;
  struct facts_sockets *out;
  const struct listeners *listeners;
  uint64_t others;
};

static void count_other(struct job *job) {
  job->out->left_out = fact_number_of(job->out->left_out.value + 1);
}

/* It must be what is at its name now, seen from here: the process may live in another root, or its file be replaced. */
static void add_listener(struct job *job, const struct listener *listener,
                         const struct engine *engine, const char *process, uid_t uid) {
  struct sd_arena *arena = job->arena;
  struct fact_socket what = {
      .engine = engine->engine,
      .found = sd_arena_printf(arena, "process %s", engine->program),
      .runs_as = {.known = true, .value = uid},
  };
  const char *path = listener->name;
  struct stat info;
  if (path[0] == '@') {
    what.place = (struct fact_place){.path = path, .kind = "abstract"};
    if (uid == 0)
      *sd_vec_push(arena, &job->out->list) = what;
    return;
  }
  if (engine->shim) /* each container has one, in a folder of containerd's */
    return;
  if (path[0] != '/') {
    const char *folder = link_of(arena, sd_arena_printf(arena, "/proc/%s/cwd", process));
    path = sd_arena_printf(arena, "%s/%s", folder != NULL ? folder : "", path);
  }
  if (lstat(path, &info) != 0 || !S_ISSOCK(info.st_mode) || (uint32_t)info.st_ino != listener->file)
    return;
  if (uid != 0 && ++job->others > OTHERS_MAX)
    count_other(job);
  else
    socket_add(arena, job->out, &what, path);
}

static void look_at_descriptors(struct job *job, const char *process, const struct engine *engine,
                                uid_t uid) {
  static const char begin[] = "socket:[";
  struct sd_arena *arena = job->arena;
  const char *folder = sd_arena_printf(arena, "/proc/%s/fd", process);
  DIR *open = opendir(folder);
  const struct dirent *entry;
  while (open != NULL && (entry = readdir(open)) != NULL) {
    uint64_t inode = 0;
    struct sd_error ignored;
    sd_error_init(&ignored, arena);
    const char *target = link_of(arena, sd_arena_printf(arena, "%s/%s", folder, entry->d_name));
    if (target == NULL || !sd_text_starts_with(target, begin))
      continue;
    const char *number = target + sizeof(begin) - 1;
    if (!sd_number_decimal(sd_arena_strndup(arena, number, strcspn(number, "]")), 0, UINT64_MAX,
                           &inode, &ignored))
      continue;
    for (size_t i = 0; i < job->listeners->v.len; i++)
      if (job->listeners->v.items[i].inode == inode)
        add_listener(job, &job->listeners->v.items[i], engine, process, uid);
  }
  if (open != NULL)
    (void)closedir(open);
}

static void look_at_processes(struct job *job) {
  DIR *folder = opendir("/proc");
  const struct dirent *entry;
  struct stat info;
  while (folder != NULL && (entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
      continue;
    const char *path = sd_arena_printf(job->arena, "/proc/%s", entry->d_name);
    const struct engine *engine =
        find_engine(engines, COUNT(engines), program_of(job->arena, entry->d_name));
    if (engine != NULL && stat(path, &info) == 0)
      look_at_descriptors(job, entry->d_name, engine, info.st_uid);
  }
  if (folder != NULL)
    (void)closedir(folder);
}

/* Root's alone: others may give their sockets any name, and it would be no engine of the host. */
static void look_at_names(struct job *job) {
  struct stat info;
  for (size_t i = 0; i < job->listeners->v.len; i++) {
    const struct listener *listener = &job->listeners->v.items[i];
    const struct engine *engine = find_engine(names, COUNT(names), base_of(listener->name));
    if (engine == NULL || listener->name[0] != '/' || lstat(listener->name, &info) != 0 ||
        !S_ISSOCK(info.st_mode) || info.st_uid != 0 || (uint32_t)info.st_ino != listener->file)
      continue;
    const struct fact_socket what = {
        .engine = engine->engine, .found = "name", .runs_as = {.known = true, .value = 0}};
    socket_add(job->arena, job->out, &what, listener->name);
  }
}

void socket_add_of_processes(struct sd_arena *arena, struct facts_sockets *out) {
  struct listeners listeners = {0};
  struct job job = {.arena = arena, .out = out, .listeners = &listeners};
  out->processes = socket_listeners(arena, &listeners) ? FACT_YES : FACT_NO;
  if (out->processes != FACT_YES)
    return;
  look_at_processes(&job);
  look_at_names(&job);
}
