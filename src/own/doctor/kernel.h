/* SPDX-License-Identifier: Apache-2.0 */
/* The area "kernel": the switches that are a number which must be large, or small, enough. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_KERNEL_H
#define SAFE_DOCKER_OWN_DOCTOR_KERNEL_H

#include "doctor.h"

/* What it means where the kernel has no such switch. */
enum kernel_absence {
  ABSENT_IS_GOOD, /* it has not what the switch is for */
  ABSENT_IS_BAD,  /* it has it, and it cannot be switched */
};

/* Its texts lie in it: see base/row.h. */
struct kernel_switch {
  enum check_id check;
  char name[48];    /* as sysctl(8) calls it */
  int64_t min, max; /* of what is good */
  char wanted[4];   /* what the remedy writes */
  enum kernel_absence absence;
  char effect[112]; /* of a bad value: "everybody reads ..." */
  char price[96];   /* of the remedy: a clause, or "" */
};
extern const struct kernel_switch kernel_switches[];
extern const size_t kernel_switches_count;

/* Others that are looked at. */
#define SWITCH_ACTIONS "kernel.seccomp.actions_avail"
#define SWITCH_SUID_DUMPABLE "fs.suid_dumpable"
#define SWITCH_CORE_PATTERN "kernel.core_pattern"
#define SWITCH_USERNS_CLONE "kernel.unprivileged_userns_clone"
#define SWITCH_USERNS_APPARMOR "kernel.apparmor_restrict_unprivileged_userns"
#define SWITCH_USERNS_MAX "user.max_user_namespaces"

#endif
