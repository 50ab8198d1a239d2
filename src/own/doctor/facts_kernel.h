/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the kernel: its switches, LSMs and cgroups. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_KERNEL_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_KERNEL_H

#include "facts.h"

struct facts_kernel {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_kernel_shape;

#endif
