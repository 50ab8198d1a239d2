/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that the engine tells of itself, and versions. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_ENGINE_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_ENGINE_H

#include "facts.h"

struct facts_engine {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_engine_shape;

#endif
