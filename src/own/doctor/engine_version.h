/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the engine and its parts, as they themselves and the packages of distributions write them. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_ENGINE_VERSION_H
#define SAFE_DOCKER_OWN_DOCTOR_ENGINE_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What comes before a release, in order. */
enum engine_stage { STAGE_OTHER, STAGE_DEV, STAGE_ALPHA, STAGE_BETA, STAGE_RC, STAGE_RELEASE };

#define ENGINE_VERSION_PARTS 4
struct engine_version {
  uint32_t part[ENGINE_VERSION_PARTS]; /* those that are not written are 0 */
  enum engine_stage stage;
  uint32_t stage_number; /* 3 of "rc.3" */
};

/* "28.2.2", "v2.0.0-rc.1", "20.10.24+dfsg1", "1.6.20~ds1-1+deb12u3", "1.0.0~rc93+ds1", "18.09.1-ce", "1.3.3-0ubuntu1". What a
 * distribution adds ("+dfsg1", "~ds1", a revision) says nothing about the release and is passed over. False for what
 * is no version that can be compared: "unknown", "dev", "0.0.0-20240101", parts of more than nine digits, fewer than two parts;
 * *out is written only on success. */
bool engine_version_read(const char *text, struct engine_version *out);
/* Below 0: `left` is older. A word behind the version that is not known counts as something before the release. */
int engine_version_compare(const struct engine_version *left, const struct engine_version *right);
/* Of one branch: the first two parts agree. */
bool engine_version_is_branch(const struct engine_version *left,
                              const struct engine_version *right);

/* A package's version without epoch and revision: whether it is that of the program, which tells `reported` of itself. */
bool engine_version_is_package(const char *package, const char *reported);

#endif
