/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that the engine tells of itself, and versions. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_ENGINE_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_ENGINE_H

#include "facts.h"

/* A part that has a version of its own. */
struct fact_component {
  const char *name;    /* "engine", "cli", "containerd", "runc", "buildx", "compose" */
  const char *version; /* as it tells itself: "20.10.24+dfsg1" */
};

/* A package of the host that one of them may come from. */
struct fact_package {
  const char *name, *version;
  const char *candidate;  /* the version that apt would install */
  struct fact_texts cves; /* that its changelog names: distributions mend old versions */
};

struct facts_engine {
  enum fact_truth looked;        /* the collector has been at work */
  const char *failure;           /* why the engine did not answer; NULL: it did, or was not asked */
  enum fact_truth local;         /* docker.host is a socket of this host */
  enum fact_truth content_trust; /* the policy asks for Docker Content Trust */
  enum fact_truth kubernetes;    /* a kubelet is at home here */
  enum fact_truth firewalld;     /* it is installed */
  SD_VEC(struct fact_component) components;
  SD_VEC(struct fact_package) packages;
  struct fact_texts replaced; /* programs that run, and whose file is another one by now */

  /* Of `docker info`. */
  const char *storage_driver, *cgroup_version, *cgroup_driver, *default_runtime;
  const char *swarm;                                               /* "inactive", "active" ... */
  enum fact_truth memory_limit, swap_limit, pids_limit, cpu_limit; /* they work */
  enum fact_truth experimental, live_restore;
  struct fact_texts driver_status;       /* "Backing Filesystem=extfs" */
  struct fact_texts security_options;    /* "name=seccomp,profile=default" */
  struct fact_texts warnings;            /* the engine's own */
  struct fact_texts authorization;       /* plugins */
  struct fact_texts insecure_registries; /* names and networks */
  struct fact_texts mirrors;             /* addresses */
};
extern const struct fact_shape facts_engine_shape;

#endif
