/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that several deployments have: the group, its members, AppArmor. */
#include "setup.h"

#include <string.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/setup_tool.h"

#include "own/apparmor/apparmor_load.h"
#include "output.h"

#define GROUP_NOTE SETUP_FOLDER "/setup-group" /* the group that setup made */

/* -- group -------------------------------------------------------------------------------------- */

/* Whether setup made this group. */
static bool group_is_ours(struct setup *setup) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  const char *deployment = NULL;
  sd_error_init(&ignored, setup->arena);
  return sd_setup_look(setup->arena, GROUP_NOTE, &seen, &ignored) &&
         seen.kind == SD_SETUP_REGULAR &&
         setup_mark_of(setup->arena, seen.text, &deployment) == SETUP_UNCHANGED &&
         strstr(seen.text, sd_arena_printf(setup->arena, "\n%s\n", setup->group)) != NULL;
}

/* Sudo's rule keeps the group while doas is undone, and the other way round. */
static bool other_rule_stands(struct setup *setup) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  const char *deployment = NULL;
  sd_error_init(&ignored, setup->arena);
  if (strcmp(setup->name, "sudo") != 0)
    return setup_owner_of(setup->arena, SETUP_SUDOERS) != NULL;
  return sd_setup_look(setup->arena, SETUP_DOAS, &seen, &ignored) &&
         seen.kind == SD_SETUP_REGULAR &&
         setup_mark_of(setup->arena, seen.text, &deployment) != SETUP_UNMARKED;
}

/* Whoever is in it must not have more by it than the rule gives. */
static const char *group_problem(struct setup *setup, const struct sd_setup_group *group) {
  const struct sd_run_as *run_as = &setup->session->run_as;
  bool sockets = setup->session->has_policy && run_as->has_group
                     ? group->gid == run_as->group
                     : strcmp(setup->group, "docker") == 0;
  if (group->gid == 0)
    return sd_arena_printf(setup->arena, "the group %s is root's (gid 0)", setup->group);
  return sockets ? sd_arena_printf(setup->arena,
                                   "the group %s has the daemon's socket itself: whoever is in it "
                                   "needs no safe-docker",
                                   setup->group)
                 : NULL;
}

static void look_to_undo(struct setup *setup, const struct sd_setup_group *group,
                         struct setup_view *out) {
  bool empty = group->members.v.len == 0;
  bool stands = other_rule_stands(setup);
  bool made = group_is_ours(setup);
  out->ours = made && empty && !stands;
  if (out->ours)
    out->undo = sd_arena_printf(setup->arena, "the group %s is removed", setup->group);
  else
    out->undo = sd_arena_printf(setup->arena, "the group %s stays: %s", setup->group,
                                !made    ? "setup did not make it"
                                : !empty ? "it has members"
                                         : "another deployment is for it");
}

void setup_group_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct sd_setup_group group = {0};
  bool there = sd_setup_group(setup->arena, setup->group, &group);
  out->problem = there ? group_problem(setup, &group) : NULL;
  out->hint = "choose a group of its own: --group containers";
  out->complete = there && out->problem == NULL;
  out->line = sd_arena_printf(
      setup->arena, out->complete ? "the group %s is there" : "the group %s", setup->group);
  look_to_undo(setup, &group, out);
}

bool setup_group_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct sd_arena *arena = setup->arena;
  const char *const words[] = {"groupadd", "--system", setup->group, NULL};
  const char *note = setup_sign(setup, "# ", sd_arena_printf(arena, "%s\n", setup->group));
  if (!sd_setup_write(arena, GROUP_NOTE, note, 0644, NULL, err))
    return false;
  if (sd_setup_run(arena, words, err))
    return true;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  (void)!sd_setup_remove(arena, GROUP_NOTE, &ignored);
  return false;
}

bool setup_group_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct sd_setup_group group;
  const char *const words[] = {"groupdel", setup->group, NULL};
  if (sd_setup_group(setup->arena, setup->group, &group) && !sd_setup_run(setup->arena, words, err))
    return false;
  return sd_setup_remove(setup->arena, GROUP_NOTE, err);
}

/* -- members ------------------------------------------------------------------------------------ */

/* Those of --user who are not in it yet; *unknown is one that no account has, or NULL. */
static struct sd_strv newcomers(struct setup *setup, const struct sd_setup_group *group,
                                const char **unknown) {
  struct sd_strv out = {0};
  *unknown = NULL;
  for (size_t i = 0; i < setup->users.v.len; i++) {
    const char *user = setup->users.v.items[i];
    struct sd_error ignored;
    uid_t uid = 0;
    gid_t gid = 0;
    sd_error_init(&ignored, setup->arena);
    if (!sd_identity_account(setup->arena, user, &uid, &gid, &ignored))
      *unknown = user;
    else if (!sd_strv_contains(&group->members, user))
      sd_strv_add(&out, setup->arena, user);
  }
  return out;
}

void setup_members_look(struct setup *setup, const struct setup_step *step,
                        struct setup_view *out) {
  (void)step;
  struct sd_arena *arena = setup->arena;
  struct sd_setup_group group = {0};
  const char *unknown = NULL;
  (void)sd_setup_group(arena, setup->group, &group);
  struct sd_strv missing = newcomers(setup, &group, &unknown);
  out->complete = missing.v.len == 0 && unknown == NULL;
  if (missing.v.len > 0)
    out->line = sd_arena_printf(arena, "into the group %s: %s", setup->group,
                                sd_strv_join(&missing, arena, ", "));
  else
    out->line = sd_arena_printf(arena, "in the group %s: %s", setup->group,
                                group.members.v.len > 0
                                    ? sd_text_safe(arena, sd_strv_join(&group.members, arena, ", "))
                                    : "nobody yet");
  if (unknown != NULL) {
    out->problem = sd_arena_printf(arena, "there is no account %s", unknown);
    out->hint = "name the accounts that are to run containers: --user alice --user bob";
  }
  out->undo = sd_arena_printf(arena, "who is in the group %s stays there", setup->group);
}

bool setup_members_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct sd_setup_group group = {0};
  const char *unknown = NULL;
  (void)sd_setup_group(setup->arena, setup->group, &group);
  struct sd_strv missing = newcomers(setup, &group, &unknown);
  for (size_t i = 0; i < missing.v.len; i++) {
    const char *const words[] = {"gpasswd", "--add", missing.v.items[i], setup->group, NULL};
    if (!sd_setup_run(setup->arena, words, err))
      return false;
  }
  return true;
}

bool setup_members_unmake(struct setup *setup, const struct setup_step *step,
                          struct sd_error *err) {
  (void)setup;
  (void)step;
  (void)err;
  return true;
}

/* -- AppArmor ----------------------------------------------------------------------------------- */

void setup_apparmor_look(struct setup *setup, const struct setup_step *step,
                         struct setup_view *out) {
  (void)step;
  const struct sd_lsm_view *view = &setup->session->apparmor;
  bool loaded = sd_lsm_state(view, "safe-docker-default") == SD_APPARMOR_PROFILE_LOADED &&
                sd_lsm_state(view, "safe-docker-strict") == SD_APPARMOR_PROFILE_LOADED;
  out->complete = view->kernel != SD_LSM_ON || loaded;
  out->line = view->kernel != SD_LSM_ON ? "this kernel has no AppArmor that could be seen"
              : loaded                  ? "the AppArmor profiles are loaded"
                                        : "the AppArmor profiles, loaded into the kernel";
  out->undo = "AppArmor profiles stay loaded";
}

bool setup_apparmor_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  const char *said = "";
  bool good = apparmor_load(setup->arena, &said, err);
  output_tell(said);
  if (good)
    session_look_at_apparmor(setup->session);
  return good;
}

bool setup_apparmor_unmake(struct setup *setup, const struct setup_step *step,
                           struct sd_error *err) {
  return setup_members_unmake(setup, step, err);
}
