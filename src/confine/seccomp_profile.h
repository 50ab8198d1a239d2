/* SPDX-License-Identifier: Apache-2.0 */
/* A parsed seccomp profile, and the vocabulary of its format. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_PROFILE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_PROFILE_H

#include <seccomp.h>

#include "safe-docker/base/json.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/confine/seccomp_program.h"

/* Arguments of a system call. */
#define SD_SECCOMP_ARGS 6

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
  uint32_t arch_bits;    /* the same as sets: sd_seccomp_arch_bit, */
  uint64_t cap_bits;     /* and by the kernel's number */
};

/* A name that is newer than the table of calls, and known to the libseccomp that runs. */
#define SD_SECCOMP_NO_CALL UINT16_MAX

/* Where a name stands in the text. */
struct sd_seccomp_spot {
  unsigned line, column;
};

struct sd_seccomp_rule {
  unsigned line, column; /* of the rule in the text */
  struct sd_strv names;
  struct sd_seccomp_spot *spots; /* of each name */
  const uint16_t *calls;         /* of each name: sd_seccomp_find_call, or SD_SECCOMP_NO_CALL */
  uint32_t action;               /* SCMP_ACT_*, with its errno */
  SD_VEC(struct sd_seccomp_condition) conditions; /* no two of one index */
  struct sd_seccomp_filter includes;
  struct sd_seccomp_filter excludes;
};

struct sd_seccomp_arch {
  const char *name;   /* "SCMP_ARCH_X86_64" */
  const char *engine; /* what "includes" and "excludes" call it: "amd64" */
  uint32_t token;     /* 0: the libseccomp of this build does not know it */
  bool multiplexes;   /* has socketcall(2) and ipc(2) */
  bool old; /* every engine knows it; others may find that they run on a machine without a name */
  unsigned char family; /* those that one kernel runs together have the same */
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

/* These write *out only where the name is known. An errno is not part of `action` yet. */
bool sd_seccomp_find_action(const char *name, uint32_t *action);
bool sd_seccomp_find_operator(const char *name, enum scmp_compare *op);
/* By index, or NULL behind the last. */
const char *sd_seccomp_action_name(size_t index);
const char *sd_seccomp_operator_name(size_t index);
/* The first of the words for it, which every runtime knows (SCMP_ACT_KILL, not SCMP_ACT_KILL_THREAD); NULL: none. An
 * errno does not matter. */
const char *sd_seccomp_word_of_action(uint32_t action);
const char *sd_seccomp_word_of_operator(enum scmp_compare op);
/* SCMP_CMP_EQ is "==", as in C. */
const char *sd_seccomp_sign_of_operator(enum scmp_compare op);
/* "==" is "SCMP_CMP_EQ"; or NULL. */
const char *sd_seccomp_operator_of_sign(const char *sign);

/* The row of an architecture, or NULL. */
const struct sd_seccomp_arch *sd_seccomp_find_arch(const char *name);
const struct sd_seccomp_arch *sd_seccomp_find_engine_arch(const char *name);
const struct sd_seccomp_arch *sd_seccomp_find_token(uint32_t token);
const struct sd_seccomp_arch *sd_seccomp_arch_at(size_t index);
uint32_t sd_seccomp_arch_bit(const struct sd_seccomp_arch *arch);
/* The bits of all that a kernel of this architecture may run. */
uint32_t sd_seccomp_arch_family(const struct sd_seccomp_arch *arch);

/* Known to this libseccomp, or newer than it and known to us. */
bool sd_seccomp_is_syscall(const char *name);
/* The index in the table of calls, below sd_seccomp_call_count. */
bool sd_seccomp_find_call(const char *name, uint16_t *call);
const char *sd_seccomp_name_of_call(size_t call);

/* The calls through which some architectures reach others as well: socketcall(2), ipc(2). libseccomp opens the
 * multiplexer along with these, without the condition on the first argument. */
enum sd_seccomp_multiplexer { SD_SECCOMP_DIRECT, SD_SECCOMP_SOCKETCALL, SD_SECCOMP_IPC };
enum sd_seccomp_multiplexer sd_seccomp_call_through(size_t call);
enum sd_seccomp_multiplexer sd_seccomp_is_multiplexer(size_t call);
const char *sd_seccomp_multiplexer_name(enum sd_seccomp_multiplexer multiplexer);
/* "socketcall", "ipc" or NULL. */
const char *sd_seccomp_multiplexer(const char *name);

/* The member's value; NULL where it is missing or null, which the engine reads alike. */
const struct sd_json *sd_seccomp_member(const struct sd_json *object, const char *key);

#endif
