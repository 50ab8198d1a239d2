/* SPDX-License-Identifier: Apache-2.0 */
/* Between the judges of containers. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_CONTAINERS_JUDGE_H
#define SAFE_DOCKER_OWN_DOCTOR_CONTAINERS_JUDGE_H

#include "doctor.h"

struct container_case {
  struct findings *findings;
  const struct facts_containers *all;
  const struct facts_container *it;
};

/* It runs, or comes back by itself. */
bool container_matters(const struct facts_container *it);
bool container_runs(const struct facts_container *it);
/* "web (3f2a9c1b7d20, image nginx:1)" */
const char *container_called(const struct container_case *at);
/* The lines that stop and remove it, and the price. */
void container_removal(const struct container_case *at, struct finding *finding);
/* Texts with ", " between and " and " before the last. */
const char *container_joined(struct sd_arena *arena, const struct sd_strv *texts);

/* Each adds its finding where there is something to say (containers_judge_owner.c, containers_judge_host.c). */
typedef void container_judging(const struct container_case *at);
container_judging container_judge_forged, container_judge_foreign, container_judge_orphan,
    container_judge_refused, container_judge_profile, container_judge_escape,
    container_judge_socket, container_judge_unconfined, container_judge_published;
/* The label is what nobody but safe-docker sets, and it was not safe-docker. */
bool container_is_forged(const struct facts_container *it);

#endif
