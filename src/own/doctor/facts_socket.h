/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the sockets of engines and of the people who reach them. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_SOCKET_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_SOCKET_H

#include "facts_place.h"

struct fact_socket {
  const char *engine;  /* "docker", "containerd", "podman", ... */
  const char *found;   /* "policy", "known", "process dockerd", "name", "mount" */
  const char *copy_of; /* the other path of the same socket, of what a mount brings elsewhere */
  const char *mounted; /* what is mounted there: the path, or a folder above it */
  struct fact_number runs_as; /* uid of the account whose engine it is */
  struct fact_place place;
  /* Of its group, without root: those whom it lists, and those whose own group it is. */
  struct fact_texts members, own;
};
extern const struct fact_shape fact_socket_shape;

struct facts_sockets {
  enum fact_truth looked;      /* the collector has been at work */
  struct fact_texts endpoints; /* docker.host and the hosts of docker.contexts */
  enum fact_truth processes;   /* the sockets that processes of engines hold were looked for */
  struct fact_number
      left_out; /* sockets of other accounts' engines, of which there were too many */
  SD_VEC(struct fact_socket) list;
};
extern const struct fact_shape facts_sockets_shape;

#endif
