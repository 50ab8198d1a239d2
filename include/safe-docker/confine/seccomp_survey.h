/* SPDX-License-Identifier: Apache-2.0 */
/* What compiled profiles answer, call by call: for pages that people read. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_SURVEY_H
#define SAFE_DOCKER_CONFINE_SECCOMP_SURVEY_H

#include "safe-docker/confine/seccomp_program.h"

/* A profile and the program that a container of the target gets. */
struct sd_seccomp_made {
  const char *name; /* as it is shown: "default", "my.json"; safe to show */
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_target *target;
  struct sd_seccomp_program program;
  struct sd_seccomp_arches arches; /* that it opens */
};

/* Parses and compiles (sd_seccomp_compile_bounded). `source` is the name in errors, and shown. */
bool sd_seccomp_make(struct sd_arena *arena, const char *source, const char *text, size_t len,
                     const struct sd_seccomp_target *target, struct sd_seccomp_made *out,
                     struct sd_error *err) SD_WARN_UNUSED;

enum sd_seccomp_extent {
  SD_SECCOMP_NEVER,     /* whatever the arguments */
  SD_SECCOMP_SOMETIMES, /* for some arguments */
  SD_SECCOMP_ALWAYS
};
/* How one profile allows a call, next to another. */
enum sd_seccomp_comparison {
  SD_SECCOMP_SAME,
  SD_SECCOMP_MORE,  /* for more arguments */
  SD_SECCOMP_LESS,  /* for fewer */
  SD_SECCOMP_OTHER, /* for some more, for some fewer */
  SD_SECCOMP_UNKNOWN
};

struct sd_seccomp_survey_call {
  const char *name;
  int number;
  enum sd_seccomp_extent extent;
  /* ALWAYS, NEVER: the answer for arguments of 0; SOMETIMES: for what is refused. */
  uint32_t action;
  /* SOMETIMES: conditions, "arg0 == 2 (AF_INET)"; any suffices. Empty: not known. */
  struct sd_strv when;
  bool unless;                       /* they are those under which the call is refused */
  enum sd_seccomp_comparison beside; /* beside the other profile, if there is one */
};
struct sd_seccomp_survey {
  uint32_t arch;                               /* that the calls come by */
  SD_VEC(struct sd_seccomp_survey_call) calls; /* in the order of their names */
};
/* Every call by `arch` that libseccomp knows. `other` may be NULL. */
void sd_seccomp_look(struct sd_arena *arena, const struct sd_seccomp_made *made, uint32_t arch,
                     const struct sd_seccomp_made *other, struct sd_seccomp_survey *out);

/* One call on which two profiles differ. */
struct sd_seccomp_difference {
  const char *name; /* of the call */
  /* What the second allows beside the first; SAME: neither allows it, but they refuse it differently. */
  enum sd_seccomp_comparison second;
  /* A call that only one allows, "socket(AF_ALG)"; NULL: none. */
  const char *only_first, *only_second;
  uint32_t actions[2]; /* SAME: of the first and the second */
  bool whole;          /* one allows it for all arguments, the other for none */
};
struct sd_seccomp_differences {
  uint32_t arch;
  bool open[2]; /* whether the first and the second open the architecture at all */
  SD_VEC(struct sd_seccomp_difference) v;
};
struct sd_seccomp_comparisons {
  SD_VEC(struct sd_seccomp_differences) v;
};
/* By every architecture that one of the two opens; entries without a difference are left out. Both must have been made
 * for the same target. */
void sd_seccomp_differ(struct sd_arena *arena, const struct sd_seccomp_made *first,
                       const struct sd_seccomp_made *second, struct sd_seccomp_comparisons *out);

/* What decides one call. */
struct sd_seccomp_verdict {
  uint32_t arch;       /* that the call comes by */
  const char *through; /* "socketcall" or "ipc": it comes by these; NULL: by itself */
  uint32_t action;
  bool newer; /* than the libseccomp of this build: rules for it have no effect */
  struct sd_seccomp_rulings rulings; /* rules that hold for it; none: the default action decides */
};
struct sd_seccomp_verdicts {
  SD_VEC(struct sd_seccomp_verdict) v;
};
/* Whether some architecture has a call of that name. */
bool sd_seccomp_has_call(const char *name);
/* By each architecture that the profile opens and that has the call. */
void sd_seccomp_judge(struct sd_arena *arena, const struct sd_seccomp_made *made, const char *name,
                      const uint64_t args[6], struct sd_seccomp_verdicts *out);

#endif
