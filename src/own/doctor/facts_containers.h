/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the containers that run. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_CONTAINERS_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_CONTAINERS_H

#include "facts.h"

struct facts_containers {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_containers_shape;

#endif
