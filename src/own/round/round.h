/* SPDX-License-Identifier: Apache-2.0 */
/* What goes round safe-docker: rules of sudo and doas that give its users root, and groups that are as good as root.
 *
 * MUST: take a rule that is not understood for one that gives root. */
#ifndef SAFE_DOCKER_OWN_ROUND_H
#define SAFE_DOCKER_OWN_ROUND_H

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

struct round_way {
  const char *rule;    /* the line that it stands in */
  const char *command; /* as the rule has it */
  struct sd_strv as;   /* accounts that it runs as; a group is "%docker" */
  bool root;           /* root, or a group that is as good, is among them */
  const char *why;     /* "starts a shell": what is done with it */
};
struct round_ways {
  SD_VEC(struct round_way) v;
};

/* -- commands (round_commands.c) ------------------------------------------------------------------ */

/* What somebody does with `command`, a program and its arguments as sudoers(5) writes them, to get the rights that it runs
 * with; NULL: nothing that is known. Patterns count for all that they match. */
const char *round_why(struct sd_arena *arena, const char *command);
/* The program of it, without its arguments; NULL: it is a pattern, or no absolute path. */
const char *round_program(struct sd_arena *arena, const char *command);
/* The script that a shell or an interpreter is given by the rule; NULL: there is none. Who may change it has what it runs as. */
const char *round_script(struct sd_arena *arena, const char *command);
/* Why members of the group are root, or can be; NULL: it is no such group. */
const char *round_group(const char *name);

/* -- sudo (round_sudo.c) -------------------------------------------------------------------------- */

/* What sudo(8) tells of the user's rights (sudo -l -U): a line for each rule, "(root) NOPASSWD: /usr/bin/x, /usr/bin/y", and
 * "Defaults ..." for settings that hold for them. False: there is no sudo, or it did not tell. */
bool round_sudo_rules(struct sd_arena *arena, const char *user, struct sd_strv *out,
                      struct sd_error *err) SD_WARN_UNUSED;
void round_ways_of_sudo(struct sd_arena *arena, const struct sd_strv *rules,
                        struct round_ways *out);
/* The programs, and scripts of interpreters, that the rules name by absolute paths, each once. */
void round_programs_of_sudo(struct sd_arena *arena, const struct sd_strv *rules,
                            struct sd_strv *out);

/* -- doas (round_doas.c) -------------------------------------------------------------------------- */

/* The ways that the lines of doas.conf(5) give to `user`, who is in `groups`: the last line that matches decides. */
void round_ways_of_doas(struct sd_arena *arena, const struct sd_strv *lines, const char *user,
                        const struct sd_strv *groups, struct round_ways *out);

/* -- whose door it is (round_people.c) ------------------------------------------------------------ */

/* Users and groups ("%group") whom a rule lets run safe-docker. */
void round_people_of_sudo(struct sd_arena *arena, struct sd_strv *out);
void round_people_of_doas(struct sd_arena *arena, const struct sd_strv *lines, struct sd_strv *out);

#endif
