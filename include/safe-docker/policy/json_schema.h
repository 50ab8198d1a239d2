/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser's table of keys says of itself: descriptions, and a JSON Schema for editors. */
#ifndef SAFE_DOCKER_POLICY_JSON_SCHEMA_H
#define SAFE_DOCKER_POLICY_JSON_SCHEMA_H

#include "safe-docker/base/arena.h"

/* Draft-07, which is the newest that editors understand as a whole. Every key has a description, its default of the built-in
 * policy, and what its value may be; what is not a key is refused. "$comment" is the type in words, as in
 * safe-docker-policy(5). With a final newline.
 *
 * It accepts every policy file that the parser accepts. What a schema cannot say (keys that depend on each other, what exists
 * on the host, ...) it accepts as well. */
const char *sd_policy_json_schema(struct sd_arena *arena);

/* One or two sentences on the key at a path such as "mounts.bind[].source", or NULL where there is no such key. A number in
 * brackets is as good as none, and so is a name where the administrator chooses it: "docker.contexts.lab.host". */
const char *sd_policy_describe(struct sd_arena *arena, const char *path);
/* A value that the key may have, as JSON; NULL where there is no such key, or its type tells enough. */
const char *sd_policy_example(struct sd_arena *arena, const char *path);
/* The path of the one key whose own name is `key`, below an object; NULL where there is none, or more than one. */
const char *sd_policy_find_key(const char *key);

#endif
