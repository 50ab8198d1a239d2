/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of every dockerd of the host, its listeners, TLS files and daemon.json. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_DAEMON_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_DAEMON_H

#include "facts.h"

struct facts_daemons {
  enum fact_truth looked; /* the collector has been at work */
};
extern const struct fact_shape facts_daemons_shape;

#endif
