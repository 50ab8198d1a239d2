/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks, and through which door.
 *
 * MUST: take the caller's name, home and groups from the passwd and group databases, never from the
 * environment; believe SUDO_UID, DOAS_USER and PKEXEC_UID only where the real uid is 0; refuse
 * where they contradict each other (doas keepenv lets the caller set SUDO_UID). */
#ifndef SAFE_DOCKER_SYS_IDENTITY_H
#define SAFE_DOCKER_SYS_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"

enum sd_door {
  SD_DOOR_DIRECT,
  SD_DOOR_SUDO,
  SD_DOOR_DOAS,
  SD_DOOR_PKEXEC,
  SD_DOOR_SETGID,
  SD_DOOR_SETUID,
};

struct sd_gids {
  const gid_t *items;
  size_t len; /* 0: not looked up yet */
};

struct sd_identity {
  enum sd_door door;
  uid_t uid;
  gid_t gid; /* primary group by the passwd database */
  const char *user;
  const char *home;
  struct sd_gids groups; /* filled by sd_identity_groups */
  uid_t login_uid;       /* (uid_t)-1: none */
  const char *folder;    /* working folder; "" where it cannot be read */
};

/* "direct", "sudo", ... as in --explain=json. */
const char *sd_door_name(enum sd_door door);

bool sd_identity_find(struct sd_arena *arena, struct sd_identity *out,
                      struct sd_error *err) SD_WARN_UNUSED;

/* All groups of `who` by the group database, the primary one among them; looked up at the first
 * call, because that loads and asks directory services: a third of a millisecond where there are
 * none. */
const struct sd_gids *sd_identity_groups(struct sd_arena *arena, struct sd_identity *who);

/* The uid and gid of the account `name`. */
bool sd_identity_account(struct sd_arena *arena, const char *name, uid_t *uid, gid_t *gid,
                         struct sd_error *err) SD_WARN_UNUSED;

/* An account by name, or by uid where no account has `name` for a name; with its groups, at the direct door. */
bool sd_identity_named(struct sd_arena *arena, const char *name, struct sd_identity *out,
                       struct sd_error *err) SD_WARN_UNUSED;

/* What the door is decided from; for tests. */
struct sd_identity_facts {
  uid_t real_uid, effective_uid;
  gid_t real_gid, effective_gid;
  const char *sudo_uid, *doas_user, *pkexec_uid; /* NULL: not set */
};
bool sd_identity_door(struct sd_arena *arena, const struct sd_identity_facts *facts,
                      enum sd_door *door, uid_t *uid, struct sd_error *err) SD_WARN_UNUSED;

#endif
