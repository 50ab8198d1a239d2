/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that keep other parked ids than this one, for daemons that the caller may choose on the command line: the
 * ids must be parked before that line is read.
 *
 * One is forked before the drop for each plan, drops to it at once and waits. The words tell this process whether it is
 * wanted. Where it is, the stand-in goes on in its place, with all that was known before the drop, and this process only
 * waits for it: it passes on the signals that it gets and ends as the other one ended. Where it is not, it ends.
 *
 * MUST: hold no right while it waits that it would not have as the session's own process; do nothing before it is woken;
 * end when the one that would wake it ends. */
#ifndef SAFE_DOCKER_SYS_STAND_IN_H
#define SAFE_DOCKER_SYS_STAND_IN_H

#include "safe-docker/base/str.h"
#include "safe-docker/sys/privileges.h"

struct sd_stand_in {
  struct sd_run_as plan;
  pid_t pid;
  int control; /* the way to it; -1: it was dismissed, or has ended */
};

struct sd_stand_ins {
  SD_VEC(struct sd_stand_in) v;
};

/* Adds one for `plan`. Call before the drop. *woken is NULL, but in the stand-in itself, which returns from here with
 * the token of its drop to `plan` when it goes on; `all` is empty then. Where it returns false with a token, it was
 * woken but may not go on: nothing would end what it starts. It may only tell so. */
bool sd_stand_in_start(struct sd_arena *arena, struct sd_identity *who,
                       const struct sd_run_as *plan, struct sd_stand_ins *all,
                       const struct sd_dropped **woken, struct sd_error *err) SD_WARN_UNUSED;

/* The one that keeps `plan`, or NULL. */
struct sd_stand_in *sd_stand_in_find(const struct sd_stand_ins *all, const struct sd_run_as *plan);

/* Ends all of them, or all but `kept`, and waits until they have ended. */
void sd_stand_ins_dismiss(struct sd_stand_ins *all, const struct sd_stand_in *kept);

/* Lets `chosen` go on, and waits for it. *status: its exit status. Where a signal ended it, this process ends by the
 * same one. All that this process had parked is given up before. */
bool sd_stand_in_act(struct sd_stand_in *chosen, int *status, struct sd_error *err) SD_WARN_UNUSED;

#endif
