/* SPDX-License-Identifier: Apache-2.0 */
/* Handing over to the real CLI. */
#ifndef SAFE_DOCKER_SYS_LAUNCH_H
#define SAFE_DOCKER_SYS_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

/* The descriptors that the real CLI is handed, each a sealed memfd found at /proc/self/fd/N. */
enum sd_handed {
  SD_HANDED_SECCOMP = 3,
  SD_HANDED_ENV = 4,
  SD_HANDED_LABELS = 5,
  SD_HANDED_COMPOSE = 7, /* the model that compose is executed on */
  SD_HANDED_CONFIG = 6,  /* config.json of the installed folder "login" is a link to it */
};

/* "/proc/self/fd/3" */
const char *sd_handed_path(enum sd_handed number);

/* Puts `text` into a memfd that nobody can change any more, at exactly that number, kept across execve. */
bool sd_hand_over(enum sd_handed number, const char *name, const char *text,
                  struct sd_error *err) SD_WARN_UNUSED;

/* The real CLI at `path` is a file of root's (or `owner`'s) that nobody else may write, and not this program.
 * err->status is 127 where there is none, 126 where it cannot be executed, 125 otherwise. */
bool sd_launch_check(struct sd_arena *arena, const char *path, uid_t owner,
                     struct sd_error *err) SD_WARN_UNUSED;

/* Lets this process and what it executes make, change and remove files in the folder of the file `path`
 * (absolute, no links) and below alone, which the caller must be able to write to now: the caller may put
 * another folder or link in its place later (Linux 5.13, landlock(7)). Call before the parked ids are taken up. */
bool sd_launch_confine_writes(struct sd_arena *arena, const char *path,
                              struct sd_error *err) SD_WARN_UNUSED;

/* Replaces this process; returns only where that failed, with err->status 126 or 127. */
void sd_launch(const char *path, char *const *argv, char *const *variables, struct sd_error *err);

#endif
