/* SPDX-License-Identifier: Apache-2.0 */
/* A parsed seccomp profile, and the vocabulary of its format. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_PROFILE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_PROFILE_H

#include <seccomp.h>

#include "safe-docker/base/json.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/confine/seccomp_program.h"

/* One comparison of an argument; all of a rule's must hold. For MASKED_EQ value is the mask. */
struct sd_seccomp_condition {
  unsigned index;
  enum scmp_compare op;
  uint64_t value;
  uint64_t value_two;
};

/* When the engine takes a rule over ("includes") or leaves it out ("excludes"). */
struct sd_seccomp_filter {
  struct sd_strv arches; /* the engine's names: "amd64" */
  struct sd_strv caps;   /* "CAP_SYS_ADMIN" */
  uint64_t min_kernel;   /* major << 16 | minor; 0: not given */
};

/* Where a name stands in the text. */
struct sd_seccomp_spot {
  unsigned line, column;
};

struct sd_seccomp_rule {
  unsigned line, column; /* of the rule in the text */
  struct sd_strv names;
  struct sd_seccomp_spot *spots;                  /* of each name */
  uint32_t action;                                /* SCMP_ACT_*, with its errno */
  SD_VEC(struct sd_seccomp_condition) conditions; /* no two of one index */
  struct sd_seccomp_filter includes;
  struct sd_seccomp_filter excludes;
};

struct sd_seccomp_arch {
  const char *name;   /* "SCMP_ARCH_X86_64" */
  const char *engine; /* what "includes" and "excludes" call it: "amd64" */
  uint32_t token;     /* 0: the libseccomp of this build does not know it */
};

struct sd_seccomp_arch_entry {
  const struct sd_seccomp_arch *arch;
  SD_VEC(const struct sd_seccomp_arch *) sub;
};

struct sd_seccomp_profile {
  const char *source;
  uint32_t default_action;
  SD_VEC(const struct sd_seccomp_arch *) architectures; /* at most one of these two is not empty */
  SD_VEC(struct sd_seccomp_arch_entry) arch_map;
  SD_VEC(struct sd_seccomp_rule) rules;
};

/* All four write *out only where the name is known. An errno is not part of `action` yet. */
bool sd_seccomp_find_action(const char *name, uint32_t *action);
bool sd_seccomp_find_operator(const char *name, enum scmp_compare *op);
const struct sd_seccomp_arch *sd_seccomp_find_arch(const char *name);
/* The row of a token, or NULL. */
const struct sd_seccomp_arch *sd_seccomp_find_token(uint32_t token);
bool sd_seccomp_is_engine_arch(const char *name);
/* Known to this libseccomp, or newer than it and known to us. */
bool sd_seccomp_is_syscall(const char *name);
/* "socketcall" or "ipc" for the calls that some architectures reach through these as well, or NULL.
 * libseccomp opens the multiplexer along with them, without the condition on the first argument. */
const char *sd_seccomp_multiplexer(const char *name);

/* "includes" or "excludes"; NULL and null are empty. */
bool sd_seccomp_parse_filter(struct sd_arena *arena, const struct sd_json *value,
                             struct sd_seccomp_filter *out, struct sd_error *err) SD_WARN_UNUSED;
bool sd_seccomp_parse_rule(struct sd_arena *arena, const struct sd_json *value,
                           struct sd_seccomp_rule *out, struct sd_error *err) SD_WARN_UNUSED;
/* An action and, where it can have one, its errno from `number` (NULL: EPERM). */
bool sd_seccomp_parse_action(const struct sd_json *name, const struct sd_json *number,
                             uint32_t *out, struct sd_error *err) SD_WARN_UNUSED;

/* Errors at a place of the text: "SOURCE:LINE:COLUMN: ...". */
bool sd_seccomp_fail_at(const struct sd_json *where, struct sd_error *err, const char *format, ...)
    SD_PRINTF(3, 4);
/* True where `value` is of `type`; otherwise an error that says what `what` should be. */
bool sd_seccomp_expect(const struct sd_json *value, enum sd_json_type type, const char *what,
                       struct sd_error *err) SD_WARN_UNUSED;
/* True where every key of the object is one of `keys`. */
bool sd_seccomp_known_keys(const struct sd_json *object, const char *const *keys, size_t count,
                           struct sd_error *err) SD_WARN_UNUSED;
/* The member's value; NULL where it is missing or null, which the engine reads alike. */
const struct sd_json *sd_seccomp_member(const struct sd_json *object, const char *key);

#endif
