/* SPDX-License-Identifier: Apache-2.0 */
/* What goes round safe-docker, or keeps it from working: told, never changed. */
#include "setup.h"

#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/setup_tool.h"

#include "own/round/round.h"

/* -- the socket --------------------------------------------------------------------------------- */

static void warn_of_group(struct setup *setup, gid_t gid, struct sd_strv *out) {
  struct sd_arena *arena = setup->arena;
  const char *name = sd_setup_group_name(arena, gid);
  struct sd_setup_group group = {0};
  if (!sd_setup_group(arena, name, &group))
    return;
  for (size_t i = 0; i < group.members.v.len; i++) {
    const char *user = sd_text_safe(arena, group.members.v.items[i]);
    if (strcmp(user, "root") != 0)
      sd_strv_add(
          out, arena,
          sd_arena_printf(arena,
                          "%s is in the group %s and has the daemon's socket, so safe-docker "
                          "is no boundary: gpasswd --delete %s %s",
                          user, name, user, name));
  }
}

static void warn_of_socket(struct setup *setup, struct sd_strv *out) {
  static const char scheme[] = "unix://";
  struct sd_arena *arena = setup->arena;
  const char *host = setup->session->policy.docker.endpoint.host;
  struct sd_setup_seen seen = {0};
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!sd_text_starts_with(host, scheme))
    return;
  const char *path = host + strlen(scheme);
  if (strcmp(path, "/var/run/docker.sock") == 0)
    path = "/run/docker.sock"; /* /var/run is a link on every host; it is not followed twice */
  if (!sd_setup_look(arena, path, &seen, &err))
    sd_strv_add(out, arena, sd_arena_printf(arena, "the daemon's socket: %s", err.message));
  else if (seen.kind == SD_SETUP_MISSING)
    sd_strv_add(out, arena,
                sd_arena_printf(arena, "the daemon does not run: there is no socket %s", path));
  else if ((seen.mode & S_IWOTH) != 0)
    sd_strv_add(out, arena,
                sd_arena_printf(arena,
                                "everybody may write to the daemon's socket %s (mode %04o), so "
                                "safe-docker is no boundary: chmod o-rw %s",
                                path, (unsigned)seen.mode, path));
  struct sd_setup_group usual = {0};
  if (seen.kind == SD_SETUP_OTHER)
    warn_of_group(setup, seen.gid, out);
  else if (sd_setup_group(arena, "docker", &usual))
    warn_of_group(setup, usual.gid, out);
}

static void warn_of_cli(struct setup *setup, struct sd_strv *out) {
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  if (!sd_launch_check(setup->arena, setup->session->policy.docker.path, 0, &err))
    sd_strv_add(out, setup->arena,
                sd_arena_printf(setup->arena, "docker.path of the policy: %s", err.message));
}

/* -- sudo --------------------------------------------------------------------------------------- */

static void warn_of_rules(struct setup *setup, const char *user, struct sd_strv *out) {
  struct sd_arena *arena = setup->arena;
  struct sd_strv rules = {0};
  struct round_ways ways = {0};
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (!round_sudo_rules(arena, user, &rules, &ignored))
    return;
  round_ways_of_sudo(arena, &rules, &ways);
  for (size_t i = 0; i < ways.v.len; i++)
    if (ways.v.items[i].root)
      sd_strv_add(out, arena,
                  sd_arena_printf(arena, "sudo lets %s run %s, which goes round safe-docker",
                                  sd_text_safe(arena, user),
                                  sd_text_safe(arena, ways.v.items[i].command)));
}

static void warn_of_members(struct setup *setup, struct sd_strv *out) {
  struct sd_arena *arena = setup->arena;
  struct sd_setup_group group = {0};
  bool there = sd_setup_group(arena, setup->group, &group);
  for (size_t i = 0; i < setup->users.v.len; i++)
    if (!sd_strv_contains(&group.members, setup->users.v.items[i]))
      sd_strv_add(&group.members, arena, setup->users.v.items[i]);
  if (group.members.v.len == 0 && (there || strcmp(setup->name, "status") != 0))
    sd_strv_add(out, arena,
                sd_arena_printf(arena,
                                "nobody is in the group %s yet: --user NAME, or gpasswd --add "
                                "NAME %s",
                                setup->group, setup->group));
  if (sd_setup_tool(arena, "sudo") == NULL)
    return;
  for (size_t i = 0; i < group.members.v.len; i++)
    warn_of_rules(setup, group.members.v.items[i], out);
}

bool setup_sudoers_unread(struct sd_arena *arena) {
  static const char *const words[] = {"visudo", "-c", NULL};
  struct sd_answer answer = {0};
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  return setup_owner_of(arena, SETUP_SUDOERS) != NULL &&
         sd_setup_ask(arena, words, &answer, &ignored) && strstr(answer.out, SETUP_SUDOERS) == NULL;
}

static void warn_of_sudoers(struct setup *setup, struct sd_strv *out) {
  if (setup_sudoers_unread(setup->arena))
    sd_strv_add(out, setup->arena,
                "sudo does not read " SETUP_SUDOERS ": /etc/sudoers lacks @includedir "
                "/etc/sudoers.d, or has a mistake (visudo -c)");
}

/* -- all of it ---------------------------------------------------------------------------------- */

/* Which deployments stand on a group of users. */
static bool has_group(const struct setup *setup) {
  return strcmp(setup->name, "sudo") == 0 || strcmp(setup->name, "doas") == 0 ||
         strcmp(setup->name, "status") == 0;
}

void setup_warnings(struct setup *setup, struct sd_strv *out) {
  const struct session *session = setup->session;
  if (strcmp(setup->name, "alias") == 0)
    sd_strv_add(out, setup->arena,
                "an alias is a guard rail and no boundary: whoever has the socket can go round it");
  if (strcmp(setup->name, "divert") == 0 && !setup_has_door(setup))
    sd_strv_add(
        out, setup->arena,
        "no door is set up, so that only who has the socket anyway gets further: safe-docker "
        "setup sudo, and then this again");
  if (session->has_policy) {
    if (strcmp(setup->name, "alias") != 0)
      warn_of_socket(setup, out);
    if (strcmp(setup->name, "divert") != 0)
      warn_of_cli(setup, out);
  } else {
    sd_strv_add(
        out, setup->arena,
        sd_arena_printf(setup->arena, "the policy cannot be used: %s", session->problem.message));
  }
  if (has_group(setup))
    warn_of_members(setup, out);
  warn_of_sudoers(setup, out);
}
