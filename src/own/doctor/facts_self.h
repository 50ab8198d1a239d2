/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of safe-docker itself: its files, deployment and the real CLI. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_SELF_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_SELF_H

#include "facts.h"

struct facts_self {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_self_shape;

#endif
