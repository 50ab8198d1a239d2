/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets one by one: who may write to them. What the policy's users reach is socket_users.c. */
#include "socket_judge.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define ONE_BY_ONE 20 /* members that have a finding of their own */

/* -- everybody ---------------------------------------------------------------------------------- */

static void judge_abstract(struct findings *out, const struct fact_socket *socket) {
  struct finding *finding = finding_bad(
      out, CHECK_SOCKET_MODE, socket->place.path,
      "The socket %s of %s has no file: no owner and no mode keep anybody out who shares the "
      "host's network.",
      socket->place.path, socket->engine);
  finding_remedy(out, finding,
                 "Install a containerd of today (CVE-2020-15257), and start anew the containers "
                 "that an old one has started; name a path as the address of any other engine.");
}

static void judge_mode(struct findings *out, const struct fact_socket *socket) {
  static const struct place_person everybody = {.uid = -1};
  const struct fact_rights *rights = &socket->place.rights;
  const char *path = place_real(&socket->place);
  unsigned mode = (unsigned)rights->mode.value;
  if (!place_reaches(&socket->place, &everybody)) {
    finding_pass(out, CHECK_SOCKET_MODE, path, "%s: mode %04o%s.", path, mode,
                 (mode & PLACE_WRITE) != 0 ? ", and a folder above it keeps others out" : "");
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_SOCKET_MODE, path,
                  "Everybody on this host may write to the socket %s of %s (mode %04o), and is "
                  "root by it.",
                  path, socket->engine, mode);
  finding_remedy(out, finding,
                 "Take the right away from all others. Where the mode comes back with the next "
                 "start, it stands in SocketMode= of the .socket unit, or a script sets it. Who "
                 "used it needs a door: safe-docker setup sudo.");
  if (place_is_steady(&socket->place))
    finding_command(out, finding, "chmod o-rwx %s", finding_word(out, path));
}

/* -- owner -------------------------------------------------------------------------------------- */

static void judge_owner(struct findings *out, const struct fact_socket *socket) {
  const struct fact_rights *rights = &socket->place.rights;
  const char *path = place_real(&socket->place);
  if (rights->uid.value == 0) {
    finding_pass(out, CHECK_SOCKET_OWNER, path, "%s is root's.", path);
    return;
  }
  struct finding *finding = finding_bad(
      out, CHECK_SOCKET_OWNER, path, "The socket %s of %s belongs to %s, who is root by it.", path,
      socket->engine, rights->owner != NULL ? rights->owner : "somebody else");
  finding_remedy(out, finding,
                 "Give it to root. Where it is somebody else's again after the next start, it "
                 "stands in SocketUser= of the .socket unit.");
  if (place_is_steady(&socket->place))
    finding_command(out, finding, "chown root %s", finding_word(out, path));
}

/* -- its group ---------------------------------------------------------------------------------- */

static const char *words_of(struct findings *out, const struct sd_strv *names) {
  struct sd_str words;
  sd_str_init(&words, out->arena);
  for (size_t i = 0; i < names->v.len; i++)
    sd_str_addf(&words, " %s", finding_word(out, names->v.items[i]));
  return sd_str_text(&words);
}

/* A command for each of `names`, or one for all where they are many; `command` has the account's word twice or thrice. */
static void add_for_each(struct findings *out, struct finding *finding, const struct sd_strv *names,
                         bool own, const char *group) {
  static const char leave_own[] = "groupadd --force -- %s && usermod --gid %s -- %s";
  if (names->v.len > ONE_BY_ONE && own)
    finding_command(out, finding,
                    "for user in%s; do groupadd --force -- \"$user\" && usermod --gid \"$user\" -- "
                    "\"$user\"; done",
                    words_of(out, names));
  else if (names->v.len > ONE_BY_ONE)
    finding_command(out, finding, "for user in%s; do gpasswd --delete \"$user\" %s; done",
                    words_of(out, names), group);
  for (size_t i = 0; i < names->v.len && names->v.len <= ONE_BY_ONE; i++) {
    const char *name = finding_word(out, names->v.items[i]);
    if (own)
      finding_command(out, finding, leave_own, name, name, name);
    else
      finding_command(out, finding, "gpasswd --delete %s %s", name, group);
  }
}

void socket_add_leave(struct findings *out, struct finding *finding,
                      const struct fact_socket *socket, const struct sd_strv *names) {
  struct sd_strv listed = {0};
  struct sd_strv own = {0};
  const char *group = socket->place.rights.group;
  for (size_t i = 0; i < names->v.len; i++) {
    /* A group of one's own is nobody's to leave: it is the socket that has the wrong one. */
    bool groups_own = strcmp(names->v.items[i], group) == 0;
    if (groups_own && place_is_steady(&socket->place))
      finding_command(out, finding, "chgrp root %s", finding_word(out, place_real(&socket->place)));
    else if (!groups_own && sd_strv_contains(&socket->own.list, names->v.items[i]))
      sd_strv_add(&own, out->arena, names->v.items[i]);
    if (sd_strv_contains(&socket->members.list, names->v.items[i]))
      sd_strv_add(&listed, out->arena, names->v.items[i]);
  }
  add_for_each(out, finding, &own, true, "");
  add_for_each(out, finding, &listed, false, finding_word(out, group));
}

static void tell_member(struct findings *out, const struct fact_socket *socket, const char *user) {
  const char *group = socket->place.rights.group;
  const char *path = place_real(&socket->place);
  bool own = sd_strv_contains(&socket->own.list, user);
  struct sd_strv names = {0};
  sd_strv_add(&names, out->arena, user);
  struct finding *finding = finding_bad(
      out, CHECK_SOCKET_MEMBERS, sd_arena_printf(out->arena, "%s: %s", path, user),
      "%s is in the group %s%s and so may write to the socket %s of %s: %s is root on this host.",
      user, group, own ? " (it is the account's own group)" : "", path, socket->engine, user);
  finding_remedy(out, finding,
                 "Take %s out of the group %s. Sessions that are open keep the group until they "
                 "end. Containers are still to be had through safe-docker: safe-docker setup sudo "
                 "--user %s.",
                 user, group, user);
  socket_add_leave(out, finding, socket, &names);
}

/* Those who have no finding of their own: all are named by the commands. */
static void tell_others(struct findings *out, const struct fact_socket *socket,
                        const struct sd_strv *others) {
  const char *group = socket->place.rights.group;
  struct finding *finding = finding_bad(
      out, CHECK_SOCKET_MEMBERS,
      sd_arena_printf(out->arena, "%s: more", place_real(&socket->place)),
      "%zu more accounts are in the group %s and so are root on this host.", others->v.len, group);
  finding_remedy(out, finding,
                 "Take all of them out of the group, as those before; the commands name each.");
  socket_add_leave(out, finding, socket, others);
}

/* Each once, those of the list first. */
static void tell_members(struct findings *out, const struct fact_socket *socket) {
  const struct sd_strv *listed = &socket->members.list;
  const struct sd_strv *own = &socket->own.list;
  struct sd_strv others = {0};
  size_t told = 0;
  for (size_t i = 0; i < listed->v.len + own->v.len; i++) {
    bool second = i >= listed->v.len;
    const char *user = second ? own->v.items[i - listed->v.len] : listed->v.items[i];
    if (second && sd_strv_contains(listed, user))
      continue;
    if (told++ < ONE_BY_ONE)
      tell_member(out, socket, user);
    else
      sd_strv_add(&others, out->arena, user);
  }
  if (others.v.len > 0)
    tell_others(out, socket, &others);
}

static void judge_group(struct findings *out, const struct fact_socket *socket) {
  const struct fact_rights *rights = &socket->place.rights;
  const char *path = place_real(&socket->place);
  const char *group = rights->group != NULL ? rights->group : "";
  struct sd_strv groups = {0};
  sd_strv_add(&groups, out->arena, group);
  const struct place_person member = {.uid = -1, .groups = &groups};
  if (!place_reaches(&socket->place, &member)) {
    finding_pass(out, CHECK_SOCKET_MEMBERS, path, "The group %s does not reach %s.", group, path);
    return;
  }
  if (!socket->members.known || !socket->own.known) {
    finding_remedy(out,
                   finding_unknown(out, CHECK_SOCKET_MEMBERS, path,
                                   "Who is in the group %s of %s could not be found out.", group,
                                   path),
                   "See what the group has: getent group %s.", group);
    return;
  }
  tell_members(out, socket);
  if (socket->members.list.v.len + socket->own.list.v.len == 0)
    finding_pass(out, CHECK_SOCKET_MEMBERS, path, "Nobody is in the group %s of %s.", group, path);
}

/* -- its list of rights, the folders above, copies ---------------------------------------------- */

static void judge_acl(struct findings *out, const struct fact_socket *socket) {
  const struct fact_rights *rights = &socket->place.rights;
  const char *path = place_real(&socket->place);
  size_t at = 0;
  const char *entry = place_acl_writer(rights, &at);
  if (entry == NULL) {
    finding_pass(out, CHECK_SOCKET_ACL, path, "%s has no list of rights for others.", path);
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_SOCKET_ACL, path,
                  "The ACL of the socket %s lets others write to it, who are root by it: %s.", path,
                  sd_strv_join(&rights->acl.list, out->arena, ", "));
  finding_remedy(out, finding,
                 "Take the list away. Who used the socket by it needs a door: safe-docker setup "
                 "sudo.");
  if (place_is_steady(&socket->place))
    finding_command(out, finding, "setfacl --remove-all %s", finding_word(out, path));
}

static void judge_folder(struct findings *out, const struct fact_socket *socket) {
  const struct place_rule rule = {
      .check = CHECK_SOCKET_FOLDER,
      .what = sd_arena_printf(out->arena, "The socket of %s", socket->engine),
      .owner = 0};
  if (!place_judge_way(out, &socket->place, &rule))
    finding_pass(out, CHECK_SOCKET_FOLDER, place_real(&socket->place),
                 "The folders above %s are root's alone.", place_real(&socket->place));
}

static void judge_copies(struct findings *out, const struct fact_socket *socket) {
  const char *path = place_real(&socket->place);
  if (socket->copy_of != NULL) {
    struct finding *finding =
        finding_bad(out, CHECK_SOCKET_COPY, path, "A mount at %s brings the socket %s to %s, too.",
                    socket->mounted != NULL ? socket->mounted : path, socket->copy_of, path);
    finding_remedy(
        out, finding,
        "Unmount it, unless something needs it there; what made the mount (/etc/fstab, a "
        "unit, a jail) makes it again otherwise.");
    if (socket->mounted != NULL && strcmp(socket->mounted, path) == 0)
      finding_command(out, finding, "umount %s", finding_word(out, path));
  } else if (socket->place.links.known && socket->place.links.value > 1) {
    struct finding *finding =
        finding_bad(out, CHECK_SOCKET_COPY, path,
                    "The file of the socket %s has %lld names; the others are hard links.", path,
                    (long long)socket->place.links.value);
    finding_remedy(out, finding,
                   "Find the other names, which are on the same file system, and remove them: find "
                   "/run -xdev -samefile %s",
                   path);
  } else {
    finding_pass(out, CHECK_SOCKET_COPY, path, "No other path to %s was found.", path);
  }
}

/* -- engines of somebody's own ------------------------------------------------------------------ */

static bool is_open(const struct fact_socket *socket) {
  static const struct place_person everybody = {.uid = -1};
  const struct fact_rights *rights = &socket->place.rights;
  struct sd_strv groups = {{(const char **)&rights->group, 1, 1}};
  const struct place_person member = {.uid = -1, .groups = &groups};
  size_t at = 0;
  bool shared =
      !socket->members.known || socket->members.list.v.len > 0 || socket->own.list.v.len > 1;
  return place_reaches(&socket->place, &everybody) ||
         (rights->group != NULL && shared && place_reaches(&socket->place, &member)) ||
         place_acl_writer(rights, &at) != NULL || rights->uid.value != socket->runs_as.value;
}

static void judge_rootless(struct findings *out, const struct fact_socket *socket) {
  const struct fact_rights *rights = &socket->place.rights;
  const char *path = place_real(&socket->place);
  const char *owner = rights->owner != NULL ? rights->owner : "?";
  if (!is_open(socket)) {
    finding_pass(out, CHECK_ROOTLESS_SOCKET, path, "Only %s reaches %s.", owner, path);
    return;
  }
  struct finding *finding = finding_bad(
      out, CHECK_ROOTLESS_SOCKET, path,
      "The socket %s is of an engine of the account with uid %lld, but it is not theirs alone "
      "(owner %s, mode %04o).",
      path, (long long)socket->runs_as.value, owner, (unsigned)rights->mode.value);
  finding_remedy(out, finding,
                 "Close it for all but that account; nobody else can use it then. In a folder of "
                 "theirs they do it themselves: root's chown and chmod would follow a link there.");
  if (!place_is_steady(&socket->place))
    return;
  if (rights->acl.list.v.len > 0)
    finding_command(out, finding, "setfacl --remove-all %s", finding_word(out, path));
  finding_command(out, finding, "chown %lld %s", (long long)socket->runs_as.value,
                  finding_word(out, path));
  finding_command(out, finding, "chmod 0600 %s", finding_word(out, path));
}

/* -- all of them -------------------------------------------------------------------------------- */

bool socket_is_of_host(const struct fact_socket *socket) {
  return !socket->runs_as.known || socket->runs_as.value == 0;
}

static bool is_known(const struct fact_socket *socket) {
  const struct fact_rights *rights = &socket->place.rights;
  return socket->place.kind != NULL && rights->path != NULL && rights->uid.known &&
         rights->mode.known && rights->acl.known && socket->engine != NULL;
}

static void judge_one(struct findings *out, const struct fact_socket *socket) {
  static void (*const checks_of_host[])(struct findings *, const struct fact_socket *) = {
      judge_mode, judge_owner, judge_group, judge_acl, judge_folder, judge_copies};
  const char *path = socket->place.path != NULL ? socket->place.path : "";
  if (socket->place.kind != NULL && strcmp(socket->place.kind, "missing") == 0) {
    finding_remedy(out,
                   finding_unknown(out, CHECK_SOCKET_MODE, path,
                                   "The daemon that the policy names does not run: there is no "
                                   "socket %s.",
                                   path),
                   "Start it, and ask again: systemctl start docker.");
  } else if (socket->place.kind != NULL && strcmp(socket->place.kind, "abstract") == 0) {
    judge_abstract(out, socket);
  } else if (!is_known(socket)) {
    finding_remedy(out,
                   finding_unknown(out, CHECK_SOCKET_MODE, path,
                                   "Whose the socket %s is could not be seen.", path),
                   "Ask as root, on this host: safe-docker doctor.");
  } else if (socket_is_of_host(socket)) {
    for (size_t i = 0; i < sizeof(checks_of_host) / sizeof(checks_of_host[0]); i++)
      checks_of_host[i](out, socket);
  } else {
    judge_rootless(out, socket);
  }
}

static void judge_search(struct findings *out, const struct facts_sockets *sockets) {
  if (sockets->looked != FACT_YES)
    finding_remedy(out, finding_unknown(out, CHECK_SOCKET_MODE, "", "Sockets were not looked for."),
                   "Ask as root, on this host: safe-docker doctor.");
  else if (sockets->processes != FACT_YES)
    finding_remedy(out,
                   finding_unknown(out, CHECK_SOCKET_MODE, "",
                                   "The kernel does not tell which sockets processes listen on, so "
                                   "those at unusual paths were not found."),
                   "Load its module: modprobe unix_diag. Or look yourself: ss -xlp.");
  if (sockets->left_out.known && sockets->left_out.value > 0)
    finding_remedy(out,
                   finding_unknown(out, CHECK_ROOTLESS_SOCKET, "",
                                   "Accounts other than root have so many sockets of engines that "
                                   "%lld were not looked at.",
                                   (long long)sockets->left_out.value),
                   "See which processes have them: ss -xlp.");
}

void doctor_judge_socket(const struct facts *facts, struct findings *out) {
  judge_search(out, &facts->sockets);
  for (size_t i = 0; i < facts->sockets.list.len; i++)
    judge_one(out, &facts->sockets.list.items[i]);
  socket_judge_users(facts, out);
}
