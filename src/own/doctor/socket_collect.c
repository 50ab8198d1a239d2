/* SPDX-License-Identifier: Apache-2.0 */
#include "socket_collect.h"

#include <dirent.h>
#include <string.h>

#include "people_collect.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

struct known {
  const char *engine, *path;
};

/* Where engines have their sockets, by their own documentation. */
static const struct known of_host[] = {
    {"docker", "/run/docker.sock"},
    {"docker", "/var/run/docker.sock"},
    {"containerd", "/run/containerd/containerd.sock"},
    {"containerd", "/run/docker/containerd/containerd.sock"},
    {"containerd", "/run/k3s/containerd/containerd.sock"},
    {"containerd", "/var/snap/microk8s/common/run/containerd.sock"},
    {"podman", "/run/podman/podman.sock"},
    {"buildkit", "/run/buildkit/buildkitd.sock"},
    {"cri-o", "/run/crio/crio.sock"},
    {"cri-dockerd", "/run/cri-dockerd.sock"},
    {"lxd", "/var/lib/lxd/unix.socket"},
    {"lxd", "/var/snap/lxd/common/lxd/unix.socket"},
    {"incus", "/var/lib/incus/unix.socket"},
    {"incus", "/run/incus/unix.socket"},
};

/* The same below /run/user/UID, of engines without root. */
static const struct known of_users[] = {
    {"docker", "docker.sock"},
    {"podman", "podman/podman.sock"},
    {"buildkit", "buildkit/buildkitd.sock"},
    {"containerd", "containerd/containerd.sock"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_there(const struct facts_sockets *sockets, const char *real) {
  for (size_t i = 0; i < sockets->list.len; i++)
    if (strcmp(place_real(&sockets->list.items[i].place), real) == 0)
      return true;
  return false;
}

void socket_add(struct sd_arena *arena, struct facts_sockets *out, const struct fact_socket *what,
                const char *path) {
  struct fact_socket socket = *what;
  place_look(arena, path, &socket.place);
  const char *kind = socket.place.kind;
  bool missing = kind != NULL && strcmp(kind, "missing") == 0 && strcmp(what->found, "policy") == 0;
  if ((kind != NULL && strcmp(kind, "socket") != 0 && !missing) ||
      is_there(out, place_real(&socket.place)))
    return;
  if (socket.place.rights.gid.known)
    socket.members.known = socket.own.known = people_members(
        arena, (gid_t)socket.place.rights.gid.value, &socket.members.list, &socket.own.list);
  *sd_vec_push(arena, &out->list) = socket;
}

/* Whose a path below /run/user is; 0 for all others. */
static int64_t account_of(struct sd_arena *arena, const char *path) {
  static const char users[] = "/run/user/";
  uint64_t uid = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  const char *at = strstr(path, users);
  if (at == NULL || (at != path && !sd_text_starts_with(path, "/var/run/user/")))
    return 0;
  at += strlen(users);
  return sd_number_decimal(sd_arena_strndup(arena, at, strcspn(at, "/")), 0, UINT32_MAX, &uid,
                           &ignored)
             ? (int64_t)uid
             : 0;
}

static void add_endpoint(struct doctor *doctor, struct facts_sockets *out, const char *host) {
  static const char scheme[] = "unix://";
  sd_strv_add(&out->endpoints.list, doctor->arena, host);
  if (!sd_text_starts_with(host, scheme))
    return;
  const char *path = host + strlen(scheme);
  const struct fact_socket what = {.engine = "docker",
                                   .found = "policy",
                                   .runs_as = fact_number_of(account_of(doctor->arena, path))};
  socket_add(doctor->arena, out, &what, path);
}

static void add_endpoints(struct doctor *doctor, struct facts_sockets *out) {
  const struct session *session = doctor->session;
  if (!session->has_policy)
    return;
  out->endpoints.known = true;
  add_endpoint(doctor, out, session->policy.docker.endpoint.host);
  for (size_t i = 0; i < session->policy.docker.contexts.len; i++)
    add_endpoint(doctor, out, session->policy.docker.contexts.items[i].host);
}

static void add_known(struct sd_arena *arena, struct facts_sockets *out, const struct known *known,
                      const char *folder, int64_t uid) {
  const struct fact_socket what = {
      .engine = known->engine, .found = "known", .runs_as = fact_number_of(uid)};
  struct fact_place place;
  const char *path = sd_arena_printf(arena, "%s%s", folder, known->path);
  place_look(arena, path, &place);
  if (place.kind != NULL && strcmp(place.kind, "socket") == 0)
    socket_add(arena, out, &what, path);
}

static void add_of_users(struct sd_arena *arena, struct facts_sockets *out) {
  DIR *folder = opendir("/run/user");
  const struct dirent *entry;
  while (folder != NULL && (entry = readdir(folder)) != NULL) {
    const char *path = sd_arena_printf(arena, "/run/user/%s/", entry->d_name);
    int64_t uid = account_of(arena, path);
    for (size_t i = 0; entry->d_name[0] != '.' && i < COUNT(of_users); i++)
      add_known(arena, out, &of_users[i], path, uid);
  }
  if (folder != NULL)
    (void)closedir(folder);
}

void doctor_collect_socket(struct doctor *doctor, struct facts *out) {
  struct facts_sockets *sockets = &out->sockets;
  sockets->looked = FACT_YES;
  sockets->left_out = fact_number_of(0);
  add_endpoints(doctor, sockets);
  for (size_t i = 0; i < COUNT(of_host); i++)
    add_known(doctor->arena, sockets, &of_host[i], "", 0);
  add_of_users(doctor->arena, sockets);
  socket_add_of_processes(doctor->arena, sockets);
  socket_add_copies(doctor->arena, sockets);
}
