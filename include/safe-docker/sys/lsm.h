/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's AppArmor says. The sole user of libapparmor. */
#ifndef SAFE_DOCKER_SYS_LSM_H
#define SAFE_DOCKER_SYS_LSM_H

enum sd_lsm_state { SD_APPARMOR_ABSENT, SD_APPARMOR_PROFILE_MISSING, SD_APPARMOR_PROFILE_LOADED, SD_APPARMOR_PROFILE_UNKNOWN };

/* Whether AppArmor is enabled and `profile` is loaded; UNKNOWN where the kernel does not let us look (the
 * list is root's; call this before rights are dropped). */
enum sd_lsm_state sd_lsm_apparmor(const char *profile);

#endif
