/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "own/round/round.h"
#include "self_judge.h"

/* -- ways ----------------------------------------------------------------------------------------- */

/* An account that is in the group of a socket is as good as root. */
static const char *docker_member(const struct facts *facts, const struct round_way *way) {
  for (size_t i = 0; i < facts->sockets.list.len; i++) {
    const struct fact_socket *socket = &facts->sockets.list.items[i];
    for (size_t k = 0; k < way->as.v.len; k++)
      if (sd_strv_contains(&socket->members.list, way->as.v.items[k]) ||
          sd_strv_contains(&socket->own.list, way->as.v.items[k]))
        return way->as.v.items[k];
  }
  return NULL;
}

struct tool {
  enum check_id check;
  const char *name, *remedy;
};

static const struct tool sudo = {
    CHECK_USER_SUDO, "sudo",
    "Take the rule out with visudo (which files there are: visudo -c), or what of it names the "
    "command; containers are had by the rule for safe-docker alone. For an administrator, who is "
    "to have it, take them out of safe-docker's users: gpasswd --delete."};
static const struct tool doas = {
    CHECK_USER_DOAS, "doas",
    "Take the line out of /etc/doas.conf, and see that the rest is read: doas -C /etc/doas.conf. "
    "For an administrator, who is to have it, take them out of safe-docker's users."};

static bool tell_ways(const struct facts *facts, struct findings *out, const struct fact_user *user,
                      const struct round_ways *ways, const struct tool *tool) {
  bool some = false;
  for (size_t i = 0; i < ways->v.len; i++) {
    const struct round_way *way = &ways->v.items[i];
    const char *member = way->root ? "root" : docker_member(facts, way);
    if (member == NULL)
      continue;
    struct finding *finding = finding_bad(
        out, tool->check, sd_arena_printf(out->arena, "%s: %s", user->name, way->command),
        "%s lets %s run %s as %s%s: it %s. The rule is: %s", tool->name, user->name, way->command,
        member, way->root ? "" : ", who has a socket of an engine", way->why, way->rule);
    finding_remedy(out, finding, "%s", tool->remedy);
    some = true;
  }
  return some;
}

static void judge_sudo(const struct facts *facts, struct findings *out,
                       const struct fact_user *user) {
  struct round_ways ways = {0};
  if (!user->sudo.known) {
    finding_remedy(out,
                   finding_unknown(out, CHECK_USER_SUDO, user->name,
                                   "What sudo lets %s do could not be found out.", user->name),
                   "Ask it: sudo -l -U %s.", finding_word(out, user->name));
    return;
  }
  round_ways_of_sudo(out->arena, &user->sudo.list, &ways);
  if (!tell_ways(facts, out, user, &ways, &sudo))
    finding_pass(out, CHECK_USER_SUDO, user->name, "No rule of sudo gives %s root.", user->name);
}

static void judge_doas(const struct facts *facts, struct findings *out,
                       const struct fact_user *user) {
  struct round_ways ways = {0};
  if (!facts->self.doas.known || (!user->groups.known && facts->self.doas.list.v.len > 0)) {
    self_tell_unknown(out, CHECK_USER_DOAS, user->name, "What /etc/doas.conf has");
    return;
  }
  round_ways_of_doas(out->arena, &facts->self.doas.list, user->name, &user->groups.list, &ways);
  if (!tell_ways(facts, out, user, &ways, &doas))
    finding_pass(out, CHECK_USER_DOAS, user->name, "No rule of doas gives %s root.", user->name);
}

/* -- groups --------------------------------------------------------------------------------------- */

/* Whose members are told with the socket. */
static bool is_told(const struct facts *facts, const char *group) {
  for (size_t i = 0; i < facts->sockets.list.len; i++) {
    const struct fact_socket *socket = &facts->sockets.list.items[i];
    if (socket->place.rights.group != NULL && strcmp(socket->place.rights.group, group) == 0 &&
        socket->runs_as.value == 0 && socket->members.known)
      return true;
  }
  return false;
}

/* What sudo's own rule gives is seen in the rules of sudo. */
static bool is_by_rule(const struct fact_user *user, const char *group) {
  return user->sudo.known &&
         (strcmp(group, "sudo") == 0 || strcmp(group, "wheel") == 0 || strcmp(group, "admin") == 0);
}

static void judge_groups(const struct facts *facts, struct findings *out,
                         const struct fact_user *user) {
  bool some = false;
  if (!user->groups.known) {
    self_tell_unknown(out, CHECK_USER_GROUPS, user->name, "In which groups they are");
    return;
  }
  for (size_t i = 0; i < user->groups.list.v.len; i++) {
    const char *group = user->groups.list.v.items[i];
    const char *why = round_group(group);
    if (why == NULL || is_told(facts, group) || is_by_rule(user, group))
      continue;
    struct finding *finding = finding_bad(
        out, CHECK_USER_GROUPS, sd_arena_printf(out->arena, "%s: %s", user->name, group),
        "%s, who has safe-docker, is in the group %s, %s.", user->name, group, why);
    finding_remedy(out, finding,
                   "Take them out of it; sessions that are open keep the group until they end. "
                   "Where it is the account's own group, give it another first (usermod --gid). An "
                   "administrator, who is to have it, need not be a user of safe-docker.");
    finding_command(out, finding, "gpasswd --delete %s %s", finding_word(out, user->name),
                    finding_word(out, group));
    some = true;
  }
  if (!some)
    finding_pass(out, CHECK_USER_GROUPS, user->name, "%s is in no group that is as good as root.",
                 user->name);
}

void self_judge_people(const struct facts *facts, struct findings *out) {
  for (size_t i = 0; i < facts->self.users.len; i++) {
    const struct fact_user *user = &facts->self.users.items[i];
    if (user->name == NULL)
      continue;
    judge_sudo(facts, out, user);
    judge_doas(facts, out, user);
    judge_groups(facts, out, user);
  }
}
