/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the kernel: its switches and features. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_KERNEL_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_KERNEL_H

#include "facts.h"

/* A file of /proc/sys, or one of /sys/devices/system/cpu/vulnerabilities. */
struct fact_switch {
  const char *name;  /* "kernel.dmesg_restrict", "spectre_v2" */
  const char *value; /* NULL: the kernel has no such switch */
};

struct facts_kernel {
  enum fact_truth looked; /* the collector has been at work */
  const char *release;    /* "6.1.0-25-amd64" */
  SD_VEC(struct fact_switch) switches;
  SD_VEC(struct fact_switch) processor; /* what it says of holes of the processor */
  const char *lsm;                      /* the security modules, "lockdown,capability,apparmor" */
  enum fact_truth apparmor, selinux;    /* they are on */
  enum fact_truth apparmor_built;       /* the kernel has it, on or not */
  struct fact_number swap_kib;          /* of all devices and files together */
  enum fact_truth rootless;             /* somebody runs an engine of their own */
  enum fact_truth reboot;               /* an update waits for the next boot */
};
extern const struct fact_shape facts_kernel_shape;

#endif
