/* SPDX-License-Identifier: Apache-2.0 */
/* Two compiled profiles, compared for one call over all of its arguments. */
#include "seccomp_bpf.h"

enum sd_seccomp_relation sd_seccomp_relate(struct sd_arena *arena,
                                           const struct sd_seccomp_program *inner,
                                           const struct sd_seccomp_program *outer,
                                           struct sd_seccomp_call *witness) {
  (void)arena;
  uint32_t actions[2];
  if (!sd_seccomp_answer(inner, witness, &actions[0]) ||
      !sd_seccomp_answer(outer, witness, &actions[1]))
    return SD_SECCOMP_UNCERTAIN;
  return sd_seccomp_allows_action(actions[0]) && !sd_seccomp_allows_action(actions[1])
             ? SD_SECCOMP_WIDER
             : SD_SECCOMP_UNCERTAIN;
}
