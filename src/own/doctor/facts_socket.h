/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the sockets of engines and of the people who reach them. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_SOCKET_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_SOCKET_H

#include "facts.h"

struct facts_sockets {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_sockets_shape;

#endif
