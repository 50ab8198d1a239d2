/* SPDX-License-Identifier: Apache-2.0 */
/* What a container has of the host: namespaces, capabilities, devices, files, ports. */
#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "containers.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/specs.h"
#include "safe-docker/rules/sockets.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/identity.h"

/* login.defs(5): accounts of persons begin here, and nobody is none. */
#define PERSON_MIN 1000
#define NOBODY 65534

/* Where engines listen, to be looked for in a folder that is mounted. */
static const char *const sockets[] = {
    "/run/buildkit/buildkitd.sock",
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/snapd.socket",
};

struct host {
  struct sd_arena *arena;
  const struct sd_objects *volumes;
  const char *socket; /* of docker.host; "" */
  struct facts_container *out;
};

const struct sd_identity *container_person(struct sd_arena *arena, int64_t uid) {
  struct sd_error ignored;
  struct sd_identity *who = sd_arena_alloc(arena, sizeof(*who));
  sd_error_init(&ignored, arena);
  if (uid < PERSON_MIN || uid == NOBODY || uid > UINT32_MAX - 1)
    return NULL;
  bool found =
      sd_identity_named(arena, sd_arena_printf(arena, "%lld", (long long)uid), who, &ignored);
  return found && (int64_t)who->uid == uid ? who : NULL;
}

/* -- files of the host ----------------------------------------------------------------------------- */

static const char *node_name(enum sd_node node) {
  switch (node) {
  case SD_NODE_MISSING:
  case SD_NODE_UNREACHABLE:
    return "missing";
  case SD_NODE_FILE:
    return "file";
  case SD_NODE_DIRECTORY:
    return "directory";
  case SD_NODE_SOCKET:
    return "socket";
  case SD_NODE_DEVICE:
    return "device";
  case SD_NODE_FIFO:
  case SD_NODE_OTHER:
    break;
  }
  return "other";
}

/* The account whose home the folder is. */
static const char *home_at(struct sd_arena *arena, const char *folder) {
  struct stat info;
  if (lstat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
    return "";
  const struct sd_identity *who = container_person(arena, info.st_uid);
  return who != NULL && strcmp(who->home, folder) == 0 ? who->user : "";
}

/* The account in whose home the path is. */
static const char *find_home(struct sd_arena *arena, const char *path) {
  for (size_t end = 1; path[end - 1] != '\0'; end++) {
    if (path[end] != '/' && path[end] != '\0')
      continue;
    const char *user = home_at(arena, sd_arena_strndup(arena, path, end));
    if (user[0] != '\0')
      return user;
    if (path[end] == '\0')
      break;
  }
  return "";
}

/* What a volume of the local driver binds (mount options of "docker volume create"); NULL: it is no bind. */
static const char *bound_by(const struct host *host, const char *volume) {
  const struct sd_object *object =
      sd_objects_find(host->arena, host->volumes, SD_OBJECT_VOLUME, volume);
  const struct sd_json *options =
      object != NULL ? container_at(object->json, NULL, "Options") : NULL;
  const char *device = container_text(options, "device");
  return strstr(container_text(options, "o"), "bind") != NULL && device[0] == '/' ? device : NULL;
}

static bool is_socket(const struct host *host, const char *path) {
  struct sd_resolved at = {0};
  const struct sd_host *real = sd_host_real();
  real->resolve(real->context, host->arena, path, &at);
  return at.node == SD_NODE_SOCKET;
}

static void find_inside(const struct host *host, const char *path,
                        struct facts_container_bind *bind) {
  if (path[0] == '/' && sd_path_within(path, bind->source) &&
      !sd_strv_contains(&bind->sockets.list, path) && is_socket(host, path))
    sd_strv_add(&bind->sockets.list, host->arena, path);
}

/* The sockets of engines that it is, or that are in it. One that is gone may still be held by its engine. */
static void find_sockets(const struct host *host, const struct sd_resolved *at,
                         struct facts_container_bind *bind) {
  bool same = host->socket[0] != '\0' && strcmp(bind->source, host->socket) == 0;
  bind->sockets.known = true;
  if (at->node != SD_NODE_DIRECTORY) {
    if (same || sd_mount_is_api_socket(bind->source))
      sd_strv_add(&bind->sockets.list, host->arena, bind->source);
    return;
  }
  find_inside(host, host->socket, bind);
  for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++)
    find_inside(host, sockets[i], bind);
}

static void look(const struct host *host, struct facts_container_bind *bind) {
  struct sd_resolved at = {0};
  const struct sd_host *real = sd_host_real();
  real->resolve(real->context, host->arena, bind->source, &at);
  bind->node = node_name(at.node);
  if (at.path != NULL && at.path[0] == '/')
    bind->source = at.path;
  find_sockets(host, &at, bind);
  bind->home_of = find_home(host->arena, bind->source);
}

static void add_bind(const struct host *host, const struct sd_json *item) {
  const char *type = container_text(item, "Type");
  const char *volume = strcmp(type, "volume") == 0 ? container_text(item, "Name") : "";
  const char *source = container_text(item, "Source");
  if (volume[0] != '\0')
    source = bound_by(host, volume);
  if (source == NULL || source[0] != '/')
    return;
  struct facts_container_bind bind = {.source = source,
                                      .target = container_text(item, "Destination"),
                                      .volume = volume,
                                      .writable = container_truth(item, "RW")};
  look(host, &bind);
  *sd_vec_push(host->arena, &host->out->binds) = bind;
}

static void find_binds(const struct host *host, const struct sd_json *json) {
  const struct sd_json *mounts = container_at(json, NULL, "Mounts");
  for (size_t i = 0; mounts != NULL && i < mounts->items.len; i++)
    add_bind(host, mounts->items.items[i]);
}

/* -- ports: as they are bound, not as they were asked for ------------------------------------------- */

static void find_ports(const struct host *host, const struct sd_json *json) {
  const struct sd_json *ports = container_at(json, "NetworkSettings", "Ports");
  for (size_t i = 0; ports != NULL && i < ports->members.len; i++) {
    const struct sd_json *bound = ports->members.items[i].value;
    for (size_t j = 0; j < bound->items.len; j++)
      *sd_vec_push(host->arena, &host->out->ports) =
          (struct facts_container_port){.address = container_text(bound->items.items[j], "HostIp"),
                                        .host = container_text(bound->items.items[j], "HostPort"),
                                        .container = ports->members.items[i].key};
  }
}

/* -- rights ----------------------------------------------------------------------------------------- */

/* "cap_net_admin" is NET_ADMIN. */
static const char *plain_capability(struct sd_arena *arena, const char *name) {
  char *upper = sd_arena_strdup(arena, name);
  for (char *at = upper; *at != '\0'; at++)
    *at = (char)toupper((unsigned char)*at);
  return sd_text_starts_with(upper, "CAP_") ? upper + 4 : upper;
}

static void find_capabilities(const struct host *host, const struct sd_json *config) {
  struct fact_texts *list = &host->out->capabilities;
  container_texts(host->arena, config, "CapAdd", list);
  for (size_t i = 0; i < list->list.v.len; i++)
    list->list.v.items[i] = plain_capability(host->arena, list->list.v.items[i]);
}

static void find_devices(const struct host *host, const struct sd_json *config) {
  const struct sd_json *devices = container_at(config, NULL, "Devices");
  container_texts(host->arena, config, "DeviceCgroupRules", &host->out->device_rules);
  host->out->devices.known = devices != NULL;
  for (size_t i = 0; devices != NULL && i < devices->items.len; i++)
    sd_strv_add(&host->out->devices.list, host->arena,
                container_text(devices->items.items[i], "PathOnHost"));
}

/* "seccomp=unconfined", "seccomp:unconfined", "label=disable" */
static void find_security(const struct host *host, const struct sd_json *config) {
  struct facts_container *out = host->out;
  struct fact_texts options = {0};
  container_texts(host->arena, config, "SecurityOpt", &options);
  out->unconfined.known = options.known;
  out->no_new_privileges = options.known ? FACT_NO : FACT_UNKNOWN;
  for (size_t i = 0; i < options.list.v.len; i++) {
    const char *option = options.list.v.items[i];
    size_t len = strcspn(option, "=:");
    const char *value = option[len] != '\0' ? option + len + 1 : "";
    const char *name = sd_arena_strndup(host->arena, option, len);
    if (strcmp(value, "unconfined") == 0 ||
        (strcmp(name, "label") == 0 && strcmp(value, "disable") == 0))
      sd_strv_add(&out->unconfined.list, host->arena, name);
    if (strcmp(name, "no-new-privileges") == 0)
      out->no_new_privileges = strcmp(value, "false") == 0 ? FACT_NO : FACT_YES;
  }
}

/* null on an older engine is the engine's own list; [] is none. */
static enum fact_truth uncovered(const struct sd_json *config) {
  const struct sd_json *masked = container_at(config, NULL, "MaskedPaths");
  if (masked == NULL)
    return FACT_UNKNOWN;
  return masked->type == SD_JSON_ARRAY && masked->items.len == 0 ? FACT_YES : FACT_NO;
}

static const char *person_of(struct sd_arena *arena, const char *user) {
  struct sd_error ignored;
  uint64_t uid = 0;
  sd_error_init(&ignored, arena);
  const char *number = sd_arena_strndup(arena, user, strcspn(user, ":"));
  if (!sd_number_decimal(number, 0, UINT32_MAX - 1, &uid, &ignored))
    return "";
  const struct sd_identity *who = container_person(arena, (int64_t)uid);
  return who != NULL ? who->user : "";
}

void container_host(struct sd_arena *arena, const struct sd_json *json,
                    const struct sd_objects *volumes, const char *socket,
                    struct facts_container *out) {
  const struct host host = {arena, volumes, socket, out};
  const struct sd_json *config = container_at(json, NULL, "HostConfig");
  out->user = container_text(container_at(json, NULL, "Config"), "User");
  out->person = person_of(arena, out->user);
  out->privileged = container_truth(config, "Privileged");
  out->system_paths = uncovered(config);
  out->pid = container_text(config, "PidMode");
  out->ipc = container_text(config, "IpcMode");
  out->network = container_text(config, "NetworkMode");
  out->userns = container_text(config, "UsernsMode");
  find_capabilities(&host, config);
  find_devices(&host, config);
  find_security(&host, config);
  find_binds(&host, json);
  find_ports(&host, json);
}
