/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/confine/seccomp.h"

/* Made by scripts/embed from profiles/seccomp/default.json. */
extern const char sd_seccomp_default_text[];
extern const size_t sd_seccomp_default_text_len;

const char *sd_seccomp_builtin(size_t *len) {
  *len = sd_seccomp_default_text_len;
  return sd_seccomp_default_text;
}
