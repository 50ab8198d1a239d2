/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's AppArmor says. The sole user of libapparmor. */
#ifndef SAFE_DOCKER_SYS_LSM_H
#define SAFE_DOCKER_SYS_LSM_H

#include "safe-docker/base/str.h"

enum sd_lsm_kernel {
  SD_LSM_HIDDEN,  /* cannot be seen from here, such as in a container without securityfs */
  SD_LSM_WITHOUT, /* the kernel has no AppArmor */
  SD_LSM_OFF,     /* it has, and it was switched off at boot */
  SD_LSM_ON,
};

enum sd_lsm_state {
  SD_APPARMOR_PROFILE_UNKNOWN, /* the kernel does not let us look */
  SD_APPARMOR_ABSENT,          /* there is no AppArmor that could have it */
  SD_APPARMOR_PROFILE_MISSING, /* not loaded */
  SD_APPARMOR_PROFILE_LOOSE,   /* loaded in a mode that refuses nothing, such as complain */
  SD_APPARMOR_PROFILE_LOADED,
};

struct sd_lsm_profile {
  const char *name;
  enum sd_lsm_state state;
  const char *
      mode; /* the kernel's word: "enforce", "complain", ...; "" where it is not loaded or not known */
};

struct sd_lsm_view {
  enum sd_lsm_kernel kernel;
  SD_VEC(struct sd_lsm_profile) profiles; /* those that were asked for, and no other */
};

/* Whether AppArmor is there, and the state of each of `names` (once each, however often it is named). The list is
 * root's alone, so call this before rights are dropped; where it may not be read, the folder of the loaded profiles is
 * looked through, which everybody may. Nothing here fails: what cannot be seen is UNKNOWN. */
void sd_lsm_look(struct sd_arena *arena, const struct sd_strv *names, struct sd_lsm_view *out);
/* The second half of it: the answer of the AppArmor file system at `mountpoint`. Adds to out->profiles. */
void sd_lsm_look_at(struct sd_arena *arena, const char *mountpoint, const struct sd_strv *names,
                    struct sd_lsm_view *out);

/* What was seen of `name`; NULL where it was not asked for. */
const struct sd_lsm_profile *sd_lsm_find(const struct sd_lsm_view *view, const char *name);
/* Its state: UNKNOWN where it was not asked for or `view` is NULL. */
enum sd_lsm_state sd_lsm_state(const struct sd_lsm_view *view, const char *name);

#endif
