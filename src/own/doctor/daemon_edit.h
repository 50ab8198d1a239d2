/* SPDX-License-Identifier: Apache-2.0 */
/* One member of a JSON object, changed in its text: every other byte stays what it is. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_DAEMON_EDIT_H
#define SAFE_DOCKER_OWN_DOCTOR_DAEMON_EDIT_H

#include "safe-docker/base/json.h"

/* `text` is what `root` was read from, an object; or blank, and `root` is NULL. The member `key` is given the value `value`, a
 * text of JSON; it is put last where it is not there yet. */
const char *daemon_edit_set(struct sd_arena *arena, const char *text, const struct sd_json *root,
                            const char *key, const char *value);
/* Without the member `key`, which is there. */
const char *daemon_edit_unset(struct sd_arena *arena, const char *text, const struct sd_json *root,
                              const char *key);

#endif
