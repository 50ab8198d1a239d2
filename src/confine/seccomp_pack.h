/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles as numbers, which are read in no time: those that are shipped are packed when safe-docker is built. Private
 * to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_PACK_H
#define SAFE_DOCKER_CONFINE_SECCOMP_PACK_H

#include "seccomp_profile.h"

struct sd_seccomp_pack {
  const char *name; /* of a shipped profile; NULL behind the last */
  const uint64_t *words;
  size_t count;
};

/* Made by seccomp-pack; only NULL where it could not run. */
extern const struct sd_seccomp_pack sd_seccomp_packs[];

struct sd_seccomp_words {
  SD_VEC(uint64_t) v;
};

/* What of a profile decides; comments, names and places are left out. */
void sd_seccomp_pack(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                     struct sd_seccomp_words *out);
/* The profile again, good for being compared with as the outer one only: names and places are not in it. */
struct sd_seccomp_profile *sd_seccomp_unpack(struct sd_arena *arena, const char *source,
                                             const struct sd_seccomp_pack *pack);

#endif
