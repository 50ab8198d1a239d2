/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of collecting facts of safe-docker itself. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_SELF_COLLECT_H
#define SAFE_DOCKER_OWN_DOCTOR_SELF_COLLECT_H

#include "doctor.h"

/* Programs, the policy's files, the real CLI and its plugins, clients of engines (self_files.c). */
void self_add_files(struct doctor *doctor, struct facts_self *out);
void self_add_file(struct sd_arena *arena, struct facts_self *out, const char *role,
                   const char *path);
/* Names in a folder, sorted, at most 256; false: it cannot be read. */
bool self_list(struct sd_arena *arena, const char *folder, struct sd_strv *out);
/* Who has a door, and what else they may: rules of sudo and doas, groups (self_people.c). */
void self_add_people(struct doctor *doctor, struct facts_self *out);

#endif
