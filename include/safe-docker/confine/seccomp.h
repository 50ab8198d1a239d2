/* SPDX-License-Identifier: Apache-2.0 */
/* Seccomp profiles in Docker's JSON format. The sole user of libseccomp. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_H
#define SAFE_DOCKER_CONFINE_SECCOMP_H

#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

/* A profile that was read. It lives on the arena; the text and the name of its source are not needed any more. */
struct sd_seccomp_profile;

/* Name of a shipped profile, "default" first, or NULL behind the last. */
const char *sd_seccomp_shipped(size_t index);
/* Text of the shipped profile of that name (profiles/seccomp/NAME.json, also installed in datadir), or NULL.
 * *len is its length, written only where there is one; a NUL stands behind it. */
const char *sd_seccomp_builtin(const char *name, size_t *len);

/* Parses and checks a profile: known keys, actions, operators, architectures and conditions only; unknown
 * syscall names are errors unless the libseccomp of this build is older than the name (then kept by name).
 * The error is the first one in the order of reading: "SOURCE:LINE:COLUMN: ...", with a hint where there is one. */
bool sd_seccomp_parse(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      struct sd_seccomp_profile **out, struct sd_error *err) SD_WARN_UNUSED;

/* The profile as a text of our own, which reads as the same profile and as nothing else: what stood in the text that was
 * parsed (comments, keys, spellings of numbers and strings) is not in it. Of two equal profiles the texts are equal. */
const char *sd_seccomp_write(struct sd_arena *arena, const struct sd_seccomp_profile *profile);

/* Something that is wrong with a profile, at its place. */
struct sd_seccomp_mistake {
  unsigned line, column; /* from 1 */
  const char *message;   /* "SOURCE:LINE:COLUMN: unknown system call \"reed\"" */
  const char *hint; /* what was meant, or what would work: "did you mean read?"; NULL: unknown */
};
struct sd_seccomp_mistakes {
  SD_VEC(struct sd_seccomp_mistake) v; /* in the order of the text */
  bool more;                           /* there are more of them than were gathered */
};

/* As sd_seccomp_parse, but goes on behind a mistake (text that is not JSON ends it). True where there is none. *out is
 * the profile without the rules, names and conditions that are wrong; NULL where nothing of it could be made out. */
bool sd_seccomp_parse_all(struct sd_arena *arena, const char *source, const char *text, size_t len,
                          struct sd_seccomp_profile **out,
                          struct sd_seccomp_mistakes *mistakes) SD_WARN_UNUSED;

/* Where a profile is to be used, as far as it is known. */
struct sd_seccomp_place {
  uint32_t arch;                      /* of the machine: SCMP_ARCH_*; 0: any */
  uint32_t kernel;                    /* major << 16 | minor; 0: any */
  const struct sd_strv *capabilities; /* that a container may hold, "SYS_ADMIN"; NULL: any */
};

/* True where every system call that `inner` allows, `outer` allows too, for the same arguments, on any machine,
 * with any kernel, for containers with any capabilities. Otherwise false with the first call that is wider in `err`:
 * "SOURCE:LINE: ...". In doubt false. Time grows with the size of both. */
bool sd_seccomp_is_stricter(const struct sd_seccomp_profile *inner,
                            const struct sd_seccomp_profile *outer,
                            struct sd_error *err) SD_WARN_UNUSED;
/* The same for one place. */
bool sd_seccomp_is_stricter_at(const struct sd_seccomp_profile *inner,
                               const struct sd_seccomp_profile *outer,
                               const struct sd_seccomp_place *place,
                               struct sd_error *err) SD_WARN_UNUSED;

/* The same where the outer profile is a text, named `source`. One that sd_seccomp_builtin gave need not be read: it is
 * known since safe-docker was built. */
bool sd_seccomp_is_stricter_than(const struct sd_seccomp_profile *inner, const char *source,
                                 const char *text, const struct sd_seccomp_place *place,
                                 struct sd_error *err) SD_WARN_UNUSED;

#endif
