/* SPDX-License-Identifier: Apache-2.0 */
/* A step that is one file, with a line that says who made it. */
#include "setup.h"

#include <string.h>

#include "safe-docker/base/text.h"

struct state {
  struct sd_setup_seen seen;
  const char *want;       /* NULL: undoing needs none */
  const char *deployment; /* that its line names */
  enum setup_mark mark;
};

const char *setup_owner_of(struct sd_arena *arena, const char *path) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  const char *deployment = NULL;
  sd_error_init(&ignored, arena);
  if (!sd_setup_look(arena, path, &seen, &ignored) || seen.kind != SD_SETUP_REGULAR)
    return NULL;
  return setup_mark_of(arena, seen.text, &deployment) == SETUP_UNMARKED ? NULL : deployment;
}

static bool find(struct setup *setup, const struct setup_file *file, struct state *out,
                 struct sd_error *err) {
  *out = (struct state){0};
  if (!sd_setup_look(setup->arena, file->path, &out->seen, err) ||
      (!setup->undo && !setup_render(setup, file->template, &out->want, err)))
    return false;
  out->mark = setup_mark_of(
      setup->arena, out->seen.kind == SD_SETUP_REGULAR ? out->seen.text : NULL, &out->deployment);
  return true;
}

static bool is_as_wanted(const struct setup_file *file, const struct state *state) {
  const struct sd_setup_seen *seen = &state->seen;
  return seen->kind == SD_SETUP_REGULAR && seen->text != NULL &&
         strcmp(seen->text, state->want) == 0 && seen->uid == 0 && seen->gid == 0 &&
         seen->mode == file->mode;
}

static void look_to_undo(struct setup *setup, const struct setup_file *file,
                         const struct state *state, struct setup_view *out) {
  out->ours = state->mark != SETUP_UNMARKED && strcmp(state->deployment, setup->name) == 0 &&
              !(file->kept && state->mark == SETUP_CHANGED);
  if (out->ours)
    out->undo =
        state->mark == SETUP_UNCHANGED
            ? sd_arena_printf(setup->arena, "%s is removed", file->path)
            : sd_arena_printf(setup->arena, "%s was changed since: it is renamed to %s.saved",
                              file->path, file->path);
  else
    out->undo = sd_arena_printf(setup->arena, "%s %s", file->path,
                                state->seen.kind == SD_SETUP_MISSING ? "is not there"
                                : state->mark == SETUP_UNMARKED ? "was not made by setup and stays"
                                : strcmp(state->deployment, setup->name) != 0
                                    ? "belongs to another deployment and stays"
                                    : "was changed since and stays");
}

/* Somebody else's, and no earlier step moves it away. */
static bool is_foreign(struct setup *setup, const struct setup_file *file,
                       const struct state *state) {
  struct sd_setup_seen away;
  struct sd_error ignored;
  sd_error_init(&ignored, setup->arena);
  if (state->seen.kind == SD_SETUP_MISSING || state->mark != SETUP_UNMARKED)
    return false;
  return file->moved == NULL || !sd_setup_look(setup->arena, file->moved, &away, &ignored) ||
         away.kind != SD_SETUP_MISSING;
}

static const char *instead_of(const struct state *state) {
  switch (state->mark) {
  case SETUP_UNMARKED:
    return "";
  case SETUP_CHANGED:
    return ", in the place of one that was changed since, which is kept as .saved";
  case SETUP_UNCHANGED:
    break;
  }
  return ", in the place of the one that setup made before";
}

static void look_to_make(struct setup *setup, const struct setup_file *file,
                         const struct state *state, struct setup_view *out) {
  struct sd_arena *arena = setup->arena;
  bool good = is_as_wanted(file, state);
  out->complete = good || (file->kept && state->seen.kind == SD_SETUP_REGULAR);
  if (out->complete) {
    out->line =
        sd_arena_printf(arena, "%s is there%s", file->path, good ? "" : " and stays as it is");
    return;
  }
  out->line = sd_arena_printf(arena, "%s (root:root %04o)%s", file->path, (unsigned)file->mode,
                              instead_of(state));
  out->content = state->want;
  if (is_foreign(setup, file, state)) {
    out->problem =
        sd_arena_printf(arena, "%s is there already, and setup did not make it", file->path);
    out->hint = sd_arena_printf(arena, "look at it, and move it away: mv %s %s.before", file->path,
                                file->path);
  }
}

void setup_file_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  struct state state;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  if (!find(setup, step->file, &state, &err)) {
    out->line = out->undo = step->file->path;
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  if (!setup->undo)
    look_to_make(setup, step->file, &state, out);
  look_to_undo(setup, step->file, &state, out);
}

static bool save_aside(struct setup *setup, const char *path, struct sd_error *err) {
  const char *name = strrchr(path, '/') + 1;
  return sd_setup_rename(setup->arena, path, sd_arena_printf(setup->arena, "%s.saved", name), err);
}

bool setup_file_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  const struct setup_file *file = step->file;
  struct state state;
  if (!find(setup, file, &state, err))
    return false;
  /* Looked at again: what was shown is what is replaced, and nothing that came meanwhile. */
  if (state.seen.kind != SD_SETUP_MISSING && state.mark == SETUP_UNMARKED)
    return sd_fail(err, "%s is there already, and setup did not make it", file->path);
  if (state.mark == SETUP_CHANGED && !save_aside(setup, file->path, err))
    return false;
  return sd_setup_write(setup->arena, file->path, state.want, file->mode, file->check, err);
}

bool setup_file_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  const struct setup_file *file = step->file;
  struct state state;
  if (!find(setup, file, &state, err))
    return false;
  if (state.mark == SETUP_CHANGED)
    return save_aside(setup, file->path, err);
  return sd_setup_remove(setup->arena, file->path, err);
}
