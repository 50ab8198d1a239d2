/* SPDX-License-Identifier: Apache-2.0 */
/* The audit file and its folder. Behind sudo and doas safe-docker opens the file as root, who makes it; a setgid program opens
 * it as its caller with the group of the daemon's socket, so it must be there, and that group's to write. Whoever else has
 * that group has the daemon, and with it the host. */
#include "setup.h"

#include <string.h>
#include <sys/stat.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"

#define FILE_MODE 0660
#define SEARCH_ALL (S_IXUSR | S_IXGRP | S_IXOTH)

struct state {
  const char *file, *folder; /* NULL: the policy names none */
  bool by_group;             /* the setgid deployment */
  gid_t gid;
  struct sd_setup_seen file_seen, folder_seen;
};

static bool find(struct setup *setup, struct state *out, struct sd_error *err) {
  const struct session *session = setup->session;
  const char *file = session->has_policy ? session->policy.audit.file : "";
  const char *slash = strrchr(file, '/');
  *out = (struct state){.by_group = strcmp(setup->name, "setgid") == 0};
  if (slash == NULL || slash == file)
    return true;
  out->file = file;
  out->folder = sd_arena_strndup(setup->arena, file, (size_t)(slash - file));
  return sd_setup_look(setup->arena, out->folder, &out->folder_seen, err) &&
         (!out->by_group || (setup_socket_group(setup, &out->gid, err) &&
                             sd_setup_look(setup->arena, file, &out->file_seen, err)));
}

/* Whether the group gets into the folder: the kernel asks the others' bits of those alone who are not in its group. */
static bool lets_in(const struct state *state) {
  bool in_group = state->folder_seen.gid == state->gid;
  return (state->folder_seen.mode & (in_group ? S_IXGRP : S_IXOTH)) != 0;
}

static bool takes_records(const struct state *state) {
  return state->file_seen.kind == SD_SETUP_REGULAR && state->file_seen.uid == 0 &&
         state->file_seen.gid == state->gid && (state->file_seen.mode & FILE_MODE) == FILE_MODE;
}

static void look_at_file(struct setup *setup, const struct state *state, struct setup_view *out) {
  const char *group = sd_setup_group_name(setup->arena, state->gid);
  const char *shown = sd_text_safe(setup->arena, state->file);
  bool there = state->folder_seen.kind != SD_SETUP_MISSING;
  out->complete = there && lets_in(state) && takes_records(state);
  out->line = sd_arena_printf(
      setup->arena, "%s, %s root:%s %o: it is opened with that group%s", shown,
      out->complete ? "which is" : "which becomes", group, FILE_MODE,
      there && !lets_in(state) ? ", which may then enter the folder, without listing it" : "");
  if (state->file_seen.kind == SD_SETUP_MISSING ||
      (state->file_seen.kind == SD_SETUP_REGULAR && state->file_seen.uid == 0))
    return;
  out->problem = sd_arena_printf(setup->arena, "%s is not a regular file of root's", shown);
  out->hint = "move it away, or name another file in audit.file of the policy";
}

void setup_audit_look(struct setup *setup, const struct setup_step *step, struct setup_view *out) {
  (void)step;
  struct state state;
  struct sd_error err;
  sd_error_init(&err, setup->arena);
  out->undo = "audit records stay";
  out->line = "the audit file";
  if (!find(setup, &state, &err)) {
    out->problem = err.message;
    out->hint = err.hint;
  } else if (state.file == NULL) {
    out->complete = true;
    out->line = "the policy names no audit file: records go to syslog alone";
  } else if (state.by_group) {
    look_at_file(setup, &state, out);
  } else {
    out->complete = state.folder_seen.kind != SD_SETUP_MISSING;
    out->line = sd_arena_printf(setup->arena, "the folder of the audit file, %s%s", state.folder,
                                out->complete ? ", is there" : "");
  }
}

static bool make_file(struct setup *setup, struct state *state, struct sd_error *err) {
  struct sd_arena *arena = setup->arena;
  if (!lets_in(state) && !sd_setup_change(arena, state->folder, state->folder_seen.gid,
                                          state->folder_seen.mode | SEARCH_ALL, err))
    return false;
  if (state->file_seen.kind == SD_SETUP_MISSING &&
      !sd_setup_write(arena, state->file, "", S_IRUSR | S_IWUSR, NULL, err))
    return false;
  return sd_setup_change(arena, state->file, state->gid, FILE_MODE, err);
}

bool setup_audit_make(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  (void)step;
  struct state state;
  if (!find(setup, &state, err) || state.file == NULL)
    return state.file == NULL;
  if (!sd_setup_folder(setup->arena, state.folder, err) || !find(setup, &state, err))
    return false;
  return !state.by_group || make_file(setup, &state, err);
}

bool setup_audit_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err) {
  return setup_members_unmake(setup, step, err);
}
