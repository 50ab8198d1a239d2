/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen, and what is kept for it. Private to src/confine/seccomp_learn*.c. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_LESSON_H
#define SAFE_DOCKER_CONFINE_SECCOMP_LESSON_H

#include "safe-docker/confine/seccomp_learn.h"
#include "seccomp_profile.h"

#define LESSON_BUCKETS 512

/* One way in which a call was made; arguments that no rule asks about are 0. */
struct sample {
  uint64_t args[SD_SECCOMP_ARGS];
  unsigned known;
};

/* A call of an architecture. */
struct subject {
  struct subject *next; /* in its bucket */
  uint32_t arch;
  int number;
  const char *name; /* NULL: libseccomp knows none */
  unsigned matters; /* bit i: a rule asks about argument i */
  SD_VEC(struct sample) samples;
};

struct sd_seccomp_lesson {
  struct sd_arena *arena;
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_target *target;
  struct sd_seccomp_program program; /* of the profile */
  struct subject *buckets[LESSON_BUCKETS];
  size_t nameless;                   /* subjects without a name, and those that were one too many */
  SD_VEC(struct subject *) subjects; /* in the order in which they were seen */
};

/* What stays of the profile. */
struct kept {
  struct sd_strv *names; /* of each rule of the profile */
  struct sd_strv
      arches; /* "SCMP_ARCH_X86": of calls that are served and do not come by the machine's own */
  struct sd_strv refused, vague;
};

/* Finds the rules for every call that was seen. False: the compiled profile cannot be read. */
bool lesson_judge(struct sd_seccomp_lesson *lesson, struct kept *out,
                  struct sd_error *err) SD_WARN_UNUSED;
/* In the order of strcmp, each once. */
void lesson_sort(struct sd_strv *names);
/* The profile of what is kept, as text. */
const char *lesson_text(struct sd_seccomp_lesson *lesson, const struct kept *kept,
                        const char *comment);

#endif
