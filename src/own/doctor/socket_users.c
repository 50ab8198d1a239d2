/* SPDX-License-Identifier: Apache-2.0 */
/* The policy's users and the sockets: safe-docker is a boundary for those alone who reach none. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "socket_judge.h"

#define NAMED 20 /* in a sentence; the commands name all */

static struct place_person person_of(const struct fact_user *user) {
  return (struct place_person){.name = user->name,
                               .uid = user->uid.known ? user->uid.value : -1,
                               .groups = &user->groups.list};
}

/* -- sockets of the host ------------------------------------------------------------------------ */

/* By a right of the file, whatever groups they are in. */
static bool reaches_alone(const struct fact_socket *socket, const struct fact_user *user) {
  struct place_person alone = person_of(user);
  alone.groups = NULL;
  return place_reaches(&socket->place, &alone);
}

static void add_close(struct findings *out, struct finding *finding,
                      const struct fact_rights *rights) {
  const char *path = finding_word(out, rights->path);
  if (rights->uid.value != 0)
    finding_command(out, finding, "chown root %s", path);
  if (rights->acl.list.v.len > 0)
    finding_command(out, finding, "setfacl --remove-all %s", path);
  finding_command(out, finding, "chmod o-rwx %s", path);
}

static const char *name_all(struct sd_arena *arena, const struct sd_strv *names) {
  struct sd_strv some = {0};
  for (size_t i = 0; i < names->v.len && i < NAMED; i++)
    sd_strv_add(&some, arena, names->v.items[i]);
  const char *text = sd_strv_join(&some, arena, ", ");
  return names->v.len <= NAMED
             ? text
             : sd_arena_printf(arena, "%s and %zu more", text, names->v.len - NAMED);
}

static void judge_socket(const struct facts *facts, struct findings *out,
                         const struct fact_socket *socket) {
  const char *path = place_real(&socket->place);
  struct sd_strv names = {0};
  struct sd_strv members = {0};
  for (size_t i = 0; i < facts->self.users.len; i++) {
    const struct fact_user *user = &facts->self.users.items[i];
    struct place_person person = person_of(user);
    if (user->name == NULL || (user->uid.known && user->uid.value == 0) ||
        !place_reaches(&socket->place, &person))
      continue;
    sd_strv_add(&names, out->arena, user->name);
    if (!reaches_alone(socket, user))
      sd_strv_add(&members, out->arena, user->name);
  }
  if (names.v.len == 0) {
    finding_pass(out, CHECK_SOCKET_USERS, path, "None of %zu users of safe-docker reaches %s.",
                 facts->self.users.len, path);
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_SOCKET_USERS, path,
                  "Users of safe-docker reach the socket %s of %s without it: %s.", path,
                  socket->engine, name_all(out->arena, &names));
  finding_remedy(out, finding,
                 "Take away what lets them in; for containers they have safe-docker. Sessions that "
                 "are open keep their groups until they end.");
  if (members.v.len > 0 && socket->place.rights.group != NULL)
    socket_add_leave(out, finding, socket, &members);
  if (members.v.len < names.v.len)
    add_close(out, finding, &socket->place.rights);
}

/* -- engines of their own ----------------------------------------------------------------------- */

/* What starts it for its user; sockets that a unit made stay behind it. */
static void add_stop(struct findings *out, struct finding *finding,
                     const struct fact_socket *socket, const struct fact_user *user) {
  static const struct {
    const char *engine, *units;
  } rows[] = {{"docker", "docker.service"},
              {"podman", "podman.socket podman.service"},
              {"buildkit", "buildkit.service"},
              {"containerd", "containerd.service"}};
  const char *machine = sd_arena_printf(out->arena, "--machine=%s@.host", user->name);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (strcmp(rows[i].engine, socket->engine) == 0)
      finding_command(out, finding, "systemctl --user %s disable --now %s",
                      finding_word(out, machine), rows[i].units);
  finding_command(out, finding, "rm -f %s", finding_word(out, place_real(&socket->place)));
}

/* A policy whose daemons are those of its callers is meant so. */
static bool is_meant(const struct facts *facts) {
  for (size_t i = 0; i < facts->sockets.endpoints.list.v.len; i++)
    if (strstr(facts->sockets.endpoints.list.v.items[i], "/run/user/") != NULL)
      return true;
  return false;
}

static void judge_own(const struct facts *facts, struct findings *out,
                      const struct fact_socket *socket, const struct fact_user *user) {
  const char *path = place_real(&socket->place);
  if (is_meant(facts)) {
    finding_pass(out, CHECK_USER_ENGINE, path,
                 "%s has an engine at %s, as the policy's endpoints are meant.", user->name, path);
    return;
  }
  struct finding *finding = finding_bad(
      out, CHECK_USER_ENGINE, path,
      "%s, who has safe-docker, has an engine of their own (%s) at %s: the policy does not hold "
      "for it.",
      user->name, socket->engine, path);
  finding_remedy(out, finding,
                 "Where the policy is to hold for all containers, switch it off: their containers "
                 "in it stop. They can switch it on again, unless the package of the engine, or "
                 "uidmap, is removed. Or make it the daemon of the policy (docker.host, "
                 "unix:///run/user/{uid}/docker.sock).");
  add_stop(out, finding, socket, user);
}

static void judge_engines(const struct facts *facts, struct findings *out) {
  bool some = false;
  for (size_t i = 0; i < facts->sockets.list.len; i++)
    for (size_t k = 0; k < facts->self.users.len; k++) {
      const struct fact_socket *socket = &facts->sockets.list.items[i];
      const struct fact_user *user = &facts->self.users.items[k];
      if (socket_is_of_host(socket) || !user->uid.known || user->name == NULL ||
          socket->engine == NULL || socket->runs_as.value != user->uid.value)
        continue;
      judge_own(facts, out, socket, user);
      some = true;
    }
  if (!some && facts->sockets.looked == FACT_YES && facts->self.looked == FACT_YES)
    finding_pass(out, CHECK_USER_ENGINE, "", "No user of safe-docker has an engine of their own.");
}

void socket_judge_users(const struct facts *facts, struct findings *out) {
  for (size_t i = 0; i < facts->sockets.list.len; i++) {
    const struct fact_socket *socket = &facts->sockets.list.items[i];
    bool there = socket->place.kind != NULL && strcmp(socket->place.kind, "socket") == 0;
    bool known = socket->place.rights.uid.known && socket->place.rights.mode.known;
    if (there && known && socket_is_of_host(socket) && socket->place.rights.path != NULL &&
        socket->engine != NULL && facts->self.looked == FACT_YES)
      judge_socket(facts, out, socket);
  }
  judge_engines(facts, out);
}
