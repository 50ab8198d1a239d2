/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's AppArmor says. The sole user of libapparmor. */
#ifndef SAFE_DOCKER_SYS_LSM_H
#define SAFE_DOCKER_SYS_LSM_H

enum sd_lsm_state {
  SD_APPARMOR_ABSENT,
  SD_APPARMOR_PROFILE_MISSING,
  SD_APPARMOR_PROFILE_LOADED,
  SD_APPARMOR_PROFILE_UNKNOWN
};

/* Whether AppArmor is enabled and `profile` is loaded; UNKNOWN where the kernel does not let us look (the
 * list is root's; call this before rights are dropped). A profile in a mode that confines nothing (complain,
 * unconfined) counts as MISSING. */
enum sd_lsm_state sd_lsm_apparmor(const char *profile);
/* The second half of it: the answer of the AppArmor file system at `mountpoint`, never ABSENT. Reads the list
 * `profiles`, and where that may not be read, the name and mode of each entry of policy/profiles/. */
enum sd_lsm_state sd_lsm_apparmor_at(const char *mountpoint, const char *profile);

#endif
