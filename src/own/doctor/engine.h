/* SPDX-License-Identifier: Apache-2.0 */
/* The area "engine": what its files share. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_ENGINE_H
#define SAFE_DOCKER_OWN_DOCTOR_ENGINE_H

#include "doctor.h"

/* The packages that the engine's parts may come from, what apt offers, and which CVEs their changelogs name. */
void engine_collect_packages(struct doctor *doctor, struct facts_engine *out);

/* NULL: it is not known. */
const char *engine_version_of(const struct facts_engine *engine, const char *component);
/* Whether the security options have one of that name ("rootless", "userns"); unknown where they are. */
enum fact_truth engine_has_option(const struct facts_engine *engine, const char *name);

void engine_judge_holes(const struct facts_engine *engine, struct findings *out);
void engine_judge_limits(const struct facts *facts, struct findings *out);

#endif
