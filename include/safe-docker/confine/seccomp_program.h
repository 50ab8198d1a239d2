/* SPDX-License-Identifier: Apache-2.0 */
/* What a seccomp profile really does: the filter that a container would get, asked call by call. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_PROGRAM_H
#define SAFE_DOCKER_CONFINE_SECCOMP_PROGRAM_H

#include "safe-docker/confine/seccomp.h"

/* For `kernel`: every minKernel is met. */
#define SD_SECCOMP_NEWEST UINT32_MAX

/* The container that a filter is made for. */
struct sd_seccomp_target {
  uint32_t arch;                      /* of the machine: SCMP_ARCH_* (AUDIT_ARCH_*) */
  uint32_t kernel;                    /* major << 16 | minor */
  const struct sd_strv *capabilities; /* that it holds: "SYS_ADMIN" */
};

/* Classic BPF as seccomp(2) takes it, instructions of 8 bytes in the byte order of the machine that it is for. */
struct sd_seccomp_program {
  const void *code;
  size_t len; /* bytes */
};

struct sd_seccomp_call {
  uint32_t arch; /* SCMP_ARCH_* that the call comes by */
  int number;    /* for SCMP_ARCH_X32 with bit 30 set, as sd_seccomp_list_calls has it */
  uint64_t args[6];
};

/* Compiles as the engine and the runtime would: the engine leaves out rules whose includes and excludes do not meet
 * the target, the runtime those that repeat the default action, and libseccomp makes the program. Calls that
 * are newer than this libseccomp get no rule. *out is on the arena. An architecture that is not known, and a rule that
 * libseccomp does not take, are errors. */
bool sd_seccomp_compile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                        const struct sd_seccomp_target *target, struct sd_seccomp_program *out,
                        struct sd_error *err) SD_WARN_UNUSED;

/* What the kernel would answer: *action is SECCOMP_RET_* with its data. False: the program is not one that
 * libseccomp makes. Programs and calls of the other byte order are read as on such a machine. */
bool sd_seccomp_answer(const struct sd_seccomp_program *program, const struct sd_seccomp_call *call,
                       uint32_t *action) SD_WARN_UNUSED;

enum sd_seccomp_relation {
  /* For no arguments does `inner` allow the call where `outer` does not; this is proven. */
  SD_SECCOMP_WITHIN,
  SD_SECCOMP_WIDER,    /* for those of *witness it does */
  SD_SECCOMP_UNCERTAIN /* the programs are too long to follow */
};

/* Follows both programs through every combination of arguments of one call (arch and number of `witness`).
 * "Allows" is as in sd_seccomp_allows_action. */
enum sd_seccomp_relation sd_seccomp_relate(struct sd_arena *arena,
                                           const struct sd_seccomp_program *inner,
                                           const struct sd_seccomp_program *outer,
                                           struct sd_seccomp_call *witness);
/* The same for every call by one architecture (that of `witness`) at once, also for numbers that nobody knows yet:
 * number and arguments of *witness are those of the first call found. */
enum sd_seccomp_relation sd_seccomp_relate_arch(struct sd_arena *arena,
                                                const struct sd_seccomp_program *inner,
                                                const struct sd_seccomp_program *outer,
                                                struct sd_seccomp_call *witness);

/* Whether the call is made, or may be made by the word of another process (TRACE, NOTIFY, LOG too). */
bool sd_seccomp_allows_action(uint32_t action);
/* "allow", "errno 1 (EPERM)", "kill the process", "log and allow", ... */
const char *sd_seccomp_action_text(struct sd_arena *arena, uint32_t action);

/* A rule that the engine takes over for a target and that names the call. */
struct sd_seccomp_ruling {
  uint32_t action;
  unsigned line;    /* of the rule in the profile's text */
  const char *when; /* its conditions, "arg0 == 1 && (arg1 & 0xff) == 0x3"; "": for all arguments */
  /* By the runtime, because it repeats the default action: it does not narrow what other rules allow. */
  bool left_out;
};
struct sd_seccomp_rulings {
  SD_VEC(struct sd_seccomp_ruling) v; /* in the order of the profile */
};
/* What the profile's text says of a call; where rules with different actions meet, only the program tells which wins. */
void sd_seccomp_rule_on(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                        const struct sd_seccomp_target *target, const char *name,
                        struct sd_seccomp_rulings *out);
/* The action for what no rule names. */
uint32_t sd_seccomp_default_action(const struct sd_seccomp_profile *profile);

/* Architectures by which calls are judged by rules, not refused outright, on such a machine: the machine's own first,
 * then those that the profile opens. */
struct sd_seccomp_arches {
  SD_VEC(uint32_t) v;
};
void sd_seccomp_open_arches(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                            uint32_t arch, struct sd_seccomp_arches *out);

#endif
