/* SPDX-License-Identifier: Apache-2.0 */
/* The real CLI under another name, also for the package that brings it. */
#include "setup.h"

#include <string.h>

#include "config.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/setup_tool.h"

static const char real[] = SETUP_REAL;
static const char away[] = SETUP_DIVERTED;

struct state {
  struct sd_setup_seen real, diverted;
  bool dpkg, noted; /* whether there is a dpkg, and whether it knows of it */
};

static bool find(struct setup *setup, struct state *out, struct sd_error *err) {
  static const char *const words[] = {"dpkg-divert", "--truename", real, NULL};
  struct sd_answer answer = {0};
  *out = (struct state){.dpkg = sd_setup_tool(setup->arena, words[0]) != NULL};
  if (!sd_setup_look(setup->arena, SETUP_REAL, &out->real, err) ||
      !sd_setup_look(setup->arena, SETUP_DIVERTED, &out->diverted, err) ||
      (out->dpkg && !sd_setup_ask(setup->arena, words, &answer, err)))
    return false;
  out->noted = out->dpkg && strcmp(answer.out, SETUP_DIVERTED "\n") == 0;
  return true;
}

/* Only the real CLI may be moved: neither safe-docker nor what setup puts in its place. */
static void check_real(struct setup *setup, const struct state *state, struct setup_view *out) {
  struct sd_error why;
  sd_error_init(&why, setup->arena);
  if (state->real.kind == SD_SETUP_LINK)
    out->problem = SETUP_REAL " is a link";
  else if (!sd_launch_check(setup->arena, SETUP_REAL, 0, &why)) {
    out->problem = why.message;
    out->hint =
        why.hint != NULL ? why.hint : "install the real docker command first (on Debian docker.io)";
  }
}

void setup_rename_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct state state;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  out->line = out->undo = SETUP_REAL;
  if (!find(setup, &state, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  bool moved = state.diverted.kind != SD_SETUP_MISSING;
  out->complete = moved && (state.noted || !state.dpkg);
  out->ours = state.noted || (moved && !state.dpkg);
  out->line = out->complete ? SETUP_REAL " is " SETUP_DIVERTED
              : state.dpkg  ? SETUP_REAL " becomes " SETUP_DIVERTED
                                        ", and dpkg puts new versions there"
                           : SETUP_REAL " becomes " SETUP_DIVERTED;
  out->undo =
      out->ours ? SETUP_DIVERTED " becomes " SETUP_REAL " again" : SETUP_REAL " was not diverted";
  if (moved && !out->complete) {
    out->problem = SETUP_DIVERTED " is there already, and dpkg knows nothing of it";
    out->hint = "look at it, and move it away";
  } else if (!moved) {
    check_real(setup, &state, out);
  }
  if (setup->undo && !out->ours)
    out->problem = NULL;
}

bool setup_rename_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  static const char *const words[] = {"dpkg-divert", "--local", "--rename", "--divert",
                                      away,          "--add",   real,       NULL};
  struct state state;
  if (!find(setup, &state, err) ||
      (state.dpkg && !state.noted && !sd_setup_run(setup->arena, words, err)) ||
      !find(setup, &state, err))
    return false;
  /* Without dpkg; and with one that was ended between noting and renaming. */
  return state.diverted.kind != SD_SETUP_MISSING ||
         sd_setup_rename(setup->arena, SETUP_REAL, strrchr(SETUP_DIVERTED, '/') + 1, err);
}

bool setup_rename_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  static const char *const words[] = {"dpkg-divert", "--local", "--rename", "--remove", real, NULL};
  struct state state;
  if (!find(setup, &state, err) || (state.noted && !sd_setup_run(setup->arena, words, err)) ||
      !find(setup, &state, err))
    return false;
  return state.diverted.kind == SD_SETUP_MISSING ||
         sd_setup_rename(setup->arena, SETUP_DIVERTED, strrchr(SETUP_REAL, '/') + 1, err);
}
