/* SPDX-License-Identifier: Apache-2.0 */
/* The privilege drop.
 *
 * MUST: harden the process before anything else; drop before the first word of the caller is read; keep
 * nothing but the parked ids; verify every step; stop where one cannot be verified.
 *
 * The group of the socket is parked in the saved gid and becomes real, effective and saved gid right before
 * execve: a process of the caller's uid whose gids differ from the caller's cannot be ptraced by the caller
 * (ptrace(2), "Ptrace access mode checking"); one that holds a supplementary group more, can. */
#ifndef SAFE_DOCKER_SYS_PRIVILEGES_H
#define SAFE_DOCKER_SYS_PRIVILEGES_H

#include "safe-docker/sys/identity.h"

/* What the real CLI runs as. */
struct sd_run_as {
  bool other_uid; /* not the caller's: `uid` is parked in the saved uid until then */
  uid_t uid;
  gid_t gid; /* primary group of that account */
  bool has_group;
  gid_t group;      /* of the daemon's socket */
  bool fixed_group; /* the door gives one group alone, whichever is wanted */
  bool
      bare; /* others than root decide what lies at the path of the socket: no group is parked, and the docker command
                  has the caller's own rights */
};

/* Descriptors 0-2 open, all above closed; not dumpable, no core files; umask at least 022; signals at their
 * defaults and unblocked, but SIGHUP, SIGINT and SIGQUIT stay ignored where they were (nohup, background jobs);
 * SIGPIPE and SIGXFSZ ignored until sd_privileges_take_up. */
bool sd_process_harden(struct sd_error *err) SD_WARN_UNUSED;

/* run_as "caller", "root" or an account, and the group of the socket of a unix:// host (none where it does
 * not exist). Call before the drop. Where rights are kept that the caller lacks, the socket must lie where only root (or
 * that account) can put one: else the plan is `bare`, or false for another account. */
bool sd_run_as_find(struct sd_arena *arena, const char *run_as, const char *host,
                    const struct sd_identity *who, struct sd_run_as *out,
                    struct sd_error *err) SD_WARN_UNUSED;
/* Whether what is parked for the one is what is parked for the other. */
bool sd_run_as_equal(const struct sd_run_as *a, const struct sd_run_as *b);

/* The token of the drop: where there is one, the drop of this process is complete and every step of it verified. Nobody
 * but sd_privileges_drop makes it, and the words of the caller are given to nobody without it (src/main.c);
 * tests/lint/drop.py proves both. */
struct sd_dropped;

/* Gives up everything but what `plan` parks. NULL: not everything could be given up, and `err` says why. */
const struct sd_dropped *sd_privileges_drop(struct sd_arena *arena, struct sd_identity *who,
                                            const struct sd_run_as *plan,
                                            struct sd_error *err) SD_WARN_UNUSED;
/* Right before execve: takes up the parked ids, for all three of each kind. */
bool sd_privileges_take_up(const struct sd_run_as *plan, struct sd_error *err) SD_WARN_UNUSED;

/* Gives up the parked ids, too: what is left is the caller's own rights, which another program may be executed with. The
 * counterpart of sd_privileges_take_up. */
bool sd_privileges_forget(struct sd_error *err) SD_WARN_UNUSED;

#endif
