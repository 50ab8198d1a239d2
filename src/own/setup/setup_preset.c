/* SPDX-License-Identifier: Apache-2.0 */
/* A policy that comes along, as the policy of the host. */
#include "setup.h"

#include <string.h>

#include "config.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "safe-docker/policy/diff.h"
#include "safe-docker/policy/files.h"
#include "safe-docker/report/policy.h"
#include "safe-docker/sys/trusted.h"

#define FOLDER SD_DATADIR "/policy"
#define TARGET SETUP_FOLDER "/policy.json"
#define SAVED "policy.json.saved"
#define EDITED "policy.json.edited"
#define MODE 0644

struct state {
  struct sd_setup_seen seen, saved;
  const char *want;
  bool ours; /* what is there is a preset, perhaps edited since */
  enum setup_mark mark;
};

/* It is loaded as it would be, and one that has mistakes is not put in place. */
static bool check(struct setup *setup, const char *path, const char *text, struct sd_error *err) {
  struct session *session = setup->session;
  struct sd_policy_text input = {.name = path, .text = text, .len = strlen(text)};
  struct sd_policy *policy = sd_arena_alloc(setup->arena, sizeof(*policy));
  return sd_policy_load(setup->arena, &input, 1, &session->caller, policy, err) &&
         session_check_policy(setup->arena, policy, 0, err);
}

static bool read_preset(struct setup *setup, struct state *out, struct sd_error *err) {
  const char *path = sd_arena_printf(setup->arena, FOLDER "/%s.json", setup->preset);
  const char *text = NULL;
  size_t len = 0;
  bool missing = false;
  struct sd_error why;
  sd_error_init(&why, setup->arena);
  if (!sd_trusted_read(setup->arena, path, 0, SD_JSON_MAX_BYTES, &text, &len, &missing, &why))
    return missing ? sd_fail_rule(err, NULL, "those that come along: ls " FOLDER,
                                  "no policy that comes along is called \"%s\"",
                                  sd_text_safe(setup->arena, setup->preset))
                   : sd_fail_rule(err, NULL, why.hint, "%s", why.message);
  out->want = setup_sign(setup, "// ", text);
  return check(setup, path, out->want, err);
}

static bool find(struct setup *setup, struct state *out, struct sd_error *err) {
  const char *deployment = "";
  *out = (struct state){0};
  if (!sd_setup_look(setup->arena, TARGET, &out->seen, err) ||
      !sd_setup_look(setup->arena, SETUP_FOLDER "/" SAVED, &out->saved, err) ||
      (setup->preset != NULL && !read_preset(setup, out, err)))
    return false;
  out->mark = setup_mark_of(
      setup->arena, out->seen.kind == SD_SETUP_REGULAR ? out->seen.text : NULL, &deployment);
  out->ours = out->mark != SETUP_UNMARKED && strcmp(deployment, setup->name) == 0;
  return true;
}

/* Another preset as it was needs not be kept; everything else is somebody's. */
static bool is_kept(const struct state *state) {
  return state->seen.kind != SD_SETUP_MISSING && !(state->ours && state->mark == SETUP_UNCHANGED);
}

/* What would differ, with the drop-ins that are there; NULL where the policy in force cannot be read. */
static const char *find_changes(struct setup *setup, const struct state *state) {
  struct sd_policy_texts now;
  struct sd_policy_texts then = {0};
  struct sd_policy_differences differences = {{NULL, 0, 0}};
  struct sd_error ignored;
  sd_error_init(&ignored, setup->arena);
  if (!sd_policy_files_read(setup->arena, SD_SYSCONFDIR, NULL, 0, &now, &ignored))
    return NULL;
  *sd_vec_push(setup->arena, &then.v) =
      (struct sd_policy_text){.name = TARGET, .text = state->want, .len = strlen(state->want)};
  for (size_t i = 0; i < now.v.len; i++)
    if (strcmp(now.v.items[i].name, TARGET) != 0)
      *sd_vec_push(setup->arena, &then.v) = now.v.items[i];
  const struct sd_policy_side sides[2] = {{now.v.items, now.v.len}, {then.v.items, then.v.len}};
  if (!sd_policy_diff(setup->arena, sides, NULL, &differences, &ignored))
    return NULL;
  const struct sd_policy_pair pair = {.names = {"the policy in force", setup->preset},
                                      .differences = &differences};
  return sd_report_policy_diff_text(setup->arena, &pair);
}

static void look_to_make(const struct state *state, struct setup_view *out) {
  bool regular = state->seen.kind == SD_SETUP_REGULAR;
  out->complete = state->want == NULL || (regular && state->seen.text != NULL &&
                                          strcmp(state->seen.text, state->want) == 0);
  out->line = out->complete ? TARGET " is there" : TARGET " (root:root 0644)";
  if (out->complete)
    return;
  out->content = state->want;
  if (is_kept(state)) {
    out->line = TARGET " (root:root 0644); the one that is there is kept as " SAVED;
    if (state->saved.kind != SD_SETUP_MISSING) {
      out->problem = SETUP_FOLDER "/" SAVED " is in the way of what would be kept";
      out->hint = "move it away";
    }
  }
}

void setup_preset_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct state state;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  out->line = out->undo = TARGET;
  if (!find(setup, &state, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  look_to_make(&state, out);
  if (!out->complete)
    out->changes = find_changes(setup, &state);
  bool saved = state.saved.kind == SD_SETUP_REGULAR;
  out->ours = state.ours;
  out->undo = !state.ours ? TARGET " is not setup's and stays"
              : state.mark == SETUP_UNCHANGED
                  ? (saved ? TARGET " becomes again what it was (" SAVED ")" : TARGET " is removed")
              : saved ? TARGET " was changed since and is kept as " EDITED "; " SAVED
                               " is brought back"
                      : TARGET " was changed since and is kept as " EDITED;
}

bool setup_preset_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  return find(setup, &state, err) &&
         (!is_kept(&state) || sd_setup_rename(setup->arena, TARGET, SAVED, err)) &&
         sd_setup_write(setup->arena, TARGET, state.want, MODE, NULL, err);
}

bool setup_preset_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  if (!find(setup, &state, err))
    return false;
  if (state.mark == SETUP_UNCHANGED ? !sd_setup_remove(setup->arena, TARGET, err)
                                    : !sd_setup_rename(setup->arena, TARGET, EDITED, err))
    return false;
  return state.saved.kind == SD_SETUP_MISSING ||
         sd_setup_rename(setup->arena, SETUP_FOLDER "/" SAVED, "policy.json", err);
}
