/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker setup`: a deployment is a list of steps, and what is shown, made, undone and told by `status` are walks over
 * the same list.
 *
 * MUST: change nothing before it was shown and agreed to; take away nothing but what setup put there and nobody changed
 * since; lose no text of anybody. */
#ifndef SAFE_DOCKER_SRC_SETUP_H
#define SAFE_DOCKER_SRC_SETUP_H

#include "safe-docker/sys/setup_file.h"

#include "session.h"

#define SETUP_GROUP "containers" /* unless --group names another */
#define SETUP_PROGRAM SD_BINDIR "/safe-docker"
#define SETUP_FOLDER SD_SYSCONFDIR "/safe-docker"
#define SETUP_SUDOERS "/etc/sudoers.d/safe-docker"
#define SETUP_DOAS "/etc/doas.conf"
#define SETUP_REAL "/usr/bin/docker"
#define SETUP_DIVERTED SETUP_REAL ".distrib"

/* What was asked for. */
struct setup {
  struct session *session;
  struct sd_arena *arena;
  const char *name;   /* of the deployment that is walked */
  const char *preset; /* of `setup policy`; else NULL */
  const char *group;
  struct sd_strv users;
  bool undo;
};

/* A step as it is now. */
struct setup_view {
  bool complete;       /* there is nothing to make */
  const char *line;    /* what is there, or what will be made */
  const char *content; /* the exact text that a file will have; NULL: none */
  const char *changes; /* what will differ for requests; NULL: nothing was compared */
  const char *problem; /* why it cannot be made or undone; NULL: it can */
  const char *hint;    /* what would help then, or NULL */
  bool ours;           /* setup put something there that --undo takes away */
  const char *undo;    /* what --undo does, or why it leaves it alone */
};

struct setup_file;
struct setup_step {
  void (*look)(struct setup *setup, const struct setup_step *step, struct setup_view *out);
  bool (*make)(struct setup *setup, const struct setup_step *step, struct sd_error *err);
  bool (*unmake)(struct setup *setup, const struct setup_step *step, struct sd_error *err);
  const struct setup_file *file; /* of setup_file_look and its sisters */
  bool shared; /* other deployments have it, too: alone it does not make this one be in place */
};

struct setup_deployment {
  const char *name;
  const char *what; /* one line for status and --help */
  const struct setup_step *steps;
  size_t count;
  const char *next; /* said when it is done; NULL for nothing */
};

extern const struct setup_deployment setup_deployments[];
extern const size_t setup_deployments_count;

/* -- files (setup_file.c) -- */

struct setup_file {
  const char *path;
  const char *template; /* in DATADIR/setup; with @NAME@ of setup_text.c */
  mode_t mode;
  sd_setup_check *check;
  const char *moved; /* where an earlier step moves what is at `path` to; NULL: nowhere */
  bool kept; /* the administrator's once it is there: never replaced, taken away only unchanged */
};

void setup_file_look(struct setup *setup, const struct setup_step *step, struct setup_view *out);
bool setup_file_make(struct setup *setup, const struct setup_step *step, struct sd_error *err);
bool setup_file_unmake(struct setup *setup, const struct setup_step *step, struct sd_error *err);

/* `text` of `path` where that was put there by setup and is unchanged; the deployment that it belongs to, else NULL. */
const char *setup_owner_of(struct sd_arena *arena, const char *path);

/* -- texts (setup_text.c) -- */

/* The template with its names filled in, and a line that says who made it and the hash of the rest: where the template says
 * @MADE@, else first, as a comment of JSON. */
bool setup_render(struct setup *setup, const char *template, const char **out,
                  struct sd_error *err) SD_WARN_UNUSED;
/* `text` with such a line before it; `comment` begins a comment in that language. */
const char *setup_sign(struct setup *setup, const char *comment, const char *text);

enum setup_mark { SETUP_UNMARKED, SETUP_CHANGED, SETUP_UNCHANGED };
/* Whether it has such a line, and whether the rest is as it was; *deployment is what the line names. */
enum setup_mark setup_mark_of(struct sd_arena *arena, const char *text, const char **deployment);

/* -- other steps: a look, a make and an unmake each -- */

#define SETUP_STEP(name)                                                                           \
  void setup_##name##_look(struct setup *setup, const struct setup_step *step,                     \
                           struct setup_view *out);                                                \
  bool setup_##name##_make(struct setup *setup, const struct setup_step *step,                     \
                           struct sd_error *err);                                                  \
  bool setup_##name##_unmake(struct setup *setup, const struct setup_step *step,                   \
                             struct sd_error *err)
SETUP_STEP(group);
SETUP_STEP(members);
SETUP_STEP(audit);
SETUP_STEP(apparmor);
SETUP_STEP(doas);
SETUP_STEP(program);
SETUP_STEP(link);
SETUP_STEP(rename);
SETUP_STEP(preset);

/* The group that a setgid program gets: of the daemon's socket, never root's (setup_setgid.c). */
bool setup_socket_group(struct setup *setup, gid_t *out, struct sd_error *err) SD_WARN_UNUSED;

/* Whether callers reach safe-docker with rights on the socket: a rule that setup made, or a setgid program (setup_text.c). */
bool setup_has_door(struct setup *setup);

/* -- what goes round it (setup_round.c) -- */

void setup_warnings(struct setup *setup, struct sd_strv *out);
/* There is a rule of setup in sudoers.d, but sudo does not read it: it gives nobody anything. */
bool setup_sudoers_unread(struct sd_arena *arena);

/* -- the command (setup_command.c, setup_status.c) -- */

int setup_command(struct session *session, const char *const *words);
/* The group that a rule of setup is for, so that it need not be named again; else the usual one. */
const char *setup_group_in_place(struct session *session);
int setup_status(struct setup *setup, bool json);

struct setup_state {
  const struct setup_deployment *deployment;
  const char *state;      /* "complete", "incomplete", "absent" */
  struct sd_strv missing; /* a line for each step that is not complete */
};
/* Of each of setup_deployments, in their order. Sets setup->name to "status". */
const struct setup_state *setup_states(struct setup *setup);

#endif
