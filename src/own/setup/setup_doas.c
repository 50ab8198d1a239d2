/* SPDX-License-Identifier: Apache-2.0 */
/* The rule in doas.conf: some lines of a file that has others, too. */
#include "setup.h"

#include <string.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_tool.h"

#define TEMPLATE "doas.conf"
#define NEW_MODE 0400

static const char begins[] = "# made by safe-docker setup ";
static const char ends[] = "# end of what safe-docker setup made\n";

struct state {
  struct sd_setup_seen seen;
  const char *before, *block, *after; /* `block` is "" where there is none */
  const char *want;
  enum setup_mark mark;
};

static bool starts_line(const char *text, const char *at) {
  return at == text || at[-1] == '\n';
}

static void split(struct sd_arena *arena, struct state *state) {
  const char *text = state->seen.text != NULL ? state->seen.text : "";
  const char *begin = strstr(text, begins);
  const char *end = begin != NULL ? strstr(begin, ends) : NULL;
  const char *deployment = NULL;
  *state = (struct state){
      .seen = state->seen, .before = text, .block = "", .after = "", .want = state->want};
  if (begin == NULL || !starts_line(text, begin))
    return;
  /* Without its end nobody can tell what is ours. */
  state->mark = SETUP_CHANGED;
  state->block = begin;
  state->before = sd_arena_strndup(arena, text, (size_t)(begin - text));
  if (end == NULL)
    return;
  state->after = end + strlen(ends);
  state->block = sd_arena_strndup(arena, begin, (size_t)(state->after - begin));
  if (setup_mark_of(arena, state->block, &deployment) == SETUP_UNCHANGED)
    state->mark = SETUP_UNCHANGED;
}

static bool find(struct setup *setup, struct state *out, struct sd_error *err) {
  *out = (struct state){0};
  if (!sd_setup_look(setup->arena, SETUP_DOAS, &out->seen, err) ||
      (!setup->undo && !setup_render(setup, TEMPLATE, &out->want, err)))
    return false;
  if (out->seen.kind != SD_SETUP_MISSING && out->seen.text == NULL)
    return sd_fail(err, "%s is not a file of text", SETUP_DOAS);
  if (out->seen.kind == SD_SETUP_LINK)
    return sd_fail(err, "%s is a link", SETUP_DOAS);
  split(setup->arena, out);
  return true;
}

void setup_doas_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct state state;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  out->line = out->undo = SETUP_DOAS;
  if (!find(setup, &state, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
    return;
  }
  out->ours = state.mark != SETUP_UNMARKED;
  out->complete = !setup->undo && out->ours && strcmp(state.block, state.want) == 0;
  out->line = out->complete ? SETUP_DOAS " has the rule"
                            : "in " SETUP_DOAS ", at the end; all other lines stay";
  out->undo =
      out->ours ? "the rule is taken out of " SETUP_DOAS : SETUP_DOAS " has no rule of ours";
  out->content = out->complete ? NULL : state.want;
  if (sd_setup_tool(setup->arena, "doas") == NULL && !setup->undo) {
    out->problem = "there is no doas in /usr/bin";
    out->hint = "install it (on Debian the package opendoas), or use safe-docker setup sudo";
  }
  if (state.mark == SETUP_CHANGED) {
    out->problem = "the lines of setup in " SETUP_DOAS " were changed since";
    out->hint = "take them out by hand, from \"made by\" to \"end of what\"";
  }
}

static bool check(struct sd_arena *arena, const char *path, struct sd_error *err) {
  const char *const words[] = {"doas", "-C", path, NULL};
  return sd_setup_run(arena, words, err);
}

static bool put(struct setup *setup, const struct state *state, const char *block,
                struct sd_error *err) {
  struct sd_arena *arena = setup->arena;
  size_t len = strlen(state->before);
  bool open_end = block[0] != '\0' && len > 0 && state->before[len - 1] != '\n';
  const char *text =
      sd_arena_printf(arena, "%s%s%s%s", state->before, open_end ? "\n" : "", block, state->after);
  if (text[0] == '\0')
    return sd_setup_remove(arena, SETUP_DOAS, err);
  mode_t mode = state->seen.kind == SD_SETUP_MISSING ? NEW_MODE : state->seen.mode;
  bool checked = sd_setup_tool(arena, "doas") != NULL;
  return sd_setup_write(arena, SETUP_DOAS, text, mode, checked ? check : NULL, err);
}

bool setup_doas_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  return find(setup, &state, err) && put(setup, &state, state.want, err);
}

bool setup_doas_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  return find(setup, &state, err) && put(setup, &state, "", err);
}
