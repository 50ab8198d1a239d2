/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as one machine would see it, by call. Private to src/confine/seccomp_{compare,view}.c. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_VIEW_H
#define SAFE_DOCKER_CONFINE_SECCOMP_VIEW_H

#include "seccomp_profile.h"

/* Rules with conditions on one call: libseccomp 2.5 takes a second for 200 of them. Docker's profile has 5. */
#define SD_SECCOMP_MAX_COMPARING 32

/* The machine that the engine runs on, and what else is known. */
struct sd_seccomp_scene {
  const struct sd_seccomp_arch *machine; /* NULL: one that the engine has no name for */
  uint32_t kernel;                       /* 0: any */
  uint64_t capabilities;                 /* bits of those that a container may hold */
  bool multiplexes; /* calls come by an architecture with socketcall(2) and ipc(2) */
};

struct sd_seccomp_rule_list {
  SD_VEC(const struct sd_seccomp_rule *) v;
};

struct sd_seccomp_view {
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_scene *scene;
  /* Rules that may apply there and name call N: rules[first[N]] up to rules[first[N + 1]], in the order of the text. */
  const struct sd_seccomp_rule **rules;
  uint32_t *first;
  /* Those that name a multiplexer, or a call that it reaches: by enum sd_seccomp_multiplexer. */
  struct sd_seccomp_rule_list through[3];
  /* What has been found out: 0 nothing, 1 yes, 2 no. */
  unsigned char *regular;
  unsigned char multiplexed_regular[3], closed[3];
};

/* The architectures (bits) by which the filter judges calls by rules, of those that the machine can run. */
uint32_t sd_seccomp_open_bits(const struct sd_seccomp_profile *profile,
                              const struct sd_seccomp_arch *machine);
void sd_seccomp_view_init(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                          const struct sd_seccomp_scene *scene, struct sd_seccomp_view *out);
/* False only where the engine never takes the rule over there. */
bool sd_seccomp_rule_may_apply(const struct sd_seccomp_rule *rule,
                               const struct sd_seccomp_scene *scene);
/* True only where the engine takes `out` over whenever it takes over `in`, which may be of another profile. */
bool sd_seccomp_applies_whenever(const struct sd_seccomp_rule *out,
                                 const struct sd_seccomp_rule *in,
                                 const struct sd_seccomp_scene *scene);

/* Rules about a call; for socketcall and ipc those about the calls behind it, too. */
struct sd_seccomp_rule_span {
  const struct sd_seccomp_rule *const *rules;
  size_t count;
};
struct sd_seccomp_rule_span sd_seccomp_rules_naming(const struct sd_seccomp_view *view,
                                                    size_t call);
struct sd_seccomp_rule_span sd_seccomp_rules_about(const struct sd_seccomp_view *view, size_t call);

/* The index of socketcall or ipc where calls may come that way there; false: not so. */
bool sd_seccomp_view_through(const struct sd_seccomp_view *view, size_t call, size_t *out);
/* Whether the rules about the call are of a kind that libseccomp surely adds up to their sum, and few enough for it to
 * come to an end soon. */
bool sd_seccomp_is_regular(struct sd_seccomp_view *view, size_t call);
/* Whether a multiplexer is refused without conditions and by an action of its own. */
bool sd_seccomp_closes(struct sd_seccomp_view *view, size_t multiplexer);

/* libseccomp 2.5 forgets to load the number of the call where the rule that it puts first is about one that the
 * architecture lacks; then nothing is allowed. Rules without conditions come first, and of these the calls that exist.
 * False: that may happen for one of these architectures (bits). */
bool sd_seccomp_is_anchored(const struct sd_seccomp_view *view, uint32_t open);

#endif
