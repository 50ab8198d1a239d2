/* SPDX-License-Identifier: Apache-2.0 */
/* The setgid bit of the installed program, so that it stays through upgrades, and the name docker for it. */
#include "setup.h"

#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/setup_tool.h"

#define LINK "/usr/local/bin/docker"
#define MODE 02755
#define PLAIN_MODE 0755

/* -- the program -------------------------------------------------------------------------------- */

static const char program[] = SETUP_PROGRAM;

struct state {
  struct sd_setup_seen seen;
  gid_t gid;
  const char *group;
  bool packaged;        /* dpkg puts it in place at each upgrade */
  const char *override; /* what dpkg was told about it; "" for nothing */
};

bool setup_socket_group(struct setup *setup, gid_t *out, struct sd_error *err) {
  const struct sd_run_as *run_as = &setup->session->run_as;
  struct sd_setup_group group;
  if (setup->session->has_policy && run_as->has_group)
    *out = run_as->group;
  else if (sd_setup_group(setup->arena, "docker", &group))
    *out = group.gid;
  else
    return sd_fail_rule(err, NULL, "install and start the daemon first",
                        "there is no socket of the daemon, and no group docker");
  return *out != 0 ||
         sd_fail_rule(err, NULL,
                      "let the daemon give it to a group of its own: dockerd --group docker",
                      "the daemon's socket belongs to the group root");
}

static bool find_group(struct setup *setup, struct state *out, struct sd_error *err) {
  if (!setup_socket_group(setup, &out->gid, err))
    return false;
  out->group = sd_setup_group_name(setup->arena, out->gid);
  return true;
}

static bool ask_dpkg(struct setup *setup, struct state *out, struct sd_error *err) {
  const char *const owns[] = {"dpkg-query", "--search", program, NULL};
  const char *const list[] = {"dpkg-statoverride", "--list", program, NULL};
  struct sd_answer answer = {0};
  out->override = "";
  if (sd_setup_tool(setup->arena, owns[0]) == NULL)
    return true;
  if (!sd_setup_ask(setup->arena, owns, &answer, err))
    return false;
  out->packaged = answer.status == 0;
  if (!sd_setup_ask(setup->arena, list, &answer, err))
    return false;
  out->override = answer.status == 0 ? answer.out : "";
  return true;
}

static const char *wanted_override(struct setup *setup, const struct state *state) {
  return sd_arena_printf(setup->arena, "root %s %o " SETUP_PROGRAM "\n", state->group,
                         (unsigned)MODE);
}

static bool find(struct setup *setup, struct state *out, struct sd_error *err) {
  *out = (struct state){0};
  return sd_setup_look(setup->arena, SETUP_PROGRAM, &out->seen, err) &&
         (out->seen.kind == SD_SETUP_REGULAR ||
          sd_fail(err, "%s is not a regular file", SETUP_PROGRAM)) &&
         find_group(setup, out, err) && ask_dpkg(setup, out, err);
}

void setup_program_look(struct setup *setup, const struct setup_step *step,
                        struct setup_view *out) {
  (void)step;
  struct state state;
  struct sd_error err;
  struct sd_arena *arena = setup->arena;
  sd_error_init(&err, arena);
  out->line = out->undo = SETUP_PROGRAM;
  if (!find(setup, &state, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  bool noted = strcmp(state.override, wanted_override(setup, &state)) == 0;
  out->complete = state.seen.gid == state.gid && state.seen.mode == MODE && state.seen.uid == 0 &&
                  (noted || !state.packaged);
  out->line =
      sd_arena_printf(arena, "%s%s root:%s %o%s", SETUP_PROGRAM, out->complete ? " is" : " becomes",
                      state.group, (unsigned)MODE, state.packaged ? ", and dpkg keeps it so" : "");
  if (!out->complete && !state.packaged)
    out->line = sd_arena_printf(arena, "%s; run this again after each installation", out->line);
  out->ours = (state.seen.mode & S_ISGID) != 0 || noted;
  out->undo = sd_arena_printf(arena, "%s %s root:root %o", SETUP_PROGRAM,
                              out->ours ? "becomes" : "is", (unsigned)PLAIN_MODE);
  if (state.override[0] != '\0' && !noted) {
    out->problem = sd_arena_printf(arena, "dpkg was told otherwise about %s: %s", SETUP_PROGRAM,
                                   sd_text_safe(arena, state.override));
    out->hint = "look at it, then: dpkg-statoverride --remove " SETUP_PROGRAM;
  }
}

bool setup_program_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  if (!find(setup, &state, err))
    return false;
  const char *const words[] = {"dpkg-statoverride", "--update", "--add", "root",
                               state.group,         "2755",     program, NULL};
  if (state.packaged && state.override[0] == '\0' && !sd_setup_run(setup->arena, words, err))
    return false;
  return sd_setup_change(setup->arena, SETUP_PROGRAM, state.gid, MODE, err);
}

bool setup_program_unmake(struct setup *setup, const struct setup_step *step,
                          struct sd_error *err) {
  (void)step;
  static const char *const words[] = {"dpkg-statoverride", "--remove", program, NULL};
  struct state state;
  if (!find(setup, &state, err) ||
      (state.override[0] != '\0' && !sd_setup_run(setup->arena, words, err)))
    return false;
  return sd_setup_change(setup->arena, SETUP_PROGRAM, 0, PLAIN_MODE, err);
}

/* -- its name ----------------------------------------------------------------------------------- */

void setup_link_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct sd_setup_seen seen;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  out->line = out->undo = LINK;
  if (!sd_setup_look(setup->arena, LINK, &seen, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  bool there = seen.kind == SD_SETUP_LINK && strcmp(seen.text, SETUP_PROGRAM) == 0;
  out->complete = out->ours = there;
  out->line = there ? LINK " leads to " SETUP_PROGRAM : LINK ", a link to " SETUP_PROGRAM;
  out->undo = there ? LINK " is removed" : LINK " is not setup's and stays";
  if (!there && seen.kind != SD_SETUP_MISSING) {
    out->problem = "something else is at " LINK;
    out->hint =
        "if it is the real docker command, move it where docker.path of the policy finds it "
        "(" SETUP_REAL ")";
  }
}

bool setup_link_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  return sd_setup_link(setup->arena, LINK, SETUP_PROGRAM, err);
}

bool setup_link_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  return sd_setup_remove(setup->arena, LINK, err);
}
