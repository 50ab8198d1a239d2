/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of judging safe-docker itself. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_SELF_JUDGE_H
#define SAFE_DOCKER_OWN_DOCTOR_SELF_JUDGE_H

#include "doctor.h"

/* Files: programs, policy, real CLI, clients (self_judge_files.c). */
void self_judge_files(const struct facts *facts, struct findings *out);
/* What its users may besides (self_judge_people.c). */
void self_judge_people(const struct facts *facts, struct findings *out);

/* Something could not be looked at, which root on the host can. */
void self_tell_unknown(struct findings *out, enum check_id check, const char *subject,
                       const char *what);

#endif
